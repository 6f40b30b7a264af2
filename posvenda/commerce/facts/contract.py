"""The contract: what is signed and in force, what it brings in a month, when it renews.

A line is in force on [starts_on, ends_on). One-off lines are no contract; trials are in force but
bring nothing. Lines in another currency than the customer's own count for dates, not for money.
"""

from datetime import timedelta

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.commerce.facts import reading
from posvenda.commerce.facts.currency import in_own
from posvenda.commerce.models import Cancellation, ContractLine, Period
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.core.mrr import mrr_at
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider

MONTHS = 12
CHANGE_DAYS = 90
STATUSES = {
    "prospect": _("prospect"),
    "coming": _("signed, not started"),
    "customer": _("customer"),
    "paused": _("paused"),
    "churned": _("churned"),
}
FACTS = (
    Fact(
        "contract.status",
        Is.CHOICE,
        _("Contract"),
        _(
            "Whether a paid contract line is in force, starts later, has ended, or never was."
            " Paused: in force at no price after having had one, or ended with another one signed"
            " for later."
        ),
        "contract",
        choices=STATUSES,
        phrases={"=": _("contract: {value}"), "in": _("contract: {value}")},
    ),
    Fact(
        "contract.mrr",
        Is.MONEY,
        _("MRR"),
        _("Monthly recurring revenue: the lines in force, normalised to a month, trials excluded."),
        "contract",
        phrases={">=": _("MRR of {value} or more"), "<": _("MRR below {value}")},
        higher_is="better",
    ),
    Fact(
        "contract.arr",
        Is.MONEY,
        _("ARR"),
        _("Twelve times the MRR."),
        "contract",
        phrases={">=": _("ARR of {value} or more"), "<": _("ARR below {value}")},
        higher_is="better",
    ),
    Fact(
        "contract.lines",
        Is.INTEGER,
        _("Contract lines"),
        _("Recurring contract lines in force, trials included."),
        "contract",
    ),
    Fact(
        "contract.seats",
        Is.INTEGER,
        _("Seats"),
        _("Seats of the lines in force; unknown when no line says."),
        "contract",
        phrases={">=": _("seats: {value} or more"), "<": _("seats: fewer than {value}")},
    ),
    Fact(
        "contract.first_started_on",
        Is.DATE,
        _("First contract"),
        _("The day the first paid line started."),
        "contract",
        phrases={">=": _("first contract since {value}"), "<": _("first contract before {value}")},
    ),
    Fact(
        "contract.ended_on",
        Is.DATE,
        _("Contract ended"),
        _("The first day without a paid contract line, of whoever left."),
        "contract",
    ),
    Fact(
        "contract.renews_on",
        Is.DATE,
        _("Renewal"),
        _(
            "The first day a product in force is no longer covered by a signed line; unknown for"
            " contracts without an end."
        ),
        "contract",
        phrases={"<=": _("renews by {value}"), "<": _("renews before {value}")},
    ),
    Fact(
        "contract.days_to_renewal",
        Is.DAYS,
        _("Days to renewal"),
        _("Days from the day of the sheet to the renewal."),
        "contract",
        phrases={
            "<=": _("renews within {value}"),
            "<": _("renews in less than {value}"),
            ">=": _("renews in {value} or more"),
            ">": _("renews in more than {value}"),
            "between": _("renews in {value}"),
            "is unknown": _("has no renewal date"),
        },
    ),
    Fact(
        "contract.is_auto_renewed",
        Is.BOOLEAN,
        _("Renews by itself"),
        _("Whether the lines that end at the renewal renew by themselves; unknown if not said."),
        "contract",
    ),
    Fact(
        "contract.is_trial",
        Is.BOOLEAN,
        _("On trial"),
        _("Whether a trial line is in force."),
        "contract",
    ),
    Fact(
        "contract.is_cancelling",
        Is.BOOLEAN,
        _("Asked to cancel"),
        _(
            "Whether the contract is in force and its cancellation was asked for, with no later"
            " return or new signature."
        ),
        "contract",
        higher_is="worse",
    ),
    Fact(
        "contract.cancel_requested_days",
        Is.DAYS,
        _("Days since the cancellation request"),
        _("Days since the last cancellation request that still stands."),
        "contract",
        phrases={
            "<=": _("asked to cancel within the last {value}"),
            "is known": _("asked to cancel"),
            "is unknown": _("did not ask to cancel"),
        },
    ),
    Fact(
        "contract.mrr_change_90d_rate",
        Is.RATE,
        _("MRR change in 90 days"),
        _("MRR against 90 days earlier; unknown when it was zero then."),
        "contract",
        phrases={
            "<= -": _("MRR fell by {value} or more in 90 days"),
            "< -": _("MRR fell by more than {value} in 90 days"),
            ">=": _("MRR grew by {value} or more in 90 days"),
            ">": _("MRR grew by more than {value} in 90 days"),
        },
        higher_is="better",
    ),
)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will describe each customer's contract; empty when the company has no contracts."""
    if not evidence.has(ContractLine):
        return sheet.select("customer_id").clear()
    lines = _lines(evidence)
    found = sheet.select("customer_id")
    for part in (
        _standing(lines, evidence),
        _money(lines, evidence, sheet),
        _renewal(lines, evidence),
        _requests(lines, evidence),
    ):
        found = found.join(part, on="customer_id", how="left")
    days = pl.col("contract.renews_on") - pl.lit(evidence.as_of, pl.Date)
    is_customer = pl.col("contract.status") == "customer"
    asked = pl.when(is_customer).then(pl.col("contract.cancel_requested_days"))
    return found.with_columns(
        pl.col("contract.status").fill_null("prospect"),
        pl.col("contract.lines", "contract.mrr", "contract.arr").fill_null(0),
        pl.col("contract.is_trial").fill_null(value=False),
        days.dt.total_days().alias("contract.days_to_renewal"),
        asked.alias("contract.cancel_requested_days"),
        asked.is_not_null().alias("contract.is_cancelling"),
    )


