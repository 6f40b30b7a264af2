"""Adoption by people and weeks: who is active out of whom, depth, habit, power users, drops."""

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.commerce.facts import contacts, feed
from posvenda.core import adoption as core
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider

FAMILY = "adoption"
RATES = {
    "<": _("less than {value} of the people active in the week"),
    "<=": _("at most {value} of the people active in the week"),
    ">=": _("{value} of the people or more active in the week"),
    ">": _("more than {value} of the people active in the week"),
}
FACTS = (
    Fact(
        "adoption.weekly_active_rate",
        Is.RATE,
        _("Weekly active people"),
        _(
            "People active in 7 days out of the seats of the contract; without seats, out of the"
            " people who used the product in 90 days."
        ),
        FAMILY,
        phrases=RATES,
        higher_is="better",
    ),
    Fact(
        "adoption.active_base",
        Is.CHOICE,
        _("Weekly active people out of"),
        _("What the weekly active people are divided by."),
        FAMILY,
        choices={"seats": _("seats of the contract"), "known": _("people known in 90 days")},
    ),
    Fact(
        "adoption.uses_per_person_week",
        Is.NUMBER,
        _("Depth of use"),
        _("Uses of 28 days for each week of an active person: how much somebody does who comes."),
        FAMILY,
        phrases={
            "<=": _("uses per active person and week: at most {value}"),
            ">=": _("uses per active person and week: {value} or more"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.habit_weeks",
        Is.INTEGER,
        _("Weeks in a row with use"),
        _("Weeks in a row with use up to now, 26 at most; a week ends on the sheet's day."),
        FAMILY,
        phrases={
            "<=": _("weeks in a row with use: at most {value}"),
            ">=": _("weeks in a row with use: {value} or more"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.longest_habit_weeks",
        Is.INTEGER,
        _("Most weeks in a row with use"),
        _("The longest run of weeks with use within 26 weeks."),
        FAMILY,
        higher_is="better",
    ),
    Fact(
        "adoption.habit_people_rate",
        Is.RATE,
        _("People with the habit"),
        _(
            "People who used the product in each of the last 4 weeks, out of those active in 28"
            " days."
        ),
        FAMILY,
        phrases={
            "<": _("less than {value} of the active people have the habit"),
            "<=": _("at most {value} of the active people have the habit"),
            ">=": _("{value} of the active people or more have the habit"),
            ">": _("more than {value} of the active people have the habit"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.power_users",
        Is.INTEGER,
        _("Power users"),
        _("People who came in at least 7 of the last 8 weeks and on 8 of the last 28 days."),
        FAMILY,
        phrases={"<=": _("power users: at most {value}"), ">=": _("power users: {value} or more")},
        higher_is="better",
    ),
    Fact(
        "adoption.champion_candidates",
        Is.INTEGER,
        _("Champion candidates"),
        _("Power users who are a contact, found by e-mail or id, and not marked as champion yet."),
        FAMILY,
        phrases={
            "<=": _("champion candidates: at most {value}"),
            ">=": _("champion candidates: {value} or more"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.champion_quiet_days",
        Is.DAYS,
        _("Champion stopped using it"),
        _(
            "Days since the last use of a champion who came steadily and has not come for 3 weeks,"
            " while others go on; unknown when there is none."
        ),
        FAMILY,
        phrases={
            ">=": _("a champion has not used the product for {value} or more"),
            "is known": _("a champion stopped using the product"),
            "is unknown": _("no champion stopped using the product"),
        },
        higher_is="worse",
    ),
    Fact(
        "adoption.own_change_rate",
        Is.RATE,
        _("The week against its own past"),
        _("Active people of the week against the median of the 12 weeks before the last 4."),
        FAMILY,
        phrases={
            "<= -": _("active people of the week are {value} or more below the usual"),
            "< -": _("active people of the week are more than {value} below the usual"),
            ">=": _("active people of the week are {value} or more above the usual"),
            ">": _("active people of the week are more than {value} above the usual"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.own_deviation",
        Is.NUMBER,
        _("The week in own spreads"),
        _(
            "How many robust spreads (median absolute deviation) the active people of the week are"
            " above or, with a minus, below the usual."
        ),
        FAMILY,
        higher_is="better",
    ),
    Fact(
        "adoption.season_rate",
        Is.RATE,
        _("The week of its peers"),
        _(
            "Half of the customers with the same main product had at least this part of their usual"
            " week; a week with a holiday is low for all. Under 8 peers all customers count."
        ),
        FAMILY,
    ),
    Fact(
        "adoption.peers_change_rate",
        Is.RATE,
        _("The week against its peers"),
        _("Active people of the week against what the week of its peers leads to expect."),
        FAMILY,
        phrases={
            "<= -": _("the week is {value} or more below that of its peers"),
            "< -": _("the week is more than {value} below that of its peers"),
            ">=": _("the week is {value} or more above that of its peers"),
            ">": _("the week is more than {value} above that of its peers"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.is_dropping",
        Is.BOOLEAN,
        _("Use is dropping"),
        _(
            "The week is a quarter or more, and three own spreads or more, below what is usual for"
            " the customer and for the week. Unknown in a week with a holiday without peers."
        ),
        FAMILY,
        phrases={"=": _("use is dropping: {value}")},
        higher_is="worse",
    ),
)
JUDGED = {
    "habit": "adoption.habit_weeks",
    "longest": "adoption.longest_habit_weeks",
    "own": "adoption.own_change_rate",
    "deviation": "adoption.own_deviation",
    "season": "adoption.season_rate",
    "peers": "adoption.peers_change_rate",
    "is_dropping": "adoption.is_dropping",
}


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will judge people and weeks of use on the last good day of the feed."""
    good = feed.standing(evidence)
    seats = sheet.select("customer_id", pl.col("contract.seats").alias("seats"))
    counted = feed.windows_on(good).join(seats, on="customer_id", how="inner")
    judged = core.judge(
        feed.measured(counted, good),
        feed.seasons(evidence),
        is_holiday=feed.is_holiday(good),
    ).select("customer_id", *(pl.col(name).alias(fact) for name, fact in JUDGED.items()))
    found = counted.select("customer_id", *_counts()).join(judged, on="customer_id", how="left")
    found = found.join(_champions(counted, evidence), on="customer_id", how="left")
    candidates = pl.col("adoption.champion_candidates").fill_null(0)
    found = found.with_columns(
        pl.when(pl.col("adoption.power_users").is_not_null()).then(candidates)
    )
    return found if evidence.is_past else feed.with_kept(found, evidence)


def _counts() -> list[pl.Expr]:
    seats, known = pl.col("seats"), pl.col("people_90d")
    base = pl.when(seats > 0).then(seats).otherwise(known)
    named = pl.when((seats > 0) & known.is_not_null()).then(pl.lit("seats"))
    weeks = pl.col("weekly_people").list.tail(4).list.sum()
    active = pl.col("people_28d")
    return [
        pl.when(base > 0).then(pl.col("people_7d") / base).alias("adoption.weekly_active_rate"),
        named.otherwise(pl.when(known > 0).then(pl.lit("known"))).alias("adoption.active_base"),
        pl.when(weeks > 0)
        .then(pl.col("events_28d") / weeks)
        .alias("adoption.uses_per_person_week"),
        pl.when(active > 0)
        .then(pl.col("habit_people") / active)
        .alias("adoption.habit_people_rate"),
        pl.col("power_people").list.len().cast(pl.Int64).alias("adoption.power_users"),
    ]


def quiet_champions(evidence: Evidence) -> pl.DataFrame:
    """This will give customer_id, contact and age of champions who went quiet while others go on.

    Age is the days since the last use, counted on the last good day of the feed.
    """
    counted = feed.windows_on(feed.standing(evidence)).filter(pl.col("people_7d") > 0)
    quiet = _each(counted, "quiet_people", "quiet_ages")
    known = contacts.known(evidence, quiet["customer_id"]).filter(pl.col("is_champion"))
    both = ["customer_id", "person"]
    return (
        known.join(quiet, left_on=both, right_on=["customer_id", "quiet_people"])
        .group_by("customer_id", "contact")
        .agg(pl.col("quiet_ages").min().alias("age"))
        .sort("customer_id", "contact")
    )


def _champions(counted: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Power users who are contacts, and champions who went quiet."""
    power = _each(counted, "power_people")
    known = contacts.known(evidence, power["customer_id"])
    candidates = (
        known.filter(~pl.col("is_champion"))
        .join(power, left_on=["customer_id", "person"], right_on=["customer_id", "power_people"])
        .group_by("customer_id")
        .agg(pl.col("contact").n_unique().cast(pl.Int64).alias("adoption.champion_candidates"))
    )
    silent = (
        quiet_champions(evidence)
        .group_by("customer_id")
        .agg(pl.col("age").min().alias("adoption.champion_quiet_days"))
    )
    return candidates.join(silent, on="customer_id", how="full", coalesce=True)


def _each(counted: pl.DataFrame, *lists: str) -> pl.DataFrame:
    """One row for each person of the lists."""
    full = counted.select("customer_id", *lists).filter(pl.col(lists[0]).list.len() > 0)
    return full.explode(*lists)


PROVIDER = Provider("adoption", FACTS, compute)
