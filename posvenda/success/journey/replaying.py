"""Writes of the stage history: a new day, the whole past, and the part late facts correct.

Every way ends in ``_reconcile``: what was found is compared with what is kept, equal rows stay, the
others are superseded and written anew. So running anything twice changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import F

from posvenda.base import clock, memo, rows
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.journey import history
from posvenda.success.journey.models import HistoryRun, StageChange
from posvenda.success.journey.past import CHANGES, Past, differing, grid

Kind = HistoryRun.Kind
TURN_SECONDS = 4.0
DAY = timedelta(days=1)


def label() -> str:
    """This will name the ladder in force with its version."""
    rules = definitions.judgement()
    return f"{rules.pack.name}/{rules.stages.ladder.name}@{rules.versions[1]}"


def begin(*, ends_on: date, now: datetime) -> HistoryRun | None:
    """This will put a replay of the whole past in the queue; older waiting ones give way to it."""
    starts_on = _first_day(ends_on)
    if starts_on is None:
        return None
    with transaction.atomic():
        HistoryRun.objects.filter(finished_at=None).delete()
        return _run(Kind.REPLAY, starts_on, ends_on, now=now)


def begin_late(
    customers: Sequence[int] | None, *, since: date, ends_on: date, now: datetime
) -> HistoryRun | None:
    """This will put a replay of some customers (None: all) from a day on in the queue."""
    first = history.begins_on()
    if first is None or customers == []:
        return None
    ids = None if customers is None else sorted(set(customers))
    starts_on = min(max(first, since - DAY), ends_on)
    return _run(Kind.LATE, starts_on, ends_on, now=now, customers=ids)


def turn(*, now: datetime, seconds: float = TURN_SECONDS) -> bool:
    """This will work on the waiting replay for a few seconds and say whether any is left."""
    run = history.waiting()
    if run is None:
        return False
    until = time.monotonic() + seconds
    with memo.during():
        return _turn(run, until, now=now)


def _turn(run: HistoryRun, until: float, *, now: datetime) -> bool:
    past = Past.until(run.ends_on, run.customers)
    days = grid(run.starts_on, run.done_to)
    at_high = past.on(days[0])
    for high, low in pairwise(days):
        at_low = past.on(low)
        found = past.changes(low, high, at_low, at_high)
        with transaction.atomic():
            _reconcile(run, found, low, high, now=now)
            HistoryRun.objects.filter(pk=run.pk).update(done_to=low)
        at_high = at_low
        if time.monotonic() > until and low > run.starts_on:
            return True
    _finish(run, at_high, now=now)
    return history.waiting() is not None


def advance(frame: pl.DataFrame, *, on: date, now: datetime) -> pl.DataFrame:
    """This will bring the history to a day and give the changes: customer_id, on, stage, before.

    Reads customer_id and stage of the sheet of that day. The same day again corrects that day.
    """
    covered = history.covered_to()
    if covered is None or on < covered:
        return pl.DataFrame(schema=CHANGES)
    low = min(covered, on - DAY)
    at_low = history.at(low).select("customer_id", "stage")
    at_high = frame.select("customer_id", pl.col("stage").fill_null(""))
    if (on - low).days == 1:
        day = pl.lit(on, pl.Date).alias("on")
        found = differing(at_low, at_high).select("customer_id", day, "stage", "before")
    else:
        found = Past.until(on).changes(low, on, at_low, at_high)
    with transaction.atomic():
        run = _run(Kind.DAY, low, on, now=now)
        fresh = _reconcile(run, found, low, on, now=now)
        HistoryRun.objects.filter(pk=run.pk).update(done_to=low, finished_at=now)
    return fresh


def _finish(run: HistoryRun, at_start: pl.DataFrame, *, now: datetime) -> None:
    """A whole history says who was already there on its first day, and forgets what lay before."""
    with transaction.atomic():
        if run.kind == Kind.REPLAY:
            there = at_start.filter(pl.col("stage") != "").select(
                "customer_id",
                pl.lit(run.starts_on, pl.Date).alias("on"),
                "stage",
                pl.lit("").alias("before"),
            )
            _reconcile(run, there, date.min, run.starts_on, now=now, is_start=True)
        HistoryRun.objects.filter(pk=run.pk).update(finished_at=now)


def _reconcile(
    run: HistoryRun,
    found: pl.DataFrame,
    low: date,
    high: date,
    *,
    now: datetime,
    is_start: bool = False,
) -> pl.DataFrame:
    """Makes the days after ``low`` up to ``high`` say what was found; gives what is new."""
    kept = history.current().filter(on__gt=low, on__lte=high)
    if run.customers is not None:
        kept = kept.filter(customer_id__in=run.customers)
    there = rows.frame(kept.order_by(), ("pk", "customer_id", "on", "stage", "before", "is_start"))
    same = [*CHANGES, "is_start"]
    found = found.with_columns(pl.lit(is_start).alias("is_start"))
    wrong = there.join(found, on=same, how="anti")
    fresh = found.join(there, on=same, how="anti").sort("customer_id", "on")
    _supersede(wrong["pk"].to_list(), now=now)
    _write(fresh, run.ladder, now=now)
    HistoryRun.objects.filter(pk=run.pk).update(
        changes=F("changes") + fresh.height, corrected=F("corrected") + wrong.height
    )
    return fresh.select(*CHANGES)


def _supersede(pks: list[int], *, now: datetime) -> None:
    for start in range(0, len(pks), 1_000):
        part = pks[start : start + 1_000]
        StageChange.objects.filter(pk__in=part).update(superseded_at=now)


def _write(fresh: pl.DataFrame, ladder: str, *, now: datetime) -> None:
    columns = ("customer", "on", "stage", "before", "is_start", "ladder", "recorded_at")
    there = set(Customer.objects.values_list("pk", flat=True)) if fresh.height else set()
    rows.insert(
        StageChange,
        columns,
        ((*row, ladder, now) for row in fresh.iter_rows() if row[0] in there),
    )


def _run(
    kind: str,
    starts_on: date,
    ends_on: date,
    *,
    now: datetime,
    customers: list[int] | None = None,
) -> HistoryRun:
    return HistoryRun.objects.create(
        kind=kind,
        ladder=label(),
        starts_on=starts_on,
        ends_on=ends_on,
        done_to=ends_on,
        customers=customers,
        created_at=now,
    )


def _first_day(ends_on: date) -> date | None:
    """The first customer's day, so far back at most, and never later than what is kept."""
    oldest = Customer.objects.order_by("happened_at").values_list("happened_at", flat=True).first()
    if oldest is None:
        return None
    first = max(clock.day_of(oldest), ends_on - timedelta(days=settings.HISTORY_DAYS))
    kept = history.begins_on()
    return min(first, kept or first, ends_on)
