"""Adoption of the product's features: how many are in use, and which of those that matter.

With a catalogue of features, features are what it names; without one they are the usage labels as
they come. The catalogue is read when the facts are computed, so an edit acts on the next sheet.
"""

from collections.abc import Iterator

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.base import rows
from posvenda.commerce import offering, usage
from posvenda.commerce.facts import contract, feed
from posvenda.commerce.facts.usage import windows_of
from posvenda.commerce.models import Product
from posvenda.core import features as core
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.customers.identity import ledger

FAMILY = "adoption"
FACTS = (
    Fact(
        "adoption.features_28d",
        Is.INTEGER,
        _("Features used in 28 days"),
        _("Different features used in the last 28 days."),
        FAMILY,
        phrases={
            "<=": _("features used: at most {value}"),
            ">=": _("features used: {value} or more"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.features_90d",
        Is.INTEGER,
        _("Features used in 90 days"),
        _("Different features used in the last 90 days."),
        FAMILY,
        phrases={
            "<=": _("features used in 90 days: at most {value}"),
            ">=": _("features used in 90 days: {value} or more"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.breadth_rate",
        Is.RATE,
        _("Adoption breadth"),
        _(
            "Features used in 90 days out of those of the catalogue; without a catalogue, of the"
            " features any customer used in 90 days."
        ),
        FAMILY,
        phrases={
            "<": _("uses less than {value} of the features"),
            "<=": _("uses at most {value} of the features"),
            ">=": _("uses {value} of the features or more"),
            ">": _("uses more than {value} of the features"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.relevant_features",
        Is.INTEGER,
        _("Features that matter"),
        _("Features of the catalogue in the customer's plans whose condition holds."),
        FAMILY,
    ),
    Fact(
        "adoption.relevant_used_90d",
        Is.INTEGER,
        _("Features that matter, in use"),
        _("Features that matter to the customer and were used in the last 90 days."),
        FAMILY,
        phrases={
            "<=": _("features that matter, in use: at most {value}"),
            ">=": _("features that matter, in use: {value} or more"),
        },
        higher_is="better",
    ),
    Fact(
        "adoption.relevant_rate",
        Is.RATE,
        _("Use of what matters"),
        _("Features that matter and were used in 90 days, out of the features that matter."),
        FAMILY,
        phrases={
            "<": _("uses less than {value} of the features that matter"),
            "<=": _("uses at most {value} of the features that matter"),
            ">=": _("uses {value} of the features that matter or more"),
            ">": _("uses more than {value} of the features that matter"),
        },
        higher_is="better",
    ),
)


def lists() -> Iterator[Fact]:
    """This will give the two lists of features as facts, with the names of the catalogue."""
    names = {feature.key: str(feature.name) for feature in offering.in_force()}
    for name, label, text in (
        (
            "adoption.features_in_use",
            _("Features in use"),
            _("Features that matter to the customer and were used in the last 90 days, by key."),
        ),
        (
            "adoption.features_missing",
            _("Features not in use"),
            _("Features that matter to the customer and were not used in 90 days, by key."),
        ),
    ):
        yield Fact(name, Is.TAGS, label, text, FAMILY, choices=names)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will count features by the catalogue in force, or labels where there is none."""
    features = offering.in_force()
    counted = windows_of(evidence)
    if not features:
        offered = pl.col("features_offered")
        rate = pl.when(offered > 0).then(pl.col("features_90d") / offered)
        return counted.select(
            "customer_id",
            pl.col("features_28d").alias("adoption.features_28d"),
            pl.col("features_90d").alias("adoption.features_90d"),
            rate.alias("adoption.breadth_rate"),
        )
    used = usage.features_used(
        as_of=feed.standing(evidence).as_of,
        known_at=evidence.known_at,
        ids=evidence.ids,
        leads=ledger.leads(evidence.known_at),
    )
    return _mattering(evidence, sheet, counted, used, features).join(
        _counts(used, counted, features), on="customer_id", how="left"
    )


def _counts(used: pl.DataFrame, counted: pl.DataFrame, features: core.Features) -> pl.DataFrame:
    """How many features of the catalogue, whether or not they matter to the customer."""
    meant = core.meanings(features, used["label"].unique().to_list())
    pairs = pl.DataFrame(
        [(label, key) for label, keys in meant.items() for key in keys],
        schema={"label": pl.String, "key": pl.String},
        orient="row",
    )
    found = (
        used.join(pairs, on="label")
        .group_by("customer_id", "key")
        .agg(pl.col("age").min())
        .group_by("customer_id")
        .agg(
            (pl.col("age") < 28).sum().cast(pl.Int64).alias("adoption.features_28d"),
            pl.len().cast(pl.Int64).alias("adoption.features_90d"),
        )
    )
    everybody = counted.select("customer_id").join(found, on="customer_id", how="left")
    return everybody.with_columns(pl.col("^adoption.*$").fill_null(0)).with_columns(
        (pl.col("adoption.features_90d") / len(features)).alias("adoption.breadth_rate")
    )


def _mattering(
    evidence: Evidence,
    sheet: pl.DataFrame,
    counted: pl.DataFrame,
    used: pl.DataFrame,
    features: core.Features,
) -> pl.DataFrame:
    with_use = counted["customer_id"].implode()
    askable = {n: f for n, f in offering.askable().items() if n in sheet.columns}
    found = core.adoption(
        sheet.with_columns(pl.col("customer_id").is_in(with_use).alias("has_use")),
        used,
        _plans(evidence),
        features,
        askable,
        as_of=evidence.as_of,
    )
    return found.select(
        "customer_id",
        pl.col("relevant").alias("adoption.relevant_features"),
        pl.col("in_use").alias("adoption.relevant_used_90d"),
        pl.col("rate").alias("adoption.relevant_rate"),
        pl.col("used").alias("adoption.features_in_use"),
        pl.col("missing").alias("adoption.features_missing"),
    )


def _plans(evidence: Evidence) -> pl.DataFrame:
    """What each customer has in force, by the product's key and by its name."""
    held = contract.lines_in_force(evidence).select("customer_id", "product_id").unique()
    products = rows.frame(Product.objects.order_by(), ("pk", "key", "name"))
    known = held.join(products, left_on="product_id", right_on="pk")
    return pl.concat(
        known.select("customer_id", pl.col(name).alias("plan")) for name in ("key", "name")
    )


PROVIDER = Provider(offering.PROVIDER, FACTS, compute, attributes=lists)
