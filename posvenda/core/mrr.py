"""MRR: what the recurring contract lines in force on a day bring in a month.

    MRR(customer, day) = Σ amount ÷ months of the period, over lines with start ≤ day < end

Sums are exact in twelfths of a cent and rounded once per customer, a half to the even cent; so
splitting a line in two, by days or by amount, never moves the result. One-off lines and trials
stay out. Currencies are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from posvenda.core.periods import month_ends

# How many times a period's amount goes into a year; one twelfth of that is the monthly amount.
TIMES_A_YEAR: Mapping[str, int] = {"month": 12, "quarter": 4, "semester": 2, "year": 1}
ONCE = "once"

_KEYS = ("customer_id", "currency")


def monthly(lines: pl.DataFrame) -> pl.DataFrame:
    """This will add monthly_cents, each line's amount a month (0 for one-off lines and trials).

    Reads amount_cents, period (month, quarter, semester, year or once), is_trial. A shown figure:
    totals are made by `mrr_at`, which rounds the sum and not each line. An unknown period is
    refused.
    """
    return lines.with_columns(_half_even(_twelfths()).alias("monthly_cents"))


def mrr_at(lines: pl.DataFrame, on: date, *, currency: str | None = None) -> pl.DataFrame:
    """This will give each customer's MRR on a day.

    Reads customer_id, starts_on, ends_on (null: no end), amount_cents, period, currency, is_trial.
    One row per customer and currency with a line in force that day, ordered by both: customer_id,
    currency, mrr_cents. With `currency`, only its lines: one row per customer.
    """
    wanted = lines if currency is None else lines.filter(pl.col("currency") == currency)
    return _in_force(_recurring(wanted), on)


def customer_month_ends(lines: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """This will give each customer's MRR on the last day of every month, first's to last's.

    Reads what `mrr_at` reads. One row per month end, customer and currency in force: month_end_on,
    customer_id, currency, mrr_cents.
    """
    recurring = _recurring(lines)
    parts = [
        _in_force(recurring, day).select(pl.lit(day, pl.Date).alias("month_end_on"), pl.all())
        for day in month_ends(first, last)
    ]
    nobody = _in_force(recurring.clear(), first)
    return pl.concat([nobody.select(pl.lit(first).alias("month_end_on"), pl.all()), *parts])


def month_end_series(lines: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """This will give total MRR and paying customers on the last day of every month.

    Reads what `mrr_at` reads. One row per currency and month, months without MRR included:
    month_end_on, currency, mrr_cents, customers (those above zero).
    """
    every = pl.DataFrame({"month_end_on": month_ends(first, last)}, {"month_end_on": pl.Date})
    grid = lines.select(pl.col("currency").unique().sort()).join(every, how="cross")
    totals = (
        customer_month_ends(lines, first, last)
        .group_by("month_end_on", "currency")
        .agg(pl.col("mrr_cents").sum(), (pl.col("mrr_cents") > 0).sum().alias("customers"))
    )
    return (
        grid.join(totals, on=["month_end_on", "currency"], how="left")
        .select(
            "month_end_on",
            "currency",
            pl.col("mrr_cents").fill_null(0),
            pl.col("customers").fill_null(0).cast(pl.Int64),
        )
        .sort("currency", "month_end_on")
    )


def _recurring(lines: pl.DataFrame) -> pl.DataFrame:
    """This will keep the lines that count, with their monthly amount in twelfths of a cent."""
    return (
        lines.with_columns(_twelfths().alias("twelfths"))
        .filter(_is_recurring())
        .select(*_KEYS, "starts_on", "ends_on", "twelfths")
    )


def _in_force(recurring: pl.DataFrame, on: date) -> pl.DataFrame:
    is_open = pl.col("ends_on").is_null() | (pl.col("ends_on") > on)
    return (
        recurring.filter((pl.col("starts_on") <= on) & is_open)
        .group_by(_KEYS)
        .agg(pl.col("twelfths").sum())
        .select(*_KEYS, _half_even(pl.col("twelfths")).alias("mrr_cents"))
        .sort(_KEYS)
    )


def _is_recurring() -> pl.Expr:
    return (pl.col("period") != ONCE) & ~pl.col("is_trial").fill_null(value=False)


def _twelfths() -> pl.Expr:
    """This will give a line's monthly amount in twelfths of a cent, a whole number."""
    times = pl.col("period").replace_strict({**TIMES_A_YEAR, ONCE: 0}, return_dtype=pl.Int64)
    return pl.when(_is_recurring()).then(pl.col("amount_cents") * times).otherwise(0)


def _half_even(twelfths: pl.Expr) -> pl.Expr:
    whole, rest = twelfths.floordiv(12), twelfths.mod(12)
    up = (rest > 6) | ((rest == 6) & (whole.mod(2) == 1))
    return whole + up.cast(pl.Int64)
