"""What contacts and subjects share: rows with a key of their own that belong to a customer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from posvenda.api.imports.families.refs import known_customers, moment, require
from posvenda.api.imports.store import Store, Who
from posvenda.api.imports.told import plain, table_of

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row


@dataclass(frozen=True)
class Shape:
    """A table of such rows: its model, a row's fields, and what stands where a row is silent.

    ``stamps`` names, for a date in a row, the column that says when we learnt of it.
    """

    model: type[models.Model]
    fields: "Callable[[Row, Who], dict[str, object]]"
    defaults: Mapping[str, object] = field(default_factory=dict)
    stamps: Mapping[str, str] = field(default_factory=dict)


def load_people(store: Store, rows: "list[Row]", outcome: "Outcome", shape: Shape) -> None:
    """This will create the rows that are new and update the fields that differ."""
    rows = [row for row in rows if require(row, ("name",), outcome)]
    pairs = known_customers(store, rows, outcome)
    manager: Any = shape.model._default_manager
    known = {row.key: row for row in manager.filter(key__in=[row["_key"] for row, _ in pairs])}
    fresh: dict[str, tuple[Row, Who]] = {}
    for row, who in pairs:
        old = known.get(row["_key"])
        if old is None and row["_key"] not in fresh:
            fresh[row["_key"]] = (row, who)
            outcome.new += 1
        elif old is not None and "_first" not in row and _update(store, old, row, who, shape):
            outcome.changed += 1
        else:
            outcome.same += 1
    _insert(store, fresh, shape)


def _insert(store: Store, fresh: "dict[str, tuple[Row, Who]]", shape: Shape) -> None:
    batch = None if store.batch is None else store.batch.pk
    many: list[tuple[object, ...]] = []
    columns: tuple[str, ...] = ()
    for key, (row, who) in fresh.items():
        told = shape.fields(row, who)
        told |= _stamped(store, told, shape)
        columns = tuple(told)
        values = tuple(_or(told[name], shape.defaults.get(name)) for name in columns)
        at: datetime = moment(row.get("happened_at")) or (
            who.happened_at if store.is_history else store.now
        )
        many.append((key[:160], who.id, at, store.recorded(at), batch, *values))
    store.add(
        shape.model, ("key", "customer", "happened_at", "recorded_at", "batch", *columns), many
    )


def _stamped(store: Store, told: Mapping[str, object], shape: Shape) -> dict[str, object]:
    dates = {stamp: told.get(name) for name, stamp in shape.stamps.items()}
    return {k: store.recorded(v) if isinstance(v, datetime) else None for k, v in dates.items()}


def _or(value: object, default: object) -> object:
    return default if value is None else value


def note_changes(
    store: Store, old: models.Model, told: Mapping[str, object], *, customer: int | None
) -> dict[str, object]:
    """This will give the values that differ from a stored row, and keep what makes them undoable.

    Values that are the same are kept as told by this batch too.
    """
    table, key = table_of(type(old)), str(old.key)  # type: ignore[attr-defined]
    store.echo(table, key)
    news: dict[str, object] = {}
    for name, value in told.items():
        before = getattr(old, name)
        if value == before:
            store.echo(table, key, name, str(plain(value)))
        else:
            news[name] = value
            store.told(table, key, name, before=before, after=value, customer=customer)
    return news


def _update(store: Store, old: models.Model, row: "Row", who: Who, shape: Shape) -> bool:
    """Queue the fields the row fills in with something else than is stored."""
    told = {k: v for k, v in shape.fields(row, who).items() if v not in (None, "", {})}
    news = note_changes(store, old, told, customer=who.id)
    if news:
        news |= {k: v for k, v in _stamped(store, news, shape).items() if v is not None}
        store.act(lambda: shape.model._default_manager.filter(pk=old.pk).update(**news))
    return bool(news)
