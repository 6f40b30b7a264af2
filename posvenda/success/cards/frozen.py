"""What was shown, as text that reads back to the same numbers: parts in the card's own order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

import polars as pl

from posvenda.core.health import OVERRIDE, REWEIGHTED, Card, Cards, contribution_of


def columns(card: Card) -> tuple[str, ...]:
    """This will name the parts of a card's score in the order they are written."""
    return (*map(contribution_of, card.facts), REWEIGHTED, OVERRIDE)


def padded(frame: pl.LazyFrame, cards: Cards) -> pl.LazyFrame:
    """This will add the parts a sheet built by an earlier version does not have, as unknown."""
    known = frame.collect_schema().names()
    names = dict.fromkeys(name for card in cards.cards for name in columns(card))
    return frame.with_columns(pl.lit(None, pl.Float64).alias(n) for n in names if n not in known)


def written(cards: Cards, *, card: str = "health.card") -> pl.Expr:
    """This will write the parts of every row by the card that judged it: a JSON list."""
    nothing = pl.lit("")
    texts = [pl.when(pl.col(card) == each.name).then(_text(columns(each))) for each in cards.cards]
    return pl.coalesce(*texts, nothing)


def _text(names: Sequence[str]) -> pl.Expr:
    numbers = [pl.col(name).cast(pl.String).fill_null("null") for name in names]
    return pl.concat_str([pl.lit("["), pl.concat_str(numbers, separator=","), pl.lit("]")])


def read(parts: str, card: Card) -> dict[str, float | None]:
    """This will read the parts back by column name; nothing where none were kept."""
    if not parts:
        return {}
    return dict(zip(columns(card), json.loads(parts), strict=True))


class Kept(Protocol):
    """A score as it was kept: shown on a day, or on the last one."""

    score: float | None
    coverage: float | None
    parts: str


def as_row(kept: Kept, card: Card) -> dict[str, object]:
    """This will give a frozen score as a row the core explains."""
    return {
        "score": kept.score,
        "coverage": kept.coverage,
        "card": card.name,
        **read(kept.parts, card),
    }
