"""Support: how much help is asked for and how fast it comes."""

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.commerce.models import Ticket
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider

LONG_DAYS = 5
FACTS = (
    Fact(
        "tickets.open",
        Is.INTEGER,
        _("Open tickets"),
        _("Tickets not closed yet."),
        "tickets",
        phrases={">=": _("open tickets: {value} or more"), "=": _("open tickets: {value}")},
        higher_is="worse",
    ),
    Fact(
        "tickets.open_over_5d",
        Is.INTEGER,
        _("Tickets open for more than 5 days"),
        _("Tickets opened more than 5 days ago and not closed yet."),
        "tickets",
        phrases={">=": _("tickets open for more than 5 days: {value} or more")},
        higher_is="worse",
    ),
    Fact(
        "tickets.opened_28d",
        Is.INTEGER,
        _("Tickets in 28 days"),
        _("Tickets opened in the last 28 days."),
        "tickets",
        phrases={">=": _("tickets in 28 days: {value} or more")},
        higher_is="worse",
    ),
    Fact(
        "tickets.opened_90d",
        Is.INTEGER,
        _("Tickets in 90 days"),
        _("Tickets opened in the last 90 days."),
        "tickets",
        phrases={">=": _("tickets in 90 days: {value} or more")},
        higher_is="worse",
    ),
    Fact(
        "tickets.escalated_90d",
        Is.INTEGER,
        _("Escalated tickets in 90 days"),
        _("Tickets opened in the last 90 days that were escalated."),
        "tickets",
        phrases={">=": _("escalated tickets in 90 days: {value} or more")},
        higher_is="worse",
    ),
    Fact(
        "tickets.first_reply_minutes",
        Is.NUMBER,
        _("Minutes to the first reply"),
        _("Median over the tickets of the last 90 days that were answered."),
        "tickets",
        phrases={">=": _("first reply in {value} minutes or more")},
        higher_is="worse",
    ),
    Fact(
        "tickets.resolution_hours",
        Is.NUMBER,
        _("Hours to resolution"),
        _("Median over the tickets closed in the last 90 days."),
        "tickets",
        phrases={">=": _("resolution in {value} hours or more")},
        higher_is="worse",
    ),
)
COUNTS = ("open", "open_over_5d", "opened_28d", "opened_90d", "escalated_90d")


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will count tickets; zero without any, unknown when the company brings no tickets."""
    if not evidence.has(Ticket):
        return sheet.select("customer_id").clear()
    tickets = evidence.facts(Ticket, "is_escalated", later=("first_reply_at", "closed_at"))
    age, closed = evidence.days_since("happened_at"), evidence.days_since("closed_at")
    reply = (pl.col("first_reply_at") - pl.col("happened_at")).dt.total_seconds() / 60
    work = (pl.col("closed_at") - pl.col("happened_at")).dt.total_seconds() / 3600
    is_open, is_recent = pl.col("closed_at").is_null(), age < 90
    found = tickets.group_by("customer_id").agg(
        is_open.sum().cast(pl.Int64).alias("tickets.open"),
        (is_open & (age > LONG_DAYS)).sum().cast(pl.Int64).alias("tickets.open_over_5d"),
        (age < 28).sum().cast(pl.Int64).alias("tickets.opened_28d"),
        is_recent.sum().cast(pl.Int64).alias("tickets.opened_90d"),
        (is_recent & pl.col("is_escalated")).sum().cast(pl.Int64).alias("tickets.escalated_90d"),
        reply.filter(is_recent).median().alias("tickets.first_reply_minutes"),
        work.filter(closed < 90).median().alias("tickets.resolution_hours"),
    )
    counts = pl.col(*(f"tickets.{name}" for name in COUNTS))
    everyone = sheet.select("customer_id").join(found, on="customer_id", how="left")
    return everyone.with_columns(counts.fill_null(0))


PROVIDER = Provider("tickets", FACTS, compute)
