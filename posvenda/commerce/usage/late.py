"""What was learnt late: events of a day that was over when we learnt of them correct that day.

An import marked as history counts each event as known when it happened, so nothing in it is late.
"""

from datetime import date, datetime, timedelta

import polars as pl

from posvenda.commerce.store import EPOCH, LateUse
from posvenda.commerce.usage import events as shape
from posvenda.commerce.usage.upsert import upsert


def note(fresh: pl.DataFrame, *, now: datetime) -> int:
    """This will keep which past days these events correct, and give how many events do."""
    counted = (
        fresh.select(day=shape.day("happened_at"), learnt_day=shape.day("recorded_at"))
        .filter(pl.col("day") < pl.col("learnt_day"))
        .group_by("day", "learnt_day")
        .agg(events=pl.len().cast(pl.Int64))
        .with_columns(last_at=pl.lit(now, pl.Datetime("us", "UTC")))
        .sort("day", "learnt_day")
    )
    if counted.is_empty():
        return 0
    upsert(LateUse, counted, key=("day", "learnt_day"), add=("events",), last=("last_at",))
    return int(counted["events"].sum())


def late_days(*, limit: int | None = None) -> list[tuple[date, date, int]]:
    """This will list corrected days: the day, the day we learnt of it, how many events."""
    found = LateUse.objects.order_by("-learnt_day", "-day").values_list(
        "day", "learnt_day", "events"
    )
    return [
        (EPOCH + timedelta(days=one), EPOCH + timedelta(days=learnt), count)
        for one, learnt, count in found[:limit]
    ]
