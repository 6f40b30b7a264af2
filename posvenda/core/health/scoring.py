"""The score of every customer, in one pass over the fact sheet.

start          = Σ w·typical          over all measures, weights normalised to 1
contribution_j = w_j·(points_j − typical_j), and 0 where the fact is unknown
score          = start + Σ contribution_j
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import add

import polars as pl

from posvenda.core.health.card import TINY, Bands, Card, Curve, Measure, Scale, Table


def score(sheet: pl.DataFrame, card: Card) -> pl.DataFrame:
    """This will judge every customer of a fact sheet by a card.

    Reads customer_id and the card's facts. Adds nothing to the sheet: one row per customer in the
    sheet's order with customer_id, score (0–100 or null), band, coverage (0–1) and, per measure,
    `c.<fact>` (signed points, null where the fact is unknown).
    """
    shares = card.shares
    each = (_contribution(m, shares[m.fact]) for m in card.measures)
    parts = sheet.lazy().select("customer_id", *each)
    names = [contribution_of(fact) for fact in card.facts]
    known = _sum([pl.col(contribution_of(f)).is_not_null() * share for f, share in shares.items()])
    total = _sum([pl.lit(card.start), *(pl.col(name).fill_null(0.0) for name in names)])
    return (
        parts.with_columns(known.clip(0.0, 1.0).alias("coverage"))
        .with_columns(
            pl.when(pl.col("coverage") >= card.floor_coverage - TINY).then(total).alias("score")
        )
        .with_columns(_band(card.bands).alias("band"))
        .select("customer_id", "score", "band", "coverage", *names)
        .collect()
    )


def contribution_of(fact: str) -> str:
    """This will name the column that holds a fact's contribution."""
    return f"c.{fact}"


def points(column: pl.Expr, curve: Scale) -> pl.Expr:
    """This will turn a column into points by a curve, null staying null."""
    match curve:
        case Curve():
            return _along(column.cast(pl.Float64).fill_nan(None), curve.points)
        case Table():
            text = column.cast(pl.String)
            keys, values = list(curve.points), [float(v) for v in curve.points.values()]
            otherwise = pl.when(text.is_not_null()).then(pl.lit(curve.otherwise, pl.Float64))
            return text.replace_strict(keys, values, default=otherwise, return_dtype=pl.Float64)


def _contribution(measure: Measure, share: float) -> pl.Expr:
    over = points(pl.col(measure.fact), measure.curve) - measure.typical
    return (over * share).alias(contribution_of(measure.fact))


def _along(x: pl.Expr, pairs: Sequence[tuple[float, float]]) -> pl.Expr:
    lines = [pl.when(x <= pairs[0][0]).then(pl.lit(pairs[0][1], pl.Float64))]
    for (x0, y0), (x1, y1) in pairwise(pairs):
        line = (y0 + (x - x0) * ((y1 - y0) / (x1 - x0))).clip(min(y0, y1), max(y0, y1))
        lines.append(pl.when(x <= x1).then(line))
    level = pl.when(x.is_not_null()).then(pl.lit(pairs[-1][1], pl.Float64))
    return pl.coalesce(*lines, level)


def _sum(columns: Sequence[pl.Expr]) -> pl.Expr:
    return reduce(add, columns)


def _band(bands: Bands) -> pl.Expr:
    shown = (pl.col("score") + (0.5 + TINY)).floor()
    return (
        pl.when(pl.col("score").is_null())
        .then(pl.lit("unknown"))
        .when(shown >= bands.good)
        .then(pl.lit("good"))
        .when(shown >= bands.warn)
        .then(pl.lit("warn"))
        .otherwise(pl.lit("risk"))
    )
