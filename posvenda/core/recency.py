"""Recency: each customer judged by their own rhythm of purchases, and RFM beside it.

    own interval  = median of the days between distinct purchase days   (3 purchase days or more)
    overdue ratio = days since the last purchase ÷ own interval

Under three purchase days there is no rhythm yet, so both stay null. RFM scores are fifths of the
customers in the frame (Hughes, "Strategic Database Marketing", 1994); equal values score equally.
"""

from __future__ import annotations

from datetime import date

import polars as pl

LEAST_PURCHASES = 3
FIFTHS = 5


def recency(purchases: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """This will describe each customer's purchases up to and including `as_of`.

    Reads customer_id, bought_on, amount_cents, one row per order. A negative amount (a return)
    lowers the value and is no purchase. One row per customer with a purchase, by customer_id:
    purchases (distinct days), first_on, last_on, days_since_last, median_interval_days (null under
    three), overdue_ratio (null under three), value_cents, mean_order_cents and the RFM scores 1–5
    recency_score, frequency_score, monetary_score with rfm, such as "543".
    """
    past = purchases.filter(pl.col("bought_on") <= as_of)
    described = (
        _rhythm(past.filter(pl.col("amount_cents") >= 0))
        .join(_value(past), on="customer_id", how="left")
        .with_columns((pl.lit(as_of, pl.Date) - pl.col("last_on")).dt.total_days().alias(_SINCE))
        .with_columns((pl.col(_SINCE) / pl.col("median_interval_days")).alias("overdue_ratio"))
        .sort("customer_id")
    )
    return described.with_columns(
        fifth(-pl.col(_SINCE)).alias("recency_score"),
        fifth(pl.col("purchases")).alias("frequency_score"),
        fifth(pl.col("value_cents")).alias("monetary_score"),
    ).select(
        *_COLUMNS,
        *_SCORES,
        pl.concat_str(*_SCORES).alias("rfm"),
    )


def fifth(goodness: pl.Expr) -> pl.Expr:
    """This will score 1 to 5 by the share of customers that are strictly worse."""
    worse = goodness.rank("min").cast(pl.Int64) - 1
    return (worse * FIFTHS).floordiv(pl.len().cast(pl.Int64)) + 1


_SINCE = "days_since_last"
_COLUMNS = (
    "customer_id",
    "purchases",
    "first_on",
    "last_on",
    _SINCE,
    "median_interval_days",
    "overdue_ratio",
    "value_cents",
    "mean_order_cents",
)
_SCORES = ("recency_score", "frequency_score", "monetary_score")


def _rhythm(bought: pl.DataFrame) -> pl.DataFrame:
    days = bought.select("customer_id", "bought_on").unique().sort("customer_id", "bought_on")
    interval = pl.col("bought_on").diff().dt.total_days().over("customer_id")
    return (
        days.with_columns(interval.alias("interval"))
        .group_by("customer_id")
        .agg(
            pl.len().cast(pl.Int64).alias("purchases"),
            pl.col("bought_on").min().alias("first_on"),
            pl.col("bought_on").max().alias("last_on"),
            pl.col("interval").median().alias("median_interval_days"),
        )
        .with_columns(
            pl.when(pl.col("purchases") >= LEAST_PURCHASES).then(pl.col("median_interval_days"))
        )
    )


def _value(past: pl.DataFrame) -> pl.DataFrame:
    amount = pl.col("amount_cents")
    return past.group_by("customer_id").agg(
        amount.sum().alias("value_cents"),
        amount.filter(amount >= 0).mean().round(0).cast(pl.Int64).alias("mean_order_cents"),
    )
