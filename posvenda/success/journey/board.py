"""The board: each stage of the screen with its customers, money, median time and who is stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from posvenda.core.facts import Catalogue
from posvenda.core.lifecycle import Rule
from posvenda.core.pace import BEHIND, STUCK
from posvenda.core.survival import Median, median
from posvenda.customers.wording import describe
from posvenda.success.definitions import Judgement
from posvenda.success.journey.facts import reasons
from posvenda.success.journey.wording import days_word
from posvenda.success.wording import Speaker
from posvenda.ui import formats, parts

FIRST, MORE = 3, 20
MONEY = {"contract": "contract.mrr", "orders": "orders.value_365d"}
CARD = (
    "customer_id", "public_id", "who.name", "who.key", "who.currency", "health.score",
    "health.band", "stage.name", "stage.days", "stage.progress", "stage.reason",
)  # fmt: skip
RANK = {STUCK: 0, BEHIND: 1}


@dataclass(frozen=True)
class Criterion:
    """How one comes into a stage and leaves it; ``segment`` says for whom, where not for all."""

    segment: str
    enter: str
    leave: str
    condition: str


@dataclass(frozen=True)
class Card:
    """One customer on the board, ready to print."""

    public_id: str
    name: str
    health: SafeString
    days: str
    state: str
    why: str


@dataclass(frozen=True)
class Lane:
    """One stage with its figures and its first cards."""

    key: str
    place: int
    label: str
    span: str
    count: int
    money: tuple[str, ...]
    median: Median
    limit: str
    stuck: int
    behind: int
    criteria: tuple[Criterion, ...]
    cards: tuple[Card, ...]

    @property
    def more(self) -> int:
        """How many customers are not shown yet."""
        return self.count - len(self.cards)

    @property
    def median_words(self) -> str:
        """The median in words; what is not known yet says so."""
        if self.median.days is not None:
            return days_word(self.median.days)
        return _("not reached") if self.median.ended else _("not known yet")

    @property
    def stuck_band(self) -> str:
        """Many stuck for their number is risk, some are a warning."""
        return "risk" if self.stuck * 5 >= self.count else "warn"


@dataclass(frozen=True)
class Painter:
    """What turns rows into cards: rules, catalogue, the reader's locale, the day."""

    rules: Judgement
    catalogue: Catalogue
    locale: str
    today: date

    def card(self, row: Mapping[str, Any]) -> Card:
        """This will print one row of the sheet."""
        score, band = row["health.score"], row["health.band"]
        days = row["stage.days"]
        return Card(
            public_id=row["public_id"],
            name=row["who.name"] or row["who.key"],
            health=parts.health(score, band, self.locale, is_compact=True),
            days="" if days is None else days_word(days),
            state=row["stage.progress"] or "",
            why=self.why(row),
        )

    def why(self, row: Mapping[str, Any]) -> str:
        """This will print why a customer is behind or stuck, its own figures filled in."""
        text = reasons().get(row["stage.reason"] or "")
        if text is None:
            return ""
        speaker = Speaker(self.catalogue, self.locale, self.today, row["who.currency"] or "BRL")
        return speaker.fill(str(text), row, {})


def money_of(rules: Judgement) -> str:
    """This will name the fact that is the money of the board."""
    return MONEY[rules.pack.money]


def lanes(
    frame: pl.LazyFrame, by: Painter, *, spells: pl.DataFrame, first: int = FIRST
) -> list[Lane]:
    """This will count, add up and cut the customers of every stage in one pass over the sheet."""
    stages = by.rules.stages
    money = money_of(by.rules)
    stage, progress = pl.col("stage.name"), pl.col("stage.progress")
    there = frame.filter(stage.is_in(stages.screen))
    counted = there.group_by(stage, pl.col("who.currency").fill_null("BRL").alias("currency")).agg(
        pl.len().alias("count"),
        pl.col(money).fill_null(0).sum().alias("cents"),
        (progress == STUCK).sum().alias("stuck"),
        (progress == BEHIND).sum().alias("behind"),
    )
    top = ordered(there, money).group_by("stage.name", maintain_order=True).head(first)
    counts, cut = pl.collect_all([counted, top.select(wanted(frame, by))])
    cards: dict[str, list[Card]] = {name: [] for name in stages.screen}
    for row in cut.iter_rows(named=True):
        cards[row["stage.name"]].append(by.card(row))
    return [
        _lane(name, place, counts.filter(stage == name), cards[name], by, spells)
        for place, name in enumerate(stages.screen, start=1)
    ]


def more(frame: pl.LazyFrame, by: Painter, *, stage: str, start: int) -> list[Card]:
    """This will give the next cards of one stage."""
    there = frame.filter(pl.col("stage.name") == stage)
    cut = ordered(there, money_of(by.rules)).slice(start, MORE).select(wanted(frame, by))
    return [by.card(row) for row in cut.collect().iter_rows(named=True)]


def ordered(frame: pl.LazyFrame, money: str) -> pl.LazyFrame:
    """This will put the stuck first, then the late, each by the money at stake."""
    rank = pl.col("stage.progress").replace_strict(RANK, default=2, return_dtype=pl.Int8)
    weight = pl.col(money).fill_null(0) * (100 - pl.col("health.score").fill_null(50))
    return frame.sort(rank, -weight, "customer_id", maintain_order=True)


def wanted(frame: pl.LazyFrame, by: Painter) -> list[str]:
    """This will name the columns cards print: their own, and what the reasons show."""
    asked = [*CARD, *by.rules.stages.shown]
    there = frame.collect_schema()
    return [name for name in dict.fromkeys(asked) if name in there]


def _lane(
    name: str,
    place: int,
    counts: pl.DataFrame,
    cards: Sequence[Card],
    by: Painter,
    spells: pl.DataFrame,
) -> Lane:
    rules = [rule for rule in by.rules.stages.ladder.rules if rule.stage == name]
    sums = counts.sort("cents", "currency", descending=[True, False])
    return Lane(
        key=name,
        place=place,
        label=str(by.rules.stages.ladder.stages[name]),
        span=next((str(rule.pace.span) for rule in rules if rule.pace.span), ""),
        count=int(counts["count"].sum()),
        money=tuple(
            formats.money(cents, by.locale, currency=currency)
            for currency, cents in sums.select("currency", "cents").iter_rows()
            if cents
        ),
        median=median(of_stage(spells, name)),
        limit=limits(rules),
        stuck=int(counts["stuck"].sum()),
        behind=int(counts["behind"].sum()),
        criteria=tuple(_criterion(rule, by.catalogue) for rule in rules),
        cards=tuple(cards),
    )


def of_stage(spells: pl.DataFrame, name: str) -> pl.DataFrame:
    """This will leave the stays in one stage whose first day is known."""
    return spells.filter((pl.col("stage") == name) & ~pl.col("is_start"))


def limits(rules: Sequence[Rule]) -> str:
    """This will give the limit of a stage, or all of them where segments have their own."""
    found = dict.fromkeys(r.pace.limit_days for r in rules if r.pace.limit_days is not None)
    return " · ".join(str(days) for days in found)


def _criterion(rule: Rule, catalogue: Catalogue) -> Criterion:
    segment = ""
    if rule.segment is not None:
        segment = str(rule.segment_label) or describe(rule.segment, catalogue)
    return Criterion(
        segment=segment,
        enter=str(rule.enter),
        leave=str(rule.leave),
        condition=describe(rule.condition, catalogue),
    )
