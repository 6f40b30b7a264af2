"""The windows over usage events, from the daily roll-ups in SQL: for some customers, now."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
from django.db import connection

from posvenda.commerce.usage import joined, packs, people, reading
from posvenda.commerce.usage.events import NOBODY, number_of
from posvenda.commerce.usage.from_lake import REACH, WEEKS
from posvenda.commerce.usage.reading import DAY, TOLD, Rows
from posvenda.core import feed

AGE = pl.col("age")
OFFERED = """
    SELECT count(*) FROM commerce_featurelabel AS label WHERE EXISTS (
        SELECT 1 FROM commerce_featureday AS used WHERE used.feature = label.id
        AND used.day <= %(day)s AND used.day > %(day)s - 90)
"""


def count(
    *, as_of: date, ids: Sequence[int], leads: Mapping[int, int], is_kept: bool = False
) -> pl.LazyFrame:
    """This will count use; the columns are those of ``from_lake.count``.

    ``is_kept`` has packs made of customers that have no good one, for whoever asks next.
    """
    last = number_of(as_of)
    rows = _rows(joined.members(ids, leads), last, is_kept=is_kept).under(leads)
    days = rows.days.lazy().with_columns(age=last - DAY, uses_milli=TOLD)
    features = rows.features.lazy().select("customer_id", feature=TOLD, age=last - DAY)
    with connection.cursor() as cursor:
        cursor.execute(OFFERED, {"day": last})
        offered = cursor.fetchone()[0]
    return (
        _lives(rows.lives.lazy())
        .join(_people(days.filter(AGE.is_between(0, REACH - 1))), on="customer_id", how="left")
        .join(_uses(days.filter(AGE.is_between(0, 89))), on="customer_id", how="left")
        .join(_features(features.filter(AGE.is_between(0, 89))), on="customer_id", how="left")
        .with_columns(features_offered=pl.lit(offered, pl.Int64))
        .select(*ORDER)
    )


def _rows(ids: Sequence[int], last: int, *, is_kept: bool) -> Rows:
    """Packs where there are any and the rows of the days since, all rows of the others."""
    packed = packs.read(ids, last=last)
    if is_kept:
        due = [each for each in ids if packed.upto.get(each, 0) < last - packs.OLD]
        if due:
            packs.make(due, upto=last - 1)
            packed = packs.read(ids, last=last)
    rest = [each for each in ids if each not in packed.upto]
    parts = [packed.rows] if packed.upto else []
    if packed.ended:
        parts.append(reading.after(packed.ended, last=last))
    if beyond := packed.upto.keys() - packed.ended.keys():
        parts.append(
            Rows(
                reading.lives(list(beyond), last=last),
                packed.rows.days.clear(),
                packed.rows.features.clear(),
            )
        )
    if rest or not parts:
        parts.append(reading.of(rest, last=last))
    return reading.together(parts)


def _lives(found: pl.LazyFrame) -> pl.LazyFrame:
    """One row per customer: its packs, the days since and the records joined to it in one."""
    first = pl.from_epoch(pl.col("first_us").min(), "us").dt.replace_time_zone("UTC")
    last = pl.from_epoch(pl.col("last_us").max(), "us").dt.replace_time_zone("UTC")
    return found.group_by("customer_id").agg(
        pl.col("named").max(), first.alias("first_at"), last.alias("last_at")
    )


def _features(found: pl.LazyFrame) -> pl.LazyFrame:
    each = found.group_by("customer_id", "feature").agg(pl.col("age").min())
    near, far = (pl.col("age") < 28).sum(), pl.len()
    return each.group_by("customer_id").agg(
        near.cast(pl.Int64).alias("features_28d"), far.cast(pl.Int64).alias("features_90d")
    )


EVENTS = {"events_7d": (0, 7), "events_28d": (0, 28), "events_28d_before": (28, 56),
          "events_90d": (0, 90)}  # fmt: skip
PEOPLE = {"people_7d": 1, "people_7d_before": 16, "people_28d": 15, "people_28d_before": 240}
ORDER = ("customer_id", "named", "first_at", "last_at", *PEOPLE, "people_90d", "active_days_28d",
         "days_heard", *people.KINDS, *EVENTS, *(f"w{week}" for week in range(WEEKS)),
         "features_28d", "features_90d", "features_offered")  # fmt: skip
POWERS = pl.Series([1 << bit for bit in range(28)], dtype=pl.Int32)
# Columns are made before they are added up: adding up a condition group by group costs far more.
IS_ACTIVE = {
    **{name: pl.col("weeks") & mask > 0 for name, mask in PEOPLE.items()},
    "people_90d": AGE < 90,
    **{f"w{week}": pl.col("weeks") & (1 << week) > 0 for week in range(WEEKS)},
    "habit_people": people.HAS_HABIT,
}
USES = [
    pl.when(AGE.is_between(first, end - 1)).then(pl.col("uses_milli")).otherwise(0).alias(name)
    for name, (first, end) in EVENTS.items()
]
NEAR = pl.when(AGE < 28).then(pl.lit(POWERS).gather(pl.min_horizontal(AGE, 27))).otherwise(0)
LONG = pl.Series([1 << bit for bit in range(feed.DAYS)], dtype=pl.Int64)
FAR = feed.DAYS - 1
HEARD = pl.when(AGE <= FAR).then(pl.lit(LONG).gather(pl.min_horizontal(AGE, FAR))).otherwise(0)


def _people(days: pl.LazyFrame) -> pl.LazyFrame:
    """Each person's weeks become bits of one number: week w is days 7w to 7w+6 before."""
    each = (
        days.filter(pl.col("person") != NOBODY)
        .with_columns(bit=pl.lit(POWERS).gather(AGE // 7), near=NEAR)
        .group_by("customer_id", "person")
        .agg(
            pl.col("bit").bitwise_or().alias("weeks"),
            pl.col("near").bitwise_or().bitwise_count_ones().alias("days"),
            AGE.min(),
        )
    )
    counted = (
        each.select("customer_id", *(one.alias(name) for name, one in IS_ACTIVE.items()))
        .group_by("customer_id")
        .agg(pl.all().sum())
    )
    return people.with_lists(counted, each)


def _uses(days: pl.LazyFrame) -> pl.LazyFrame:
    return (
        days.select("customer_id", NEAR.alias("near"), HEARD.alias("days_heard"), *USES)
        .group_by("customer_id")
        .agg(
            pl.col("near").bitwise_or().bitwise_count_ones().alias("active_days_28d"),
            pl.col("days_heard").bitwise_or(),
            pl.col(list(EVENTS)).sum(),
        )
        .with_columns(rounded(pl.col(list(EVENTS))))
    )


def rounded(milli: pl.Expr) -> pl.Expr:
    """This will give whole uses: half away from zero, as the lake's engine rounds decimals."""
    return milli.sign() * ((milli.abs() + 500) // 1000)
