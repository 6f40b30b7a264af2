"""The JSON form: {"all": […]}, {"any": […]}, {"not": …}, {"fact", "op", "value"}.

A value is a plain JSON value, or {"cents", "currency"}, {"days"}, {"today"}, {"date"}. A plain
number compared with a money fact is in whole currency units, as in the text form.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from posvenda.core.conditions.errors import ConditionError
from posvenda.core.conditions.tokens import CURRENCY, NAME, RESERVED
from posvenda.core.conditions.tree import (
    MAX_CHARACTERS,
    MAX_COMPARISONS,
    MAX_DAYS,
    MAX_DEPTH,
    MAX_NUMBER,
    OPERATORS,
    All,
    Any,
    Compare,
    Condition,
    Days,
    Not,
    Scalar,
    Today,
    Value,
    all_of,
    any_of,
    comparisons,
)
from posvenda.core.conditions.writing import to_text
from posvenda.core.money import Money

Json: TypeAlias = object


def to_json(condition: Condition) -> dict[str, Json]:
    """This will give a condition as plain dictionaries, lists, texts and numbers."""
    match condition:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case Any(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case Compare(fact, op, None):
            return {"fact": fact, "op": op}
        case Compare(fact, op, value):
            return {"fact": fact, "op": op, "value": _value_json(value)}


def from_json(data: Json) -> Condition:
    """This will read a condition from its JSON form, or raise a ConditionError."""
    condition = _read(data, 1)
    if sum(1 for _ in comparisons(condition)) > MAX_COMPARISONS:
        raise ConditionError("too_many", limit=MAX_COMPARISONS)
    if len(to_text(condition)) > MAX_CHARACTERS:
        raise ConditionError("too_long", limit=MAX_CHARACTERS)
    return condition


def _value_json(value: Value) -> Json:
    match value:
        case tuple():
            return [_value_json(each) for each in value]
        case Money(cents, "BRL"):
            return {"cents": cents}
        case Money(cents, currency):
            return {"cents": cents, "currency": currency}
        case Days(days):
            return {"days": days}
        case Today(days):
            return {"today": days}
        case date():
            return {"date": value.isoformat()}
    return value


def _read(data: Json, level: int) -> Condition:
    if level > MAX_DEPTH:
        raise ConditionError("too_deep", limit=MAX_DEPTH)
    match data:
        case {"all": [*parts], **rest} if parts and not rest:
            return all_of([_read(part, level + 1) for part in parts])
        case {"any": [*parts], **rest} if parts and not rest:
            return any_of([_read(part, level + 1) for part in parts])
        case {"not": part, **rest} if not rest:
            return Not(_read(part, level + 1))
        case {"fact": str(fact), "op": str(op), **rest} if set(rest) <= {"value"}:
            return _compare(fact, op, rest.get("value"))
    raise _shape(data)


def _compare(fact: str, op: str, raw: Json) -> Compare:
    if not NAME.fullmatch(fact) or fact.lower() in RESERVED:
        raise ConditionError("fact_expected", found=repr(fact)[:40])
    if op not in OPERATORS:
        raise ConditionError("operator_expected", found=repr(op)[:40])
    is_pair, is_list = op == "between", op in ("in", "not in")
    match raw:
        case None if op.startswith("is "):
            return Compare(fact, op)
        case [_, _] if is_pair:
            return Compare(fact, op, tuple(_scalar(each) for each in raw))
        case [_, *_] if is_list:
            return Compare(fact, op, tuple(_scalar(each) for each in raw))
        case [] if is_list:
            raise ConditionError("empty_list")
        case _ if not (is_pair or is_list or op.startswith("is ")):
            return Compare(fact, op, _scalar(raw))
    raise _shape(raw)


def _scalar(raw: Json) -> Scalar:
    match raw:
        case bool() | str():
            return raw
        case int() | float():
            return _number(raw)
        case {"cents": int(cents), **rest} if set(rest) <= {"currency"}:
            return Money(_cents(cents), _currency(rest.get("currency", "BRL")))
        case {"days": int(days), **rest} if not rest:
            return Days(_days(days))
        case {"today": int(days), **rest} if not rest:
            return Today(_days(days))
        case {"date": str(day), **rest} if not rest:
            return _date(day)
    raise _shape(raw)


def _number(raw: int | float) -> int | float:
    if not math.isfinite(raw) or abs(raw) >= MAX_NUMBER:
        raise ConditionError("number_size", found=repr(raw)[:40])
    return raw


def _cents(raw: int) -> int:
    if isinstance(raw, bool) or abs(raw) >= MAX_NUMBER * 100:
        raise ConditionError("number_size", found=repr(raw)[:40])
    return raw


def _days(raw: int) -> int:
    if isinstance(raw, bool) or abs(raw) > MAX_DAYS:
        raise ConditionError("number_size", found=repr(raw)[:40])
    return raw


def _currency(raw: Json) -> str:
    if isinstance(raw, str) and CURRENCY.fullmatch(raw) and raw.lower() not in RESERVED:
        return raw
    raise _shape(raw)


def _date(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise ConditionError("not_a_date", found=raw[:40]) from error


def _shape(data: Json) -> ConditionError:
    shown = sorted(map(str, data)) if isinstance(data, Mapping) else data
    return ConditionError("shape", found=repr(shown)[:80])
