"""Many rows in and out of the database, fast: tuples in, Polars frames out, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

CHUNK = 5_000
FEW = 500
READ = 100_000


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ignore: bool = False,
) -> int:
    """This will insert tuples in the order of ``columns`` (field names) and give their number.

    Values are what the model's fields take (aware datetimes, dates, Decimals, dicts for JSON).
    With ``ignore`` a row that breaks a unique rule is left out in silence. Callers hold the
    transaction; keep it under 5,000 rows.
    """
    fields = [_concrete(model, name) for name in columns]
    adapt = [_adapter(field) for field in fields]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"INSERT INTO {table} ({quoted}) VALUES ({marks})"  # noqa: S608
    if ignore:
        sql += " ON CONFLICT DO NOTHING"
    count = 0
    source = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(source, CHUNK)):
            columns_ = zip(*chunk, strict=True)
            adapted = [_column(a, values) for a, values in zip(adapt, columns_, strict=True)]
            cursor.executemany(sql, list(zip(*adapted, strict=True)))
            count += len(chunk)
    return count


def update(
    model: type[models.Model],
    columns: Sequence[str],
    where: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """This will set ``columns`` of many rows, each found by the fields in ``where``.

    A tuple holds the new values, then those to find the row by; ``x__gt`` compares with "above".
    Callers hold the transaction.
    """
    found = [name.removesuffix("__gt") for name in where]
    fields = [_concrete(model, name) for name in (*columns, *found)]
    adapt = [_adapter(field) for field in fields]
    names = [connection.ops.quote_name(str(field.column)) for field in fields]
    sets = ", ".join(f"{name} = %s" for name in names[: len(columns)])
    signs = [">" if name.endswith("__gt") else "=" for name in where]
    tests = zip(names[len(columns) :], signs, strict=True)
    condition = " AND ".join(f"{name} {sign} %s" for name, sign in tests)
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"UPDATE {table} SET {sets} WHERE {condition}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(
            sql, [[a(value) for a, value in zip(adapt, row, strict=True)] for row in rows]
        )


def _column(adapt: Callable[[Any], Any], values: tuple[Any, ...]) -> Iterable[Any]:
    """This will adapt the values of one column, each different one once."""
    try:
        known = {value: adapt(value) for value in set(values)}
    except TypeError:  # lists and dicts have no hash
        return map(adapt, values)
    return map(known.__getitem__, values)


def _adapter(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """This will turn a value of the field into what the driver takes; plain values pass at once."""
    plain = next((kind for name, kind in _PLAIN if isinstance(_target(field), name)), None)
    is_moment = isinstance(field, models.DateTimeField) and connection.vendor == "sqlite"

    def adapt(value: Any) -> Any:
        if value is None and plain is not None:
            return None
        kind = type(value)
        if kind is plain:
            return value
        if is_moment and kind is datetime and value.tzinfo is UTC:
            return str(value)[:-6]
        return field.get_db_prep_save(value, connection)

    return adapt


_PLAIN: tuple[tuple[type[models.Field[Any, Any]], type], ...] = (
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.CharField, str),
    (models.TextField, str),
    (models.DateTimeField, type(None)),
)


def frame(query: models.QuerySet[Any], columns: Sequence[str]) -> pl.DataFrame:
    """This will read columns of a queryset into a frame with proper types, without model objects.

    ``columns`` are field names (``customer_id`` for keys). Datetimes are UTC microseconds, decimals
    become floats, missing is null.
    """
    fields = [_target(_concrete(query.model, name)) for name in columns]
    schema = {name: _raw_type(field) for name, field in zip(columns, fields, strict=True)}
    typed = [_typed(name, field) for name, field in zip(columns, fields, strict=True)]
    try:
        sql, params = query.values_list(*columns).query.sql_with_params()
    except EmptyResultSet:  # a filter that Django knows nothing can pass
        return pl.DataFrame(schema=schema).select(typed)
    parts = [pl.DataFrame(schema=schema).select(typed)]
    with connection.cursor() as cursor:
        cursor.execute(_plain(sql, fields), params)
        while rows := cursor.fetchmany(READ):
            raw = pl.DataFrame(rows, schema=schema, orient="row", infer_schema_length=0)
            parts.append(raw.select(typed))
    return pl.concat(parts, rechunk=True)


def among(ids: Sequence[int]) -> Sequence[int] | RawSQL:
    """This will give ids for a filter with ``__in``: as one parameter when they are many."""
    if len(ids) <= FEW:
        return ids
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [str(list(ids))])
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])


def _plain(sql: str, fields: Sequence[models.Field[Any, Any]]) -> str:
    """Expressions have no declared type, so SQLite's slow converters to Python leave them."""
    if connection.vendor != "sqlite":
        return sql
    names = [f"c{number}" for number in range(len(fields))]
    is_real = [isinstance(field, models.DecimalField | models.FloatField) for field in fields]
    values = [f"CAST({n} AS REAL)" if r else f"+{n}" for n, r in zip(names, is_real, strict=True)]
    return f"WITH q({', '.join(names)}) AS ({sql}) SELECT {', '.join(values)} FROM q"  # noqa: S608


def _concrete(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is not a column of {model.__name__}")
    return field


def _target(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _raw_type(field: models.Field[Any, Any]) -> pl.DataType | type[pl.DataType]:
    is_lite = connection.vendor == "sqlite"
    match field:
        case models.DateTimeField():
            return pl.String if is_lite else pl.Datetime("us", "UTC")
        case models.DateField():
            return pl.String if is_lite else pl.Date
        case models.BooleanField():
            return pl.Int8 if is_lite else pl.Boolean
        case models.DecimalField():
            return pl.Float64 if is_lite else pl.Object
        case models.FloatField():
            return pl.Float64
        case models.IntegerField():
            return pl.Int64
    return pl.String


def _typed(name: str, field: models.Field[Any, Any]) -> pl.Expr:
    column = pl.col(name)
    if connection.vendor != "sqlite":
        if isinstance(field, models.DecimalField):
            return column.map_elements(float, return_dtype=pl.Float64)
        return column
    match field:
        case models.DateTimeField():
            return column.str.to_datetime(
                "%Y-%m-%d %H:%M:%S%.f", time_unit="us"
            ).dt.replace_time_zone("UTC")
        case models.DateField():
            return column.str.to_date("%Y-%m-%d")
        case models.BooleanField():
            return column.cast(pl.Boolean)
    return column
