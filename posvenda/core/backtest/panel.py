"""The table a back-test works on: one row per customer and landmark, with what followed.

Nobody is asked about whose decision is known already, and no row is kept whose horizon has not
passed: its answer is not in yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from posvenda.core.backtest.decisions import Spells
from posvenda.core.backtest.folds import checked

HORIZON_DAYS = 90


@dataclass(frozen=True)
class Panel:
    """Rows customer_id, on, left (0 or 1), left_on, and whatever was known on the day."""

    rows: pl.DataFrame
    horizon_days: int

    @property
    def events(self) -> int:
        """How many decisions to leave the rows look forward to, each counted once."""
        left = self.rows.filter(pl.col("left") == 1)
        return left.select("customer_id", "left_on").unique().height

    @property
    def days(self) -> tuple[date, ...]:
        """The landmarks, in order."""
        return tuple(self.rows["on"].unique().sort().to_list())

    def at(self, days: Sequence[date]) -> Panel:
        """This will keep some landmarks."""
        return Panel(self.rows.filter(pl.col("on").is_in(list(days))), self.horizon_days)

    @property
    def apart(self) -> Panel:
        """Landmarks a horizon apart, the newest first: here nobody's leaving counts twice."""
        chosen: list[date] = []
        for day in reversed(self.days):
            if not chosen or (chosen[-1] - day).days >= self.horizon_days:
                chosen.append(day)
        return self.at(chosen)


def label(spells: Spells, days: Sequence[date]) -> pl.DataFrame:
    """This will give who was a customer and undecided on each day: customer_id, on, left_on."""
    landmarks = pl.DataFrame({"on": list(days)}, schema={"on": pl.Date})
    return (
        spells.join(landmarks, how="cross")
        .filter(pl.col("started_on") <= pl.col("on"))
        .filter(pl.col("covered_until").is_null() | (pl.col("covered_until") > pl.col("on")))
        .filter(pl.col("left_on").is_null() | (pl.col("left_on") > pl.col("on")))
        .sort("customer_id", "on", "started_on")
        .unique(["customer_id", "on"], keep="last", maintain_order=True)
        .select("customer_id", "on", "left_on")
    )


def panel(
    roster: pl.DataFrame, known: pl.DataFrame, *, until: date, horizon_days: int = HORIZON_DAYS
) -> Panel:
    """This will join what was known (customer_id, on, …) to the roster that ``label`` gives.

    Rows that no customer and day of the roster stands for, and rows given twice, are refused: a
    resampled or invented row can therefore not get in.
    """
    checked(known, roster)
    last = until - timedelta(days=horizon_days)
    ends_in = (pl.col("left_on") - pl.col("on")).dt.total_days()
    rows = (
        roster.filter(pl.col("on") <= last)
        .with_columns((ends_in <= horizon_days).fill_null(value=False).cast(pl.Int8).alias("left"))
        .join(known, on=["customer_id", "on"], how="inner", maintain_order="left")
    )
    return Panel(rows.sort("on", "customer_id"), horizon_days)
