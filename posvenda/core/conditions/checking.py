"""Comparing a condition with the catalogue: unknown facts, wrong operators, wrong types."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from posvenda.core.conditions.errors import MESSAGES
from posvenda.core.conditions.tree import Compare, Condition, Scalar, Today, Value, comparisons
from posvenda.core.conditions.values import Mismatch, currency, normal
from posvenda.core.conditions.writing import scalar_text
from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.core.money import Money


@dataclass(frozen=True, slots=True)
class Problem:
    """This will say what is wrong with one comparison: a msgid, its figures and a near match."""

    code: str
    comparison: Compare
    params: Mapping[str, str]
    suggestion: str | None = None

    @property
    def message(self) -> str:
        """This will give the English msgid, with named placeholders."""
        return MESSAGES[self.code]

    def __str__(self) -> str:
        return self.message % self.params


def check(condition: Condition, catalogue: Catalogue) -> tuple[Problem, ...]:
    """This will list what keeps a condition from being asked of this catalogue."""
    return tuple(
        problem for each in comparisons(condition) for problem in _problems(each, catalogue)
    )


def _problems(comparison: Compare, catalogue: Catalogue) -> Iterator[Problem]:
    fact = catalogue.get(comparison.fact)
    if fact is None:
        yield _near("unknown_fact", comparison, comparison.fact, catalogue)
    elif comparison.op not in fact.kind.operators:
        yield Problem("operator", comparison, {"fact": fact.name, "operator": comparison.op})
    elif code := _shape(comparison.op, comparison.value):
        yield Problem(code, comparison, {"fact": fact.name, "operator": comparison.op})
    else:
        for value in each_value(comparison.value):
            yield from _value_problems(comparison, fact, value)
        yield from _order(comparison, fact)


def each_value(value: Value) -> tuple[Scalar, ...]:
    """This will give the values of a comparison as a tuple, empty for "is known"."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _shape(op: str, value: Value) -> str | None:
    match op, value:
        case (("is known" | "is unknown"), None):
            return None
        case (("is known" | "is unknown"), _):
            return "one_value"
        case (("in" | "not in"), tuple()) if value:
            return None
        case (("in" | "not in"), _):
            return "list_expected"
        case "between", (_, _):
            return None
        case "between", _:
            return "two_values"
    return "one_value" if value is None or isinstance(value, tuple) else None


def _value_problems(comparison: Compare, fact: Fact, value: Scalar) -> Iterator[Problem]:
    shown = scalar_text(value)
    try:
        found = normal(value, fact)
    except Mismatch:
        params = {"fact": fact.name, "kind": fact.kind.value, "value": shown}
        yield Problem("type", comparison, params)
        return
    if isinstance(found, Money) and found.currency != currency(fact):
        params = {"fact": fact.name, "currency": currency(fact), "value": found.currency}
        yield Problem("currency", comparison, params)
    if fact.kind is Kind.CHOICE and fact.choices and found not in fact.choices:
        yield _near("choice", comparison, str(found), fact.choices)


def _order(comparison: Compare, fact: Fact) -> Iterator[Problem]:
    if comparison.op != "between" or not isinstance(comparison.value, tuple):
        return
    try:
        low, high = (normal(value, fact) for value in comparison.value)
    except Mismatch:
        return
    if type(low) is type(high) and _sortable(low) > _sortable(high):
        yield Problem("two_values", comparison, {"fact": fact.name, "operator": "between"})


def _sortable(value: Scalar) -> float:
    match value:
        case date():
            return value.toordinal()
        case Money(cents=size) | Today(days=size):
            return size
        case int() | float():
            return value
    return 0.0


def _near(code: str, comparison: Compare, wrong: str, known: Mapping[str, object]) -> Problem:
    near = _nearest(wrong, known)
    params = {"fact": comparison.fact, "value": wrong, "suggestion": near or ""}
    return Problem(f"{code}_near" if near else code, comparison, params, near)


def _nearest(wrong: str, known: Mapping[str, object]) -> str | None:
    """This will find a name spelt alike, or one that ends in the same words."""
    close = difflib.get_close_matches(wrong[:80].lower(), known, n=1, cutoff=0.6)
    tails = [name for name in sorted(known) if name.rpartition(".")[2] == wrong.lower()]
    return next(iter([*tails, *close]), None)
