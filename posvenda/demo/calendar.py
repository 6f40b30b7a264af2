"""Days as Brazil lives them: working days, holidays, moments of the day in São Paulo."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Sao_Paulo")
FIXED = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25))


def at(day: date, minute: int) -> datetime:
    """This will give the UTC moment of a minute (0–1439) of a day in São Paulo."""
    return _midnight(day) + timedelta(minutes=minute)


@cache
def is_working(day: date) -> bool:
    """This will say whether offices are open: Monday to Friday, no national holiday."""
    return day.weekday() < 5 and day not in holidays(day.year)


def trading_day(day: date) -> date:
    """This will give the day itself or, on a Sunday or holiday, the last day a shop was open."""
    while day.weekday() == 6 or day in holidays(day.year):
        day -= timedelta(days=1)
    return day


@cache
def holidays(year: int) -> frozenset[date]:
    """This will give the national holidays of a year, with Carnival and Corpus Christi."""
    easter = _easter(year)
    moving = (easter + timedelta(days=n) for n in (-48, -47, -2, 60))
    return frozenset(date(year, month, day) for month, day in FIXED) | frozenset(moving)


@cache
def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def month_later(day: date, months: int) -> date:
    """This will give the same day some months later, or the month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(
        date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1)
    )


def closing_rush(day: date) -> float:
    """This will say how much busier finance is: the first and last five days of a month."""
    return 1.35 if day.day <= 5 or day.day >= 26 else 1.0


def _easter(year: int) -> date:
    """This will give Easter Sunday (anonymous Gregorian algorithm, Meeus 1991)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
