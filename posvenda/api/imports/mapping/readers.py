"""Readers: from a cell to the typed value of a field, by the field's type and the column."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from posvenda.api.imports.mapping import identifiers, values
from posvenda.api.imports.mapping.choices import CHOICES
from posvenda.api.imports.mapping.mapping import Column, Formats
from posvenda.api.imports.mapping.targets import fold
from posvenda.api.imports.mapping.values import Bad
from posvenda.core.money import to_cents

SHORT, LONG = 500, 20_000
KEY_LIMIT = 120
Read = Callable[[Any], Any]


@dataclass(frozen=True)
class Setting:
    """What the installation adds: its time zone, area code and currency."""

    zone: tzinfo
    ddd: str = "11"
    currency: str = "BRL"


def reader(kind: str, column: Column, formats: Formats, setting: Setting) -> Read:
    """This will give the reader for a type of field with the column's own formats."""
    read = _plain_reader(kind, column, formats, setting)
    return _translating(column.values, read) if column.values else read


def _plain_reader(kind: str, column: Column, formats: Formats, setting: Setting) -> Read:
    decimal = formats.decimal or column.decimal or ","
    order = _order(column, formats)
    zone = setting.zone
    if kind in CHOICES:
        return _choosing(CHOICES[kind])
    readers: dict[str, Read] = {
        "text": lambda cell: _limited(values.text(cell), SHORT),
        "long_text": lambda cell: _limited(values.text(cell), LONG),
        "key": lambda cell: _mended(values.key(cell), column),
        "zip": lambda cell: _postal(_mended(values.key(cell), column)),
        "number": lambda cell: values.number(cell, decimal=decimal),
        "price": lambda cell: _whole_units(values.number(cell, decimal=decimal), column),
        "cents": _counting_cents(column, decimal),
        "integer": lambda cell: values.integer(cell, decimal=decimal),
        "boolean": values.boolean,
        "moment": lambda cell: values.moment(cell, order=order, zone=zone),
        "day": lambda cell: values.day(cell, order=order, zone=zone),
        "email": identifiers.email_cell,
        "tax_id": identifiers.tax_id_cell,
        "phone": lambda cell: identifiers.phone_cell(cell, ddd=setting.ddd),
        "currency": identifiers.currency_cell,
        "tags": _tags,
        "any": _any_reader(column.kind, decimal, order, zone),
    }
    return readers[kind]


def _order(column: Column, formats: Formats) -> str:
    """The order of dates: what the person said, unless the column is plainly year first."""
    if column.dates == "ymd":
        return "ymd"
    return formats.dates or column.dates or "dmy"


def _any_reader(kind: str, decimal: str, order: str, zone: tzinfo) -> Read:
    match kind:
        case "number":
            return lambda cell: _plain(values.number(cell, decimal=decimal))
        case "boolean":
            return values.boolean
        case "date":
            return lambda cell: values.day(cell, order=order, zone=zone)
    return lambda cell: _limited(values.text(cell), SHORT)


def _plain(value: Decimal | None) -> int | Decimal | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value


def _translating(words: Any, read: Read) -> Read:
    """Words with a meaning of their own; the others are read as the field reads them."""
    known = {fold(str(word)): value for word, value in words.items()}

    def translate(cell: Any) -> Any:
        text = values.text(cell)
        word = "" if text is None else fold(text)
        return known[word] if word in known else read(cell)

    return translate


def _counting_cents(column: Column, decimal: str) -> Read:
    """Amounts as whole cents: written in the currency's unit, or in cents already."""
    if column.unit != "cents":
        return lambda cell: values.cents(cell, decimal=decimal)

    def read(cell: Any) -> int | None:
        value = values.number(cell, decimal=decimal)
        return None if value is None else to_cents(value / 100)

    return read


def _whole_units(value: Decimal | None, column: Column) -> Decimal | None:
    return value / 100 if value is not None and column.unit == "cents" else value


def _choosing(words: Any) -> Read:
    def choose(cell: Any) -> str | None:
        text = values.text(cell)
        if text is None:
            return None
        word = fold(text)
        for each in (word, word.replace(" ", ""), word.partition(" ")[0]):
            if each in words:
                return str(words[each])
        raise Bad("not_a_choice", value=text[:40], choices=", ".join(dict.fromkeys(words.values())))

    return choose


def _mended(key: str | None, column: Column) -> str | None:
    if key is None:
        return None
    if len(key) > KEY_LIMIT:
        raise Bad("too_long", length=len(key), limit=KEY_LIMIT)
    key = key.zfill(column.pad) if column.pad and key.isdigit() else key
    return (key.upper() if column.upper else key) + column.suffix


def _postal(code: str | None) -> str | None:
    """A CEP with the leading zero a spreadsheet drops."""
    is_short = code is not None and len(code) == 7 and code.isdigit()
    return code.zfill(8) if is_short and code is not None else code


def _limited(text: str | None, limit: int) -> str | None:
    return text if text is None else text[:limit]


def _tags(cell: Any) -> list[str] | None:
    text = values.text(cell)
    if text is None:
        return None
    return [
        tag.strip() for tag in text.replace("|", ",").replace(";", ",").split(",") if tag.strip()
    ]