def _lines(evidence: Evidence) -> pl.DataFrame:
    """Recurring lines; one cancelled without an end runs to the day of its cancellation."""
    return (
        reading.contract_lines(evidence)
        .filter(pl.col("period") != Period.ONCE)
        .with_columns(pl.col("ends_on").fill_null(evidence.day("cancelled_at")))
        .filter(pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("starts_on")))
        .with_columns(_is_in_force(evidence).alias("is_in_force"))
    )


def lines_in_force(evidence: Evidence) -> pl.DataFrame:
    """This will give the recurring lines in force on the day of the sheet."""
    return _lines(evidence).filter(pl.col("is_in_force"))


def paid_lines(evidence: Evidence) -> pl.DataFrame:
    """This will give the recurring lines signed by then that somebody pays for."""
    return _lines(evidence).filter(~pl.col("is_trial"))


def _is_in_force(evidence: Evidence) -> pl.Expr:
    day = pl.lit(evidence.as_of, pl.Date)
    return (pl.col("starts_on") <= day) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > day))


def _standing(lines: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    now, paid = pl.col("is_in_force"), ~pl.col("is_trial")
    has_started = pl.col("starts_on") <= pl.lit(evidence.as_of, pl.Date)
    priced = pl.col("amount_cents") > 0
    has_paid = (has_started & paid & priced).any()
    is_ahead = (~has_started & paid).any()
    status = (
        pl.when((now & paid).any() & ((now & paid & priced).any() | ~has_paid))
        .then(pl.lit("customer"))
        .when((now & paid).any() | (is_ahead & (has_started & paid).any()))
        .then(pl.lit("paused"))
        .when(is_ahead)
        .then(pl.lit("coming"))
        .when((has_started & paid).any())
        .then(pl.lit("churned"))
        .otherwise(pl.lit("prospect"))
    )
    seats = pl.col("seats").filter(now)
    return lines.group_by("customer_id").agg(
        status.alias("contract.status"),
        now.sum().cast(pl.Int64).alias("contract.lines"),
        pl.when(seats.count() > 0).then(seats.sum()).alias("contract.seats"),
        pl.col("starts_on").filter(has_started & paid).min().alias("contract.first_started_on"),
        (now & ~paid).any().alias("contract.is_trial"),
        pl.when(status == "churned")
        .then(pl.col("ends_on").filter(has_started & paid).max())
        .alias("contract.ended_on"),
    )


def _money(lines: pl.DataFrame, evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    own = in_own(lines, sheet)
    today = mrr_at(own, evidence.as_of).select("customer_id", pl.col("mrr_cents").alias("mrr"))
    before = mrr_at(own, evidence.as_of - timedelta(days=CHANGE_DAYS)).select(
        "customer_id", pl.col("mrr_cents").alias("before")
    )
    both = today.join(before, on="customer_id", how="full", coalesce=True)
    mrr = pl.col("mrr").fill_null(0)
    return both.select(
        "customer_id",
        mrr.alias("contract.mrr"),
        (mrr * MONTHS).alias("contract.arr"),
        pl.when(pl.col("before") > 0)
        .then(mrr / pl.col("before") - 1)
        .alias("contract.mrr_change_90d_rate"),
    )


def _renewal(lines: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Per product the last signed day counts, so that a line signed ahead moves the renewal on."""
    paid = lines.filter(~pl.col("is_trial"))
    alive = paid.filter(pl.col("is_in_force").any().over("customer_id", "product_id"))
    last = alive.filter(
        pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.lit(evidence.as_of, pl.Date))
    )
    is_open = pl.col("ends_on").is_null().any().over("customer_id", "product_id")
    is_last = pl.col("ends_on") == pl.col("ends_on").max().over("customer_id", "product_id")
    ending = last.filter(~is_open & is_last)
    first = ending.filter(pl.col("ends_on") == pl.col("ends_on").min().over("customer_id"))
    is_auto = pl.col("is_auto_renewed")
    return first.group_by("customer_id").agg(
        pl.col("ends_on").min().alias("contract.renews_on"),
        pl.when(is_auto.null_count() == 0).then(is_auto.all()).alias("contract.is_auto_renewed"),
    )


def _requests(lines: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """The last word counts: a request stands until the customer returns or signs again."""
    said = evidence.facts(Cancellation, "is_return").select(
        "customer_id", "happened_at", pl.col("is_return").not_().alias("is_leaving")
    )
    cancelled = lines.filter(pl.col("is_in_force") & pl.col("cancelled_at").is_not_null()).select(
        "customer_id", pl.col("cancelled_at").alias("happened_at"), is_leaving=pl.lit(value=True)
    )
    signed = lines.filter(pl.col("cancelled_at").is_null()).select(
        "customer_id", "happened_at", is_leaving=pl.lit(value=False)
    )
    words = pl.concat([said, cancelled, signed]).sort("happened_at", "is_leaving")
    return (
        words.unique("customer_id", keep="last", maintain_order=True)
        .filter(pl.col("is_leaving"))
        .select(
            "customer_id",
            evidence.days_since("happened_at").alias("contract.cancel_requested_days"),
        )
    )


PROVIDER = Provider("contract", FACTS, compute)
