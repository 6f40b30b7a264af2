"""Any past score worked out again, and the exact causes of a change between any two days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import polars as pl

from posvenda.core.health import Card, Cards, Comparison, compare
from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence
from posvenda.customers.models import Customer
from posvenda.success.cards import frozen, judging, versions
from posvenda.success.cards.models import Farewell


@dataclass(frozen=True)
class Day:
    """One customer on one day: the row that was judged and the card that judged it.

    ``shown`` is the score people saw on that day, where anybody could see one; ``frozen_on`` is the
    last day under contract of whoever had left by then.
    """

    on: date
    row: Mapping[str, Any]
    card: Card | None
    shown: float | None
    frozen_on: date | None = None

    @property
    def score(self) -> float | None:
        """The score worked out again, or the frozen one."""
        return self.row.get("score")


@dataclass(frozen=True)
class Between:
    """Two days and, where both have a card, the causes that add up to the change."""

    before: Day
    after: Day
    causes: Comparison | None


def between(customer: Customer, first: date, last: date) -> Between:
    """This will explain the change of one customer's score between two days, as known now.

    Each day is judged by the card that was in force then. Where the cards differ the later day is
    judged by the earlier card too, so that facts are measured by one yardstick.
    """
    before, after = of(customer, first), of(customer, last)
    if before.card is None or after.card is None:
        return Between(before, after, None)
    if before.card == after.card:
        return Between(before, after, compare(before.row, after.row, before.card))
    bridge = None
    if after.frozen_on is None:
        alone = Cards(before.card.name, (replace(before.card, when=None),))
        bridge = _row(customer, Evidence(as_of=last, ids=(customer.pk,)), alone)
    causes = compare(before.row, after.row, before.card, later=after.card, bridge=bridge)
    return Between(before, after, causes)


def of(customer: Customer, day: date, *, known_at: datetime | None = None) -> Day:
    """This will work one customer's score out again for the end of a day."""
    from posvenda.success.models import HealthShown

    cards = versions.on(day)
    evidence = Evidence(as_of=day, known_at=known_at, ids=(customer.pk,))
    row = _row(customer, evidence, cards)
    shown = HealthShown.objects.filter(customer=customer, on=day).values_list("score", flat=True)
    left = row.get("frozen_on")
    if left is not None:
        told = farewell(customer.pk, left)
        card = versions.of_title(told.card) if told else None
        parts = frozen.as_row(told, card) if told and card else {}
        return Day(day, {**row, **parts}, card, shown.first(), left)
    return Day(day, row, cards.find(row.get("card")), shown.first())


def farewell(customer_id: int, on: date) -> Farewell | None:
    """This will give the frozen score of whoever left on a day."""
    return Farewell.objects.filter(customer_id=customer_id, on=on).first()


def scores(days: list[date], *, known_at: datetime | None = None) -> pl.DataFrame:
    """This will work every score out again for the end of each day: on, customer_id and all parts.

    The same evidence and the same cards give the same bytes, whenever it is asked.
    """
    told = []
    for day in days:
        evidence = Evidence(as_of=day, known_at=known_at)
        cards = versions.on(day)
        found = judging.judged(evidence, judging.sheet_of(evidence, cards), cards)
        told.append(found.select(pl.lit(day).alias("on"), pl.all()))
    return pl.concat(told, how="diagonal_relaxed")


def _row(customer: Customer, evidence: Evidence, cards: Cards) -> dict[str, Any]:
    made = sheet_facts.compute(evidence, below=judging.HEALTH)
    found = judging.judged(evidence, made, cards).filter(pl.col("customer_id") == customer.pk)
    both = made.join(found, on="customer_id", how="inner")
    return both.row(0, named=True) if both.height else {}
