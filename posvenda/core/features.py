"""The features of a product: which use means which, and how much of what matters is in use.

A feature is relevant to a customer when its plan includes it and its condition holds. Adoption is
the share of the relevant features that the customer used in the window asked about. Splitting
"has it", "should use it" and "uses it" follows the breadth measure of product-adoption practice
(Gainsight's breadth, depth, frequency); nothing here knows where use comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

import polars as pl

from posvenda.core import shapes
from posvenda.core.conditions import Condition, check, expression, to_text
from posvenda.core.facts import Catalogue, Words
from posvenda.core.shapes import ShapeError, faults_named

_FEATURE = frozenset({"key", "name", "means", "plans", "when"})


class FeatureError(ShapeError):
    """A catalogue of features that cannot be read; `path` says where."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: the usage labels that mean it, the plans it is in, and whom it matters to.

    Labels may hold ``*`` and ``?`` and are compared without case. No plans: every plan has it. No
    condition: it matters to everybody.
    """

    key: str
    name: Words
    means: tuple[str, ...]
    plans: tuple[str, ...] = ()
    when: Condition | None = None

    def is_meant_by(self, label: str) -> bool:
        """This will say whether a usage label means this feature."""
        text = label.casefold()
        return any(fnmatchcase(text, pattern.casefold()) for pattern in self.means)


Features = tuple[Feature, ...]


def load_features(data: object) -> Features:
    """This will read a catalogue from nested mappings and lists, as YAML gives them."""
    with faults_named(FeatureError):
        top = shapes.mapping(data, "", frozenset({"features"}))
        if not top.get("features"):
            return ()
        found = tuple(
            _feature(each, path) for path, each in shapes.items(top["features"], "features")
        )
        shapes.refuse_twice([feature.key for feature in found], "features")
        return found


def dump_features(features: Features) -> dict[str, object]:
    """This will give a catalogue as plain mappings and lists; `load_features` reads them back."""
    return {"features": [_dumped(feature) for feature in features]}


def check_features(features: Features, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """This will list the conditions that the facts cannot answer, each with its path."""
    return tuple(
        (f"features[{number}].when", str(problem))
        for number, feature in enumerate(features)
        if feature.when is not None
        for problem in check(feature.when, catalogue)
    )


def meanings(features: Features, labels: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """This will name, for each usage label that means any, its features."""
    found = {
        label: tuple(feature.key for feature in features if feature.is_meant_by(label))
        for label in labels
    }
    return {label: keys for label, keys in found.items() if keys}


def adoption(
    customers: pl.DataFrame,
    used: pl.DataFrame,
    plans: pl.DataFrame,
    features: Features,
    catalogue: Catalogue,
    *,
    as_of: date,
) -> pl.DataFrame:
    """This will count, per customer, the features that matter and those of them in use.

    Reads ``customers`` (one row per customer: customer_id, has_use, and the facts that conditions
    ask about), ``used`` (customer_id, label: what was used in the window) and ``plans``
    (customer_id, plan: what is in force). Gives customer_id, relevant, in_use, rate, and the lists
    used and missing (keys, in the order of the catalogue). Where ``has_use`` is false the product
    may not be connected: in_use, rate and both lists are unknown. Without any relevant feature
    there is no rate.
    """
    meant = meanings(features, used["label"].unique().to_list())
    rows = customers.with_columns(
        expr
        for number, feature in enumerate(features)
        for expr in (
            _is_relevant(feature, plans, catalogue, as_of).alias(f"r{number}"),
            pl.col("customer_id")
            .is_in(_users(feature.key, used, meant).implode())
            .alias(f"u{number}"),
        )
    )
    both = [pl.col(f"r{n}") & pl.col(f"u{n}") for n in range(len(features))]
    lacks = [pl.col(f"r{n}") & ~pl.col(f"u{n}") for n in range(len(features))]
    is_known = pl.col("has_use")
    return rows.select(
        "customer_id",
        _count([pl.col(f"r{n}") for n in range(len(features))]).alias("relevant"),
        pl.when(is_known).then(_count(both)).alias("in_use"),
        pl.when(is_known).then(_named(both, features)).alias("used"),
        pl.when(is_known).then(_named(lacks, features)).alias("missing"),
    ).with_columns(
        pl.when(pl.col("relevant") > 0)
        .then(pl.col("in_use").cast(pl.Float64) / pl.col("relevant"))
        .alias("rate")
    )


def _is_relevant(
    feature: Feature, plans: pl.DataFrame, catalogue: Catalogue, as_of: date
) -> pl.Expr:
    found = pl.lit(value=True)
    if feature.when is not None:
        if check(feature.when, catalogue):  # a fact it asks about is gone: nobody is known to match
            return pl.lit(value=False)
        found = expression(feature.when, catalogue, as_of=as_of)
    if feature.plans:
        wanted = [plan.casefold() for plan in feature.plans]
        holders = plans.filter(pl.col("plan").str.to_lowercase().is_in(wanted))["customer_id"]
        found &= pl.col("customer_id").is_in(holders.unique().implode())
    return found


def _users(key: str, used: pl.DataFrame, meant: Mapping[str, tuple[str, ...]]) -> pl.Series:
    labels = [label for label, keys in meant.items() if key in keys]
    return used.filter(pl.col("label").is_in(labels))["customer_id"].unique()


def _count(flags: Sequence[pl.Expr]) -> pl.Expr:
    if not flags:
        return pl.lit(0, pl.Int64)
    return pl.sum_horizontal(flag.cast(pl.Int64) for flag in flags)


def _named(flags: Sequence[pl.Expr], features: Features) -> pl.Expr:
    if not flags:
        return pl.lit([], pl.List(pl.String))
    names = [
        pl.when(flag).then(pl.lit(feature.key))
        for flag, feature in zip(flags, features, strict=True)
    ]
    return pl.concat_list(names).list.drop_nulls()


def _feature(data: object, path: str) -> Feature:
    found = shapes.mapping(data, path, _FEATURE)
    key = shapes.name(found, "key", path)
    when = found.get("when")
    means = _texts(found.get("means", [key]), f"{path}.means")
    return Feature(
        key=key,
        name=shapes.text(found.get("name", key), f"{path}.name"),
        means=means or (key,),
        plans=_texts(found.get("plans") or [], f"{path}.plans"),
        when=None if when in (None, "") else shapes.condition(when, f"{path}.when"),
    )


def _texts(data: object, path: str) -> tuple[str, ...]:
    if isinstance(data, str):
        data = [data]
    if not isinstance(data, Sequence):
        raise ShapeError(path, "must be a list of texts")
    return tuple(shapes.text(each, f"{path}[{n}]") for n, each in enumerate(data))


def _dumped(feature: Feature) -> dict[str, object]:
    told: dict[str, object] = {
        "key": feature.key,
        "name": str(feature.name),
        "means": list(feature.means),
    }
    if feature.plans:
        told["plans"] = list(feature.plans)
    if feature.when is not None:
        told["when"] = to_text(feature.when)
    return told
