"""Legal deadlines: when an answer is due, how many days are left, and when to raise the alarm.

Rules are rows with the day they began to count, so that an old request keeps the rule of its time.
Calendar days end with the last moment of the due day; business days leave out Saturdays, Sundays
and the holidays that are handed in. Agents of small size get twice the time (Res. CD/ANPD 2/2022).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SATURDAY = 5
SOON = 3


class Unit(StrEnum):
    """This will name how the days of a deadline are counted."""

    CALENDAR = "calendar"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class Rule:
    """How long an answer may take from ``since`` on, by which source, and whether we are sure.

    ``is_doubled``: agents of small size get twice the time; ``small_days`` replaces the doubling
    where the rule for them is a number of its own.
    """

    kind: str
    days: int
    unit: Unit
    source: str
    since: date
    is_sure: bool
    is_doubled: bool = True
    small_days: int | None = None

    def length(self, *, is_small: bool) -> int:
        """This will give the number of days for an agent of this size."""
        if not is_small:
            return self.days
        if self.small_days is not None:
            return self.small_days
        return self.days * 2 if self.is_doubled else self.days


class NoRule(LookupError):
    """Raised when no rule of a kind counts on a day."""


def rule(rules: Iterable[Rule], kind: str, *, on: date) -> Rule:
    """This will give the newest rule of a kind that counted on a day."""
    found = [each for each in rules if each.kind == kind and each.since <= on]
    if not found:
        raise NoRule(kind)
    return max(found, key=lambda each: each.since)


def due_on(
    chosen: Rule, *, received_on: date, is_small: bool, holidays: Collection[date] = ()
) -> date:
    """This will give the last day on which an answer is in time."""
    length = chosen.length(is_small=is_small)
    if chosen.unit is Unit.CALENDAR:
        return received_on + timedelta(days=length)
    day = received_on
    while length > 0:
        day += timedelta(days=1)
        length -= is_business_day(day, holidays)
    return day


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    """This will say whether a day counts: Monday to Friday and no holiday."""
    return day.weekday() < SATURDAY and day not in holidays


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a deadline stands on a day: days left (negative: overdue) and a band for the eye."""

    due_on: date
    days_left: int
    is_closed: bool

    @property
    def band(self) -> str:
        """This will give ``good``, ``warn`` (three days or fewer) or ``risk`` (overdue)."""
        if self.is_closed:
            return "good"
        if self.days_left < 0:
            return "risk"
        return "warn" if self.days_left <= SOON else "good"

    @property
    def is_overdue(self) -> bool:
        """This will say whether the answer is late and still missing."""
        return not self.is_closed and self.days_left < 0


def clock(due: date, *, today: date, closed_on: date | None = None) -> Clock:
    """This will read a deadline; a closed one stands still on the day it was closed."""
    return Clock(due, (due - (closed_on or today)).days, closed_on is not None)


def national_holidays(year: int) -> frozenset[date]:
    """This will give Brazil's national holidays (Leis 662/1949, 6.802/1980, 10.607, 14.759/2023).

    Good Friday is two days before Easter; 20 November is one since 2024. State and town holidays,
    Carnival and Corpus Christi are not national ones.
    """
    days = [(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25)]
    if year >= FIRST_YEAR_OF_20_NOVEMBER:
        days.append((11, 20))
    fixed = {date(year, month, day) for month, day in days}
    return frozenset(fixed | {easter(year) - timedelta(days=2)})


FIRST_YEAR_OF_20_NOVEMBER = 2024


def easter(year: int) -> date:
    """This will give Easter Sunday (Meeus, Jones and Butcher's algorithm)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap, odd = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    weekday = (32 + 2 * odd + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
