"""Who left, who stayed, and on which day they decided it.

A spell is the time a customer is covered by paid lines without a gap of over 30 days; whoever comes
back later begins a new one. A spell that ended, or whose cancellation still stands, was left. The
day that counts is the day of the decision: the first notice of those that nobody took back, or the
end of cover where nobody said a word. It is not the end of the contract: between notice and end
everybody knows already, so a warning in between warns nobody.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import polars as pl

GAP_DAYS = 30
# customer_id, started_on, covered_until (null: open), left_on (null: still there)
Spells: TypeAlias = pl.DataFrame
_SPELLS = {
    "customer_id": pl.Int64(),
    "started_on": pl.Date(),
    "covered_until": pl.Date(),
    "left_on": pl.Date(),
}


def spells(lines: pl.DataFrame, said: pl.DataFrame, *, until: date) -> Spells:
    """This will give every spell and the day its end was decided.

    Reads ``lines`` (one row per paid recurring line: customer_id, starts_on, ends_on with null for
    open) and ``said`` (customer_id, said_at by the company's clock, is_leaving, ends_on: notices,
    returns and signatures; the end of one line is a word of leaving only where it ends the cover).
    Gives customer_id, started_on, covered_until, left_on; after ``until`` nothing is known yet.
    """
    begun = lines.filter(pl.col("starts_on") <= until)
    if begun.is_empty():
        return pl.DataFrame(schema=_SPELLS)
    covered = _covered(begun)
    noticed = _noticed(covered, said)
    has_ended = pl.col("covered_until").is_not_null() & (pl.col("covered_until") <= until)
    ended = pl.when(has_ended).then(pl.col("covered_until"))
    return (
        covered.join(noticed, on=["customer_id", "spell"], how="left")
        .with_columns(pl.min_horizontal("noticed_on", ended).alias("left_on"))
        .with_columns(pl.max_horizontal("left_on", "started_on").alias("left_on"))
        .with_columns(
            pl.when(pl.col("noticed_on").is_not_null() | has_ended)
            .then(pl.col("left_on"))
            .alias("left_on")
        )
        .select(*_SPELLS)
        .sort("customer_id", "started_on")
    )


def renewals(lines: pl.DataFrame, *, until: date) -> pl.DataFrame:
    """This will give the days on which customers signed on: customer_id, decided_on.

    Reads customer_id, product_id, starts_on, ends_on, signed_on. A renewal is a line of a product
    that follows another line of it without a gap; it was decided when it was signed, on the day it
    starts at the latest.
    """
    before = pl.col("ends_on").shift().over("customer_id", "product_id", order_by="starts_on")
    gap = (pl.col("starts_on") - before).dt.total_days()
    return (
        lines.with_columns(gap.alias("gap"))
        .filter(pl.col("gap").is_between(-GAP_DAYS, GAP_DAYS))
        .select("customer_id", pl.min_horizontal("signed_on", "starts_on").alias("decided_on"))
        .filter(pl.col("decided_on") <= until)
        .unique()
        .sort("customer_id", "decided_on")
    )


def _covered(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of a customer that touch become one spell; an open end covers all that follows."""
    forever = pl.lit(date(9999, 1, 1))
    ordered = lines.with_columns(pl.col("ends_on").fill_null(forever)).sort(
        "customer_id", "starts_on"
    )
    reach = pl.col("ends_on").cum_max().shift().over("customer_id")
    is_new = ((pl.col("starts_on") - reach).dt.total_days() > GAP_DAYS).fill_null(value=True)
    return (
        ordered.with_columns(is_new.alias("is_new"))
        .with_columns(pl.col("is_new").cum_sum().over("customer_id").alias("spell"))
        .group_by("customer_id", "spell")
        .agg(pl.col("starts_on").min().alias("started_on"), pl.col("ends_on").max().alias("to"))
        .with_columns(pl.when(pl.col("to") < forever).then(pl.col("to")).alias("covered_until"))
        .drop("to")
    )


def _noticed(covered: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """The first of the notices after the last word of staying, for each spell."""
    words = (
        said.with_columns(pl.col("said_at").dt.date().alias("said_on"))
        .join(covered, on="customer_id", how="inner")
        .filter(
            (pl.col("said_on") >= pl.col("started_on"))
            & (pl.col("covered_until").is_null() | (pl.col("said_on") <= pl.col("covered_until")))
            & (pl.col("ends_on").is_null() | (pl.col("ends_on") == pl.col("covered_until")))
        )
    )
    last_stay = pl.col("said_at").filter(~pl.col("is_leaving")).max().over("customer_id", "spell")
    return (
        words.with_columns(last_stay.alias("last_stay"))
        .filter(pl.col("is_leaving"))
        .filter(pl.col("last_stay").is_null() | (pl.col("said_at") >= pl.col("last_stay")))
        .group_by("customer_id", "spell")
        .agg(pl.col("said_on").min().alias("noticed_on"))
    )
