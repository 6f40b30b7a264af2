"""Orders: how often, how much, in which rhythm.

A purchase is an order that is neither a return nor cancelled. Value is net: returns, whose amounts
are negative, lower it. Cancelled orders are out of counts and value. Charges such as postage are
money, not products.
"""

from datetime import date

import polars as pl

from posvenda.base.said import said_lazy as _
from posvenda.commerce.facts import reading
from posvenda.commerce.facts.currency import in_own
from posvenda.commerce.models import Order
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.core.recency import recency
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider

YEAR = 365
MONTHS = 12
CANCELLED = ("canceled", "cancelled", "cancelado", "cancelada", "unavailable")
FACTS = (
    Fact(
        "orders.count",
        Is.INTEGER,
        _("Orders"),
        _("Orders so far, returns and cancelled ones excluded."),
        "orders",
        phrases={
            ">=": _("orders: {value} or more"),
            "=": _("orders: {value}"),
            "<=": _("orders: at most {value}"),
        },
        higher_is="better",
    ),
    Fact(
        "orders.count_365d",
        Is.INTEGER,
        _("Orders in 365 days"),
        _("Orders of the last 365 days, returns and cancelled ones excluded."),
        "orders",
        phrases={">=": _("orders in 365 days: {value} or more")},
        higher_is="better",
    ),
    Fact("orders.first_on", Is.DATE, _("First order"), _("The day of the first order."), "orders"),
    Fact(
        "orders.second_on",
        Is.DATE,
        _("Second purchase"),
        _("The second day on which the customer bought."),
        "orders",
    ),
    Fact("orders.last_on", Is.DATE, _("Last order"), _("The day of the last order."), "orders"),
    Fact(
        "orders.recency_days",
        Is.DAYS,
        _("Days since the last order"),
        _("Days since the last order."),
        "orders",
        phrases={
            ">=": _("has not bought for {value} or more"),
            ">": _("has not bought for more than {value}"),
            "<=": _("bought within the last {value}"),
            "<": _("bought less than {value} ago"),
        },
        higher_is="worse",
    ),
    Fact(
        "orders.value",
        Is.MONEY,
        _("Value of orders"),
        _("Everything bought so far, less returns."),
        "orders",
        phrases={">=": _("bought {value} or more"), "<": _("bought less than {value}")},
        higher_is="better",
    ),
    Fact(
        "orders.value_365d",
        Is.MONEY,
        _("Value in 365 days"),
        _("Everything bought in the last 365 days, less returns."),
        "orders",
        phrases={">=": _("bought {value} or more in 365 days")},
        higher_is="better",
    ),
    Fact(
        "orders.average",
        Is.MONEY,
        _("Average order"),
        _("Mean amount of an order, returns excluded."),
        "orders",
        phrases={">=": _("average order of {value} or more")},
        higher_is="better",
    ),
    Fact(
        "orders.median_interval_days",
        Is.NUMBER,
        _("Own interval"),
        _("Median days between purchases; unknown under three days of purchase."),
        "orders",
        unit="days",
    ),
    Fact(
        "orders.overdue_ratio",
        Is.NUMBER,
        _("Overdue"),
        _("Days since the last order as a multiple of the customer's own interval."),
        "orders",
        unit="×",
        phrases={
            ">=": _("silent for {value} times the own interval or more"),
            ">": _("silent for more than {value} times the own interval"),
        },
        higher_is="worse",
    ),
    Fact(
        "orders.next_expected_on",
        Is.DATE,
        _("Next order expected"),
        _("The last order plus the customer's own interval."),
        "orders",
        phrases={"<=": _("next order expected by {value}")},
    ),
    Fact(
        "orders.returns",
        Is.INTEGER,
        _("Returns"),
        _("Return orders so far."),
        "orders",
        phrases={">=": _("returns: {value} or more")},
        higher_is="worse",
    ),
    Fact(
        "orders.days_since_return",
        Is.DAYS,
        _("Days since the last return"),
        _("Days since the last return order; unknown while nothing was returned."),
        "orders",
        phrases={"<=": _("returned something within the last {value}")},
    ),
    Fact(
        "orders.cancelled",
        Is.INTEGER,
        _("Cancelled orders"),
        _("Orders cancelled so far."),
        "orders",
        phrases={">=": _("cancelled orders: {value} or more")},
        higher_is="worse",
    ),
    Fact(
        "orders.products",
        Is.INTEGER,
        _("Products bought"),
        _("Different products bought so far, charges such as postage excluded."),
        "orders",
        phrases={">=": _("different products bought: {value} or more")},
        higher_is="better",
    ),
    Fact(
        "orders.late_deliveries",
        Is.INTEGER,
        _("Late deliveries"),
        _("Orders delivered after the promised day, or promised for a past day and not delivered."),
        "orders",
        phrases={">=": _("late deliveries: {value} or more")},
        higher_is="worse",
    ),
    Fact(
        "orders.days_since_late",
        Is.DAYS,
        _("Days since the last late delivery"),
        _("Days since the last late order arrived, or since the day promised when it has not."),
        "orders",
        phrases={"<=": _("a delivery was late within the last {value}")},
    ),
    Fact(
        "orders.late_rate",
        Is.RATE,
        _("Late share"),
        _("Late deliveries out of the orders delivered or due."),
        "orders",
        phrases={">=": _("{value} or more of deliveries late")},
        higher_is="worse",
    ),
    Fact(
        "orders.monthly_value",
        Is.SERIES,
        _("Value by month"),
        _("Net value of the last 12 calendar months, in cents, the present one last."),
        "orders",
    ),
)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will describe each customer's purchases; empty when the company has no orders."""
    if not evidence.has(Order):
        return sheet.select("customer_id").clear()
    orders = _orders(evidence, sheet)
    valid = orders.filter(~pl.col("is_cancelled"))
    bought = valid.filter(~pl.col("is_return"))
    found = sheet.select("customer_id")
    for part in (
        _counts(orders),
        _recent(valid),
        _rhythm(valid, evidence),
        _products(bought, evidence),
        _deliveries(bought, evidence),
        _months(valid, evidence),
    ):
        found = found.join(part, on="customer_id", how="left")
    zero = ("count", "count_365d", "value", "value_365d", "returns", "cancelled", "products")
    return found.with_columns(pl.col(*(f"orders.{name}" for name in zero)).fill_null(0))


