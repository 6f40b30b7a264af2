"""Numbers, money and dates as people of one language write them.

Pure functions: value and locale in, text out. ``None`` is "not known" and prints as a dash.
Source of the patterns: Unicode CLDR through Babel.
"""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import TypeVar

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal, get_currency_symbol
from django.utils.translation import gettext, gettext_noop, override

NBSP = "\u00a0"
MINUS = "\u2212"
UNKNOWN = "—"
FULL_CENTS_BELOW = 1000_00
T = TypeVar("T")
Number = int | float | Decimal

_SCALES = ((10**9, "bi"), (10**6, "mi"), (10**3, "mil"))
_SCALE_WORDS = {
    "pt": {"bi": f"{NBSP}bi", "mi": f"{NBSP}mi", "mil": f"{NBSP}mil"},
    "en": {"bi": "B", "mi": "M", "mil": "K"},
}
_DATES = {"pt": ("dd/MM/yyyy", "dd/MM"), "en": ("d MMM yyyy", "d MMM")}
_NEAR = {-1: gettext_noop("yesterday"), 0: gettext_noop("today"), 1: gettext_noop("tomorrow")}
_NOW = gettext_noop("now")
_CLOCKS = {"pt": "H'h'mm", "en": "h:mm a"}


def money(cents: int | None, locale: str, *, currency: str = "BRL", is_signed: bool = False) -> str:
    """This will write an amount: no cents from one thousand up, a real minus, no line break."""
    if cents is None:
        return UNKNOWN
    size = Decimal(abs(cents)) / 100
    digits = 2 if abs(cents) < FULL_CENTS_BELOW else 0
    figure = _decimal(size, locale, least=digits, most=digits)
    return _sign(cents, is_signed) + _symbol(currency, locale) + NBSP + figure


def money_short(cents: int | None, locale: str, *, currency: str = "BRL") -> str:
    """This will write an amount with three figures and a scale word: R$ 1,43 mi."""
    if cents is None:
        return UNKNOWN
    if abs(cents) % 100 and abs(cents) < FULL_CENTS_BELOW:
        return money(cents, locale, currency=currency)
    size = _three_figures(Decimal(abs(cents)) / 100)
    words = _words(_SCALE_WORDS, locale)
    scale, word = next(((s, words[w]) for s, w in _SCALES if size >= s), (1, ""))
    figure = _scaled(size / scale, locale) + word
    return _sign(cents) + _symbol(currency, locale) + NBSP + figure


def number(value: Number | None, locale: str, *, digits: int = 1) -> str:
    """This will write a number with at most ``digits`` decimals."""
    if value is None:
        return UNKNOWN
    rounded = _rounded(value, digits)
    return _sign(rounded) + _decimal(abs(rounded), locale, least=0, most=digits)


def percent(rate: Number | None, locale: str, *, digits: int = 1) -> str:
    """This will write a rate from 0 to 1 as a percentage: 92,4%."""
    if rate is None:
        return UNKNOWN
    return number(Decimal(str(rate)) * 100, locale, digits=digits) + "%"


def points(change: Number | None, locale: str, *, digits: int = 0) -> str:
    """This will write a change with its sign: +4, −14, 0."""
    if change is None:
        return UNKNOWN
    rounded = _rounded(change, digits)
    return _sign(rounded, True) + _decimal(abs(rounded), locale, least=0, most=digits)


def date_short(day: date | None, locale: str, *, today: date | None = None) -> str:
    """This will write a date in figures; without the year when it is the year of ``today``."""
    if day is None:
        return UNKNOWN
    full, same_year = _words(_DATES, locale)
    pattern = same_year if today and day.year == today.year else full
    return format_date(day, pattern, locale=_babel(locale))


def date_weekday(day: date | None, locale: str) -> str:
    """This will write the day of the week and the date: Terça-feira, 16/06/2026."""
    if day is None:
        return UNKNOWN
    weekday = format_date(day, "EEEE", locale=_babel(locale))
    return f"{weekday[:1].upper()}{weekday[1:]}, {date_short(day, locale)}"


