"""Time in each stage and passages between stages, out of the spells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from posvenda.core.survival import Median, curve, median
from posvenda.success.journey.board import Lane, of_stage
from posvenda.success.journey.wording import days_word, interval
from posvenda.ui import charts, formats

MONTHS_BACK = 365
MARKS = (30, 90, 180)
LEAST_RATE = 0.1
MOST = 2
WEEKS = 52


@dataclass(frozen=True)
class Passage:
    """Of those who came into one stage in 12 months: who went on to another, and how fast."""

    start: str
    goal: str
    entered: int
    passed: int
    rate: float
    median: str
    left: int


@dataclass(frozen=True)
class Stay:
    """How long one stage lasts."""

    label: str
    place: int
    count: int
    median: str
    interval: str
    limit: str
    spells: int
    ended: int
    still: tuple[str, ...]
    chart: SafeString | None


@dataclass(frozen=True)
class Arrival:
    """The time to the first result: label, median with interval, how many got there."""

    median: str
    interval: str
    reached: int
    waiting: int


def passages(
    spells: pl.DataFrame, labels: dict[str, str], screen: Sequence[str], *, as_of: date
) -> list[Passage]:
    """This will follow those who came into each stage in the last 12 months.

    Passed are those whose next stage is the goal, and the median is theirs; left are those whose
    next place is no stage of the screen. A stage has its most frequent goals, at least 10 % of who
    came in.
    """
    since = as_of - timedelta(days=MONTHS_BACK)
    recent = spells.filter((pl.col("on") > since) & ~pl.col("is_start"))
    return [
        found
        for stage in screen
        for found in _from(stage, recent.filter(pl.col("stage") == stage), labels, screen)
    ]


def _from(
    stage: str, stays: pl.DataFrame, labels: dict[str, str], screen: Sequence[str]
) -> list[Passage]:
    entered = stays.height
    went = stays.filter(pl.col("next").is_in(list(screen)))
    counts = went.group_by("next").len().sort("len", "next", descending=[True, False])
    left = stays.filter(pl.col("is_ended")).height - went.height
    return [
        Passage(
            start=labels[stage],
            goal=labels[goal],
            entered=entered,
            passed=passed,
            rate=passed / entered,
            median=_median_to(stays, goal),
            left=left,
        )
        for goal, passed in counts.head(MOST).iter_rows()
        if passed / entered >= LEAST_RATE
    ]


def _median_to(stays: pl.DataFrame, goal: str) -> str:
    """Among those who passed: how long it took them."""
    took = stays.filter(pl.col("next") == goal)
    found = median(took).days
    return formats.UNKNOWN if found is None else days_word(found)


def stays(spells: pl.DataFrame, lanes: Sequence[Lane], locale: str) -> list[Stay]:
    """This will describe the time in each stage: median with interval, and who is still there."""
    return [_stay(of_stage(spells, lane.key), lane, locale) for lane in lanes]


def _stay(found: pl.DataFrame, lane: Lane, locale: str) -> Stay:
    steps = curve(found)
    return Stay(
        label=lane.label,
        place=lane.place,
        count=lane.count,
        median=lane.median_words,
        interval=interval(lane.median),
        limit=lane.limit,
        spells=lane.median.spells,
        ended=lane.median.ended,
        still=tuple(_share(steps, days, found, locale) for days in MARKS),
        chart=_chart(steps, lane, found, locale) if steps.height else None,
    )


def _share(steps: pl.DataFrame, days: int, found: pl.DataFrame, locale: str) -> str:
    """The share still inside after so many days; a dash where nobody was watched so long."""
    if found.is_empty() or (found["days"].max() or 0) < days:  # type: ignore[operator]
        return formats.UNKNOWN
    return formats.percent(_inside(steps, days), locale, digits=0)


def _inside(steps: pl.DataFrame, days: int) -> float:
    past = steps.filter(pl.col("day") <= days)
    return 1.0 if past.is_empty() else float(past["survival"][-1])


def _chart(steps: pl.DataFrame, lane: Lane, found: pl.DataFrame, locale: str) -> SafeString:
    longest = int(found["days"].max() or 0)  # type: ignore[arg-type]
    weeks = max(2, min(WEEKS, longest // 7 + 1))
    values = [_inside(steps, 7 * week) for week in range(weeks)]
    sentence = _("%(stage)s: half have left after %(median)s.") % {
        "stage": lane.label,
        "median": lane.median_words,
    }
    if lane.median.days is None:
        sentence = _("%(stage)s: fewer than half have left so far.") % {"stage": lane.label}
    frame = charts.Frame(
        title=lane.label,
        sentence=sentence,
        labels=["0", *(days_word(7 * week) for week in range(1, weeks))],
        write=lambda value: formats.percent(value, locale, digits=0),
        axis={0: "0", weeks // 2: days_word(7 * (weeks // 2))},
        height="6.5rem",
    )
    return charts.steps([charts.Series(_("Still in the stage"), values)], frame)


def arrival(frame: pl.LazyFrame) -> Arrival | None:
    """This will estimate the time to the first result; None where no clock runs."""
    found = (
        frame.select(
            pl.col("onboarding.waited_days").alias("days"),
            pl.col("onboarding.is_value_reached").alias("is_ended"),
        )
        .drop_nulls()
        .collect()
    )
    if found.is_empty():
        return None
    half: Median = median(found)
    return Arrival(
        median=days_word(half.days) if half.days is not None else _("not reached"),
        interval=interval(half),
        reached=half.ended,
        waiting=half.spells - half.ended,
    )
