"""Asking a frame: one Polars expression for a whole condition, in three-valued logic.

A comparison with an unknown fact is neither true nor false, and so is its negation; "or" is true
when one side is, "and" false when one side is (Kleene). At the end unknown counts as no match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_, or_

import polars as pl

from posvenda.core.conditions.checking import check, each_value
from posvenda.core.conditions.tree import All, Any, Compare, Condition, Not
from posvenda.core.conditions.values import normal, plain
from posvenda.core.facts import Catalogue, Fact, Kind


class Unanswerable(ValueError):
    """The condition does not fit the catalogue; `check` lists why."""


def expression(condition: Condition, catalogue: Catalogue, *, as_of: date) -> pl.Expr:
    """This will give a Boolean expression without nulls: True where the condition is known true."""
    return kleene(condition, catalogue, as_of=as_of).fill_null(value=False)


def matches(
    frame: pl.DataFrame, condition: Condition, catalogue: Catalogue, *, as_of: date
) -> pl.Series:
    """This will give one Boolean per row of the fact sheet: does this customer match?"""
    found = expression(condition, catalogue, as_of=as_of)
    return frame.select(found.alias("matches"))["matches"]


def kleene(condition: Condition, catalogue: Catalogue, *, as_of: date) -> pl.Expr:
    """This will give the three-valued expression: null where the answer is not known."""
    problems = check(condition, catalogue)
    if problems:
        raise Unanswerable("; ".join(map(str, problems)))
    return _kleene(condition, catalogue, as_of)


def _kleene(condition: Condition, catalogue: Catalogue, as_of: date) -> pl.Expr:
    match condition:
        case All(parts):
            return reduce(and_, [_kleene(part, catalogue, as_of) for part in parts])
        case Any(parts):
            return reduce(or_, [_kleene(part, catalogue, as_of) for part in parts])
        case Not(part):
            return ~_kleene(part, catalogue, as_of)
        case Compare():
            return _compare(condition, catalogue[condition.fact], as_of)


def _compare(comparison: Compare, fact: Fact, as_of: date) -> pl.Expr:
    column = pl.col(fact.name).cast(fact.kind.dtype)
    if fact.kind.dtype == pl.Float64:
        column = column.fill_nan(None)
    values = [plain(normal(value, fact), as_of) for value in each_value(comparison.value)]
    if fact.kind is Kind.TAGS:
        return _TAGS[comparison.op](column, values)
    if comparison.op in ("in", "not in"):
        found = column.is_in(_column_of(values, fact).implode())
        return ~found if comparison.op == "not in" else found
    return _OPERATORS[comparison.op](column, values)


def _column_of(values: Sequence[object], fact: Fact) -> pl.Series:
    if fact.kind.dtype == pl.Int64:
        values = [value for value in values if not isinstance(value, float) or value.is_integer()]
    return pl.Series(values, dtype=fact.kind.dtype, strict=False)


def _tagged(column: pl.Expr, values: Sequence[object]) -> pl.Expr:
    return column.list.set_intersection(pl.lit(pl.Series([list(values)]))).list.len() > 0


def folded(column: pl.Expr) -> pl.Expr:
    """This will give text without case and accents, as `contains` and `starts with` compare it."""
    return column.str.normalize("NFKD").str.replace_all(r"\p{Mn}", "").str.to_lowercase()


def _contains(column: pl.Expr, values: Sequence[object]) -> pl.Expr:
    return folded(column).str.contains(folded(pl.lit(str(values[0]))), literal=True)


def _starts_with(column: pl.Expr, values: Sequence[object]) -> pl.Expr:
    return folded(column).str.starts_with(folded(pl.lit(str(values[0]))))


_Operator = Callable[[pl.Expr, Sequence[object]], pl.Expr]

_OPERATORS: Mapping[str, _Operator] = {
    "=": lambda column, values: column == pl.lit(values[0]),
    "!=": lambda column, values: column != pl.lit(values[0]),
    "<": lambda column, values: column < pl.lit(values[0]),
    "<=": lambda column, values: column <= pl.lit(values[0]),
    ">": lambda column, values: column > pl.lit(values[0]),
    ">=": lambda column, values: column >= pl.lit(values[0]),
    "between": lambda column, values: (column >= pl.lit(values[0])) & (column <= pl.lit(values[1])),
    "contains": _contains,
    "starts with": _starts_with,
    "is known": lambda column, _: column.is_not_null(),
    "is unknown": lambda column, _: column.is_null(),
}

_TAGS: Mapping[str, _Operator] = {
    "contains": _tagged,
    "in": _tagged,
    "not in": lambda column, values: ~_tagged(column, values),
    "is known": _OPERATORS["is known"],
    "is unknown": _OPERATORS["is unknown"],
}
