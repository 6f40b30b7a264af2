"""Bringing a value of the language to the type of the fact it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from posvenda.core.conditions.tree import Days, Scalar, Today
from posvenda.core.facts import Fact, Kind
from posvenda.core.money import Money, to_cents


class Mismatch(ValueError):
    """The value cannot be compared with a fact of this kind."""


def normal(value: Scalar, fact: Fact) -> Scalar:
    """This will give the value in the one form of the fact's kind, or raise Mismatch.

    Money becomes `Money`, durations whole days (int), rates and numbers float, dates `date` or
    `Today`, choices, texts and tags str.
    """
    return _NORMAL[fact.kind](value, fact)


def plain(value: Scalar, as_of: date) -> bool | int | float | str | date:
    """This will give a normal value as a frame stores it: money in cents, days as dates."""
    match value:
        case Money(cents, _):
            return cents
        case Days(days):
            return days
        case Today(days):
            return as_of + timedelta(days=days)
    return value


def currency(fact: Fact) -> str:
    """This will name the currency of a money fact."""
    return fact.unit or "BRL"


def _whole_or_real(value: Scalar, _: Fact) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mismatch
    return value


def _real(value: Scalar, fact: Fact) -> Scalar:
    number = _whole_or_real(value, fact)
    return float(number) if isinstance(number, int | float) else number


def _money(value: Scalar, fact: Fact) -> Scalar:
    match value:
        case Money():
            return value
        case bool():
            raise Mismatch
        case int() | float():
            return Money(to_cents(Decimal(repr(value))), currency(fact))
    raise Mismatch


def _days(value: Scalar, _: Fact) -> Scalar:
    match value:
        case Days(days):
            return days
        case bool():
            raise Mismatch
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
    raise Mismatch


def _date(value: Scalar, _: Fact) -> Scalar:
    match value:
        case Today() | date():
            return value
        case str():
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise Mismatch from error
    raise Mismatch


def _boolean(value: Scalar, _: Fact) -> Scalar:
    if not isinstance(value, bool):
        raise Mismatch
    return value


def _text(value: Scalar, _: Fact) -> Scalar:
    if not isinstance(value, str):
        raise Mismatch
    return value


def _none(value: Scalar, _: Fact) -> Scalar:
    raise Mismatch


_NORMAL: Mapping[Kind, Callable[[Scalar, Fact], Scalar]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _whole_or_real,
    Kind.NUMBER: _real,
    Kind.MONEY: _money,
    Kind.RATE: _real,
    Kind.DAYS: _days,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _text,
    Kind.TAGS: _text,
    Kind.SERIES: _none,
}
