"""Example files: customers with a simple dated history, and what is expected of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from posvenda.core import shapes
from posvenda.core.shapes import ShapeError
from posvenda.success.texts import with_texts

Row = Mapping[str, Any]
TOP = frozenset({"examples"})
EXAMPLE = frozenset({"name", "on", "customers", "expect"})
# What a customer's history may hold, with the keys of each row; `on` stands for from = until.
LISTS: Mapping[str, frozenset[str]] = {
    "contracts": frozenset({"from", "until", "amount", "period", "seats", "cancelled", "trial"}),
    "orders": frozenset({
        "on", "from", "until", "every", "amount", "promised", "delivered", "cancelled", "return",
    }),
    "usage": frozenset({"on", "from", "until", "every", "people", "features"}),
    "tickets": frozenset({"on", "replied", "closed", "escalated"}),
    "answers": frozenset({"on", "scale", "score", "comment"}),
    "contacts": frozenset({"name", "on", "champion", "left"}),
    "interactions": frozenset({"on", "kind", "direction"}),
    "cancellations": frozenset({"on", "reason", "return"}),
}  # fmt: skip
CUSTOMER = frozenset({"name", "kind", "since", "attributes", "tags", *LISTS})
EXPECT = frozenset({
    "customer", "on", "stage", "health", "segments", "not_segments", "plays", "not_plays", "facts",
})  # fmt: skip
HEALTH = frozenset({"from", "to", "band"})
BANDS = ("good", "warn", "risk", "unknown")
DATES = ("on", "from", "until", "promised", "delivered", "cancelled", "replied", "closed", "left")


@dataclass(frozen=True)
class Expectation:
    """What must be so for one customer on one day; what is empty is not asked."""

    customer: str
    on: date
    stage: str | None = None
    health: Row = field(default_factory=dict)
    segments: tuple[str, ...] = ()
    not_segments: tuple[str, ...] = ()
    plays: tuple[str, ...] = ()
    not_plays: tuple[str, ...] = ()
    facts: Row = field(default_factory=dict)


@dataclass(frozen=True)
class Example:
    """One story with its expectations."""

    name: str
    customers: Mapping[str, Row]
    expect: tuple[Expectation, ...]


def read(text: str) -> tuple[Example, ...]:
    """This will read examples from YAML; every fault names its path."""
    return load(yaml.safe_load(text))


def load(data: object) -> tuple[Example, ...]:
    """This will read examples from nested mappings and lists."""
    top = shapes.mapping(with_texts(_spelled(data)), "", TOP)
    listed = shapes.items(shapes.required(top, "examples", ""), "examples")
    return tuple(_example(each, at) for at, each in listed)


def _spelled(data: object) -> object:
    """YAML 1.1 reads the key ``on`` as true."""
    match data:
        case dict():
            return {"on" if key is True else key: _spelled(each) for key, each in data.items()}
        case list():
            return [_spelled(each) for each in data]
    return data


def _example(data: object, path: str) -> Example:
    found = shapes.mapping(data, path, EXAMPLE)
    told = shapes.mapping(shapes.required(found, "customers", path), f"{path}.customers")
    customers = {key: _customer(each, f"{path}.customers.{key}") for key, each in told.items()}
    if not customers:
        raise ShapeError(f"{path}.customers", "needs at least one customer")
    usual = None if "on" not in found else _day(found["on"], f"{path}.on")
    expected = shapes.items(shapes.required(found, "expect", path), f"{path}.expect")
    return Example(
        name=str(shapes.name(found, "name", path)),
        customers=customers,
        expect=tuple(_expectation(each, at, customers, usual) for at, each in expected),
    )


def _customer(data: object, path: str) -> Row:
    found = shapes.mapping(data, path, CUSTOMER)
    made: dict[str, Any] = {
        "name": shapes.text(found.get("name", path.rpartition(".")[2]), f"{path}.name"),
        "kind": shapes.one_of(found.get("kind", "person"), ("person", "company"), f"{path}.kind"),
        "since": _day(shapes.required(found, "since", path), f"{path}.since"),
        "attributes": shapes.mapping(found.get("attributes", {}), f"{path}.attributes"),
        "tags": _names(found, "tags", path),
    }
    for name, keys in LISTS.items():
        listed = shapes.items(found[name], f"{path}.{name}") if name in found else ()
        made[name] = [_row(each, at, keys) for at, each in listed]
    return made


def _row(data: object, path: str, keys: frozenset[str]) -> Row:
    found = shapes.mapping(data, path, keys)
    return {
        key: _day(value, f"{path}.{key}") if key in DATES else value for key, value in found.items()
    }


def _expectation(
    data: object, path: str, customers: Mapping[str, Row], usual: date | None
) -> Expectation:
    found = shapes.mapping(data, path, EXPECT)
    only = next(iter(customers)) if len(customers) == 1 else None
    who = shapes.text(found.get("customer", only), f"{path}.customer")
    shapes.one_of(who, tuple(customers), f"{path}.customer")
    on = _day(found["on"], f"{path}.on") if "on" in found else usual
    if on is None:
        raise ShapeError(f"{path}.on", "is missing, here and in the example")
    return Expectation(
        customer=who,
        on=on,
        stage=None if "stage" not in found else shapes.name(found, "stage", path),
        health=_health(found.get("health", {}), f"{path}.health"),
        segments=_names(found, "segments", path),
        not_segments=_names(found, "not_segments", path),
        plays=_names(found, "plays", path),
        not_plays=_names(found, "not_plays", path),
        facts=shapes.mapping(found.get("facts", {}), f"{path}.facts"),
    )


def _health(data: object, path: str) -> Row:
    found = shapes.mapping(data, path, HEALTH)
    limits: dict[str, Any] = {
        key: shapes.between(found[key], 0, 100, f"{path}.{key}")
        for key in ("from", "to")
        if key in found
    }
    if "band" in found:
        limits["band"] = shapes.one_of(found["band"], BANDS, f"{path}.band")
    return limits


def _names(found: Mapping[str, object], key: str, path: str) -> tuple[str, ...]:
    listed = found.get(key, ())
    if isinstance(listed, str):
        return (listed,)
    pairs = shapes.items(listed, f"{path}.{key}") if listed else ()
    return tuple(shapes.text(each, at) for at, each in pairs)


def _day(value: object, path: str) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ShapeError(path, "must be a date such as 2026-03-02") from error
