"""Rows that more than one family of facts reads: read once per build, cut to the day each time."""

import polars as pl

from posvenda.base import rows
from posvenda.commerce.models import ContractLine, Order, OrderLine, Product
from posvenda.customers.evidence import Evidence


def orders(evidence: Evidence) -> pl.DataFrame:
    """This will give orders and returns, cancelled ones included, by then."""
    columns = ("key", "amount_cents", "currency", "status", "is_return", "promised_at")
    return evidence.facts(Order, *columns, later=("delivered_at", "cancelled_at"))


def order_lines(evidence: Evidence) -> pl.DataFrame:
    """This will give order lines by then."""
    return evidence.facts(OrderLine, "order_key", "product_id", "amount_cents", "currency")


def contract_lines(evidence: Evidence) -> pl.DataFrame:
    """This will give contract lines signed by then."""
    columns = ("product_id", "starts_on", "ends_on", "amount_cents", "currency", "period")
    terms = ("seats", "is_auto_renewed", "is_trial")
    return evidence.facts(ContractLine, *columns, *terms, later=("cancelled_at",))


def products(evidence: Evidence) -> pl.DataFrame:
    """This will give the ids of real products, without charges such as postage."""
    real = Product.objects.exclude(kind=Product.Kind.CHARGE).order_by()
    return evidence.once("products", lambda: rows.frame(real, ("pk",)))
