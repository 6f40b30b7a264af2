"""What people say about health as facts: ratings with their age, the override in force, signals."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from posvenda.core.facts import Fact, Kind
from posvenda.core.health import JUDGEMENT
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.success import definitions
from posvenda.success.cards.models import Indicator, Override, Rating

FAMILY = "health"
NEWEST = ["happened_at", "recorded_at", "id"]
OVERRIDES = (
    Fact(
        "override.kind",
        Kind.CHOICE,
        _("Override"),
        _("Whether a person caps or sets the score at present."),
        FAMILY,
        choices={Override.Kind.CAP: _("at most"), Override.Kind.SET: _("exactly")},
    ),
    Fact(
        "override.value",
        Kind.NUMBER,
        _("Overridden to"),
        _("The score a person capped to or set."),
        FAMILY,
    ),
    Fact(
        "override.until",
        Kind.DATE,
        _("Override until"),
        _("The first day on which the override no longer counts."),
        FAMILY,
    ),
)
INDICATORS = (
    Fact(
        "indicator.risks",
        Kind.INTEGER,
        _("Open risks"),
        _("Risks raised by a rule or by hand that nobody has resolved; kept apart from the score."),
        FAMILY,
        phrases={">=": _("{value} or more open risks")},
        higher_is="worse",
    ),
    Fact(
        "indicator.opportunities",
        Kind.INTEGER,
        _("Open opportunities"),
        _("Opportunities raised by a rule or by hand that nobody has resolved."),
        FAMILY,
        phrases={">=": _("{value} or more open opportunities")},
        higher_is="better",
    ),
)


def rating_facts() -> Iterator[Fact]:
    """This will give every rating the cards in force ask for, and how old it is, as facts."""
    for name, measure in definitions.cards().judgements.items():
        label = measure.label or name
        yield Fact(
            JUDGEMENT + name,
            Kind.NUMBER,
            format_lazy("{} {}", _("Rating:"), label),
            _("A person's judgement from 1 (poor) to 5 (very good), the newest one."),
            FAMILY,
            higher_is="better",
        )
        yield Fact(
            f"{JUDGEMENT}{name}_days",
            Kind.DAYS,
            format_lazy("{} {}", _("Days since the rating:"), label),
            _("Days since a person last judged this; the scorecard says when a rating expires."),
            FAMILY,
            higher_is="worse",
        )


def ratings(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will give the newest rating of each name and the days since."""
    told = _newest(
        evidence.rows(Rating, "id", "recorded_at", "name", "value"), "customer_id", "name"
    )
    told = told.filter(pl.col("value").is_not_null()).with_columns(
        evidence.days_since("happened_at").alias("days")
    )
    found = sheet.select("customer_id")
    for name in definitions.cards().judgements:
        own = told.filter(pl.col("name") == name).select(
            "customer_id",
            pl.col("value").cast(pl.Float64).alias(JUDGEMENT + name),
            pl.col("days").alias(f"{JUDGEMENT}{name}_days"),
        )
        found = found.join(own, on="customer_id", how="left")
    return found


def overrides(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will give the override in force: the newest one, unless it ended."""
    told = _newest(
        evidence.rows(Override, "id", "recorded_at", "kind", "value", "until_on"), "customer_id"
    )
    is_in_force = (pl.col("kind") != Override.Kind.END) & (pl.col("until_on") > evidence.as_of)
    return told.filter(is_in_force).select(
        "customer_id",
        pl.col("kind").alias("override.kind"),
        pl.col("value").cast(pl.Float64).alias("override.value"),
        pl.col("until_on").alias("override.until"),
    )


def indicators(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will count the signals that were open at the end of the day, silenced ones too."""
    told = evidence.rows(
        Indicator,
        "nature",
        happened="raised_at",
        recorded="raised_at",
        later=("resolved_at",),
    )
    if evidence.known_at is not None:
        known = pl.lit(evidence.known_at).cast(pl.Datetime("us", "UTC"))
        still = pl.when(pl.col("resolved_at") <= known).then(pl.col("resolved_at"))
        told = told.with_columns(still.alias("resolved_at"))
    still_open = told.filter(pl.col("resolved_at").is_null())
    return still_open.group_by("customer_id").agg(
        (pl.col("nature") == Indicator.Nature.RISK).sum().cast(pl.Int64).alias("indicator.risks"),
        (pl.col("nature") == Indicator.Nature.OPPORTUNITY)
        .sum()
        .cast(pl.Int64)
        .alias("indicator.opportunities"),
    )


def _newest(told: pl.DataFrame, *keys: str) -> pl.DataFrame:
    return told.sort(NEWEST).unique(list(keys), keep="last", maintain_order=True)


BEFORE = (
    Provider("judgement", (), ratings, attributes=rating_facts),
    Provider("override", OVERRIDES, overrides),
)
AFTER = (
    Provider(
        "indicator",
        INDICATORS,
        indicators,
        defaults={"indicator.risks": 0, "indicator.opportunities": 0},
    ),
)
