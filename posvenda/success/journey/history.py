"""Reads of the stage history: who is where since when, and every stay as a spell."""

from __future__ import annotations

from datetime import date, datetime
from threading import Lock

import polars as pl
from django.db.models import Max, Min, Q, QuerySet, Sum

from posvenda.base import rows
from posvenda.success.journey.models import HistoryRun, StageChange

COLUMNS = ("customer_id", "on", "stage", "before", "is_start")
NARROW = 10_000
_kept: dict[object, pl.DataFrame] = {}
_lock = Lock()


def current(known_at: datetime | None = None) -> QuerySet[StageChange]:
    """This will give the changes that hold now, or that were believed at a moment."""
    if known_at is None:
        return StageChange.objects.filter(superseded_at=None)
    still = Q(superseded_at=None) | Q(superseded_at__gt=known_at)
    return StageChange.objects.filter(still, recorded_at__lte=known_at)


def at(
    day: date, *, ids: tuple[int, ...] | None = None, known_at: datetime | None = None
) -> pl.DataFrame:
    """This will give everybody's last change up to a day: customer_id, on, stage, is_start."""
    query = current(known_at).filter(on__lte=day)
    if ids is not None and len(ids) <= NARROW:
        query = query.filter(customer_id__in=ids)
    found = rows.frame(query.order_by(), ("customer_id", "on", "stage", "is_start"))
    return found.sort("customer_id", "on").unique("customer_id", keep="last", maintain_order=True)


def begins_on() -> date | None:
    """This will give the first day the history knows of."""
    first: date | None = current().aggregate(first=Min("on"))["first"]
    return first


def covered_to() -> date | None:
    """This will give the last day the history was brought to."""
    done = HistoryRun.objects.exclude(finished_at=None)
    days = done.exclude(kind=HistoryRun.Kind.LATE).aggregate(last=Max("ends_on"))
    last: date | None = days["last"]
    return last


def waiting() -> HistoryRun | None:
    """This will give the run that is to be worked on next."""
    return HistoryRun.objects.filter(finished_at=None).order_by("id").first()


def is_waiting() -> bool:
    """This will say whether any replay waits."""
    return HistoryRun.objects.filter(finished_at=None).exists()


def changes() -> pl.DataFrame:
    """This will give all changes that hold, by customer and day; read once while nothing moves."""
    key = HistoryRun.objects.aggregate(Max("id"), Sum("changes"), Sum("corrected"))
    marked = tuple(key.values())
    with _lock:
        if marked not in _kept:
            _kept.clear()
            found = rows.frame(current().order_by(), COLUMNS)
            _kept[marked] = found.sort("customer_id", "on")
        return _kept[marked]


def spells(*, as_of: date) -> pl.DataFrame:
    """This will give every stay in a stage that is not over before it was seen.

    One row per stay: customer_id, stage, on, next (the stage after; null while it lasts), days
    (so far), is_ended, is_start (already there when the history begins: its length is not known).
    """
    after = pl.col("on").shift(-1).over("customer_id")
    found = changes().with_columns(
        pl.col("stage").shift(-1).over("customer_id").alias("next"), after.alias("until")
    )
    end = pl.coalesce("until", pl.lit(as_of, pl.Date))
    return found.filter((pl.col("stage") != "") & (pl.col("on") <= as_of)).select(
        "customer_id",
        "stage",
        "on",
        "next",
        (end - pl.col("on")).dt.total_days().alias("days"),
        pl.col("until").is_not_null().alias("is_ended"),
        "is_start",
    )
