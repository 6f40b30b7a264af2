"""The score of a day from the evidence of that day: pure in the evidence and the cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from posvenda.core.facts import Fact, catalogue
from posvenda.core.health import Cards, judge
from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence

HEALTH = "health"


def judged(evidence: Evidence, sheet: pl.DataFrame, cards: Cards) -> pl.DataFrame:
    """This will judge every customer of a sheet by the evidence it was made of.

    Gives the columns of ``core.health.judge`` and start (of the card that judged).
    """
    found = judge(sheet, cards, below(HEALTH), as_of=evidence.as_of)
    starts = {card.name: card.start for card in cards.cards}
    start = pl.col("card").replace_strict(starts, default=None, return_dtype=pl.Float64)
    return found.with_columns(start.alias("start"))


def below(name: str) -> Mapping[str, Fact]:
    """This will index the facts of the providers below one of that name."""
    return catalogue(*_below(name))


def _below(name: str) -> Iterator[Fact]:
    for provider in sheet_facts.providers():
        if provider.name == name:
            return
        yield from provider.every()
