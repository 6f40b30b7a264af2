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
from typing import TypeAlias

import polars as pl

from posvenda.core.health.card import TINY, Bands, Card, Group, Measure, weight_of
from posvenda.core.health.scales import Curve, Scale, Steps, Table

REWEIGHTED = "c.reweighted"
Weight: TypeAlias = "float | pl.Series"


def score(sheet: pl.DataFrame, card: Card) -> pl.DataFrame:
    """This will judge every customer of a fact sheet by a card.

    Reads customer_id and the card's facts. Adds nothing to the sheet: one row per customer in the
    sheet's order with customer_id, score (0–100 or null), band, coverage (0–1) and, per measure,
    `c.<fact>` (signed points; null where an unknown fact moves nothing). A card that leaves
    unknown facts out also gives `c.reweighted`, the points by which that moved the start.
    """
    given = sheet.lazy().select("customer_id", *(_points(each) for each in card.measures)).collect()
    held = {each.fact: given[each.fact] for each in card.measures}
    known = {fact: column.is_not_null() for fact, column in held.items()}
    shares = card.shares
    weights = dict(_effective(card.members, 1.0, known)) if card.leaves_out else shares
    parts = {
        contribution_of(each.fact): _contribution(each, held[each.fact], weights[each.fact])
        for each in card.measures
    }
    if card.leaves_out:
        parts[REWEIGHTED] = _reweighted(card, weights, given.height)
    coverage = added([known[fact].cast(pl.Float64) * share for fact, share in shares.items()])
    found = given.select(
        "customer_id",
        coverage.clip(0.0, 1.0).alias("coverage"),
        summed(card.start, parts).alias("score"),
        _is_there(card.members, known, given.height).alias("is_there"),
        *(column.alias(name) for name, column in parts.items()),
    )
    is_enough = pl.col("is_there") & (pl.col("coverage") >= card.floor_coverage - TINY)
    return (
        found.lazy()
        .with_columns(pl.when(is_enough).then(pl.col("score")).alias("score"))
        .with_columns(band(card.bands).alias("band"))
        .select("customer_id", "score", "band", "coverage", *parts)
        .collect()
    )


def summed(start: float, parts: Mapping[str, pl.Series]) -> pl.Series:
    """This will add the parts of a score to its start, those adjusted first, in one fixed order."""
    names = sorted(parts, key=lambda name: name != REWEIGHTED)
    first, *rest = (parts[name].fill_null(0.0) for name in names)
    return added([first + start, *rest])


def added(columns: Sequence[pl.Series]) -> pl.Series:
    """This will add columns one after the other, so that every machine rounds alike."""
    return reduce(add, columns)


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


def _points(measure: Measure) -> pl.Expr:
    return points(value(measure), measure.curve).alias(measure.fact)


def _contribution(measure: Measure, given: pl.Series, share: Weight) -> pl.Series:
    if measure.missing.rule == "points":
        given = given.fill_null(measure.missing.points)
    return (given - measure.typical) * share


def _effective(
    members: Sequence[Measure | Group], whole: Weight, known: Mapping[str, pl.Series]
) -> Iterator[tuple[str, Weight]]:
    """Each fact's share after what is unknown was left out of its group."""
    height = next(iter(known.values())).len()
    here = [_is_there((each,), known, height).cast(pl.Float64) for each in members]
    weights = [weight_of(each) * there for each, there in zip(members, here, strict=True)]
    total = added(weights)
    for member, weight in zip(members, weights, strict=True):
        # Nothing there at all is 0/0: then nobody has a share.
        share = (weight / total).fill_nan(0.0) * whole
        if isinstance(member, Group):
            yield from _effective(member.members, share, known)
        else:
            yield member.fact, share


def _is_there(
    members: Sequence[Measure | Group], known: Mapping[str, pl.Series], height: int
) -> pl.Series:
    """Whether anything counts: a measure does not when it is unknown and left out."""
    found = pl.Series("is_there", [False], pl.Boolean).new_from_index(0, height)
    for member in members:
        if isinstance(member, Group):
            found |= _is_there(member.members, known, height)
        elif member.missing.rule == "leave_out":
            found |= known[member.fact]
        else:
            return pl.Series("is_there", [True], pl.Boolean).new_from_index(0, height)
    return found


def _reweighted(card: Card, weights: Mapping[str, Weight], height: int) -> pl.Series:
    shares = card.shares
    nothing = pl.Series(REWEIGHTED, [0.0], pl.Float64).new_from_index(0, height)
    moved = [(weights[m.fact] - shares[m.fact]) * m.typical for m in card.measures]
    return added([nothing, *moved])  # type: ignore[list-item]


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
