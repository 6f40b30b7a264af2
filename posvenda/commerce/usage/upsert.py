"""Aggregated frames into roll-up tables: a row that is there already is added to."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection, models


def upsert(
    model: type[models.Model],
    frame: pl.DataFrame,
    *,
    key: Sequence[str],
    add: Sequence[str] = (),
    first: Sequence[str] = (),
    last: Sequence[str] = (),
    put: Sequence[str] = (),
) -> None:
    """This will insert rows, or add to, lower, raise or replace columns of those with their key.

    The frame's columns are the table's, sorted by key so that rival writers wait in one order.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    low, high = ("min", "max") if connection.vendor == "sqlite" else ("least", "greatest")
    changes = [
        *(f"{name} = {table}.{name} + excluded.{name}" for name in add),
        *(f"{name} = {low}({table}.{name}, excluded.{name})" for name in first),
        *(f"{name} = {high}({table}.{name}, excluded.{name})" for name in last),
        *(f"{name} = excluded.{name}" for name in put),
    ]
    action = f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING"
    head = f"INSERT INTO {table} ({', '.join(frame.columns)})"
    tail = f"ON CONFLICT ({', '.join(key)}) DO {action}"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * frame.width)
            cursor.executemany(f"{head} VALUES ({marks}) {tail}", _plain(frame))
        else:
            arrays = ", ".join(f"%s::{_type(model, name)}[]" for name in frame.columns)
            values = [frame[name].to_list() for name in frame.columns]
            cursor.execute(f"{head} SELECT * FROM unnest({arrays}) {tail}", values)  # noqa: S608


def _plain(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    moments = pl.col(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M:%S%.6f")
    return list(frame.with_columns(moments).iter_rows())


def _type(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    match field:
        case models.DateTimeField():
            return "timestamptz"
        case models.BigIntegerField():
            return "bigint"
        case models.IntegerField():
            return "integer"
        case models.BinaryField():
            return "bytea"
    return "text"
