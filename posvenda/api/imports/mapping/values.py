"""Values as people write them: numbers, money, dates, yes and no, keys.

Each reader takes a cell and gives a typed value, None for an empty cell, or raises ``Bad`` with a
code and parameters of ``problems``.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, TypeVar

from posvenda.api.imports.mapping.months import MONTHS
from posvenda.core.money import to_cents

D = TypeVar("D", date, datetime)
EXCEL_DAY_ZERO = date(1899, 12, 30)
YEARS = range(1900, 2101)
BIGGEST = Decimal(10) ** 15

_CURRENCY = re.compile(r"(?:R\$|US\$|[$€£]|\b(?:BRL|USD|EUR|GBP)\b)", re.IGNORECASE)
_SPACES = re.compile(r"[\s   ']+")
_GROUPED = {
    ",": re.compile(r"[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d*)?"),
    ".": re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:[eE][-+]?\d{1,3})?"),
}
_BARE = re.compile(r"[-+]?\d*[.,]\d+")
_YEARLESS = re.compile(r"\d{1,2}[-/.](?:\d{1,2}|[^\W\d]{3,9}\.?)|\d{1,2} de [^\W\d]+")
_FLOAT_ID = re.compile(r"(-?\d+)\.0+")
_SCIENTIFIC_ID = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,2}")
_DATE = re.compile(
    r"(\d{1,4})[-/. ](\d{1,2}|[^\W\d]{3,9}\.?)[-/. ](\d{1,4})"
    r"(?:,?[ T]+(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?")
_WORDED = re.compile(r"(\d{1,2})º? de ([^\W\d]+) de (\d{4})|([^\W\d]+)\.? (\d{1,2}),? (\d{4})")
YES = frozenset(
    "sim s true t yes y 1 1.0 x verdadeiro v on ativo ativa active".split()  # noqa: SIM905
)
NO = frozenset(
    "não nao n false f no 0 0.0 falso off inativo inativa inactive".split()  # noqa: SIM905
)


class Bad(ValueError):
    """Raised for a cell that cannot be read; the code and its parameters say why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Noted(NamedTuple):
    """A value that was read with a doubt worth a warning."""

    value: Any
    code: str
    params: dict[str, Any]


def text(cell: Any) -> str | None:
    """This will read a text without the white space around it."""
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.isoformat(sep=" ")
    return str(cell).strip().replace("\0", "") or None


def key(cell: Any) -> str | None:
    """This will read an identifier: 17850.0 is 17850, for spreadsheets make numbers of them."""
    plain = text(cell)
    if plain is None:
        return None
    whole = _FLOAT_ID.fullmatch(plain)
    if whole:
        return whole[1]
    if _SCIENTIFIC_ID.fullmatch(plain):
        return str(int(Decimal(plain.replace(",", "."))))
    return plain


def number(cell: Any, *, decimal: str = ".") -> Decimal | None:
    """This will read a number with this decimal sign, thousands grouped by the other one.

    Currency signs, spaces, (1.234,56) and 1.234,56- are understood. A number that this sign cannot
    explain but the other one can (1234.5 among 1.234,50) is read by the other one.
    """
    if cell is not None and not isinstance(cell, str):
        return _bounded(_exact(cell))
    bare = _bare(text(cell) or "")
    return _parsed(bare, decimal) if bare else None


def _exact(cell: Any) -> Decimal:
    if isinstance(cell, Decimal):
        return cell
    return Decimal(repr(cell) if isinstance(cell, float) else int(cell))


def _parsed(bare: str, decimal: str) -> Decimal | None:
    """The number by this sign, else by the other one where that is certain."""
    for sign in (decimal, "." if decimal == "," else ","):
        if _GROUPED[sign].fullmatch(bare):
            if sign != decimal and not _is_certain(bare):
                continue
            return _bounded(_decimal(bare, sign))
    if _BARE.fullmatch(bare):
        return _bounded(Decimal(bare.replace(",", ".")))
    raise _not_a_number(bare, decimal)


