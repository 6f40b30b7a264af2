"""The daily roll-ups of use, kept in SQL event by event: people a day, features a day.

This is the one place that writes them. Whoever calls it holds ``staging.reserve`` (``clear`` takes
it), so that no pack is made from rows that are about to change.
"""

from collections.abc import Iterator, Sequence

import polars as pl
from django.db import connection

from posvenda.commerce.store import FeatureDay, FeatureLabel, UsageDay, UsagePack
from posvenda.commerce.usage import events as shape
from posvenda.commerce.usage import staging
from posvenda.commerce.usage.upsert import upsert

PERSON_DAY = ("customer_ref", "day", "person")
FEATURE_DAY = ("customer_ref", "day", "feature")
PACKS = UsagePack._meta.db_table
MILLI = (pl.col("quantity") * 1000).cast(pl.Int64)


def add(fresh: pl.DataFrame) -> None:
    """This will add events, as the lake keeps them, to the roll-ups of their days."""
    counted = fresh.select(
        pl.col("customer_id").alias("customer_ref"),
        pl.col("person").fill_null(shape.NOBODY),
        "feature",
        pl.col("seconds").fill_null(0),
        shape.day("happened_at").alias("day"),
        MILLI.alias("uses_milli"),
        pl.col("happened_at").dt.epoch("us").alias("us"),
    )
    put_people(people_of(counted))
    put_features(features_of(counted))


def people_of(counted: pl.DataFrame) -> pl.DataFrame:
    """This will give one row per customer, day and person."""
    return (
        counted.group_by(PERSON_DAY)
        .agg(
            pl.col("uses_milli", "seconds").sum(),
            pl.col("us").min().alias("first_us"),
            pl.col("us").max().alias("last_us"),
        )
        .sort(PERSON_DAY)
    )


def features_of(counted: pl.DataFrame) -> pl.DataFrame:
    """This will give one row per customer, day and feature label."""
    return (
        counted.drop_nulls("feature")
        .group_by(FEATURE_DAY)
        .agg(pl.col("uses_milli").sum())
        .sort(FEATURE_DAY)
    )


def put_people(rows: pl.DataFrame) -> None:
    """This will add rows of ``people_of`` to the table."""
    if rows.is_empty():
        return
    _unpack(rows)
    upsert(
        UsageDay,
        rows,
        key=PERSON_DAY,
        add=("uses_milli", "seconds"),
        first=("first_us",),
        last=("last_us",),
    )


def put_features(rows: pl.DataFrame) -> None:
    """This will add rows of ``features_of`` to the table, labels as their numbers."""
    if rows.is_empty():
        return
    _unpack(rows)
    numbers = numbered(rows["feature"].unique().sort().to_list())
    told = rows.with_columns(pl.col("feature").replace_strict(numbers, return_dtype=pl.Int32))
    upsert(FeatureDay, told.sort(FEATURE_DAY), key=FEATURE_DAY, add=("uses_milli",))


def numbered(labels: list[str]) -> dict[str, int]:
    """This will give the numbers of labels, new ones included."""
    known = dict(FeatureLabel.objects.filter(label__in=labels).values_list("label", "id"))
    missing = [label for label in labels if label not in known]
    if missing:
        made = [FeatureLabel(label=label) for label in missing]
        FeatureLabel.objects.bulk_create(made, ignore_conflicts=True)
        known |= dict(FeatureLabel.objects.filter(label__in=missing).values_list("label", "id"))
    return known


def clear(customer_ids: Sequence[int] | None, *, days: tuple[int, int] | None = None) -> None:
    """This will remove the roll-up rows of customers (None: of all) of a first to a last day."""
    staging.hold()
    among = {} if days is None else {"day__range": days}
    for some in _parts(customer_ids):
        UsagePack.objects.filter(**some)._raw_delete(connection.alias)
        for model in (UsageDay, FeatureDay):
            model._default_manager.filter(**some, **among)._raw_delete(connection.alias)


def _parts(customer_ids: Sequence[int] | None) -> Iterator[dict[str, Sequence[int]]]:
    if customer_ids is None:
        yield {}
        return
    for start in range(0, len(customer_ids), 500):
        yield {"customer_ref__in": customer_ids[start : start + 500]}


def _unpack(rows: pl.DataFrame) -> None:
    """Drop the packs that hold a day of which rows are about to be written.

    Nearly all rows are of days that no pack has reached, which one number tells.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(upto_day) FROM {PACKS}")  # noqa: S608
        (newest,) = cursor.fetchone()
        if newest is None or rows["day"].min() > newest:
            return
        past = (
            rows.filter(pl.col("day") <= newest).group_by("customer_ref").agg(pl.col("day").min())
        )
        cursor.executemany(
            f"DELETE FROM {PACKS} WHERE customer_ref = %s AND upto_day >= %s",  # noqa: S608
            past.sort("customer_ref").rows(),
        )
