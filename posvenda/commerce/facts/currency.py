"""The currency of a customer's money facts; amounts in other currencies are never added to them."""

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.commerce.facts import reading
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider

HOME = "BRL"
DECLARED = "attr.currency"
FACTS = (
    Fact(
        "who.currency",
        Is.TEXT,
        _("Currency"),
        _(
            "The currency of the customer's money facts: the declared one, else the one most of"
            " the contract lines and orders are in, else the real."
        ),
        "who",
    ),
)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will choose one currency per customer; of equals the first by alphabet."""
    sources = (reading.contract_lines, reading.orders, reading.order_lines)
    counted = (
        pl.concat([read(evidence).select("customer_id", "currency") for read in sources])
        .group_by("customer_id", "currency")
        .agg(pl.len().alias("rows"))
        .sort("rows", "currency", descending=[True, False])
        .unique("customer_id", keep="first", maintain_order=True)
        .select("customer_id", pl.col("currency").alias("mostly"))
    )
    declared = pl.col(DECLARED) if DECLARED in sheet.columns else pl.lit(None, pl.String)
    return sheet.join(counted, on="customer_id", how="left").select(
        "customer_id", pl.coalesce(declared, "mostly", pl.lit(HOME)).alias("who.currency")
    )


def in_own(rows: pl.DataFrame, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will keep the rows in the customer's own currency."""
    own = sheet.select("customer_id", pl.col("who.currency").alias("currency"))
    return rows.join(own, on=["customer_id", "currency"], how="semi")


PROVIDER = Provider("currency", FACTS, compute)
