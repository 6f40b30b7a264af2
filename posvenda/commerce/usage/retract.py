"""Taking the events of a batch back: they stay in the lake as history and no longer count.

A row of ``UsageCorrection`` says which batch and since when. Questions about now leave its events
out, questions about an earlier moment see them. Roll-ups hold the present only, so those of the
batch's customers are counted again, some customers in each transaction.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import polars as pl
from django.db import transaction
from django.db.models import Min

from posvenda.commerce.store import SeenKey, UsageCorrection, UsageDay
from posvenda.commerce.usage import changing, staging
from posvenda.commerce.usage import events as shape
from posvenda.commerce.usage.standing import standing
from posvenda.customers import sheet

CUSTOMERS = 200
KEYS = 500


def retract(
    batch_id: int, *, told_again: Callable[[], Collection[tuple[int, int]]], now: datetime
) -> int:
    """This will take back what one batch told and give how many events that were.

    ``told_again`` gives (event, batch) of what other batches told as well: such an event counts
    from now on as told by that batch. Called again it goes on where it was killed, or only
    gives the number again. Each part is a transaction of its own, so do not call it inside one.
    """
    correction = UsageCorrection.objects.filter(batch_ref=batch_id).first()
    if correction is not None and correction.is_finished:
        return int(correction.events)
    staging.drain()
    with shape.lake().locked():
        staging.drain_locked()
        rows = _rows(f"batch_id = {int(batch_id)}")
        if rows.is_empty():
            return 0
        if correction is None:
            correction = _begin(batch_id, rows, told_again(), now)
        ids = rows["customer_id"].unique().sort().to_list()
        for start in range(0, len(ids), CUSTOMERS):
            some = ids[start : start + CUSTOMERS]
            if some[-1] > correction.done_to:
                _count_again(some, correction, now)
        UsageCorrection.objects.filter(pk=correction.pk).update(is_finished=True)
    return int(correction.events)


def _begin(
    batch_id: int, rows: pl.DataFrame, told: Collection[tuple[int, int]], now: datetime
) -> UsageCorrection:
    """Say that the batch no longer counts; what others told too comes in anew as theirs."""
    others = pl.DataFrame(list(told), schema={"event_id": pl.Int64, "by": pl.Int64}, orient="row")
    again = rows.join(others.unique("event_id"), on="event_id", how="inner")
    gone = rows.join(others, on="event_id", how="anti")["event_id"].to_list()
    moment = pl.lit(now, pl.Datetime("us", "UTC"))
    again = again.with_columns(batch_id=pl.col("by"), recorded_at=moment)
    with transaction.atomic():
        made = UsageCorrection.objects.create(batch_ref=batch_id, at=now, events=len(gone))
        if not again.is_empty():
            number, rows_ = staging.reserve(), again.select(staging.SHAPE.names())
            staging.stage(rows_.cast(staging.SHAPE), number=number, now=now)
        for start in range(0, len(gone), KEYS):
            SeenKey.objects.filter(key__in=gone[start : start + KEYS]).delete()
    return made


def _count_again(ids: list[int], correction: UsageCorrection, now: datetime) -> None:
    """Count the roll-ups of some customers from what still counts, staged events included."""
    changing.recount(ids)
    with transaction.atomic():
        sheet.stale(ids, now=now)
        UsageCorrection.objects.filter(pk=correction.pk).update(done_to=ids[-1])


def _rows(condition: str) -> pl.DataFrame:
    names = ", ".join(staging.SHAPE.names())
    sql = f"SELECT {names} FROM events WHERE {condition}"  # noqa: S608
    return shape.lake().query(sql).cast(staging.SHAPE)


def tellers(customer_ids: Collection[int]) -> dict[int, int | None]:
    """This will give the customers with events that count, each with a batch that told one.

    None stands for events that came through the tracking API.
    """
    chosen = ", ".join(str(int(each)) for each in customer_ids)
    staging.drain()
    sql = (
        "SELECT customer_id, max(batch_id) AS batch FROM events"  # noqa: S608
        f" WHERE customer_id IN ({chosen}) {standing()} GROUP BY customer_id"
    )
    return dict(shape.lake().query(sql).iter_rows())


def first_uses(customer_ids: Collection[int]) -> dict[int, datetime]:
    """This will give the first event of customers that have any, from the roll-ups."""
    found = UsageDay.objects.filter(customer_ref__in=customer_ids).order_by()
    firsts = found.values_list("customer_ref").annotate(first=Min("first_us"))
    return {pk: shape.START + timedelta(microseconds=first) for pk, first in firsts}
