"""Contact: when the customer and we last spoke. Internal notes do not count."""

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.conversations.models import Interaction
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider

FACTS = (
    Fact(
        "contact.last_on",
        Is.DATE,
        _("Last contact"),
        _("The day of the last call, meeting or message, whoever began it."),
        "contact",
        phrases={"<": _("last contact before {value}"), ">=": _("last contact since {value}")},
    ),
    Fact(
        "contact.silence_days",
        Is.DAYS,
        _("Days without contact"),
        _("Days since the last call, meeting or message; unknown when there was none."),
        "contact",
        phrases={
            ">=": _("no contact for {value} or more"),
            ">": _("no contact for more than {value}"),
            "<=": _("contact within the last {value}"),
            "<": _("contact less than {value} ago"),
            "is unknown": _("no contact so far"),
        },
        higher_is="worse",
    ),
    Fact(
        "contact.interactions_90d",
        Is.INTEGER,
        _("Contacts in 90 days"),
        _("Calls, meetings and messages of the last 90 days."),
        "contact",
        phrases={
            "<=": _("contacts in 90 days: at most {value}"),
            ">=": _("contacts in 90 days: {value} or more"),
        },
        higher_is="better",
    ),
    Fact(
        "contact.two_way_on",
        Is.DATE,
        _("Last two-way contact"),
        _("The day of the last meeting, conversation or message from the customer."),
        "contact",
        phrases={
            "<": _("last two-way contact before {value}"),
            ">=": _("last two-way contact since {value}"),
        },
    ),
    Fact(
        "contact.two_way_days",
        Is.DAYS,
        _("Days without two-way contact"),
        _("Days since the customer last met us, talked with us or wrote; what we sent counts not."),
        "contact",
        phrases={
            ">=": _("no two-way contact for {value} or more"),
            ">": _("no two-way contact for more than {value}"),
            "<=": _("two-way contact within the last {value}"),
            "is unknown": _("no two-way contact so far"),
        },
        higher_is="worse",
    ),
    Fact(
        "contact.two_way_people_90d",
        Is.INTEGER,
        _("Contacts who talked with us in 90 days"),
        _("Contacts with a two-way contact in 90 days; unknown while no contact is named."),
        "contact",
        phrases={
            "<=": _("contacts who talked with us in 90 days: at most {value}"),
            ">=": _("contacts who talked with us in 90 days: {value} or more"),
        },
        higher_is="better",
    ),
)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will tell when there was contact; empty when the company writes none down."""
    if not evidence.has(Interaction):
        return sheet.select("customer_id").clear()
    spoken = evidence.rows(Interaction, "direction", "kind", "contact_id").filter(
        pl.col("direction") != Interaction.Direction.INTERNAL
    )
    age = evidence.days_since("happened_at")
    answered = _is_two_way()
    lately = pl.col("contact_id").filter(answered & (age < 90)).drop_nulls().n_unique()
    found = spoken.group_by("customer_id").agg(
        evidence.day("happened_at").max().alias("contact.last_on"),
        age.min().alias("contact.silence_days"),
        (age < 90).sum().cast(pl.Int64).alias("contact.interactions_90d"),
        evidence.day("happened_at").filter(answered).max().alias("contact.two_way_on"),
        age.filter(answered).min().alias("contact.two_way_days"),
        pl.when(pl.col("contact_id").count() > 0)
        .then(lately.cast(pl.Int64))
        .alias("contact.two_way_people_90d"),
    )
    everyone = sheet.select("customer_id").join(found, on="customer_id", how="left")
    return everyone.with_columns(pl.col("contact.interactions_90d").fill_null(0))


def _is_two_way() -> pl.Expr:
    """A meeting, a conversation or something from the customer; not what only we sent."""
    told = pl.col("direction").is_in([Interaction.Direction.IN, Interaction.Direction.BOTH])
    return told | (pl.col("kind") == Interaction.Kind.MEETING)


def seen(evidence: Evidence) -> set[int]:
    """This will name the customers with any call, meeting, message or note by then."""
    return evidence.seen(Interaction)


PROVIDER = Provider("contact", FACTS, compute)
