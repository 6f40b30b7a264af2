"""Which usage labels each customer used lately, and how long ago."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import polars as pl
from django.db import connection

from posvenda.base import clock
from posvenda.commerce.store import FeatureDay, FeatureLabel
from posvenda.commerce.usage import events as shape
from posvenda.commerce.usage import joined
from posvenda.commerce.usage.events import micros

DAYS = 90
FEW = 500
SCHEMA = pl.Schema({"customer_id": pl.Int64, "label": pl.String, "age": pl.Int64})


def features_used(
    *,
    as_of: date,
    known_at: datetime | None = None,
    ids: Sequence[int] | None = None,
    leads: Mapping[int, int] | None = None,
) -> pl.DataFrame:
    """This will give customer_id, label and age (days since its last use, 0 to 89), by then.

    One row = one label a customer used in the 90 days that end with ``as_of``. The routes are those
    of ``windows``: some customers now from the roll-ups, the rest from the lake. ``leads`` counts
    the use of joined records for the one that stands.
    """
    led = leads or {}
    if known_at is None and ids is not None:
        found = _from_rollups(as_of, joined.members(ids, led))
    else:
        found = _from_lake(as_of, known_at)
    if led:
        found = joined.under(found, led).group_by("customer_id", "label").agg(pl.col("age").min())
    return found if ids is None else found.filter(pl.col("customer_id").is_in(list(ids)))


def _from_rollups(as_of: date, ids: Sequence[int]) -> pl.DataFrame:
    last = shape.number_of(as_of)
    days = FeatureDay.objects.filter(day__lte=last, day__gt=last - DAYS)
    if len(ids) <= FEW:
        days = days.filter(customer_ref__in=list(ids))
    labels = dict(FeatureLabel.objects.values_list("id", "label"))
    sql, params = days.values_list("customer_ref", "feature", "day").query.sql_with_params()
    grouped = (
        f"SELECT customer_ref, feature, max(day) FROM ({sql}) AS used"  # noqa: S608
        " GROUP BY customer_ref, feature"
    )
    with connection.cursor() as cursor:
        cursor.execute(grouped, params)
        found = pl.DataFrame(
            cursor.fetchall(),
            schema={"customer_id": pl.Int64, "feature": pl.Int64, "day": pl.Int64},
            orient="row",
        )
    return (
        found.filter(pl.col("customer_id").is_in(list(ids)))
        .select(
            "customer_id",
            pl.col("feature").replace_strict(labels, return_dtype=pl.String).alias("label"),
            (last - pl.col("day")).alias("age"),
        )
        .cast(SCHEMA)
    )


def _from_lake(as_of: date, known_at: datetime | None) -> pl.DataFrame:
    start = micros(clock.start_of(as_of - timedelta(days=DAYS - 1)))
    end = micros(clock.start_of(as_of + timedelta(days=1)))
    known = "" if known_at is None else f"AND recorded_at <= make_timestamptz({micros(known_at)})"
    found = shape.lake().query(
        "SELECT customer_id, feature AS label, max(happened_at) AS happened_at FROM events"  # noqa: S608
        f" WHERE feature IS NOT NULL AND happened_at >= make_timestamptz({start})"
        f" AND happened_at < make_timestamptz({end}) {known} GROUP BY ALL"
    )
    age = shape.number_of(as_of) - shape.day("happened_at")
    return found.select("customer_id", "label", age.alias("age")).cast(SCHEMA)
