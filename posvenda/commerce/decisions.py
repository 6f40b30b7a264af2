"""Who left and who renewed, and when it was decided, as known now: the answers of a back-test."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.utils import timezone

from posvenda.commerce.facts import contract
from posvenda.commerce.models import Cancellation
from posvenda.core.backtest import renewals, spells
from posvenda.customers.evidence import Evidence


@dataclass(frozen=True)
class Decisions:
    """Spells of customers with the day each left, and the days on which others renewed."""

    spells: pl.DataFrame
    renewed: pl.DataFrame


def decisions(*, until: date) -> Decisions:
    """This will read every decision up to a day, whenever we learnt of it."""
    evidence = Evidence(as_of=until)
    lines = contract.paid_lines(evidence)
    dated = lines.with_columns(evidence.day("happened_at").alias("signed_on"))
    return Decisions(
        spells=spells(dated, _said(lines, evidence), until=until),
        renewed=renewals(dated, until=until),
    )


def _said(lines: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Notices and returns, lines cancelled (with the day they end), lines signed."""
    never = pl.lit(None, pl.Date).alias("ends_on")
    told = evidence.facts(Cancellation, "is_return").select(
        "customer_id", "happened_at", pl.col("is_return").not_().alias("is_leaving"), never
    )
    cancelled = lines.filter(pl.col("cancelled_at").is_not_null()).select(
        "customer_id", pl.col("cancelled_at").alias("happened_at"),
        pl.lit(value=True).alias("is_leaving"), "ends_on",
    )  # fmt: skip
    signed = lines.filter(pl.col("cancelled_at").is_null()).select(
        "customer_id", "happened_at", pl.lit(value=False).alias("is_leaving"), never
    )
    zone = timezone.get_default_timezone_name()
    local = pl.col("happened_at").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return pl.concat([told, cancelled, signed]).select(
        "customer_id", local.alias("said_at"), "is_leaving", "ends_on"
    )
