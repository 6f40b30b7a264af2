"""The score of a day from the evidence of that day: pure in the evidence and the cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from posvenda.core.facts import Fact, catalogue
from posvenda.core.health import Cards, judge
from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence
from posvenda.success.cards.models import Farewell

HEALTH = "health"
STATUS, LEFT, OVERRIDE = "contract.status", "churned", "override.kind"


def asked_by(cards: Cards) -> set[str]:
    """This will name the facts that a score under these cards is made of."""
    return {OVERRIDE, *cards.reads}


def sheet_of(evidence: Evidence, cards: Cards) -> pl.DataFrame:
    """This will compute what the cards ask about, and no more, for ``judged``."""
    return sheet_facts.compute(evidence, below=HEALTH, wanted=asked_by(cards))


def judged(evidence: Evidence, sheet: pl.DataFrame, cards: Cards) -> pl.DataFrame:
    """This will judge every customer of a sheet by the evidence it was made of.

    Gives the columns of ``core.health.judge``, start (of the card that judged) and frozen_on: who
    has left keeps the score of the last day under contract, or none where that is not known yet.
    The parts of a frozen score stay with it (``Farewell``) and are null here.
    """
    found = judge(sheet, cards, below(HEALTH), as_of=evidence.as_of)
    starts = {card.name: card.start for card in cards.cards}
    start = pl.col("card").replace_strict(starts, default=None, return_dtype=pl.Float64)
    found = found.with_columns(start.alias("start"), pl.lit(None, pl.Date).alias("frozen_on"))
    if STATUS not in sheet.columns:
        return found
    former = leavers(sheet)
    if former.is_empty():
        return found
    last = _last_scores(evidence, former)
    still = found.join(former, on="customer_id", how="anti", maintain_order="left")
    order = found.select("customer_id")
    both = pl.concat([still, last], how="diagonal_relaxed")
    return order.join(both, on="customer_id", how="left", maintain_order="left").select(
        found.columns
    )


def leavers(sheet: pl.DataFrame) -> pl.DataFrame:
    """This will list who left: customer_id and frozen_on, the last day under contract."""
    last_on = pl.col("contract.ended_on") - pl.duration(days=1)
    gone = sheet.filter(pl.col(STATUS) == LEFT)
    return gone.select("customer_id", last_on.cast(pl.Date).alias("frozen_on"))


def _last_scores(evidence: Evidence, former: pl.DataFrame) -> pl.DataFrame:
    """The frozen score of whoever left; nothing that was learnt since can make it green."""
    told = evidence.rows(Farewell, "on", "score", "band", "card", "coverage")
    told = told.rename({"on": "frozen_on"}).with_columns(pl.col("frozen_on").alias("on"))
    both = ["customer_id", "frozen_on"]
    return former.join(told, on=both, how="left", maintain_order="left").select(
        "customer_id",
        pl.col("card").str.split("@").list.first(),
        "score",
        pl.col("band").fill_null("unknown"),
        pl.col("coverage").fill_null(0.0),
        pl.col("on").alias("frozen_on"),
    )


def below(name: str) -> Mapping[str, Fact]:
    """This will index the facts of the providers below one of that name."""
    return catalogue(*_below(name))


def _below(name: str) -> Iterator[Fact]:
    for provider in sheet_facts.providers():
        if provider.name == name:
            return
        yield from provider.every()
