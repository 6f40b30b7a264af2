"""The windows over usage events that facts are made of: the same from the roll-ups and the lake.

What is known now of some customers comes from SQL, which every process reads. All customers at
once come from the lake, which costs less for them (decision 0013), and so does the past as it was
known then: only the lake has the moment at which each event was learnt.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from posvenda.commerce.usage import from_engine, from_lake, from_rollups, questions
from posvenda.commerce.usage.from_lake import WEEKS
from posvenda.commerce.usage.people import LISTS


def windows(
    *,
    as_of: date,
    known_at: datetime | None = None,
    ids: Sequence[int] | None = None,
    leads: Mapping[int, int] | None = None,
    is_kept: bool = False,
) -> pl.DataFrame:
    """This will count use per customer over every window the facts need.

    One row = one customer with any event by the end of ``as_of``. Adds people_{7d, 7d_before, 28d,
    28d_before, 90d} (null when no event names a person), events_{7d, 28d, 28d_before, 90d} (sum of
    quantities, rounded), active_days_28d, features_{28d, 90d}, features_offered (features anybody
    used in 90 days), first_at, last_at, weekly_people (26 weeks, the oldest first), days_heard (bit
    d: used d days before, 49 days), habit_people, and the lists of persons power_people and
    quiet_people with quiet_ages (days since their last use). ``leads`` counts the events of one
    customer for another: records that were joined keep their events. ``is_kept`` has packs of these
    customers made for the next time; only the worker asks so.
    """
    if known_at is None and ids is not None:
        asked_for = from_rollups.count(as_of=as_of, ids=ids, leads=leads or {}, is_kept=is_kept)
        return finished(asked_for)
    engine = questions.engine()
    if not engine.is_here:
        asked = from_engine.Asked(as_of, known_at, ids, leads or {})
        return finished(from_engine.count(engine, asked))
    return finished(from_lake.count(as_of=as_of, known_at=known_at, ids=ids, leads=leads))


# An array of a known width is six times cheaper to make than a list.
WEEKLY = pl.concat_arr(
    [pl.col(f"w{week}").fill_null(0).cast(pl.Float64) for week in reversed(range(WEEKS))]
).cast(pl.List(pl.Float64))


def finished(counted: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """This will give the counts of either route their form; nothing counted is zero."""
    people = pl.col("named") > 0
    return (
        counted.lazy()
        .with_columns(
            pl.when(people).then(WEEKLY).alias("weekly_people"),
            pl.when(people).then(pl.col("^people_.*$").fill_null(0).cast(pl.Int64)).name.keep(),
            pl.when(people).then(pl.col("habit_people").fill_null(0).cast(pl.Int64)),
            *(pl.when(people).then(_listed(name)).alias(name) for name in LISTS),
            pl.col("^(events_|active_|features_|days_).*$").fill_null(0).cast(pl.Int64),
            pl.col("first_at", "last_at").cast(pl.Datetime("us", "UTC")),
        )
        .drop("named", *(f"w{week}" for week in range(WEEKS)))
        .sort("customer_id")
        .collect()
    )


def _listed(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.List(pl.Int64)).fill_null([])
