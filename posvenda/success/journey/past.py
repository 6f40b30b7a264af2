"""The stage of past days: the sheet built again up to the stage, and the day of each change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence
from posvenda.success import definitions
from posvenda.success.cards.judging import asked_by

SCHEMA = {"customer_id": pl.Int64, "stage": pl.String}
CHANGES = {
    "customer_id": pl.Int64,
    "on": pl.Date,
    "stage": pl.String,
    "before": pl.String,
}
# Two neighbouring days of the grid; a stay that begins and ends between them is not seen.
GRID_DAYS = 14


@dataclass(frozen=True)
class Past:
    """The past of some customers (None: of all) as it is known now; rows are read once."""

    evidence: Evidence

    @classmethod
    def until(cls, day: date, customers: Sequence[int] | None = None) -> Past:
        """This will look back from a day."""
        ids = None if customers is None else tuple(sorted(set(customers)))
        return cls(Evidence(as_of=day, ids=ids, previous=_no_earlier_day()))

    def of(self, customers: Sequence[int]) -> Past:
        """This will narrow the past to a few customers."""
        return Past(replace(self.evidence, ids=tuple(sorted(customers)), _shelf={}, _until=None))

    def on(self, day: date) -> pl.DataFrame:
        """This will give everybody's stage at the end of a day; "" where there was none."""
        back = (self.evidence.as_of - day).days
        sheet = sheet_facts.compute(self.evidence.past(back), below=PACE, wanted=_wanted())
        return sheet.select("customer_id", pl.col("stage.name").fill_null("").alias("stage"))

    def changes(
        self, low: date, high: date, at_low: pl.DataFrame, at_high: pl.DataFrame
    ) -> pl.DataFrame:
        """This will find the day of every change after ``low`` up to ``high``, by halving.

        Reads customer_id and stage on both days. Gives customer_id, on, stage, before.
        """
        moved = differing(at_low, at_high)
        if moved.is_empty():
            return pl.DataFrame(schema=CHANGES)
        return self.of(moved["customer_id"].to_list())._halved(low, high, moved)

    def _halved(self, low: date, high: date, moved: pl.DataFrame) -> pl.DataFrame:
        """The changes between two days; rows are those of the customers that changed at all."""
        if moved.is_empty() or (high - low).days == 1:
            day = pl.lit(high, pl.Date).alias("on")
            return moved.select("customer_id", day, "stage", "before")
        middle = low + timedelta(days=(high - low).days // 2)
        between = _only(self.on(middle), moved)
        at_low = moved.select("customer_id", pl.col("before").alias("stage"))
        at_high = moved.select("customer_id", "stage")
        return pl.concat(
            [
                self._halved(low, middle, differing(at_low, between)),
                self._halved(middle, high, differing(between, at_high)),
            ]
        )


PACE, STAGE, HEALTH = "pace", "stage.name", "health."


def differing(at_low: pl.DataFrame, at_high: pl.DataFrame) -> pl.DataFrame:
    """This will give who is in another stage: customer_id, stage, before."""
    both = at_high.join(
        at_low.rename({"stage": "before"}), on="customer_id", how="full", coalesce=True
    ).with_columns(pl.col("stage", "before").fill_null(""))
    return both.filter(pl.col("stage") != pl.col("before")).sort("customer_id")


def grid(low: date, high: date) -> list[date]:
    """This will give the days to look at from ``high`` back to ``low``, both included."""
    days = [high]
    while days[-1] > low:
        days.append(max(low, days[-1] - timedelta(days=GRID_DAYS)))
    return days


def _only(found: pl.DataFrame, whom: pl.DataFrame) -> pl.DataFrame:
    return found.join(whom.select("customer_id"), on="customer_id", how="semi")


def _wanted() -> set[str]:
    """What the ladder asks, and what the cards ask where the ladder asks about health."""
    asked = {STAGE, *definitions.ladder().facts}
    if any(name.startswith(HEALTH) for name in asked):
        asked |= asked_by(definitions.cards())
    return asked


def _no_earlier_day() -> pl.DataFrame | None:
    """An empty sheet keeps health from being judged on two more days, unless the ladder asks."""
    asks = any(name.startswith("health.change_") for name in definitions.ladder().facts)
    return None if asks else pl.DataFrame(schema={"customer_id": pl.Int64})
