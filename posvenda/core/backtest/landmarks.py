"""The days on which a score is asked: a monthly grid, and fixed distances before each decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

# Days before a decision at which the score is looked at.
OFFSETS = (180, 120, 90, 60, 30)


def month_starts(last: date, months: int) -> list[date]:
    """This will give the first days of the last so many months, the newest not after ``last``."""
    index = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(index - months + 1, index + 1)]


def grid(last: date, months: int, *, every: int | None = None) -> list[date]:
    """This will give month starts, and with ``every`` also each so-many-th day between them."""
    days = set(month_starts(last, months))
    if every is not None:
        day, first = last, min(days)
        while day >= first:
            days.add(day)
            day -= timedelta(days=every)
    return sorted(days)


def before(decided: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """This will give, for each decision and distance, the last day of the grid that is far enough.

    Reads customer_id and decided_on. Adds before (180 to 30) and on; a distance that lies before
    the grid, or further from the wanted day than the grid's widest step, is left out.
    """
    ordered = sorted(days)
    widest = max(((b - a).days for a, b in pairwise(ordered)), default=0)
    asked = decided.join(pl.DataFrame({"before": OFFSETS}), how="cross").with_columns(
        (pl.col("decided_on") - pl.duration(days=pl.col("before"))).alias("wanted_on")
    )
    known = pl.DataFrame({"on": ordered}, schema={"on": pl.Date})
    return (
        asked.sort("wanted_on")
        .join_asof(known, left_on="wanted_on", right_on="on", strategy="backward")
        .filter((pl.col("wanted_on") - pl.col("on")).dt.total_days() <= max(widest, 1))
        .select(*decided.columns, "before", "on")
    )
