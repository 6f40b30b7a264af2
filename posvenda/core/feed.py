"""A usage feed that stopped: where everybody falls silent at once, the pipe broke.

    zero  = share of the customers without use on the latest days
    usual = the same on the same weekdays of earlier weeks (lower quartile)
    stopped when zero > 3 · usual and zero ≥ ½, with 10 customers or more

The latest days are 3 that are no holidays, so a weekend or Carnival is not taken for a stop; where
3 days are often empty anyway (usual over 0.3), 7 days are looked at; where these are as well,
nothing can be said. The last good day is the newest one with at least half of the use of the days
around it. A silence of more than four weeks is taken at its word.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

DAYS = 49
LEAST_CUSTOMERS = 10
TIMES = 3
MANY = 0.5
READABLE = 0.3
SPANS = (3, 7)
LONGEST = 28


@dataclass(frozen=True, slots=True)
class Silence:
    """What the feed looks like: shares of customers without use, and how long it has been silent.

    ``days`` is 0 while it is not; it counts the days after the last good one.
    """

    zero_rate: float
    usual_rate: float
    customers: int
    days: int


def listen(days: pl.Series, *, as_of: date, holidays: Collection[date] = ()) -> Silence | None:
    """This will say whether the feed stopped; None when that cannot be told.

    Reads one number per customer: bit d is set when it used the product d days before ``as_of``
    (49 days).
    """
    for working in SPANS:
        span = _span(as_of, working, holidays)
        heard = _Heard(days, span)
        usual = heard.usual()
        if heard.customers >= LEAST_CUSTOMERS and usual is not None and usual <= READABLE:
            zero = heard.zero(0)
            length = heard.silent_days(usual) if _is_stopped(zero, usual) else 0
            return Silence(zero, usual, heard.customers, length)
    return None


def _is_stopped(zero: float, usual: float) -> bool:
    return zero > TIMES * usual and zero >= MANY


def _span(as_of: date, working: int, holidays: Collection[date]) -> int:
    """How many days back hold that many days that are no holidays."""
    span = 0
    while working > 0 and span < DAYS:
        working -= as_of - timedelta(days=span) not in holidays
        span += 1
    return span


class _Heard:
    """Shares of the customers that used the product at all in what the bits hold."""

    def __init__(self, days: pl.Series, span: int) -> None:
        self.days = days.filter(days != 0)
        self.span = span
        self.customers = self.days.len()

    def zero(self, back: int) -> float:
        """The share without use in the days that ended ``back`` days before."""
        silent = self.customers - self._count(((1 << self.span) - 1) << back)
        return silent / self.customers

    def usual(self) -> float | None:
        earlier = (
            [self.zero(back) for back in range(7, DAYS - self.span + 1, 7)]
            if self.customers
            else []
        )
        return sorted(earlier)[len(earlier) // 4] if len(earlier) >= 4 else None

    def silent_days(self, usual: float) -> int:
        for back in range(1, LONGEST + 1):
            if not _is_stopped(self.zero(back), usual):
                counts = [self._count(1 << day) for day in range(back, back + self.span)]
                good = next(n for n, count in enumerate(counts) if 2 * count >= max(counts))
                return back + good
        return 0

    def _count(self, mask: int) -> int:
        return int(((self.days & mask) != 0).sum())
