"""What can be known about a customer: typed, named, documented facts and their catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

import polars as pl
from polars.datatypes import DataType, DataTypeClass

# Words for people: an English msgid, or a lazy translation that `str()` turns into one.
Words: TypeAlias = object

Direction = Literal["better", "worse", "neutral"]

_KNOWN = ("is known", "is unknown")
_SET = ("=", "!=", "in", "not in")
_ORDERED = ("=", "!=", "<", "<=", ">", ">=", "between", "in", "not in", *_KNOWN)


class Kind(StrEnum):
    """This will say what a fact's values are, how a frame stores them and what may be asked."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    RATE = "rate"
    DAYS = "days"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TAGS = "tags"
    SERIES = "series"

    @property
    def dtype(self) -> DataType | DataTypeClass:
        """This will name the Polars type of a column of this kind (money is whole cents)."""
        return _DTYPES[self]

    @property
    def operators(self) -> tuple[str, ...]:
        """This will list the operators a condition may use on this kind, in screen order."""
        return _OPERATORS[self]


_DTYPES: Mapping[Kind, DataType | DataTypeClass] = {
    Kind.TEXT: pl.String(),
    Kind.INTEGER: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.MONEY: pl.Int64(),
    Kind.RATE: pl.Float64(),
    Kind.DAYS: pl.Int64(),
    Kind.DATE: pl.Date(),
    Kind.BOOLEAN: pl.Boolean(),
    Kind.CHOICE: pl.String(),
    Kind.TAGS: pl.List(pl.String()),
    Kind.SERIES: pl.List(pl.Float64()),
}

_OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: (*_SET, "contains", "starts with", *_KNOWN),
    Kind.INTEGER: _ORDERED,
    Kind.NUMBER: _ORDERED,
    Kind.MONEY: _ORDERED,
    Kind.RATE: _ORDERED,
    Kind.DAYS: _ORDERED,
    Kind.DATE: _ORDERED,
    Kind.BOOLEAN: ("=", "!=", *_KNOWN),
    Kind.CHOICE: (*_SET, *_KNOWN),
    Kind.TAGS: ("contains", "in", "not in", *_KNOWN),
    Kind.SERIES: (),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """This will describe one column of the fact sheet: its name, type and words.

    `phrases` maps an operator to a sentence part such as "renews within {value}". An operator
    followed by " -" (such as "<= -") is used when the value is negative, and shows it unsigned:
    "use fell by {value} or more". `unit` of a money fact is its currency ("" means BRL).
    """

    name: str
    kind: Kind
    label: Words
    help: Words
    family: str
    unit: str = ""
    phrases: Mapping[str, Words] = field(default_factory=dict, hash=False)
    choices: Mapping[str, Words] = field(default_factory=dict, hash=False)
    higher_is: Direction = "neutral"


Catalogue: TypeAlias = Mapping[str, Fact]


def catalogue(*facts: Fact) -> dict[str, Fact]:
    """This will index facts by name, and refuse two facts of one name."""
    index = {fact.name: fact for fact in facts}
    if len(index) != len(facts):
        names = [fact.name for fact in facts]
        raise ValueError(f"facts named twice: {sorted({n for n in names if names.count(n) > 1})}")
    return index
