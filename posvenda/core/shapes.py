"""Reading nested mappings and lists (as YAML gives them) so that every fault names its path."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from posvenda.core.conditions import Condition, ConditionError, from_json, parse


class ShapeError(ValueError):
    """Data of the wrong shape; `path` says where, such as groups[1].measures[0].curve."""

    def __init__(self, path: str, message: str) -> None:
        self.path, self.message = path, message
        super().__init__(f"{path}: {message}" if path else message)


@contextmanager
def faults_named(kind: type[ShapeError]) -> Iterator[None]:
    """This will let every fault of shape leave under the name of what was being read."""
    try:
        yield
    except ShapeError as error:
        raise kind(error.path, error.message) from error


def mapping(data: object, path: str, allowed: frozenset[str] | None = None) -> dict[str, object]:
    """This will read a mapping with text keys (true and false become texts), refusing strangers."""
    if not isinstance(data, Mapping):
        raise ShapeError(path, "must be a mapping")
    found = {_key(key): value for key, value in data.items()}
    strange = sorted(set(found) - allowed) if allowed is not None else []
    if strange:
        known = ", ".join(sorted(allowed or ()))
        raise ShapeError(inside(path, strange[0]), f"is not known here; expected one of {known}")
    return found


def items(data: object, path: str) -> Iterator[tuple[str, object]]:
    """This will give each entry of a list with its path; the list must not be empty."""
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        raise ShapeError(path, "must be a list with at least one entry")
    yield from ((f"{path}[{index}]", each) for index, each in enumerate(data))


def inside(path: str, key: str) -> str:
    """This will give the path of a key of the mapping at a path."""
    return f"{path}.{key}" if path else key


def required(found: Mapping[str, object], key: str, path: str) -> object:
    """This will give the value of a key that must be there."""
    if key not in found:
        raise ShapeError(inside(path, key), "is missing")
    return found[key]


def text(value: object, path: str) -> str:
    """This will read a text."""
    if not isinstance(value, str):
        raise ShapeError(path, "must be a text")
    return value


def name(found: Mapping[str, object], key: str, path: str) -> str:
    """This will read a required text that says something."""
    value = text(required(found, key, path), inside(path, key))
    if not value.strip():
        raise ShapeError(inside(path, key), "must not be empty")
    return value


def number(value: object, path: str) -> float:
    """This will read a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ShapeError(path, "must be a number")
    return float(value)


def whole(value: object, path: str) -> int:
    """This will read a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ShapeError(path, "must be a whole number")
    return value


def positive(value: object, path: str) -> float:
    """This will read a number above zero."""
    found = number(value, path)
    if found <= 0:
        raise ShapeError(path, "must be above zero")
    return found


def between(value: object, low: float, high: float, path: str) -> float:
    """This will read a number from low to high, both included."""
    found = number(value, path)
    if not low <= found <= high:
        raise ShapeError(path, f"must lie between {low:g} and {high:g}")
    return found


def one_of(value: object, allowed: Sequence[str], path: str) -> str:
    """This will read one of a few words."""
    if value not in allowed:
        raise ShapeError(path, f"must be one of {', '.join(allowed)}")
    return str(value)


def condition(data: object, path: str) -> Condition:
    """This will read a condition in its text or JSON form."""
    try:
        return parse(data) if isinstance(data, str) else from_json(data)
    except ConditionError as error:
        raise ShapeError(path, str(error)) from error


def refuse_twice(names: Sequence[str], path: str) -> None:
    """This will refuse a name that stands twice."""
    twice = sorted({each for each in names if list(names).count(each) > 1})
    if twice:
        raise ShapeError(path, f"{twice[0]} stands twice")


def _key(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
