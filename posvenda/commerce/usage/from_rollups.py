"""The windows over usage events, from the daily roll-ups in SQL: for some customers, now."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import polars as pl
from django.db import connection

from posvenda.commerce.usage import joined, people
from posvenda.commerce.usage.events import NOBODY, number_of
from posvenda.commerce.usage.from_lake import REACH, WEEKS
from posvenda.core import feed

# Ends are sought by key, not read through: a customer's first day holds the first moment.
LIVES = """
    SELECT customer_id, named, first_us, last_us FROM (
        SELECT customer_id,
            CASE WHEN EXISTS (
                SELECT 1 FROM commerce_usageday AS used WHERE used.customer_ref = customer_id
                AND used.day <= %(day)s AND used.person <> 0) THEN 1 ELSE 0 END AS named,
            (SELECT min(first_us) FROM commerce_usageday AS used
             WHERE used.customer_ref = customer_id AND used.day = (
                SELECT min(day) FROM commerce_usageday AS far
                WHERE far.customer_ref = customer_id AND far.day <= %(day)s)) AS first_us,
            (SELECT max(last_us) FROM commerce_usageday AS used
             WHERE used.customer_ref = customer_id AND used.day = (
                SELECT max(day) FROM commerce_usageday AS far
                WHERE far.customer_ref = customer_id AND far.day <= %(day)s)) AS last_us
        FROM {ids} AS wanted) AS lives
    WHERE first_us IS NOT NULL
"""
AGE = pl.col("told") & 255
# An age below 256 and the uses in one number: what is read costs by the value.
DAYS = """
    SELECT customer_ref, person, uses_milli * 256 + (%(day)s - day)
    FROM commerce_usageday
    WHERE customer_ref IN {ids} AND day <= %(day)s AND day > %(day)s - %(reach)s
"""
FEATURES = """
    SELECT customer_ref, feature * 256 + (%(day)s - day) FROM commerce_featureday
    WHERE customer_ref IN {ids} AND day <= %(day)s AND day > %(day)s - 90
"""
OFFERED = """
    SELECT count(*) FROM commerce_featurelabel AS label WHERE EXISTS (
        SELECT 1 FROM commerce_featureday AS used WHERE used.feature = label.id
        AND used.day <= %(day)s AND used.day > %(day)s - 90)
