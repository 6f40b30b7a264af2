"""Adoption in weeks: habit, and a drop against a customer's own past and against its peers.

    own       = this week ÷ usual − 1;      usual  = median of 12 earlier weeks
    deviation = (this week − usual) ÷ spread;  spread = max(1.4826·MAD, ½·√usual, 1)
    season    = median over peers of (this week ÷ usual)
    peers     = this week ÷ (usual · season) − 1
    dropping  = a quarter or more, and three spreads or more, below usual · season

The 12 weeks are those before the last four, so that a drop stays visible for a month and more. The
median and the MAD (Hampel, "The Influence Curve and Its Role in Robust Estimation", 1974) do
hardly move with one odd week, so a holiday among the 12 weeks does no harm; a holiday now lowers
everybody and goes into ``season``. The floor of the spread is that of a count of people, each of
whom comes or does not: 4 people instead of 5 is no news.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from posvenda.core.deadlines import easter, national_holidays

WEEKS = 26
RECENT = 4
BASELINE = 12
LEAST_WEEKS = 6
LEAST_PEERS = 8
DROP = 0.25
SPREADS = 3.0
GAUSS = 1.4826

# A power user came in 7 of the last 8 weeks, and on 8 of the last 28 days.
POWER_OF_WEEKS = 8
POWER_WEEKS = 7
POWER_DAYS = 8
# A habit is use in each of the last 4 weeks.
HABIT_WEEKS = 4
# Gone quiet: no use for 3 weeks, after use in 6 of the 8 weeks before.
QUIET_WEEKS = 3
STEADY_WEEKS = 6


def measure(used: pl.DataFrame) -> pl.DataFrame:
    """This will measure each customer's weeks against its own past.

    Reads customer_id, weekly (people a week, the latest last; null: nobody is named) and age (days
    since the first use). One row per customer, in their order: customer_id, habit and longest
    (weeks in a row with use), week (the latest), usual and spread. Weeks that began before the
    first use do not exist. With fewer than 6 of the 12 weeks, usual and spread are unknown.
    """
    back = range(RECENT, RECENT + BASELINE)
    earlier = [f"w{week}" for week in back]
    before = pl.concat_list(earlier).list.drop_nulls()
    usual, mad = (
        pl.col("usual"),
        pl.concat_list((pl.col(w) - pl.col("usual")).abs() for w in earlier),
    )
    spread = pl.max_horizontal(GAUSS * mad.list.drop_nulls().list.median(), usual.sqrt() / 2, 1.0)
    known = pl.when(before.list.len() >= LEAST_WEEKS).then(before.list.median())
    return (
        used.select("customer_id", *_runs(), _week(0), *(_week(week) for week in back))
        .with_columns(known.alias("usual"))
        .select(
            "customer_id", "habit", "longest", pl.col("w0").alias("week"), "usual",
            pl.when(usual.is_not_null()).then(spread).alias("spread"),
        )
    )  # fmt: skip


def season(measured: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """This will tell what the latest week was like for the peers of each customer.

    Reads what ``measure`` gives, and customer_id, group (such as the plan; a customer without one
    is compared with everybody, and so is a group of fewer than 8). Gives customer_id and season,
    null with fewer than 8 customers in all.
    """
    ratio = pl.when(pl.col("usual") > 0).then(pl.col("week") / pl.col("usual"))
    rows = measured.select("customer_id", ratio.alias("ratio")).join(
        groups, on="customer_id", how="left", maintain_order="left"
    )
    peers = rows.filter(pl.col("ratio").is_not_null())
    overall = peers["ratio"].median() if peers.height >= LEAST_PEERS else None
    each = (
        peers.filter(pl.col("group").is_not_null())
        .group_by("group")
        .agg(pl.col("ratio").median().alias("season"), pl.len().alias("count"))
        .filter(pl.col("count") >= LEAST_PEERS)
        .drop("count")
    )
    return rows.join(each, on="group", how="left", maintain_order="left").select(
        "customer_id", pl.col("season").fill_null(pl.lit(overall, pl.Float64))
    )


def judge(measured: pl.DataFrame, seasons: pl.DataFrame, *, is_holiday: bool) -> pl.DataFrame:
    """This will say whose use is dropping.

    Reads what ``measure`` gives, and customer_id, season. Adds season, own, deviation, peers and
    is_dropping. In a week with a holiday (``is_holiday``) whose effect on peers is not known,
    nobody can tell: is_dropping is unknown.
    """
    week, usual, spread = pl.col("week"), pl.col("usual"), pl.col("spread")
    expected = usual * pl.col("season")
    if not is_holiday:
        expected = expected.fill_null(usual)
    falls = (week <= expected * (1 - DROP)) & (week <= expected - SPREADS * spread)
    return measured.join(seasons, on="customer_id", how="left", maintain_order="left").with_columns(
        pl.when(usual > 0).then(week / usual - 1).alias("own"),
        ((week - usual) / spread).alias("deviation"),
        pl.when(expected > 0).then(week / (usual * pl.col("season")) - 1).alias("peers"),
        falls.alias("is_dropping"),
    )


def holidays(start: date, end: date) -> tuple[date, ...]:
    """This will list the days, start to end inclusive, on which much of Brazil does not work.

    National holidays, and by custom Carnival (Monday and Tuesday) and Corpus Christi.
    """
    days: set[date] = set()
    for year in range(start.year, end.year + 1):
        days |= national_holidays(year)
        days |= {easter(year) + timedelta(days=away) for away in (-48, -47, 60)}
    return tuple(sorted(day for day in days if start <= day <= end))


def is_power(weeks: pl.Expr, days: pl.Expr) -> pl.Expr:
    """This will tell a power user by the weeks (bit 0: the latest) and the number of days in 28."""
    recent = (weeks & (1 << POWER_OF_WEEKS) - 1).bitwise_count_ones()
    return (recent >= POWER_WEEKS) & (days >= POWER_DAYS)


def is_quiet(weeks: pl.Expr) -> pl.Expr:
    """This will tell somebody who came steadily and then stopped."""
    last = weeks & -weeks  # the lowest bit: the latest week with use
    steady = (weeks // last & 255).bitwise_count_ones() >= STEADY_WEEKS
    return ((last >= 1 << QUIET_WEEKS) & steady).fill_null(value=False)


def _week(back: int) -> pl.Expr:
    """The people of a week that began after the first use, or on that day; 0 is the latest."""
    is_whole = pl.col("age") + 1 >= 7 * (back + 1)
    return (
        pl.when(is_whole)
        .then(pl.col("weekly").list.get(-1 - back, null_on_oob=True))
        .alias(f"w{back}")
    )


def _runs() -> tuple[pl.Expr, pl.Expr]:
    """Weeks with use as a text such as 0111011, in which runs are found by splitting at 0."""
    used = pl.col("weekly").list.eval(
        pl.when(pl.element() > 0).then(pl.lit("1")).otherwise(pl.lit("0"))
    )
    runs = used.list.join("").str.split("0")
    length = runs.list.eval(pl.element().str.len_chars()).list
    return length.last().cast(pl.Int64).alias("habit"), length.max().cast(pl.Int64).alias("longest")
