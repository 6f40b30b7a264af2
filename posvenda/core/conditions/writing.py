"""Writing a condition in its text form, such that reading it gives the same condition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from posvenda.core.conditions.tokens import NAME, RESERVED
from posvenda.core.conditions.tree import (
    All,
    Any,
    Compare,
    Condition,
    Days,
    Not,
    Scalar,
    Today,
    Value,
)
from posvenda.core.facts import Catalogue, Kind
from posvenda.core.money import Money, to_units


def to_text(condition: Condition, catalogue: Catalogue | None = None) -> str:
    """This will write a condition as text; a catalogue lets rates be written as percentages."""
    match condition:
        case All(parts):
            return " and ".join(_part(part, catalogue, All, Any) for part in parts)
        case Any(parts):
            return " or ".join(_part(part, catalogue, Any) for part in parts)
        case Not(part):
            return f"not {_part(part, catalogue, All, Any)}"
        case Compare(name, op, value):
            is_rate = bool(catalogue and name in catalogue and catalogue[name].kind is Kind.RATE)
            return " ".join(filter(None, (name, op, _operand(op, value, is_rate=is_rate))))


def _part(part: Condition, catalogue: Catalogue | None, *wrapped: type) -> str:
    text = to_text(part, catalogue)
    return f"({text})" if isinstance(part, wrapped) else text


def _operand(op: str, value: Value, *, is_rate: bool) -> str:
    if value is None:
        return ""
    if not isinstance(value, tuple):
        return scalar_text(value, is_rate=is_rate)
    texts = [scalar_text(each, is_rate=is_rate) for each in value]
    return " and ".join(texts) if op == "between" else f"[{', '.join(texts)}]"


def scalar_text(value: Scalar, *, is_rate: bool = False) -> str:
    """This will write one value as the language reads it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _rate(value) if is_rate else _number(value)
        case str():
            return value if _is_bare(value) else _quoted(value)
    return _dated(value)


def _dated(value: date | Money | Days | Today) -> str:
    match value:
        case Money(cents, currency):
            return f"{to_units(cents):f} {currency}"
        case Days(days):
            return f"{days}d"
        case Today(0):
            return "today"
        case Today(days):
            return f"today {'-' if days < 0 else '+'} {abs(days)}d"
        case date():
            return value.isoformat()


def _number(value: int | float) -> str:
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"


def _rate(value: int | float) -> str:
    text = format(Decimal(repr(value)).scaleb(2), "f")
    percent = (text.rstrip("0").rstrip(".") or "0") if "." in text else text
    return f"{percent}%"


def _is_bare(text: str) -> bool:
    return NAME.fullmatch(text) is not None and text.lower() not in RESERVED


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
