"""Use of the product and its breadth: of some customers from SQL, of all from the lake.

A customer without any use event by then is unknown, not idle: the product may not be connected.
Counts of people are unknown while no event of the customer names a person.
"""

from collections.abc import Sequence

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.commerce.facts import feed
from posvenda.core.facts import Direction, Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider

FIRST_ON = "contract.first_started_on"


def _count(name: str, label: object, text: object, few: object, many: object) -> Fact:
    phrases = {"<=": few, ">=": many}
    return Fact(f"usage.{name}", Is.INTEGER, label, text, "usage", "", phrases, {}, "better")


def _change(name: str, label: object, text: object, fell: Sequence[object]) -> Fact:
    phrases = dict(zip(("<= -", "< -", ">=", ">"), fell, strict=True))
    higher: Direction = "better"
    return Fact(f"usage.{name}", Is.RATE, label, text, "usage", "", phrases, {}, higher)


FACTS = (
    _count(
        "active_people_7d",
        _("People active in 7 days"),
        _("Different people who used the product in the last 7 days."),
        _("people active in 7 days: at most {value}"),
        _("people active in 7 days: {value} or more"),
    ),
    _count(
        "active_people_7d_before",
        _("People active in 7 days, 28 days before"),
        _("Different people who used the product in the 7 days that ended 28 days before."),
        _("people active in the 7 days that ended 28 days before: at most {value}"),
        _("people active in the 7 days that ended 28 days before: {value} or more"),
    ),
    _count(
        "active_people_28d",
        _("People active in 28 days"),
        _("Different people who used the product in the last 28 days."),
        _("people active in 28 days: at most {value}"),
        _("people active in 28 days: {value} or more"),
    ),
    _count(
        "active_people_90d",
        _("People active in 90 days"),
        _("Different people who used the product in the last 90 days."),
        _("people active in 90 days: at most {value}"),
        _("people active in 90 days: {value} or more"),
    ),
    _count(
        "events_7d",
        _("Uses in 7 days"),
        _("Uses of the product in the last 7 days."),
        _("uses in 7 days: at most {value}"),
        _("uses in 7 days: {value} or more"),
    ),
    _count(
        "events_28d",
        _("Uses in 28 days"),
        _("Uses of the product in the last 28 days."),
        _("uses in 28 days: at most {value}"),
        _("uses in 28 days: {value} or more"),
    ),
    _count(
        "events_90d",
        _("Uses in 90 days"),
        _("Uses of the product in the last 90 days."),
        _("uses in 90 days: at most {value}"),
        _("uses in 90 days: {value} or more"),
    ),
    _count(
        "active_days_28d",
        _("Active days in 28"),
        _("Days of the last 28 on which the product was used."),
        _("days of use in 28: at most {value}"),
        _("days of use in 28: {value} or more"),
    ),
    _change(
        "people_change_rate",
        _("Change in active people"),
        _("People active in 28 days against the 28 days before; unknown when there were none."),
        (
            _("active people fell by {value} or more"),
            _("active people fell by more than {value}"),
            _("active people grew by {value} or more"),
            _("active people grew by more than {value}"),
        ),
    ),
    _change(
        "events_change_rate",
        _("Change in use"),
        _("Uses in 28 days against the 28 days before; unknown when there were none."),
        (
            _("use fell by {value} or more"),
            _("use fell by more than {value}"),
            _("use grew by {value} or more"),
            _("use grew by more than {value}"),
        ),
    ),
    Fact(
        "usage.days_since_last",
        Is.DAYS,
        _("Days since the last use"),
        _("Days since anybody of the customer used the product."),
        "usage",
        phrases={
            ">=": _("has not used the product for {value} or more"),
            ">": _("has not used the product for more than {value}"),
            "<=": _("used the product within the last {value}"),
            "<": _("used the product less than {value} ago"),
        },
        higher_is="worse",
    ),
    Fact(
        "usage.seat_use_rate",
        Is.RATE,
        _("Seats in use"),
        _("People active in 28 days out of the seats of the contract."),
        "usage",
        phrases={
            "<": _("uses less than {value} of the seats"),
            "<=": _("uses at most {value} of the seats"),
            ">=": _("uses {value} of the seats or more"),
            ">": _("uses more than {value} of the seats"),
        },
        higher_is="better",
    ),
    Fact(
        "usage.feed_silent_days",
        Is.DAYS,
        _("Usage feed silent for"),
        _(
            "Days since usage events stopped for most customers at once; unknown while they come."
            " Meanwhile facts of use stand as on the last good day."
        ),
        "usage",
        phrases={
            ">=": _("the usage feed has been silent for {value} or more"),
            "is known": _("the usage feed is silent"),
            "is unknown": _("the usage feed is not known to be silent"),
        },
    ),
    Fact(
        "usage.weekly_people",
        Is.SERIES,
        _("Active people by week"),
        _("Different people a week over 26 weeks, the week that ends on the sheet's day last."),
        "usage",
    ),
)
ADOPTION = (
    Fact(
        "adoption.days_to_first_use",
        Is.DAYS,
        _("Days to first use"),
        _("Days from the first contract to the first use; 0 when use came first."),
        "adoption",
        phrases={">": _("took more than {value} to the first use")},
        higher_is="worse",
    ),
)
PLAIN = {
    "people_7d": "usage.active_people_7d",
    "people_7d_before": "usage.active_people_7d_before",
    "people_28d": "usage.active_people_28d",
    "people_90d": "usage.active_people_90d",
    "events_7d": "usage.events_7d",
    "events_28d": "usage.events_28d",
    "events_90d": "usage.events_90d",
    "active_days_28d": "usage.active_days_28d",
    "weekly_people": "usage.weekly_people",
}


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will turn windows of use into facts; unknown without any event by then.

    While the feed is silent they stand as they did on its last good day.
    """
    good = feed.standing(evidence)
    silent = (evidence.as_of - good.as_of).days or None
    terms = sheet.select("customer_id", FIRST_ON, "contract.seats")
    used = feed.windows_on(good).join(terms, on="customer_id", how="inner")
    people, before = pl.col("people_28d"), pl.col("people_28d_before")
    events, earlier = pl.col("events_28d"), pl.col("events_28d_before")
    start = evidence.day("first_at") - pl.col(FIRST_ON)
    seats = pl.col("contract.seats")
    return used.select(
        "customer_id",
        *(pl.col(name).alias(fact) for name, fact in PLAIN.items()),
        pl.when(before > 0).then(people / before - 1).alias("usage.people_change_rate"),
        pl.when(earlier > 0).then(events / earlier - 1).alias("usage.events_change_rate"),
        good.days_since("last_at").alias("usage.days_since_last"),
        pl.when(seats > 0).then(people / seats).alias("usage.seat_use_rate"),
        pl.lit(silent, pl.Int64).alias("usage.feed_silent_days"),
        start.dt.total_days().clip(lower_bound=0).alias("adoption.days_to_first_use"),
    )


def seen(evidence: Evidence) -> set[int]:
    """This will name the customers with any use by then."""
    return set(feed.windows_on(evidence)["customer_id"].to_list())


def windows_of(evidence: Evidence) -> pl.DataFrame:
    """This will give the counts of use of the last day on which the feed was good."""
    return feed.windows_on(feed.standing(evidence))


PROVIDER = Provider("usage", (*FACTS, *ADOPTION), compute)
