"""Taking events back: one person's for good, a customer's to another, roll-ups anew from the lake.

In SQL first what the lake will be without the events, then the lake: cut short anywhere, the same
call again ends the work, for the lake still has what it needs to know.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl
from django.db import connection, transaction
from django.db.models import Max, Min

from posvenda.base import clock
from posvenda.commerce.store import EPOCH, SeenKey, StagedEvents, Staging, UsageDay
from posvenda.commerce.usage import events as shape
from posvenda.commerce.usage import questions, rollups, staging
from posvenda.customers import sheet

PART = 500


def forget(customer_ids: Sequence[int], *, now: datetime) -> None:
    """This will remove every event of these customers for good, from roll-ups, keys and lake."""
    ids = sorted({int(each) for each in customer_ids})
    if not ids:
        return
    store = shape.lake()
    with store.locked():
        staging.drain_locked()
        found = f"customer_id IN ({_list(ids)})"
        keys = store.query(f"SELECT event_id FROM events WHERE {found}")["event_id"]  # noqa: S608
        with transaction.atomic():
            rollups.clear(ids)
            _forget_keys(keys)
        store.erase(found)
    sheet.stale(ids, now=now)
    scrub()


def forget_people(people: Sequence[str], *, now: datetime) -> None:
    """This will remove every event of these people for good; their customers keep the others'."""
    names = sorted({each for each in people if each})
    if not names:
        return
    persons = shape.persons(pl.Series(names)).to_list()
    store = shape.lake()
    with store.locked():
        staging.drain_locked()
        found = f"person IN ({_list(persons)})"
        rows = store.query(f"SELECT event_id, customer_id FROM events WHERE {found}")  # noqa: S608
        told = UsageDay.objects.filter(person__in=persons).values_list("customer_ref", flat=True)
        ids = sorted({*rows["customer_id"].to_list(), *told})
        recount(ids, without=persons, keys=rows["event_id"])
        if not rows.is_empty():
            store.erase(found)
    sheet.stale(ids, now=now)
    scrub()


def reassign(
    customer_id: int, *, to: int, people: Sequence[str] | None = None, now: datetime
) -> None:
    """This will move a customer's events, or those of some of its people, to another customer.

    What was known of the past then belongs to the other one as well, as after a merge.
    """
    store, persons = shape.lake(), None
    if people is not None:
        persons = shape.persons(pl.Series(sorted(set(people)), dtype=pl.String)).to_list()
    with store.locked():
        staging.drain_locked()
        found = f"customer_id = {int(customer_id)}"
        if persons is not None:
            found += f" AND person IN ({_list(persons)})" if persons else " AND false"
        store.change(found, {"customer_id": str(int(to))})
        recount([customer_id, to])
    sheet.stale([customer_id, to], now=now)


def rebuild(
    months: Sequence[str] | None = None, *, now: datetime, ids: Sequence[int] | None = None
) -> None:
    """This will count the roll-ups of these months ("2026-05"; None: all) anew from the lake."""
    with shape.lake().locked():
        staging.drain_locked()
        wanted = months if months is not None else _every_month()
        for month in wanted:
            recount(ids, span=_span(month))
    known = UsageDay.objects.values_list("customer_ref", flat=True)
    sheet.stale(list(known.distinct() if ids is None else ids), now=now)


def align(*, now: datetime) -> bool:
    """This will bring SQL up to a lake that is ahead of it, and say whether it was.

    So it is after a restore, whose lake was copied a moment after the database, and after an
    upgrade from a version without roll-ups.
    """
    store = shape.lake()
    with store.locked(), transaction.atomic():
        moved = store.version(staging.APP)
        is_ahead = bool(Staging.objects.filter(pk=1, last__lt=moved).update(last=moved))
        if moved >= 0 and not Staging.objects.exists():
            Staging.objects.create(pk=1, last=moved)
            is_ahead = True
    if not is_ahead and (UsageDay.objects.exists() or not store.files()):
        return False
    rebuild(now=now)
    return True


def scrub() -> None:
    """This will overwrite what deleted rows left in the database file, on SQLite.

    PostgreSQL leaves that to its own vacuum, which runs by itself.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def recount(
    ids: Sequence[int] | None,
    *,
    span: tuple[date, date] | None = None,
    without: Sequence[int] = (),
    keys: pl.Series | None = None,
) -> None:
    """This will count from the lake what the roll-ups must say, and put it in their place at once.

    The caller holds the lake's lock and has drained; what was staged since is added.
    """
    store = shape.lake()
    first, last = span or _reach()
    chosen = questions.standing(questions.among(first, last, ids=ids, without=without))
    months = _months(first, last) if span else None
    engine = questions.engine()
    people = questions.as_people(engine.ask(questions.people_days(chosen), store, months=months))
    features = questions.as_features(
        engine.ask(questions.feature_days(chosen), store, months=months)
    )
    with transaction.atomic():
        staging.reserve()
        rollups.clear(ids, days=(shape.number_of(first), shape.number_of(last)))
        rollups.put_people(people)
        rollups.put_features(features)
        for body in StagedEvents.objects.order_by("pk").values_list("body", flat=True):
            rollups.add(_narrow(staging.read(bytes(body)), ids, first, last, without))
        if keys is not None:
            _forget_keys(keys)


def _narrow(
    staged: pl.DataFrame,
    ids: Sequence[int] | None,
    first: date,
    last: date,
    without: Sequence[int],
) -> pl.DataFrame:
    day = shape.day("happened_at")
    kept = staged.filter(day.is_between(shape.number_of(first), shape.number_of(last)))
    if ids is not None:
        kept = kept.filter(pl.col("customer_id").is_in(list(ids)))
    if without:
        kept = kept.filter(~pl.col("person").is_in(list(without)).fill_null(value=False))
    return kept


def _forget_keys(keys: pl.Series) -> None:
    wanted = keys.to_list()
    for start in range(0, len(wanted), PART):
        SeenKey.objects.filter(key__in=wanted[start : start + PART])._raw_delete(connection.alias)


def _every_month() -> list[str]:
    first, last = _reach()
    counted = UsageDay.objects.aggregate(first=Min("day"), last=Max("day"))
    if counted["first"] is not None:
        first = min(first, EPOCH + timedelta(days=counted["first"]))
        last = max(last, EPOCH + timedelta(days=counted["last"]))
    return sorted({f"{first + timedelta(days=n):%Y-%m}" for n in range((last - first).days + 1)})


def _reach() -> tuple[date, date]:
    """The first and the last day on which anything happened, in roll-ups or lake."""
    found = shape.lake().query(
        "SELECT min(happened_at) AS first, max(happened_at) AS last FROM events"
    )
    first, last = found.row(0)
    if first is None:
        return EPOCH, EPOCH
    return clock.day_of(first), clock.day_of(last)


def _span(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _months(first: date, last: date) -> list[str]:
    """The folders that may hold events of these days: a day's edges lie in another month in UTC."""
    days = (last - first).days + 3
    return sorted({f"{first + timedelta(days=n - 1):%Y-%m}" for n in range(days)})


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(str(int(each)) for each in numbers)
