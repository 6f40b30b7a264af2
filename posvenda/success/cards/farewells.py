"""The last score of whoever left: taken from what was shown, or worked out once for that day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.db import transaction

from posvenda.base import clock, rows
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.cards import frozen
from posvenda.success.cards.judging import STATUS, leavers
from posvenda.success.cards.models import Farewell

# A score shown longer than this before the last day is not what people saw when the customer left.
RECENT_DAYS = 7
# Days worked out in one run: each is a small sheet; the next run takes the next ones.
DAYS_AT_ONCE = 20
COLUMNS = ("on", "score", "band", "card", "coverage", "parts", "is_recomputed")


def say(frame: pl.LazyFrame, *, now: datetime) -> int:
    """This will freeze the last score of whoever left and has none yet; how many remain to do.

    Running it again changes nothing: a farewell is written once.
    """
    names = frame.collect_schema().names()
    if STATUS not in names:
        return 0
    gone = leavers(frame.select("customer_id", STATUS, "contract.ended_on").collect())
    there = rows.frame(Farewell.objects.order_by(), ("customer_id", "on"))
    there = there.rename({"on": "frozen_on"}).cast({"frozen_on": pl.Date})
    todo = gone.join(there, on=["customer_id", "frozen_on"], how="anti").sort("frozen_on")
    seen = _shown(todo)
    unseen = [pair for pair in todo.iter_rows() if pair[0] not in seen]
    days = sorted({on for _customer, on in unseen}, reverse=True)
    made = [found for day in days[:DAYS_AT_ONCE] for found in _worked_out(day, unseen)]
    told = [*seen.items(), *made]
    _write(told, now=now)
    return todo.height - len(told)


def _shown(todo: pl.DataFrame) -> Mapping[int, tuple[Any, ...]]:
    """What people last saw while each was still under contract."""
    from posvenda.success.models import HealthShown

    last = dict(todo.iter_rows())
    found: dict[int, tuple[Any, ...]] = {}
    for part in todo.iter_slices(rows.CHUNK // 5):
        held = HealthShown.objects.filter(
            customer_id__in=part["customer_id"].to_list(),
            on__lte=part["frozen_on"].max(),
            on__gte=part["frozen_on"].min() - timedelta(days=RECENT_DAYS),  # type: ignore[operator]
        ).order_by("customer_id", "on")
        for row in held.iterator():
            on = last[row.customer_id]
            if on - timedelta(days=RECENT_DAYS) <= row.on <= on:
                found[row.customer_id] = (
                    on, row.score, row.band, row.card, row.coverage, row.parts, False,
                )  # fmt: skip
    return found


def _worked_out(day: date, unseen: list[tuple[int, date]]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    ids = [customer for customer, on in unseen if on == day]
    cards = definitions.cards()
    titles = {card.name: card.title for card in cards.cards}
    built = sheet.build(as_of=day, customers=ids).with_columns(frozen.written(cards).alias("parts"))
    told = {row["customer_id"]: row for row in built.iter_rows(named=True)}
    for customer in ids:
        row = told.get(customer, {})
        yield (
            customer,
            (
                day,
                row.get("health.score"),
                row.get("health.band") or "unknown",
                titles.get(str(row.get("health.card")), cards.card.title),
                row.get("health.coverage_rate"),
                row.get("parts") or "",
                True,
            ),
        )


def _write(told: list[tuple[int, tuple[Any, ...]]], *, now: datetime) -> None:
    for start in range(0, len(told), rows.CHUNK):
        part = told[start : start + rows.CHUNK]
        with transaction.atomic():
            rows.insert(
                Farewell,
                ("customer", *COLUMNS, "happened_at", "recorded_at"),
                ((pk, *values, clock.start_of(values[0]), now) for pk, values in part),
                ignore=True,
            )
            sheet.stale([pk for pk, _values in part], now=now)