def month(day: date, locale: str) -> str:
    """This will write the month in short, for the axis of a chart: jun."""
    return format_date(day, "LLL", locale=_babel(locale)).rstrip(".")


def month_year(day: date, locale: str) -> str:
    """This will write a month with its year: junho de 2026."""
    return format_skeleton("yMMMM", day, locale=_babel(locale))


def clock(moment: time | datetime | None, locale: str) -> str:
    """This will write the time of day: 9h42."""
    if moment is None:
        return UNKNOWN
    pattern = _words(_CLOCKS, locale)
    wall = moment.replace(tzinfo=None)
    return format_time(wall, pattern, locale=_babel(locale)).replace(" ", NBSP)


def days_until(day: date | None, locale: str, *, today: date) -> str:
    """This will say how far a date is: em 63 dias, amanhã, hoje, há 3 dias."""
    if day is None:
        return UNKNOWN
    away = (day - today).days
    return _near(away, locale) or _distance(timedelta(days=away), locale, unit="day")


def relative(moment: datetime | None, locale: str, *, now: datetime) -> str:
    """This will say when something was or will be, as one says it in a timeline."""
    if moment is None:
        return UNKNOWN
    gap = moment - now
    if abs(gap) < timedelta(minutes=1):
        return _translated(_NOW, locale)
    if abs(gap) < timedelta(hours=1):
        return _distance(gap, locale, unit="minute")
    near = _near((moment.date() - now.date()).days, locale)
    return f"{near}, {clock(moment, locale)}" if near else date_short(moment.date(), locale)


def duration(seconds: float | None, locale: str) -> str:
    """This will say how long something takes: 2 minutos."""
    if seconds is None:
        return UNKNOWN
    return format_timedelta(timedelta(seconds=seconds), threshold=1.2, locale=_babel(locale))


def file_size(size: int | None, locale: str) -> str:
    """This will write a number of bytes: 1,4 MB."""
    if size is None:
        return UNKNOWN
    for scale, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= scale:
            return f"{number(size / scale, locale)}{NBSP}{unit}"
    return f"{number(size, locale)}{NBSP}B"


def is_portuguese(locale: str) -> bool:
    """This will say whether the Brazilian words and patterns apply."""
    return locale.lower().startswith("pt")


@cache
def _babel(locale: str) -> Locale:
    return Locale("pt", "BR") if is_portuguese(locale) else Locale("en")


def _words(table: dict[str, T], locale: str) -> T:
    return table["pt" if is_portuguese(locale) else "en"]


def _translated(msgid: str, locale: str) -> str:
    with override(locale):
        return gettext(msgid)


def _near(days: int, locale: str) -> str:
    """Today and its neighbours; empty further away."""
    return _translated(_NEAR[days], locale) if days in _NEAR else ""


def _distance(gap: timedelta, locale: str, *, unit: str) -> str:
    return format_timedelta(
        gap,
        granularity=unit,  # type: ignore[arg-type]
        threshold=10**9,
        add_direction=True,
        locale=_babel(locale),
    )


def _sign(value: Number, is_signed: bool = False) -> str:
    if value < 0:
        return MINUS
    return "+" if is_signed and value > 0 else ""


@cache
def _symbol(currency: str, locale: str) -> str:
    return get_currency_symbol(currency, _babel(locale))


def _rounded(value: Number, digits: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@lru_cache(maxsize=8192)
def _decimal(value: Decimal, locale: str, *, least: int, most: int) -> str:
    rounded = _rounded(value, most)
    pattern = "#,##0" + ("." + "0" * least + "#" * (most - least) if most else "")
    return format_decimal(rounded, pattern, locale=_babel(locale))


def _three_figures(value: Decimal) -> Decimal:
    if not value:
        return value
    return value.quantize(Decimal(1).scaleb(value.adjusted() - 2), ROUND_HALF_UP)


def _scaled(value: Decimal, locale: str) -> str:
    digits = 2 - value.adjusted()
    whole = value == value.to_integral_value()
    return _decimal(value, locale, least=0 if whole else digits, most=max(digits, 0))
