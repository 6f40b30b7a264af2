"""Days, months and half-open intervals: [start, end) holds its start and not its end."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


class EndsBeforeItStarts(ValueError):
    """An interval whose end lies before its start."""


@dataclass(frozen=True, slots=True)
class Interval:
    """This will hold the days from `start` up to, not including, `end`; None has no end."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise EndsBeforeItStarts(f"{self.start} to {self.end}")

    @property
    def days(self) -> int | None:
        """This will count the days; None for an interval without end."""
        return None if self.end is None else (self.end - self.start).days

    def holds(self, day: date) -> bool:
        """This will say whether a day lies inside."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlap(self, other: Interval) -> Interval | None:
        """This will give the days both intervals hold, or None if they share no day."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        return None if end is not None and end <= start else Interval(start, end)


def inclusive(first: date, last: date | None) -> Interval:
    """This will make the interval of an agreement whose last day is still served."""
    return Interval(first, None if last is None else last + timedelta(days=1))


def add_months(day: date, months: int) -> date:
    """This will move a day by months, clamped to the month's last day (31 Jan + 1 = 28 Feb)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def months_between(start: date, end: date) -> int:
    """This will count the whole months from start to end, negative when end lies before start."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if end >= start:
        return months - (add_months(start, months) > end)
    return months + (add_months(start, months) < end)


def month_start(day: date) -> date:
    """This will give the first day of a day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """This will give the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """This will list the last day of every month from first's to last's, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(month_end(add_months(month_start(first), index)) for index in range(count))