def _orders(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """One row per order: customer_id, key, day, age, cents, is_return, is_cancelled and the dates.

    The amount is the order's own, else the sum of its lines; amounts in another currency are null.
    """
    orders = reading.orders(evidence)
    lines = in_own(reading.order_lines(evidence), sheet)
    sums = lines.group_by("customer_id", pl.col("order_key").alias("key")).agg(
        pl.col("amount_cents").sum().alias("line_cents")
    )
    own = sheet.select("customer_id", "who.currency")
    amount = pl.when(pl.col("currency") == pl.col("who.currency")).then(pl.col("amount_cents"))
    cents = pl.coalesce(amount, pl.when(pl.col("amount_cents").is_null()).then("line_cents"))
    status = pl.col("status").str.to_lowercase().is_in(CANCELLED)
    return (
        orders.join(sums, on=["customer_id", "key"], how="left")
        .join(own, on="customer_id")
        .with_columns(
            pl.when(pl.col("is_return")).then(-cents.abs()).otherwise(cents).alias("cents"),
            (pl.col("cancelled_at").is_not_null() | status).alias("is_cancelled"),
            evidence.day("happened_at").alias("day"),
            evidence.days_since("happened_at").alias("age"),
        )
    )


def _counts(orders: pl.DataFrame) -> pl.DataFrame:
    gone, back = pl.col("is_cancelled"), pl.col("is_return")
    bought, recent = ~gone & ~back, pl.col("age") < YEAR
    cents = pl.col("cents")
    return orders.group_by("customer_id").agg(
        bought.sum().cast(pl.Int64).alias("orders.count"),
        (bought & recent).sum().cast(pl.Int64).alias("orders.count_365d"),
        (back & ~gone).sum().cast(pl.Int64).alias("orders.returns"),
        pl.col("age").filter(back & ~gone).min().alias("orders.days_since_return"),
        gone.sum().cast(pl.Int64).alias("orders.cancelled"),
        cents.filter(~gone).sum().alias("orders.value"),
        cents.filter(bought).mean().round(0).cast(pl.Int64).alias("orders.average"),
    )


def _recent(valid: pl.DataFrame) -> pl.DataFrame:
    recent = valid.filter(pl.col("age") < YEAR)
    return recent.group_by("customer_id").agg(pl.col("cents").sum().alias("orders.value_365d"))


def _rhythm(valid: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    bought = valid.filter(~pl.col("is_return")).select(
        "customer_id", pl.col("day").alias("bought_on"), pl.lit(0, pl.Int64).alias("amount_cents")
    )
    interval = pl.col("median_interval_days")
    step = pl.duration(days=interval.round(0).cast(pl.Int64))
    days = bought.select("customer_id", "bought_on").unique().sort("bought_on")
    second = days.group_by("customer_id").agg(
        pl.col("bought_on").get(1, null_on_oob=True).alias("orders.second_on")
    )
    found = recency(bought, as_of=evidence.as_of).join(second, on="customer_id", how="left")
    return found.select(
        "customer_id",
        "orders.second_on",
        pl.col("first_on").alias("orders.first_on"),
        pl.col("last_on").alias("orders.last_on"),
        pl.col("days_since_last").alias("orders.recency_days"),
        interval.alias("orders.median_interval_days"),
        pl.col("overdue_ratio").alias("orders.overdue_ratio"),
        (pl.col("last_on") + step).alias("orders.next_expected_on"),
    )


def _products(bought: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    return (
        reading.order_lines(evidence)
        .join(bought.select("key"), left_on="order_key", right_on="key", how="semi")
        .join(reading.products(evidence), left_on="product_id", right_on="pk", how="semi")
        .group_by("customer_id")
        .agg(pl.col("product_id").n_unique().cast(pl.Int64).alias("orders.products"))
    )


def _deliveries(bought: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    today = pl.lit(evidence.as_of, pl.Date)
    promised, delivered = evidence.day("promised_at"), evidence.day("delivered_at")
    arrived = pl.col("delivered_at").is_not_null()
    overdue = ~arrived & (promised < today)
    late = (arrived & (delivered > promised)) | overdue
    due = bought.filter(pl.col("promised_at").is_not_null() & (arrived | overdue))
    return due.group_by("customer_id").agg(
        late.sum().cast(pl.Int64).alias("orders.late_deliveries"),
        late.mean().alias("orders.late_rate"),
        (today - pl.coalesce(delivered, promised))
        .filter(late)
        .min()
        .dt.total_days()
        .alias("orders.days_since_late"),
    )


def _months(valid: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    numbers = _month_number(pl.col("day")) - _first_month(evidence.as_of)
    recent = valid.with_columns(numbers.alias("month")).filter(pl.col("month") >= 0)
    sums = recent.group_by("customer_id").agg(
        pl.concat_list(
            pl.col("cents").filter(pl.col("month") == month).sum().cast(pl.Float64)
            for month in range(MONTHS)
        ).alias("orders.monthly_value")
    )
    silent = valid.select("customer_id").unique().join(sums, on="customer_id", how="anti")
    zeros = pl.lit([0.0] * MONTHS, pl.List(pl.Float64))
    return pl.concat([sums, silent.with_columns(zeros.alias("orders.monthly_value"))])


def _month_number(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int64) * MONTHS + day.dt.month().cast(pl.Int64)


def _first_month(as_of: date) -> int:
    return as_of.year * MONTHS + as_of.month - (MONTHS - 1)


PROVIDER = Provider("orders", FACTS, compute)
