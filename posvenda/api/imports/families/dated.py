"""Attributes of customers: what each was from which moment on.

A value without a moment describes the present: it is written when it differs from the present one,
from the beginning of the customer if there was none. A value with a moment is an observation; each
is kept once, so that the result does not depend on the order in which files come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from posvenda.api.imports.store import FROM_BIRTH, Store, Who
from posvenda.api.imports.told import plain
from posvenda.core.facts import Kind
from posvenda.customers.models import AttributeValue

LABELS = {
    "zip": _("Postal code"),
    "seats": _("Seats"),
}
COLUMNS = ("customer", "attribute", "value", "happened_at", "recorded_at", "batch")
LIMIT = 500


@dataclass(frozen=True, slots=True)
class Observation:
    """What a row says of one attribute; ``at`` is None for the present."""

    customer_id: int
    name: str
    value: Any
    at: datetime | None
    line: int = 0
    is_repeat: bool = False


def observe(
    store: Store, told: Sequence[Observation], people: Mapping[int, Who]
) -> tuple[set[int], list[tuple[int, str, str]]]:
    """This will queue values that say something new.

    It gives the lines that did, and (line, name, value) of repeats that contradict an earlier line.
    """
    if not told:
        return set(), []
    kinds = {each.name: each.value for each in told}
    declared = {
        name: store.attribute(name, label=_label(name), kind=kind_of(value)).pk
        for name, value in kinds.items()
    }
    known = store.values({each.customer_id for each in told}, declared.values())
    touched: set[int] = set()
    conflicts: list[tuple[int, str, str]] = []
    fresh: list[tuple[Any, ...]] = []
    batch = None if store.batch is None else store.batch.pk
    for each in told:
        attribute, value = declared[each.name], as_text(each.value)
        history = known.setdefault((each.customer_id, attribute), [])
        at = _moment(each, value, history, people[each.customer_id], store.now)
        if at is None:
            when = str(plain(each.at) or "")
            store.echo("attribute", str(each.customer_id), each.name, value, when)
            continue
        if each.is_repeat and history:
            conflicts.append((each.line, each.name, value))
            continue
        history.append((at, 0, value))
        touched.add(each.line)
        fresh.append((each.customer_id, attribute, value, at, store.recorded(at), batch))
    store.add(AttributeValue, COLUMNS, fresh)
    return touched, conflicts


def _moment(
    each: Observation,
    value: str,
    history: list[tuple[datetime, int, str]],
    who: Who,
    now: datetime,
) -> datetime | None:
    """The moment to write, or None when the value says nothing new."""
    if each.at is not None:
        is_known = any(at == each.at and old == value for at, _pk, old in history)
        return None if is_known else each.at
    if not history:
        return who.happened_at + FROM_BIRTH
    return None if max(history, key=lambda row: row[0])[2] == value else now


def kind_of(value: Any) -> str:
    """This will give the fact kind of a value."""
    match value:
        case bool():
            return Kind.BOOLEAN
        case int():
            return Kind.INTEGER
        case float() | Decimal():
            return Kind.NUMBER
        case date():
            return Kind.DATE
    return Kind.TEXT


def as_text(value: Any) -> str:
    """This will write an attribute's value the way it is stored."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
    return str(value)[:LIMIT]


def _label(name: str) -> str:
    return gettext(LABELS.get(name, name.replace("_", " ").capitalize()))