def _bare(plain: str) -> str:
    """The digits and signs, without currency and spaces; a minus in front."""
    bare = _SPACES.sub("", _CURRENCY.sub("", plain)).replace("−", "-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if bare.endswith("-") and len(bare) > 1:
        bare = f"-{bare[:-1]}"
    return "" if bare in ("-", "—", "–") else bare


def _is_certain(bare: str) -> bool:
    """Whether only one reading is possible: both signs, or one that cannot group thousands."""
    return ("." in bare and "," in bare) or not re.fullmatch(r"[-+]?\d{1,3}[.,]\d{3}", bare)


def _decimal(bare: str, sign: str) -> Decimal:
    plain = bare.replace("." if sign == "," else ",", "").replace(sign, ".")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise Bad("not_a_number") from error


def _bounded(value: Decimal) -> Decimal | None:
    if value.is_nan():
        return None
    if abs(value) >= BIGGEST:
        raise Bad("too_big")
    return value.normalize()


def _not_a_number(bare: str, decimal: str) -> Bad:
    """The refusal; with a guess when the digits are there and only the signs are odd."""
    if re.fullmatch(r"[-+]?[\d.,]*\d%", bare):
        return Bad("percent")
    if not re.fullmatch(r"[-+]?[\d.,]*\d[\d.,]*", bare) or len(bare) > 20:
        return Bad("not_a_number")
    last = max(bare.rfind("."), bare.rfind(","))
    whole, part = re.sub(r"\D", "", bare[:last]), re.sub(r"\D", "", bare[last:])
    group = "." if decimal == "," else ","
    guess = f"{int(whole or 0):,}".replace(",", group) + (decimal + part if part else "")
    return Bad("not_a_number_maybe", guess=guess)


def cents(cell: Any, *, decimal: str = ".") -> int | None:
    """This will read an amount of money as whole cents, a half cent going to the even one."""
    value = number(cell, decimal=decimal)
    return None if value is None else to_cents(value)


def integer(cell: Any, *, decimal: str = ".") -> int | None:
    """This will read a whole number that is not below zero."""
    value = number(cell, decimal=decimal)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise Bad("not_whole")
    if value < 0:
        raise Bad("negative")
    if value > 2_147_483_647:
        raise Bad("too_big")
    return int(value)


def boolean(cell: Any) -> bool | None:
    """This will read yes or no in Portuguese, English, or as 1 and 0."""
    if cell is None or isinstance(cell, bool):
        return cell
    plain = text(cell)
    if plain is None:
        return None
    word = plain.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Bad("not_yes_or_no")


def moment(cell: Any, *, order: str = "ymd", zone: tzinfo) -> date | datetime | None:
    """This will read a date, or a date with its time as a moment in UTC."""
    if isinstance(cell, datetime):
        return _in_utc(_sound(cell), zone)
    if isinstance(cell, date):
        return _sound(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(float(cell), zone)
    plain = text(cell)
    if plain is None:
        return None
    found = _iso(plain)
    if found is None:
        found = _written(plain, order)
    if isinstance(found, datetime):
        return _in_utc(_sound(found), zone)
    return _sound(found)


def day(cell: Any, *, order: str = "ymd", zone: tzinfo) -> date | None:
    """This will read a date and drop its time."""
    found = moment(cell, order=order, zone=zone)
    if isinstance(found, datetime):
        return found.astimezone(zone).date()
    return found


def _iso(plain: str) -> date | datetime | None:
    """A date in ISO 8601; " UTC" and fractions of any length are understood."""
    try:
        if len(plain) == 10:
            return date.fromisoformat(plain)
        if len(plain) > 15 and plain[4] == "-" and plain[7] == "-":
            return datetime.fromisoformat(plain.removesuffix(" UTC") + _utc(plain))
    except ValueError:
        pass
    return None


def _utc(plain: str) -> str:
    return "+00:00" if plain.endswith(" UTC") else ""


def _written(plain: str, order: str) -> date | datetime:
    """A date in digits or words, in this order of day, month and year."""
    if match := _DATE.fullmatch(plain):
        first, second, third, *clock = match.groups()
        return _made(_ordered(first, second, third, order), clock, order)
    if match := _COMPACT.fullmatch(plain):
        year, month, day_, *clock = match.groups()
        return _made((year, month, day_), [*clock, None], order)
    if match := _WORDED.fullmatch(plain):
        day_, month, year, month_en, day_en, year_en = match.groups()
        parts = (year or year_en, _month(month or month_en, order), day_ or day_en)
        return _made(parts, [None] * 4, order)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", plain):
        return EXCEL_DAY_ZERO + timedelta(days=int(float(plain)))
    if _YEARLESS.fullmatch(plain):
        raise Bad("no_year", example=EXAMPLES.get(order, EXAMPLES["ymd"]))
    if match := re.fullmatch(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})", plain):
        return datetime.fromtimestamp(int(match[1] or match[2][:-3]), UTC)
    raise _not_a_date(order)


def _ordered(first: str, second: str, third: str, order: str) -> tuple[str, str, str]:
    """Year, month and day as texts."""
    if not second.isdigit():
        month = _month(second, order)
        return (first, month, third) if len(first) == 4 else (third, month, first)
    if len(first) == 4:
        return first, second, third
    if order == "mdy":
        return third, first, second
    if order == "ymd" and len(third) != 4:
        return first, second, third
    return third, second, first


def _month(word: str, order: str) -> str:
    number_ = MONTHS.get(word.lower().rstrip(".")[:3])
    if number_ is None:
        raise _not_a_date(order)
    return str(number_)


def _made(parts: tuple[str, str, str], clock: list[str | None], order: str) -> date | datetime:
    year, month, day_ = map(int, parts)
    if len(parts[0]) <= 2:
        year += 2000 if year < 70 else 1900
    hour, minute, second, half = clock
    try:
        if hour is None:
            return date(year, month, day_)
        hours = int(hour) % 12 + (12 if half.lower() == "pm" else 0) if half else int(hour)
        return datetime(year, month, day_, hours, int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError as error:
        if year not in YEARS:
            raise Bad("date_out_of_range", year=year) from error
        if 1 <= month <= 12 and day_ in (29, 30, 31):
            raise Bad("no_such_day", day=day_, month=month, year=year) from error
        raise _not_a_date(order) from error


def _serial(value: float, zone: tzinfo) -> date | datetime:
    """A spreadsheet's day number, or seconds or milliseconds since 1970."""
    if 20_000 <= value < 80_000:
        return EXCEL_DAY_ZERO + timedelta(days=int(value))
    if 19_000_101 <= value < 21_001_231:
        return _sound(_written(str(int(value)), "ymd"))
    for unit in (1, 1_000):
        if 10**8 <= value / unit < 5 * 10**9:
            return datetime.fromtimestamp(value / unit, UTC)
    raise _not_a_date("ymd")


def _sound(found: D) -> D:
    if found.year not in YEARS:
        raise Bad("date_out_of_range", year=found.year)
    return found


def _in_utc(found: datetime, zone: tzinfo) -> datetime:
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


EXAMPLES = {"dmy": "31/12/2026", "mdy": "12/31/2026", "ymd": "2026-12-31"}


def _not_a_date(order: str) -> Bad:
    return Bad("not_a_date", example=EXAMPLES.get(order, EXAMPLES["ymd"]))