"""


def count(*, as_of: date, ids: Sequence[int], leads: Mapping[int, int]) -> pl.DataFrame:
    """This will count use in four queries; the columns are those of ``from_lake.count``."""
    asked = {"day": number_of(as_of), "reach": REACH}
    whole = joined.members(ids, leads)

    def read(sql: str, *names: str) -> pl.DataFrame:
        return joined.under(_columns(sql, ("customer_id", *names), whole, asked), leads)

    lives = _lives(read(LIVES, "named", "first_us", "last_us"), is_joined=bool(leads))
    days = read(DAYS, "person", "told").with_columns(age=AGE, uses_milli=pl.col("told") // 256)
    features = _features(
        read(FEATURES, "told").select("customer_id", feature=pl.col("told") // 256, age=AGE)
    )
    with connection.cursor() as cursor:
        cursor.execute(OFFERED, asked)
        offered = cursor.fetchone()[0]
    moments = [pl.from_epoch(f"{name}_us", "us").dt.replace_time_zone("UTC").alias(f"{name}_at")
               for name in ("first", "last")]  # fmt: skip
    return (
        lives.select("customer_id", "named", *moments)
        .join(_people(days), on="customer_id", how="left")
        .join(_uses(days), on="customer_id", how="left")
        .join(features, on="customer_id", how="left")
        .with_columns(features_offered=pl.lit(offered, pl.Int64))
        .select(*ORDER)
    )


def _lives(found: pl.DataFrame, *, is_joined: bool) -> pl.DataFrame:
    """One row per customer; several records of one customer become one."""
    if not is_joined:
        return found
    first, last = pl.col("first_us").min(), pl.col("last_us").max()
    return found.group_by("customer_id").agg(pl.col("named").max(), first, last)


def _features(found: pl.DataFrame) -> pl.DataFrame:
    each = found.lazy().group_by("customer_id", "feature").agg(pl.col("age").min())
    near, far = (pl.col("age") < 28).sum(), pl.len()
    counted = each.group_by("customer_id").agg(
        near.alias("features_28d"), far.alias("features_90d")
    )
    return counted.with_columns(pl.col("features_28d", "features_90d").cast(pl.Int64)).collect()


EVENTS = {"events_7d": (0, 7), "events_28d": (0, 28), "events_28d_before": (28, 56),
          "events_90d": (0, 90)}  # fmt: skip
PEOPLE = {"people_7d": 1, "people_7d_before": 16, "people_28d": 15, "people_28d_before": 240}
ORDER = ("customer_id", "named", "first_at", "last_at", *PEOPLE, "people_90d", "active_days_28d",
         "days_heard", *people.KINDS, *EVENTS, *(f"w{week}" for week in range(WEEKS)),
         "features_28d", "features_90d", "features_offered")  # fmt: skip
POWERS = pl.Series([1 << bit for bit in range(28)], dtype=pl.Int32)
LONG = pl.Series([1 << bit for bit in range(feed.DAYS)], dtype=pl.Int64)


def _people(days: pl.DataFrame) -> pl.DataFrame:
    """Each person's weeks become bits of one number: week w is days 7w to 7w+6 before."""
    weeks = pl.col("weeks")
    return (
        days.lazy()
        .filter(pl.col("person") != NOBODY)
        .with_columns(
            bit=pl.lit(POWERS).gather(pl.col("age") // 7),
            day_bit=pl.when(pl.col("age") < 28)
            .then(pl.lit(POWERS).gather(pl.col("age").clip(upper_bound=27)))
            .otherwise(0),
        )
        .group_by("customer_id", "person")
        .agg(
            pl.col("bit").bitwise_or().alias("weeks"),
            pl.col("day_bit").bitwise_or().bitwise_count_ones().cast(pl.Int64).alias("days"),
            pl.col("age").min(),
        )
        .group_by("customer_id")
        .agg(
            *((weeks & mask > 0).sum().alias(name) for name, mask in PEOPLE.items()),
            (pl.col("age") < 90).sum().alias("people_90d"),
            *((weeks & (1 << week) > 0).sum().alias(f"w{week}") for week in range(WEEKS)),
            *people.kinds(),
        )
        .collect()
    )


def _uses(days: pl.DataFrame) -> pl.DataFrame:
    age, uses = pl.col("age"), pl.col("uses_milli")
    near = age < 28
    return (
        days.lazy()
        .group_by("customer_id")
        .agg(
            pl.lit(POWERS).gather(age.filter(near)).bitwise_or().bitwise_count_ones()
            .alias("active_days_28d"),
            pl.lit(LONG).gather(age.filter(age < feed.DAYS)).bitwise_or().fill_null(0)
            .alias("days_heard"),
            *(rounded(uses.filter(age.is_between(first, end - 1)).sum()).alias(name)
              for name, (first, end) in EVENTS.items()),
        )
        .collect()
    )  # fmt: skip


def rounded(milli: pl.Expr) -> pl.Expr:
    """This will give whole uses: half away from zero, as the lake's engine rounds decimals."""
    return milli.sign() * ((milli.abs() + 500) // 1000)


def _columns(
    sql: str, names: Sequence[str], ids: Sequence[int], asked: Mapping[str, Any]
) -> pl.DataFrame:
    """This will read whole numbers, a column at a time: several times faster than row by row."""
    is_lite = connection.vendor == "sqlite"
    given = (
        "(SELECT value AS customer_id FROM json_each(%(ids)s))"
        if is_lite
        else "(SELECT unnest(%(ids)s::bigint[]) AS customer_id)"
    )
    inner = sql.format(ids=given)
    places = [f"c{number}" for number in range(len(names))]
    gather = "json_group_array" if is_lite else "array_agg"
    many = ", ".join(f"{gather}({place})" for place in places)
    chosen = sorted(int(each) for each in ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found({', '.join(places)}) AS ({inner}) SELECT {many} FROM found",  # noqa: S608
            {**asked, "ids": str(chosen) if is_lite else chosen},
        )
        found = cursor.fetchone()
    lists = [msgspec.json.decode(each) if is_lite else each or [] for each in found]
    return pl.DataFrame(dict(zip(names, lists, strict=True)), schema=dict.fromkeys(names, pl.Int64))
