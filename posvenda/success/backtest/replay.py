"""Past days as they were known on them, judged by a card: what a back-test looks at.

Where several cards judge, one of them is tested on the customers and days it was for. A person's
override is left out: the card is on trial, not who corrected it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from posvenda.base import clock
from posvenda.core import health
from posvenda.core.backtest.report import risk_of
from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence
from posvenda.customers.replayed import known_then
from posvenda.success.cards import judging
from posvenda.success.cards.judging import HEALTH

MRR = "contract.mrr"
Report = Callable[[int], None]


def judged(
    sheet: pl.DataFrame, card: health.Card, among: health.Cards | None = None, *, as_of: date
) -> pl.DataFrame:
    """This will judge a sheet: customer_id, score, band, is_for and ``x.<fact>``, each one's risk.

    ``is_for`` says whether the card is the first ``among`` the cards whose condition holds. The one
    place where a back-test asks what a card says.
    """
    shares = card.shares
    absent = [pl.lit(None, pl.Float64).alias(n) for n in card.reads if n not in sheet.columns]
    found = health.score(sheet.with_columns(absent), card)
    risks = [
        (pl.col(health.contribution_of(fact)) / (-100 * shares[fact])).alias(risk_of(fact))
        for fact in card.facts
    ]
    told = found.select("customer_id", "score", "band", pl.lit(value=True).alias("is_for"), *risks)
    if among is None:
        return told
    chosen = health.chosen(sheet, among, judging.below(HEALTH), as_of=as_of)
    return told.with_columns((chosen == card.name).fill_null(value=False).alias("is_for"))


def replay(
    card: health.Card,
    days: Sequence[date],
    *,
    among: health.Cards | None = None,
    folder: Path | None = None,
    report: Report = lambda done: None,
) -> pl.DataFrame:
    """This will judge every customer on every day, by what was known at the end of that day.

    Gives who.key, customer_id, on, score, band, is_for, mrr and the risks. With a folder each day
    is kept there, and days kept before are not computed again: so a killed run goes on.
    """
    return pl.concat(list(_days(card, among, days, folder, report)))


def _days(
    card: health.Card,
    among: health.Cards | None,
    days: Sequence[date],
    folder: Path | None,
    report: Report,
) -> Iterator[pl.DataFrame]:
    tables: dict[Any, Any] = {}
    for number, day in enumerate(days, start=1):
        kept = folder / f"{day.isoformat()}.arrow" if folder else None
        if kept is not None and kept.exists():
            found = pl.read_ipc(kept)
        else:
            found = as_known(card, day, tables, among)
            if kept is not None:
                draft = kept.with_suffix(".part")
                found.write_ipc(draft)
                draft.replace(kept)
        report(number)
        yield found


def as_known(
    card: health.Card, day: date, tables: dict[Any, Any], among: health.Cards | None = None
) -> pl.DataFrame:
    """This will judge one day by what was known when it ended; ``tables`` serve all days."""
    sheet = _computed(card if among is None else among, known_then(day, tables))
    told = judged(sheet, card, among, as_of=day)
    return sheet.select(
        "customer_id", "who.key", pl.lit(day, pl.Date).alias("on"), pl.col(MRR).alias("mrr")
    ).join(told, on="customer_id", how="left", maintain_order="left")


def facts_of(
    card: health.Card, day: date, known_at: datetime | None, customers: Sequence[int]
) -> pl.DataFrame:
    """This will give the facts of a day for some customers, known at a moment (None: then)."""
    moment = known_at or clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)
    return _computed(card, Evidence(as_of=day, known_at=moment, ids=tuple(sorted(customers))))


def _computed(card: health.Card | health.Cards, evidence: Evidence) -> pl.DataFrame:
    return sheet_facts.compute(evidence, below=HEALTH, wanted={*card.reads, MRR})
