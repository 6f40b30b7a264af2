"""The windows over usage events in portable terms, for an engine beyond this machine.

Each part is one question in Ibis and one scan of the lake; a row of every answer is a customer. The
worker joins the answers. On DuckDB the one pass of ``from_lake`` costs less and says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from posvenda.adapters.engines import Engine, events
from posvenda.commerce.usage import people, questions
from posvenda.commerce.usage.events import lake, number_of
from posvenda.commerce.usage.from_lake import REACH, WEEKS
from posvenda.commerce.usage.from_rollups import EVENTS, ORDER, rounded
from posvenda.commerce.usage.staging import drain
from posvenda.core import feed

NEAR = 28


@dataclass(frozen=True)
class Asked:
    """Of which day, as known when, of whom, and who counts for whom."""

    as_of: date
    known_at: datetime | None = None
    ids: Sequence[int] | None = None
    leads: Mapping[int, int] = field(default_factory=dict)


def count(engine: Engine, asked: Asked) -> pl.DataFrame:
    """This will count use on an engine; the columns are those of ``from_lake.count``."""
    drain()
    store = lake()
    counted = engine.ask(_lives(asked), store)
    recent = _recent(asked)
    for question in (_people(recent), _weeks(recent), _uses(recent), _days(recent)):
        counted = counted.join(engine.ask(question, store), on="customer_id", how="left")
    each = engine.ask(_each(recent), store).with_columns(pl.all().cast(pl.Int64)).lazy()
    habit = each.group_by("customer_id").agg(people.HAS_HABIT.sum().alias("habit_people"))
    kinds = people.with_lists(habit, each).collect()
    counted = counted.with_columns(pl.col("customer_id").cast(pl.Int64))
    counted = counted.join(kinds, on="customer_id", how="left")
    counted = counted.join(engine.ask(_features(recent), store), on="customer_id", how="left")
    offered = engine.ask(_offered(_recent(replace(asked, ids=None))), store)
    return counted.with_columns(
        *(rounded(pl.col(name).cast(pl.Int64)).alias(name) for name in EVENTS),
        pl.col("first_at", "last_at").dt.convert_time_zone("UTC"),
        pl.lit(offered.item(), pl.Int64).alias("features_offered"),
        pl.col("customer_id").cast(pl.Int64),
    ).select(ORDER)


def _chosen(table: Any, asked: Asked) -> Any:
    table = questions.standing(table, asked.known_at)
    if asked.known_at is not None:
        table = table.filter(table.recorded_at <= questions.moment(asked.known_at))
    if asked.leads:
        stands = table.customer_id.cases(*sorted(asked.leads.items()), else_=table.customer_id)
        table = table.mutate(customer_id=stands)
    if asked.ids is not None:
        table = table.filter(table.customer_id.isin([int(each) for each in asked.ids]))
    return table


def _lives(asked: Asked) -> Any:
    """Whether anybody is named, first and last use, of all time up to the day."""
    table = _chosen(questions.until(events(), asked.as_of), asked)
    return table.group_by("customer_id").agg(
        named=table.person.count(),
        first_at=table.happened_at.min(),
        last_at=table.happened_at.max(),
    )


def _recent(asked: Asked) -> Any:
    """Events of 26 weeks: age in days (0: on the day itself), week, milli."""
    first = asked.as_of - timedelta(days=REACH - 1)
    table = _chosen(questions.among(first, asked.as_of), asked)
    age = (number_of(asked.as_of) - table.day).cast("int64")
    milli = (table.quantity * 1000).cast("int64")
    return table.mutate(age=age, milli=milli, week=(age / 7).floor().cast("int64"))


def _people(recent: Any) -> Any:
    told = recent.filter(recent.person.notnull())
    each = told.group_by("customer_id", "person").agg(
        near=(told.age < 28).any(),
        before=((told.age >= 28) & (told.age < 56)).any(),
        far=(told.age < 90).any(),
    )
    return each.group_by("customer_id").agg(
        people_28d=each.near.sum(), people_28d_before=each.before.sum(), people_90d=each.far.sum()
    )


def _weeks(recent: Any) -> Any:
    told = recent.filter(recent.person.notnull())
    each = told.select("customer_id", "person", "week").distinct()
    weekly = {f"w{week}": (each.week == week).sum() for week in range(WEEKS)}
    again = {"people_7d": (each.week == 0).sum(), "people_7d_before": (each.week == 4).sum()}
    return each.group_by("customer_id").agg(**again, **weekly)


def _each(recent: Any) -> Any:
    """Everybody with the weeks they came in as bits, and how many of the last 28 days."""
    told = recent.filter(recent.person.notnull())
    weeks = told.select("customer_id", "person", "week").distinct()
    bits = weeks.group_by("customer_id", "person").agg(weeks=_bit(weeks.week).sum())
    days = told.group_by("customer_id", "person").agg(
        days=told.age.nunique(where=told.age < NEAR), age=told.age.min()
    )
    return bits.inner_join(days, ["customer_id", "person"]).select(
        "customer_id", "person", "weeks", "days", "age"
    )


def _bit(number: Any) -> Any:
    """Two to the power of a number below 50, which floating point holds exactly."""
    import ibis

    return ibis.literal(2).pow(number).cast("int64")


def _uses(recent: Any) -> Any:
    return recent.group_by("customer_id").agg(
        **{
            name: recent.milli.sum(where=(recent.age >= first) & (recent.age < end)).fill_null(0)
            for name, (first, end) in EVENTS.items()
        }
    )


def _days(recent: Any) -> Any:
    each = recent.filter(recent.age < feed.DAYS).select("customer_id", "age").distinct()
    return each.group_by("customer_id").agg(
        active_days_28d=(each.age < NEAR).sum(), days_heard=_bit(each.age).sum()
    )


def _features(recent: Any) -> Any:
    told = recent.filter(recent.feature.notnull(), recent.age < 90)
    each = told.group_by("customer_id", "feature").agg(age=told.age.min())
    return each.group_by("customer_id").agg(
        features_28d=(each.age < 28).sum(), features_90d=each.count()
    )


def _offered(recent: Any) -> Any:
    told = recent.filter(recent.feature.notnull(), recent.age < 90)
    return told.agg(features_offered=told.feature.nunique())
