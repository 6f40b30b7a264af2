"""The people of a customer by how they use the product: who has the habit, the power users, who
went quiet. The same from each route, by the rules of ``core.adoption``.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from posvenda.commerce.store import UsageDay
from posvenda.commerce.usage import joined
from posvenda.commerce.usage.events import NOBODY, number_of
from posvenda.core import adoption

LISTS = ("power_people", "quiet_people", "quiet_ages")
KINDS = ("habit_people", *LISTS)
RECENT = (1 << adoption.POWER_OF_WEEKS) - 1
NEAR = (1 << 28) - 1
HABIT = (1 << adoption.HABIT_WEEKS) - 1
SILENT = "bit_count((weeks & -weeks) - 1)"
STEADY = f"bit_count((weeks >> {SILENT}) & 255) >= {adoption.STEADY_WEEKS}"
QUIET = f"{SILENT} >= {adoption.QUIET_WEEKS} AND {STEADY}"
POWER = (
    f"bit_count(weeks & {RECENT}) >= {adoption.POWER_WEEKS}"
    f" AND bit_count(days & {NEAR}) >= {adoption.POWER_DAYS}"
)
# Of rows of people: weeks and days as bits, age in days of the last use. Told once for each person
# and put in order afterwards, which costs far less than in the aggregates.
FLAGS = f"person IS NOT NULL AND {POWER} AS is_power, person IS NOT NULL AND {QUIET} AS is_quiet"
_QUIET = "list_sort(list({'person': person, 'age': age}) FILTER (is_quiet))"
IN_LAKE = f"""
    count(person) FILTER (weeks & {HABIT} = {HABIT}) AS habit_people,
    list_sort(list(person) FILTER (is_power)) AS power_people,
    list_transform({_QUIET}, lambda told: told.person) AS quiet_people,
    list_transform({_QUIET}, lambda told: told.age) AS quiet_ages
"""
HAS_HABIT = pl.col("weeks") & HABIT == HABIT


def with_lists(counted: pl.LazyFrame, each: pl.LazyFrame) -> pl.LazyFrame:
    """This will add the lists of people to counts by customer; a list of nobody is null.

    Reads of ``each`` customer_id, person, weeks (bit w: used in week w before), days (how many of
    the last 28) and age.
    """
    person, weeks = pl.col("person"), pl.col("weeks")
    power = each.filter(adoption.is_power(weeks, pl.col("days"))).group_by("customer_id")
    quiet = each.filter(adoption.is_quiet(weeks)).group_by("customer_id")
    ages = pl.col("age").sort_by("person").alias("quiet_ages")
    return counted.join(
        power.agg(person.sort().alias("power_people")), on="customer_id", how="left"
    ).join(quiet.agg(person.sort().alias("quiet_people"), ages), on="customer_id", how="left")


def of_customer(
    customer_id: int, *, as_of: date, leads: Mapping[int, int] | None = None
) -> pl.DataFrame:
    """This will describe everybody of one customer who used the product in 26 weeks, from SQL.

    One row = one person: person, weeks (bits, the latest first), days (of the last 28), uses (in
    28 days), age (days since the last use), is_power and is_quiet; the most eager first.
    """
    last = number_of(as_of)
    members: Sequence[int] = joined.members([customer_id], leads or {})
    rows = UsageDay.objects.filter(
        customer_ref__in=members, day__lte=last, day__gt=last - 7 * adoption.WEEKS
    ).exclude(person=NOBODY)
    found = pl.DataFrame(
        list(rows.values_list("person", "day", "uses_milli")),
        schema={"person": pl.Int64, "day": pl.Int64, "uses_milli": pl.Int64},
        orient="row",
    ).with_columns(age=last - pl.col("day"))
    bits = pl.Series([1 << week for week in range(adoption.WEEKS)], dtype=pl.Int64)
    found = found.with_columns(bit=pl.lit(bits).gather(pl.col("age") // 7))
    near = pl.col("age") < 28
    people = found.group_by("person").agg(
        pl.col("bit").bitwise_or().alias("weeks"),
        pl.col("age").filter(near).n_unique().cast(pl.Int64).alias("days"),
        (pl.col("uses_milli").filter(near).sum() / 1000).alias("uses"),
        pl.col("age").min(),
    )
    weeks = pl.col("weeks")
    return people.with_columns(
        adoption.is_power(weeks, pl.col("days")).alias("is_power"),
        adoption.is_quiet(weeks).alias("is_quiet"),
    ).sort(
        (weeks & RECENT).bitwise_count_ones(),
        "days",
        "uses",
        "person",
        descending=[True, True, True, False],
    )
