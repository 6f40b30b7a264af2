"""The condition as a tree of frozen nodes, and the limits every tree keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from posvenda.core.conditions.errors import ConditionError
from posvenda.core.money import Money

MAX_CHARACTERS = 10_000
MAX_DEPTH = 20
MAX_COMPARISONS = 200
MAX_NUMBER = 10**15
MAX_DAYS = 36_600

OPERATORS = (
    "=", "!=", "<", "<=", ">", ">=", "in", "not in",
    "contains", "starts with", "between", "is known", "is unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """This will hold a duration in whole days, written `90d`."""

    days: int


@dataclass(frozen=True, slots=True)
class Today:
    """This will hold a day relative to `as_of`, written `today`, `today - 30d`, `today + 90d`."""

    days: int = 0


Scalar: TypeAlias = bool | int | float | str | date | Money | Days | Today
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None


@dataclass(frozen=True, slots=True)
class Compare:
    """This will ask one fact one question; `value` is None for "is known" and "is unknown"."""

    fact: str
    op: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Not:
    """This will hold where its part is known to be false."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """This will hold where every part holds; two parts or more."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        _refuse_fewer_than_two(self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    """This will hold where at least one part holds; two parts or more."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        _refuse_fewer_than_two(self.parts)


Condition: TypeAlias = All | Any | Not | Compare


def all_of(parts: Sequence[Condition]) -> Condition:
    """This will join parts with "and"; one part stays itself, none is refused."""
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def any_of(parts: Sequence[Condition]) -> Condition:
    """This will join parts with "or"; one part stays itself, none is refused."""
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def comparisons(condition: Condition) -> Iterator[Compare]:
    """This will walk over every comparison of a condition, in reading order."""
    match condition:
        case Compare():
            yield condition
        case Not(part):
            yield from comparisons(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from comparisons(part)


def facts_of(condition: Condition) -> frozenset[str]:
    """This will name every fact a condition asks about."""
    return frozenset(comparison.fact for comparison in comparisons(condition))


def depth(condition: Condition) -> int:
    """This will count the levels of a condition; a lone comparison has one."""
    match condition:
        case Not(part):
            return 1 + depth(part)
        case All(parts) | Any(parts):
            return 1 + max(depth(part) for part in parts)
    return 1


def _refuse_fewer_than_two(parts: tuple[Condition, ...]) -> None:
    if len(parts) < 2:
        raise ConditionError("empty" if not parts else "shape", found="one part; see all_of()")
