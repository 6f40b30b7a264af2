"""The score of every customer, in one pass over the fact sheet.

start          = Σ w·typical          over all measures, weights normalised to 1
contribution_j = v_j·(points_j − typical_j), and 0 where the fact is unknown
reweighted     = Σ (v_j − w_j)·typical_j     v: the weights after what is unknown was left out
score          = start + reweighted + Σ contribution_j
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import add

import polars as pl

from posvenda.core.health.card import TINY, Bands, Card, Group, Measure, weight_of
from posvenda.core.health.scales import Curve, Scale, Steps, Table

REWEIGHTED = "c.reweighted"


def score(sheet: pl.DataFrame, card: Card) -> pl.DataFrame:
    """This will judge every customer of a fact sheet by a card.

    Reads customer_id and the card's facts. Adds nothing to the sheet: one row per customer in the
    sheet's order with customer_id, score (0–100 or null), band, coverage (0–1) and, per measure,
    `c.<fact>` (signed points; null where an unknown fact moves nothing). A card that leaves
    unknown facts out also gives `c.reweighted`, the points by which that moved the start.
    """
    shares = card.shares
    given = sheet.lazy().select("customer_id", *(_points(each) for each in card.measures))
    weights: Mapping[str, float | pl.Expr] = (
        dict(_effective(card.members, 1.0)) if card.leaves_out else shares
    )
    names = [contribution_of(fact) for fact in card.facts]
    parts = given.with_columns(
        *(_contribution(each, weights[each.fact]) for each in card.measures),
        *([_reweighted(card, weights)] if card.leaves_out else ()),
    )
    extra = [REWEIGHTED] if card.leaves_out else []
    known = _sum([pl.col(_given(f)).is_not_null() * share for f, share in shares.items()])
    total = _sum([pl.lit(card.start), *(pl.col(name).fill_null(0.0) for name in [*extra, *names])])
    is_enough = pl.col("coverage") >= card.floor_coverage - TINY
    return (
        parts.with_columns(known.clip(0.0, 1.0).alias("coverage"))
        .with_columns(pl.when(is_enough & _is_there(card.members)).then(total).alias("score"))
        .with_columns(band(card.bands).alias("band"))
        .select("customer_id", "score", "band", "coverage", *names, *extra)
        .collect()
    )


def contribution_of(fact: str) -> str:
    """This will name the column that holds a fact's contribution."""
    return f"c.{fact}"


def value(measure: Measure) -> pl.Expr:
    """This will give the value that counts: a person's rating is unknown once it has expired."""
    column = pl.col(measure.fact)
    if measure.expires_days is None or not measure.age_fact:
        return column
    return pl.when(pl.col(measure.age_fact) < measure.expires_days).then(column)


def points(column: pl.Expr, curve: Scale) -> pl.Expr:
    """This will turn a column into points by a scale, null staying null."""
    match curve:
        case Curve():
            return _along(column.cast(pl.Float64).fill_nan(None), curve.points)
        case Steps():
            return _by_step(column.cast(pl.Float64).fill_nan(None), curve)
        case Table():
            text = column.cast(pl.String)
            keys, values = list(curve.points), [float(v) for v in curve.points.values()]
            otherwise = pl.when(text.is_not_null()).then(pl.lit(curve.otherwise, pl.Float64))
            return text.replace_strict(keys, values, default=otherwise, return_dtype=pl.Float64)


def band(bands: Bands) -> pl.Expr:
    """This will name the band of the column `score`, as the rounded score is shown."""
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


def _given(fact: str) -> str:
    return f"p.{fact}"


def _points(measure: Measure) -> pl.Expr:
    return points(value(measure), measure.curve).alias(_given(measure.fact))


def _contribution(measure: Measure, share: float | pl.Expr) -> pl.Expr:
    counted = pl.col(_given(measure.fact))
    if measure.missing.rule == "points":
        counted = counted.fill_null(measure.missing.points)
    return ((counted - measure.typical) * share).alias(contribution_of(measure.fact))


def _effective(
    members: Sequence[Measure | Group], whole: float | pl.Expr
) -> Iterator[tuple[str, float | pl.Expr]]:
    """Each fact's share after what is unknown was left out of its group."""
    weights = [_is_there((each,)).cast(pl.Float64) * weight_of(each) for each in members]
    total = _sum(weights)
    for member, weight in zip(members, weights, strict=True):
        share = pl.when(total > 0).then(weight / total).otherwise(0.0) * whole
        if isinstance(member, Group):
            yield from _effective(member.members, share)
        else:
            yield member.fact, share


def _is_there(members: Sequence[Measure | Group]) -> pl.Expr:
    """Whether anything counts: a measure does not when it is unknown and left out."""
    found: list[pl.Expr] = []
    for member in members:
        if isinstance(member, Group):
            found.append(_is_there(member.members))
        elif member.missing.rule == "leave_out":
            found.append(pl.col(_given(member.fact)).is_not_null())
        else:
            return pl.lit(value=True)
    return pl.any_horizontal(found)


def _reweighted(card: Card, weights: Mapping[str, float | pl.Expr]) -> pl.Expr:
    shares = card.shares
    moved = [(weights[m.fact] - pl.lit(shares[m.fact])) * m.typical for m in card.measures]
    return _sum(moved).alias(REWEIGHTED)


def _along(x: pl.Expr, pairs: Sequence[tuple[float, float]]) -> pl.Expr:
    lines = [pl.when(x <= pairs[0][0]).then(pl.lit(pairs[0][1], pl.Float64))]
    for (x0, y0), (x1, y1) in pairwise(pairs):
        line = (y0 + (x - x0) * ((y1 - y0) / (x1 - x0))).clip(min(y0, y1), max(y0, y1))
        lines.append(pl.when(x <= x1).then(line))
    level = pl.when(x.is_not_null()).then(pl.lit(pairs[-1][1], pl.Float64))
    return pl.coalesce(*lines, level)


def _by_step(x: pl.Expr, steps: Steps) -> pl.Expr:
    levels = [pl.lit(each, pl.Float64) for each in steps.points]
    below = [(x < cut) if steps.inclusive == "from" else (x <= cut) for cut in steps.cuts]
    taken = [pl.when(is_below).then(level) for is_below, level in zip(below, levels, strict=False)]
    return pl.coalesce(*taken, pl.when(x.is_not_null()).then(levels[-1]))


def _sum(columns: Sequence[pl.Expr]) -> pl.Expr:
    return reduce(add, columns)
