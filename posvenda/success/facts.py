"""What this room knows about a customer: health with its contributions, and the stage."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.core import health as theory
from posvenda.core import lifecycle
from posvenda.core.facts import Fact, Kind
from posvenda.core.health import Cards
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.success import definitions
from posvenda.success.cards import facts as people
from posvenda.success.cards import judging
from posvenda.success.cards.judging import HEALTH

STAGE = "stage"
PAST_START = "c.30d.start"
NAMES = {
    "card": "health.card",
    "score": "health.score",
    "band": "health.band",
    "coverage": "health.coverage_rate",
    "fresh": "health.fresh_rate",
    "age_days": "health.evidence_days",
    "start": "c.start",
    "frozen_on": "health.frozen_on",
}
PAST_DAYS = (7, 30)
EXPLAINED_DAYS = 30
BANDS = {
    "good": pgettext_lazy("health", "Healthy"),
    "warn": pgettext_lazy("health", "Attention"),
    "risk": pgettext_lazy("health", "At risk"),
    "unknown": pgettext_lazy("health", "No data"),
}

FACTS = (
    Fact(
        "health.score",
        Kind.NUMBER,
        _("Health"),
        _(
            "From 0 (poor) to 100 (healthy), by the scorecard in force. "
            "Unknown when too little is known."
        ),
        HEALTH,
        higher_is="better",
    ),
    Fact(
        "health.band",
        Kind.CHOICE,
        _("Band of health"),
        _("Healthy from 70, attention from 45, at risk below; the scorecard may set other limits."),
        HEALTH,
        choices=BANDS,
    ),
    Fact(
        "health.coverage_rate",
        Kind.RATE,
        _("Known part of the scorecard"),
        _("Share of the scorecard's weights whose fact is known."),
        HEALTH,
        higher_is="better",
    ),
    Fact(
        "health.fresh_rate",
        Kind.RATE,
        _("Fresh part of the evidence"),
        _(
            "Share of the dated, known weights of the scorecard whose evidence is still fresh."
            " Unknown when no measure says how old its evidence is."
        ),
        HEALTH,
        higher_is="better",
    ),
    Fact(
        "health.evidence_days",
        Kind.DAYS,
        _("Age of the newest evidence"),
        _("Days since the newest dated evidence behind the score."),
        HEALTH,
        higher_is="worse",
    ),
    Fact(
        "health.frozen_on",
        Kind.DATE,
        _("Health frozen on"),
        _("The last day under contract of whoever left; health stays as it was on that day."),
        HEALTH,
    ),
    Fact(
        "health.change_7d",
        Kind.NUMBER,
        _("Change of health in 7 days"),
        _("Health now minus health recomputed for 7 days ago with what is known now."),
        HEALTH,
        phrases={"<= -": _("health fell {value} points or more in 7 days")},
        higher_is="better",
    ),
    Fact(
        "health.change_30d",
        Kind.NUMBER,
        _("Change of health in 30 days"),
        _("Health now minus health recomputed for 30 days ago with what is known now."),
        HEALTH,
        phrases={"<= -": _("health fell {value} points or more in 30 days")},
        higher_is="better",
    ),
)


def health_facts() -> Iterator[Fact]:
    """This will give the card that judged as a fact, with the cards in force as choices."""
    yield Fact(
        "health.card",
        Kind.CHOICE,
        _("Scorecard"),
        _("The scorecard that judged: the first one whose condition holds for the customer."),
        HEALTH,
        choices={card.name: card.label or card.name for card in definitions.cards().cards},
    )


def stage_facts() -> Iterator[Fact]:
    """This will give the stage as a fact, with the choices of the ladder in force."""
    yield Fact(
        "stage.name",
        Kind.CHOICE,
        _("Stage"),
        _("Where the customer stands in the lifecycle, derived from dated facts."),
        STAGE,
        choices=dict(definitions.ladder().stages),
    )


def health(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will judge every customer now and, for the changes, 7 and 30 days earlier.

    Reads the cards' facts. Gives health.* and per measure ``c.<fact>``, its signed points, and
    ``c.30d.<fact>``, what they were 30 days earlier; ``c.reweighted`` and ``c.override`` likewise.
    """
    cards = definitions.cards()
    found = judging.judged(evidence, sheet, cards).rename(NAMES)
    for days in PAST_DAYS:
        past = _past_scores(evidence, cards, days)
        found = found.join(past, on="customer_id", how="left", maintain_order="left").with_columns(
            (pl.col("health.score") - pl.col("past")).alias(f"health.change_{days}d")
        )
        found = found.drop("past")
    return found


def stage(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will name every customer's stage by the ladder in force. Gives stage.name."""
    rules = definitions.ladder()
    staged = lifecycle.stage(sheet, rules, judging.below(STAGE), as_of=evidence.as_of)
    return staged.rename({"stage": "stage.name"})


def _past_scores(evidence: Evidence, cards: Cards, days: int) -> pl.DataFrame:
    """The score that many days ago: recomputed, or carried over for a few touched rows."""
    if evidence.previous is not None:
        return _carried(evidence.previous, cards, days)
    past = evidence.past(days)
    before = judging.judged(past, judging.sheet_of(past, cards), cards)
    return before.select("customer_id", pl.col("score").alias("past"), *_kept(cards, days))


def _kept(cards: Cards, days: int) -> list[pl.Expr]:
    """What each measure gave on the earlier day that the customer's page compares with."""
    if days != EXPLAINED_DAYS:
        return []
    kept = [pl.col(name).alias(past_column(name)) for name in parts(cards)]
    return [*kept, pl.col("start").alias(PAST_START)]


def parts(cards: Cards) -> tuple[str, ...]:
    """This will name the columns that add up to a score, by any of the cards."""
    return (*map(theory.contribution_of, cards.facts), theory.REWEIGHTED, theory.OVERRIDE)


def past_of(fact: str) -> str:
    """This will name the column that holds what a fact gave or took 30 days earlier."""
    return past_column(theory.contribution_of(fact))


def past_column(name: str) -> str:
    """This will name the column that holds what a part of the score was 30 days earlier."""
    return name.replace("c.", f"c.{EXPLAINED_DAYS}d.", 1)


def _carried(previous: pl.DataFrame, cards: Cards, days: int) -> pl.DataFrame:
    change = f"health.change_{days}d"
    if not {"health.score", change} <= set(previous.columns):
        return previous.select("customer_id", pl.lit(None, pl.Float64).alias("past"))
    names = [*map(past_column, parts(cards)), PAST_START]
    kept = [name for name in names if name in previous.columns]
    past = (pl.col("health.score") - pl.col(change)).alias("past")
    return previous.select("customer_id", past, *(kept if days == EXPLAINED_DAYS else ()))


PROVIDERS = (
    *people.BEFORE,
    Provider(HEALTH, FACTS, health, attributes=health_facts),
    Provider(STAGE, (), stage, attributes=stage_facts),
    *people.AFTER,
)
