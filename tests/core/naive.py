"""The condition language evaluated row by row in plain Python, as a second opinion."""

import math
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from posvenda.core.conditions import All, Any, Compare, Condition, Days, Money, Not, Scalar, Today
from posvenda.core.facts import Fact, Kind
from tests.core.sheets import AS_OF, FACTS


def holds(condition: Condition, row: dict[str, object]) -> bool | None:
    """True, False or None where it is not known."""
    match condition:
        case Not(part):
            found = holds(part, row)
            return None if found is None else not found
        case All(parts):
            found = [holds(part, row) for part in parts]
            return False if False in found else None if None in found else True
        case Any(parts):
            found = [holds(part, row) for part in parts]
            return True if True in found else None if None in found else False
    return _compare(condition, row)


def _compare(compare: Compare, row: dict[str, object]) -> bool | None:
    fact, value = FACTS[compare.fact], row[compare.fact]
    if isinstance(value, float) and math.isnan(value):
        value = None
    if compare.op in ("is known", "is unknown"):
        return (value is None) == (compare.op == "is unknown")
    if value is None:
        return None
    wanted = compare.value if isinstance(compare.value, tuple) else (compare.value,)
    return _ask(fact, compare.op, value, [stored(fact, each) for each in wanted])


def _ask(fact: Fact, op: str, value, wanted) -> bool:
    if fact.kind is Kind.TAGS:
        return any(each in value for each in wanted) != (op == "not in")
    match op:
        case "in" | "not in":
            return (value in wanted) == (op == "in")
        case "contains":
            return fold(wanted[0]) in fold(value)
        case "starts with":
            return fold(value).startswith(fold(wanted[0]))
        case "between":
            return wanted[0] <= value <= wanted[1]
    return {
        "=": value == wanted[0],
        "!=": value != wanted[0],
        **({} if fact.kind in (Kind.TEXT, Kind.CHOICE, Kind.BOOLEAN) else _order(value, wanted[0])),
    }[op]


def _order(value, wanted) -> dict[str, bool]:
    return {"<": value < wanted, "<=": value <= wanted, ">": value > wanted, ">=": value >= wanted}


def stored(fact: Fact, value: Scalar):
    """The value as a sheet stores it."""
    match value:
        case Money(cents, _):
            return cents
        case Days(days):
            return days
        case Today(days):
            return AS_OF + timedelta(days=days)
        case bool() | date() | str():
            return value
    if fact.kind is Kind.MONEY:
        return round(Decimal(repr(value)) * 100)
    return value


def fold(text: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").lower()
