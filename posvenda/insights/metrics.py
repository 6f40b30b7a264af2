"""The catalogue of figures: each is one function from dated facts to a frame, by month.

Every metric reads facts as known now, or as known at a moment, and gives one row per month and
currency. Amounts are whole cents; currencies are never added up. Definitions follow
docs/concepts/metrics.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db.models import Min, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from posvenda.base import clock, rows
from posvenda.commerce.models import ContractLine, Order, OrderLine
from posvenda.core import mrr, periods

LINE_COLUMNS = (
    "customer_id", "starts_on", "ends_on", "amount_cents", "period", "currency", "is_trial",
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """The months asked for, and what was known when they are looked at."""

    first: date
    last: date
    known_at: datetime | None = None


@dataclass(frozen=True)
class Metric:
    """A figure of the catalogue: what it is called, what it means, how it is worked out."""

    name: str
    label: str | Promise
    help: str | Promise
    compute: Callable[[Span], pl.DataFrame]


def known(query: QuerySet[Any], known_at: datetime | None) -> QuerySet[Any]:
    """This will leave the facts that were current at a moment (or are now), retractions out."""
    if known_at is None:
        return query.filter(superseded_at=None, is_retracted=False)
    still = Q(superseded_at=None) | Q(superseded_at__gt=known_at)
    return query.filter(still, recorded_at__lte=known_at, is_retracted=False)


def contract_lines(known_at: datetime | None = None) -> pl.DataFrame:
    """This will give the contract lines as the revenue functions of the core read them.

    A line of somebody who was erased names nobody; it counts as a customer of its own.
    """
    query = known(ContractLine.objects.all(), known_at)
    lines = rows.frame(query, ("pk", *LINE_COLUMNS))
    return lines.with_columns(pl.col("customer_id").fill_null(-pl.col("pk"))).drop("pk")


def month_end_mrr(span: Span) -> pl.DataFrame:
    """Reads contract lines. One row per month end and currency: mrr_cents, customers."""
    return mrr.month_end_series(contract_lines(span.known_at), span.first, span.last).select(
        pl.col("month_end_on").alias("month"), "currency", "mrr_cents", "customers"
    )


def net_sales(span: Span) -> pl.DataFrame:
    """Reads orders and their lines. One row per month and currency: net_cents, orders, lines.

    Net is sales minus returns, lines without a customer and charges included, cancelled orders left
    out; an order that came without lines counts with its own amount, as one line. The month is that
    of the company's time zone.
    """
    orders = rows.frame(
        known(Order.objects.all(), span.known_at),
        ("key", "happened_at", "amount_cents", "currency", "is_return", "cancelled_at"),
    ).rename({"key": "order_key"})
    lines = rows.frame(
        known(OrderLine.objects.all(), span.known_at),
        ("order_key", "happened_at", "amount_cents", "currency"),
    )
    whole = orders.join(lines, on="order_key", how="anti").drop_nulls("amount_cents")
    amount = pl.col("amount_cents")
    signed = pl.when("is_return").then(-amount.abs()).otherwise(amount).alias("amount_cents")
    left_out = orders.filter(pl.col("cancelled_at").is_not_null())
    return (
        pl.concat([lines, whole.with_columns(signed).select(lines.columns)])
        .join(left_out, on="order_key", how="anti")
        .with_columns(_month(pl.col("happened_at")))
        .filter(pl.col("month").is_between(span.first, span.last))
        .group_by("month", "currency")
        .agg(
            pl.col("amount_cents").sum().alias("net_cents"),
            pl.col("order_key").n_unique().cast(pl.Int64).alias("orders"),
            pl.len().cast(pl.Int64).alias("lines"),
        )
        .sort("currency", "month")
    )


def buying_customers(span: Span) -> pl.DataFrame:
    """Reads orders. One row per month: customers who bought, and of these who had bought before."""
    query = known(Order.objects.filter(is_return=False, cancelled_at=None), span.known_at)
    orders = rows.frame(query.exclude(customer=None), ("customer_id", "happened_at"))
    months = orders.select("customer_id", _month(pl.col("happened_at")), "happened_at")
    first = months.group_by("customer_id").agg(pl.col("month").min().alias("first"))
    return (
        months.select("customer_id", "month")
        .unique()
        .join(first, on="customer_id")
        .filter(pl.col("month").is_between(span.first, span.last))
        .group_by("month")
        .agg(
            pl.len().cast(pl.Int64).alias("customers"),
            (pl.col("month") > pl.col("first")).sum().cast(pl.Int64).alias("returning"),
        )
        .sort("month")
    )


CATALOGUE: tuple[Metric, ...] = (
    Metric(
        "mrr",
        _("MRR at month end"),
        _("Recurring contract lines in force at the end of each month, a year's amount ÷ 12."),
        month_end_mrr,
    ),
    Metric(
        "net-sales",
        _("Net sales"),
        _("Sales minus returns, by month; cancelled orders are left out."),
        net_sales,
    ),
    Metric(
        "buying-customers",
        _("Customers who bought"),
        _("Customers with a purchase in each month, and how many of them had bought before."),
        buying_customers,
    ),
)


class UnknownMetric(KeyError):
    """Raised for a name that is not in the catalogue."""


def metric(name: str) -> Metric:
    """This will give a metric by its name."""
    for one in CATALOGUE:
        if one.name == name:
            return one
    raise UnknownMetric(name)


def whole_span(*, as_of: date, known_at: datetime | None = None) -> Span:
    """This will give all months from the first fact to the month of ``as_of``."""
    starts: Sequence[date] = [
        day
        for day in (
            ContractLine.objects.aggregate(day=Min("starts_on"))["day"],
            _day(Order.objects.aggregate(at=Min("happened_at"))["at"]),
        )
        if day is not None
    ]
    first = min([*starts, as_of])
    return Span(periods.month_start(first), as_of, known_at)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else clock.day_of(moment)


def _month(moment: pl.Expr) -> pl.Expr:
    zone = timezone.get_default_timezone_name()
    return moment.dt.convert_time_zone(zone).dt.date().dt.truncate("1mo").alias("month")
