"""Values in JSON: texts without NULs, moments with their zone, days, whole numbers, names."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from posvenda.api.imports.mapping.values import YEARS

CENTS = 10**15
COUNT = 2_147_483_647
KEY = 120
MOMENT_PATTERN = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$"


class In(Schema):
    """What a program sends: exactly the fields there are, of exactly their types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(Schema):
    """What a program gets."""

    model_config = ConfigDict(extra="forbid")


def _clean(text: str) -> str:
    """The text as the importer reads it: no NUL, no space around it."""
    return text.replace("\0", "").strip()


def _filled(text: str) -> str:
    if not text:
        raise PydanticCustomError("required", "empty")
    return text


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("not_a_moment", "not a moment")
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise PydanticCustomError("not_a_moment", "not a moment") from error
    if found.tzinfo is None or "T" not in value.upper():
        raise PydanticCustomError("not_a_moment", "no time zone")
    _year(found.year)
    return found.astimezone(UTC)


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != 10:
        raise PydanticCustomError("not_a_day", "not a date")
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("not_a_day", "not a date") from error
    _year(found.year)
    return found


def _year(year: int) -> None:
    if year not in YEARS or year == YEARS[0] or year == YEARS[-1]:
        raise PydanticCustomError("date_out_of_range", "odd year", {"year": year})


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _exact(value: Any) -> Any:
    """A number, or text of digits with a dot, as an exact decimal; never more than 9 places."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise PydanticCustomError("not_number", "not a number")
    try:
        found = Decimal(repr(value) if isinstance(value, float) else value)
    except ArithmeticError as error:
        raise PydanticCustomError("not_number", "not a number") from error
    if not found.is_finite() or abs(found) > 10**9:
        raise PydanticCustomError("too_big", "too big", {"limit": "1000000000"})
    return round(found, 9).normalize() + 0


Cleaned = AfterValidator(_clean)
Filled = AfterValidator(_filled)
Text16 = Annotated[str, Field(max_length=16), Cleaned]
Text24 = Annotated[str, Field(max_length=24), Cleaned]
Text40 = Annotated[str, Field(max_length=40), Cleaned]
Text80 = Annotated[str, Field(max_length=80), Cleaned]
Text120 = Annotated[str, Field(max_length=120), Cleaned]
Text200 = Annotated[str, Field(max_length=200), Cleaned]
Text300 = Annotated[str, Field(max_length=300), Cleaned]
Long = Annotated[str, Field(max_length=20_000), Cleaned]
Body = Annotated[str, Field(min_length=1, max_length=20_000), Cleaned, Filled]
Tag = Annotated[str, Field(min_length=1, max_length=40), Cleaned, Filled]
Key80 = Annotated[str, Field(min_length=1, max_length=80), Cleaned, Filled]
Key = Annotated[str, Field(min_length=1, max_length=KEY), Cleaned, Filled]
Name120 = Annotated[str, Field(min_length=1, max_length=120), Cleaned, Filled]
Name = Annotated[str, Field(min_length=1, max_length=200), Cleaned, Filled]
Id = Annotated[str, Field(max_length=400, examples=["k7w2mzq4d9hr5tbx"])]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "examples": ["2026-06-16T09:30:00-03:00"],
        }
    ),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-06-16"]}),
]
Whole = Annotated[int, BeforeValidator(_whole)]
Cents = Annotated[int, BeforeValidator(_whole), Field(ge=-CENTS, le=CENTS)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=COUNT)]
Number = Annotated[
    Decimal,
    BeforeValidator(_exact),
    WithJsonSchema({"type": "number", "minimum": -(10**9), "maximum": 10**9}),
]
Price = Annotated[
    Decimal,
    BeforeValidator(_exact),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": -(10**9), "maximum": 10**9},
                {"type": "string", "pattern": r"^-?\d{1,9}(\.\d{1,9})?$"},
            ]
        }
    ),
]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["BRL"])]
