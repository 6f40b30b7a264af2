"""Several cards for several kinds of customers: the first whose condition holds judges.

Over what the card gives, a person's override may cap or set the score; the line `c.override` keeps
the sum exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from posvenda.core.conditions import expression
from posvenda.core.facts import Catalogue
from posvenda.core.health.card import Card, Measure
from posvenda.core.health.indicators import Indicator
from posvenda.core.health.scoring import (
    REWEIGHTED,
    added,
    band,
    contribution_of,
    score,
    summed,
    value,
)

OVERRIDE = "c.override"
OVERRIDE_KIND, OVERRIDE_VALUE = "override.kind", "override.value"
CAP, SET = "cap", "set"


@dataclass(frozen=True, slots=True)
class Cards:
    """This will hold the cards of one kind of company in order, and the signals kept beside."""

    name: str
    cards: tuple[Card, ...]
    indicators: tuple[Indicator, ...] = ()

    @property
    def card(self) -> Card:
        """This will give the last card: the one for everybody no other card is for."""
        return self.cards[-1]

    @property
    def facts(self) -> tuple[str, ...]:
        """This will name the judged facts of all cards, each once."""
        return tuple(dict.fromkeys(fact for card in self.cards for fact in card.facts))

    @property
    def reads(self) -> tuple[str, ...]:
        """This will name every column the cards read."""
        return tuple(dict.fromkeys(name for card in self.cards for name in card.reads))

    @property
    def judgements(self) -> Mapping[str, Measure]:
        """This will give the measures that a person rates, by the name of the rating."""
        rated = [m for card in reversed(self.cards) for m in card.measures if m.judgement]
        return {measure.judgement: measure for measure in rated}

    def find(self, name: str | None) -> Card | None:
        """This will find a card by name."""
        return next((card for card in self.cards if card.name == name), None)


def judge(sheet: pl.DataFrame, cards: Cards, catalogue: Catalogue, *, as_of: date) -> pl.DataFrame:
    """This will judge every customer of a fact sheet by the first card that is for it.

    Reads customer_id and `cards.reads`; columns that are absent count as unknown. Also reads
    override.kind ("cap" or "set") and override.value, where a person overrides. One row per
    customer in the sheet's order: customer_id, card (its name, null where no card is for the
    customer), score (0–100 or null), band, coverage (0–1), fresh (share 0–1 of the dated, known
    weights whose evidence is fresh; null without any), age_days (of the newest evidence),
    `c.<fact>` for the facts of all cards, `c.reweighted` and `c.override` (null where they move
    nothing). start of the card + all `c.` columns = score, wherever there is a score.
    """
    whole = _padded(sheet, cards, catalogue).with_row_index("row")
    whole = whole.with_columns(_first(cards, catalogue, as_of))
    names = [*map(contribution_of, cards.facts), REWEIGHTED]
    parts = [_by_card(whole.filter(pl.col("card") == card.name), card) for card in cards.cards]
    parts.append(_by_nobody(whole.filter(pl.col("card").is_null())))
    found = pl.concat(parts, how="diagonal_relaxed").sort("row")
    absent = [pl.lit(None, pl.Float64).alias(n) for n in names if n not in found.columns]
    order = ("customer_id", "card", "score", "band", "coverage", "fresh", "age_days")
    return found.with_columns(absent).select(*order, *names, OVERRIDE)


def chosen(sheet: pl.DataFrame, cards: Cards, catalogue: Catalogue, *, as_of: date) -> pl.Series:
    """This will name the first card whose condition holds, row by row; null where none does."""
    return _padded(sheet, cards, catalogue).with_columns(_first(cards, catalogue, as_of))["card"]


def _first(cards: Cards, catalogue: Catalogue, as_of: date) -> pl.Expr:
    return pl.coalesce(*(_chosen(card, catalogue, as_of) for card in cards.cards)).alias("card")


def _padded(sheet: pl.DataFrame, cards: Cards, catalogue: Catalogue) -> pl.DataFrame:
    """A card may read what this installation does not have: then it is unknown."""
    kinds = {name: fact.kind.dtype for name, fact in catalogue.items()}
    wanted = {name: kinds.get(name, pl.Float64()) for name in cards.reads}
    wanted |= {OVERRIDE_KIND: pl.String(), OVERRIDE_VALUE: pl.Float64()}
    absent = [pl.lit(None, t).alias(n) for n, t in wanted.items() if n not in sheet.columns]
    return sheet.select("customer_id", *(n for n in wanted if n in sheet.columns)).with_columns(
        absent
    )


def _chosen(card: Card, catalogue: Catalogue, as_of: date) -> pl.Expr:
    is_for = (
        pl.lit(value=True) if card.when is None else expression(card.when, catalogue, as_of=as_of)
    )
    return pl.when(is_for).then(pl.lit(card.name))


def _by_card(rows: pl.DataFrame, card: Card) -> pl.DataFrame:
    judged = score(rows, card)
    parts = {name: judged[name] for name in judged.columns if name.startswith("c.")}
    fresh, age = _freshness(rows, card)
    own = rows.select("row", "card", OVERRIDE_KIND, OVERRIDE_VALUE).hstack(judged)
    own = own.with_columns(fresh.alias("fresh"), age.alias("age_days"))
    computed = summed(card.start, parts).alias("computed")
    settled = pl.coalesce(_set_to(), pl.col("score") + pl.col(OVERRIDE), "score").alias("score")
    return (
        own.lazy()
        .with_columns(computed)
        .with_columns(_overridden().alias(OVERRIDE))
        .with_columns(settled)
        .with_columns(band(card.bands).alias("band"))
        .collect()
    )


def _set_to() -> pl.Expr:
    """A score that is set is that number to the last bit, also where too little is known."""
    return pl.when(pl.col(OVERRIDE_KIND) == SET).then(pl.col(OVERRIDE_VALUE))


def _overridden() -> pl.Expr:
    """The points an override adds or takes; a cap takes from above, and never gives."""
    kind, limit = pl.col(OVERRIDE_KIND), pl.col(OVERRIDE_VALUE)
    return (
        pl.when(kind == SET)
        .then(limit - pl.col("computed"))
        .when((kind == CAP) & (pl.col("score") > limit))
        .then(limit - pl.col("score"))
    )


def _by_nobody(rows: pl.DataFrame) -> pl.DataFrame:
    nothing = [pl.lit(None, pl.Float64).alias(n) for n in ("score", "fresh", OVERRIDE)]
    return rows.select(
        "row",
        "card",
        "customer_id",
        *nothing,
        pl.lit("unknown").alias("band"),
        pl.lit(0.0).alias("coverage"),
        pl.lit(None, pl.Int64).alias("age_days"),
    )


def _freshness(rows: pl.DataFrame, card: Card) -> tuple[pl.Series, pl.Series]:
    """How much of the dated evidence is fresh, and how old the newest is."""
    shares, limits = card.shares, {m.fact: m.fresh_within_days for m in card.measures}
    dated = [m for m in card.measures if m.age_fact and m.fresh_within_days is not None]
    if not dated:
        return tuple(rows.select(_nothing("fresh", pl.Float64), _nothing("age_days", pl.Int64)))  # type: ignore[return-value]
    ages = rows.select(
        pl.when(value(m).is_not_null()).then(pl.col(m.age_fact)).cast(pl.Int64).alias(m.fact)
        for m in dated
    )
    known = added([age.is_not_null().cast(pl.Float64) * shares[age.name] for age in ages])
    fresh = added(
        [
            (age <= limits[age.name]).fill_null(value=False).cast(pl.Float64) * shares[age.name]
            for age in ages
        ]
    )
    newest = ages.select(pl.min_horizontal(pl.all()).alias("age_days"))["age_days"]
    return (fresh / known).fill_nan(None), newest


def _nothing(name: str, kind: type[pl.DataType]) -> pl.Expr:
    return pl.repeat(None, pl.len(), dtype=kind).alias(name)
