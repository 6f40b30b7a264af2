"""Saying a condition in the words of a person: "use fell by 30% or more and renews in 90 days"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from posvenda.core.conditions.tree import All, Any, Compare, Condition, Not, Scalar, Today, Value
from posvenda.core.conditions.values import Mismatch, normal
from posvenda.core.conditions.writing import to_text
from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.core.money import Money

NEGATIVE = " -"


class Words(Protocol):
    """This will supply the words of one language.

    `value` gets the value in the form of the fact's kind: `Money` for money, whole days (int) for
    durations, float for rates and numbers, `date` or `Today` for dates, str for choices, texts and
    tags, and a tuple of these for lists. `phrase` is also asked with the operator followed by " -"
    when the value is negative. `join_all` and `join_any` get two texts or more.
    """

    def label(self, fact: Fact) -> str: ...
    def phrase(self, fact: Fact, op: str) -> str | None: ...
    def value(self, fact: Fact, value: Scalar | tuple[Scalar, ...], op: str) -> str: ...
    def op(self, op: str) -> str: ...
    def join_all(self, texts: Sequence[str]) -> str: ...
    def join_any(self, texts: Sequence[str]) -> str: ...
    def negate(self, text: str) -> str: ...


def describe(condition: Condition, catalogue: Catalogue, words: Words) -> str:
    """This will say a condition in the given words; brackets show only where they are needed."""
    match condition:
        case All(parts):
            return words.join_all([_part(part, catalogue, words) for part in parts])
        case Any(parts):
            return words.join_any([_part(part, catalogue, words) for part in parts])
        case Not(part):
            return words.negate(_part(part, catalogue, words))
        case Compare(name, _, _) if name in catalogue:
            return _comparison(condition, catalogue[name], words)
    return to_text(condition)


def _part(part: Condition, catalogue: Catalogue, words: Words) -> str:
    text = describe(part, catalogue, words)
    return f"({text})" if isinstance(part, All | Any) else text


def _comparison(comparison: Compare, fact: Fact, words: Words) -> str:
    op = comparison.op
    try:
        value = _normal(comparison.value, fact)
    except Mismatch:
        return to_text(comparison)
    if value is None:
        return words.phrase(fact, op) or f"{words.label(fact)} {words.op(op)}"
    falling = words.phrase(fact, op + NEGATIVE) if _is_negative(value) else None
    phrase = falling or words.phrase(fact, op)
    if phrase is None:
        return f"{words.label(fact)} {words.op(op)} {words.value(fact, value, op)}"
    is_unsigned = _is_negative(value) and (falling is not None or fact.kind is Kind.RATE)
    shown = words.value(fact, _unsigned(value) if is_unsigned else value, op)
    return phrase.replace("{value}", shown)


def _normal(value: Value, fact: Fact) -> Scalar | tuple[Scalar, ...] | None:
    if isinstance(value, tuple):
        return tuple(normal(each, fact) for each in value)
    return None if value is None else normal(value, fact)


def _is_negative(value: Scalar | tuple[Scalar, ...]) -> bool:
    match value:
        case Money(cents, _):
            return cents < 0
        case int() | float():
            return value < 0
    return False


def _unsigned(value: Scalar | tuple[Scalar, ...]) -> Scalar | tuple[Scalar, ...]:
    match value:
        case Money(cents, currency):
            return Money(abs(cents), currency)
        case int() | float():
            return abs(value)
    return value


class EnglishWords:
    """This will supply plain English, for tests, docs and the command line without a locale."""

    def label(self, fact: Fact) -> str:
        return str(fact.label)

    def phrase(self, fact: Fact, op: str) -> str | None:
        return str(fact.phrases[op]) if op in fact.phrases else None

    def value(self, fact: Fact, value: Scalar | tuple[Scalar, ...], op: str) -> str:
        if isinstance(value, tuple):
            texts = [self.value(fact, each, op) for each in value]
            return f"{texts[0]} and {texts[1]}" if op == "between" else self.join_any(texts)
        if fact.kind is Kind.CHOICE:
            return str(fact.choices.get(str(value), value))
        if fact.kind is Kind.RATE and isinstance(value, int | float):
            return f"{round(value * 100, 2):g}%"
        return _english(value, is_days=fact.kind is Kind.DAYS)

    def op(self, op: str) -> str:
        return _ENGLISH_OPERATORS[op]

    def join_all(self, texts: Sequence[str]) -> str:
        return " and ".join(texts)

    def join_any(self, texts: Sequence[str]) -> str:
        return " or ".join(texts)

    def negate(self, text: str) -> str:
        return f"not {text}" if text.startswith("(") else f"not ({text})"


def _english(value: Scalar, *, is_days: bool) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Money(cents, currency):
            return f"{currency} {cents / 100:,.2f}"
        case int() if is_days:
            return "1 day" if value == 1 else f"{value} days"
        case int() | float():
            return f"{value:,}"
        case Today(0):
            return "today"
        case Today(days):
            return f"{abs(days)} days {'ago' if days < 0 else 'from today'}"
        case date():
            return value.isoformat()
    return str(value)


_ENGLISH_OPERATORS: Mapping[str, str] = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "in": "is one of",
    "not in": "is none of",
    "contains": "contains",
    "starts with": "starts with",
    "between": "is between",
    "is known": "is known",
    "is unknown": "is unknown",
}

ENGLISH = EnglishWords()
