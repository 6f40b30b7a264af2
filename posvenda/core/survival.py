"""Survival: how long things last when some have not ended yet (Kaplan and Meier, 1958).

    S(t) = product over end times t_i <= t of (1 - d_i / n_i)
    Var S(t) = S(t)² · sum of d_i / (n_i (n_i - d_i))                              (Greenwood, 1926)
    interval = S(t) ^ exp(± z · se(log -log S(t)))     (log-log; Kalbfleisch and Prentice, 1980)
    median   = the first t with S(t) <= 1/2; its interval by Brookmeyer and Crowley (1982)

A spell is the half-open interval of days [start, end); who is still inside at the day of the
question is censored, not short. A spell that was first seen on its ``entered``-th day (left
truncation) is at risk from there on. Used for time in stage, time to value, and tenure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import polars as pl

HALF = 0.5
CURVE = {
    "day": pl.Int64,
    "at_risk": pl.Int64,
    "ended": pl.Int64,
    "survival": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Median:
    """This will say when half has ended; None where the spells do not reach that far.

    ``low`` and ``high`` bound it at the level asked for; ``high`` None means "no upper bound yet".
    """

    days: int | None
    low: int | None
    high: int | None
    spells: int
    ended: int


def curve(spells: pl.DataFrame, *, level: float = 0.95) -> pl.DataFrame:
    """This will estimate the share still inside after so many days.

    Reads days (length so far, whole days from zero), is_ended (false: censored) and, if present,
    entered (days already passed when the spell was first seen; 0 otherwise). One row per day on
    which a spell ended, in order: day, at_risk, ended, survival, low, high. Censored on a day
    counts as at risk on that day.
    """
    known = _known(spells)
    steps = _steps(known)
    z = NormalDist().inv_cdf(HALF + level / 2)
    rows = []
    survival, greenwood = 1.0, 0.0
    for day, at_risk, ended in steps.iter_rows():
        survival *= 1 - ended / at_risk
        if at_risk > ended:
            greenwood += ended / (at_risk * (at_risk - ended))
        low, high = _bounds(survival, greenwood, z)
        rows.append((day, at_risk, ended, survival, low, high))
    return pl.DataFrame(rows, schema=CURVE, orient="row")


def median(spells: pl.DataFrame, *, level: float = 0.95) -> Median:
    """This will give the day by which half has ended, with its interval; reads as `curve` does."""
    found = curve(spells, level=level)
    known = _known(spells)
    return Median(
        days=_first(found, "survival"),
        low=_first(found, "low"),
        high=_first(found, "high"),
        spells=known.height,
        ended=int(known["is_ended"].sum()),
    )


def share_within(spells: pl.DataFrame, days: int) -> float | None:
    """This will estimate the share that ends within so many days; None without any spell."""
    found = curve(spells)
    if not spells.height:
        return None
    past = found.filter(pl.col("day") <= days)
    return 0.0 if past.is_empty() else 1 - float(past["survival"][-1])


def _known(spells: pl.DataFrame) -> pl.DataFrame:
    """Spells of which anything was seen; those over before they were first seen say nothing."""
    entered = pl.col("entered") if "entered" in spells.columns else pl.lit(0)
    return spells.select(
        pl.col("days").cast(pl.Int64),
        pl.col("is_ended").cast(pl.Boolean),
        entered.cast(pl.Int64).fill_null(0).alias("entered"),
    ).filter((pl.col("days") > pl.col("entered")) | (pl.col("entered") == 0))


def _steps(known: pl.DataFrame) -> pl.DataFrame:
    """The days on which a spell ended: day, at_risk, ended."""
    ended = known.filter("is_ended").group_by("days").len("ended").sort("days")
    days = ended["days"]
    entered = known["entered"].sort()
    lengths = known["days"].sort()
    # Inside just before a day: seen before it (or from the start), and at least so long.
    began = entered.search_sorted(days, side="left").cast(pl.Int64)
    began += ((days == 0).cast(pl.Int64)) * int((known["entered"] == 0).sum())
    left = lengths.search_sorted(days, side="left").cast(pl.Int64)
    return pl.DataFrame(
        {
            "day": days,
            "at_risk": began - left,
            "ended": ended["ended"].cast(pl.Int64),
        }
    ).filter(pl.col("at_risk") > 0)


def _bounds(survival: float, greenwood: float, z: float) -> tuple[float, float]:
    """The log-log interval; at 0 and 1 it has no width (Greenwood says nothing there)."""
    if survival <= 0 or survival >= 1:
        return survival, survival
    spread = z * math.sqrt(greenwood) / abs(math.log(survival))
    return survival ** math.exp(spread), survival ** math.exp(-spread)


def _first(found: pl.DataFrame, column: str) -> int | None:
    below = found.filter(pl.col(column) <= HALF + 1e-12)
    return None if below.is_empty() else int(below["day"][0])
