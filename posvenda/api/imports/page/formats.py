"""How a table's values read, as selects: what the file itself decided and a person may change."""

from collections.abc import Collection
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from posvenda.api.imports.mapping.mapping import Mapping
from posvenda.api.imports.mapping.profile import Profile
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.plan import CURRENCY, FORMATS

SHOWN = ("decimal", "dates", "ends", "currency")
NAMES = (*SHOWN, "time_zone", "negative", "nobody")
CURRENCIES = ("BRL", "USD", "EUR", "GBP", "ARS", "CLP", "COP", "MXN", "PEN", "UYU")
LABELS = {
    "decimal": (gettext_noop("Decimals are parted by"), ""),
    "dates": (
        gettext_noop("Dates are written"),
        gettext_noop("3/4/2026 can be 3 April or 4 March"),
    ),
    "ends": (
        gettext_noop("The end date is"),
        gettext_noop("Inside the product the end is always the first day that no longer counts"),
    ),
    "currency": (gettext_noop("Amounts are in"), ""),
}
WORDS = {
    ",": gettext_noop("a comma: 1.234,56"),
    ".": gettext_noop("a point: 1,234.56"),
    "dmy": gettext_noop("day, month, year"),
    "mdy": gettext_noop("month, day, year"),
    "ymd": gettext_noop("year, month, day"),
    "inclusive": gettext_noop("the last day that counts"),
    "exclusive": gettext_noop("the first day that no longer counts"),
}


@dataclass(frozen=True)
class Choice:
    """One option of a select."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class FormatRow:
    """One way of reading, with what can be chosen."""

    name: str
    label: str
    hint: str
    choices: list[Choice]


def rows(
    mapping: Mapping, profiles: Map[str, Profile], *, asked: Collection[str]
) -> list[FormatRow]:
    """This will give the ways of reading that matter for this table and are no open question."""
    if not mapping.outputs:
        return []
    kinds = {found.kind for found in profiles.values()}
    record = BY_NAME[mapping.record]
    matters = {
        "decimal": "number" in kinds,
        "dates": any(f.kind == "date" and f.order != "ymd" for f in profiles.values()),
        "ends": mapping.record == "contract",
        "currency": record.field("currency") is not None,
    }
    current = vars(mapping.formats)
    wanted = [name for name in SHOWN if matters[name] and name not in asked]
    return [_row(name, current.get(name) or "") for name in wanted]


def _row(name: str, current: str) -> FormatRow:
    label, hint = LABELS[name]
    options = FORMATS.get(name, CURRENCIES)
    now = current or (CURRENCY if name == "currency" else options[0])
    known = dict.fromkeys([*options, now])
    choices = [Choice(o, _(WORDS[o]) if o in WORDS else o, o == now) for o in known]
    return FormatRow(name, _(label), _(hint) if hint else "", choices)


def taken(data: Map[str, Any], number: int, mapping: Mapping) -> dict[str, str]:
    """This will give the formats a person chose for a table, in selects and in questions."""
    current = vars(mapping.formats)
    said = {name: str(data.get(f"t{number}-{name}", "")) for name in NAMES}
    return {
        name: value
        for name, value in said.items()
        if value and value in (*_allowed(name), current[name])
    }


def _allowed(name: str) -> tuple[str, ...]:
    if name == "time_zone":
        return (timezone.get_default_timezone_name(), "UTC")
    return FORMATS.get(name, CURRENCIES)
