"""What this room knows about a customer: health with its contributions, and the stage."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.core import health as theory
from posvenda.core import lifecycle
from posvenda.core.facts import Fact, Kind, catalogue
from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.success import definitions

HEALTH = "health"
STAGE = "stage"
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

    Reads the card's facts. Gives health.* and per measure ``c.<fact>``, its signed points, and
    ``c.30d.<fact>``, what they were 30 days earlier.
    """
    card = definitions.card()
    found = theory.score(with_all(sheet, card), card).rename(
        {"score": "health.score", "band": "health.band", "coverage": "health.coverage_rate"}
    )
    for days in PAST_DAYS:
        past = _past_scores(evidence, card, days)
        found = found.join(past, on="customer_id", how="left", maintain_order="left").with_columns(
            (pl.col("health.score") - pl.col("past")).alias(f"health.change_{days}d")
        )
        found = found.drop("past")
    return found


def stage(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will name every customer's stage by the ladder in force. Gives stage.name."""
    rules = definitions.ladder()
    known = {fact.name: fact for fact in _below_stage()}
    staged = lifecycle.stage(sheet, rules, catalogue(*known.values()), as_of=evidence.as_of)
    return staged.rename({"stage": "stage.name"})


def _below_stage() -> Iterator[Fact]:
    for provider in sheet_facts.providers():
        if provider.name == STAGE:
            return
        yield from provider.every()


def _past_scores(evidence: Evidence, card: theory.Card, days: int) -> pl.DataFrame:
    """The score that many days ago: recomputed, or carried over for a few touched rows."""
    if evidence.previous is not None:
        return _carried(evidence.previous, card, days)
    before = sheet_facts.compute(evidence.past(days), below=HEALTH)
    judged = theory.score(with_all(before, card), card)
    return judged.select("customer_id", pl.col("score").alias("past"), *_kept(card, days))


def _kept(card: theory.Card, days: int) -> list[pl.Expr]:
    """What each measure gave on the earlier day that the customer's page compares with."""
    if days != EXPLAINED_DAYS:
        return []
    names = {theory.contribution_of(fact): past_of(fact) for fact in card.facts}
    return [pl.col(now).alias(then) for now, then in names.items()]


def past_of(fact: str) -> str:
    """This will name the column that holds what a fact gave or took 30 days earlier."""
    return f"c.{EXPLAINED_DAYS}d.{fact}"


def _carried(previous: pl.DataFrame, card: theory.Card, days: int) -> pl.DataFrame:
    change = f"health.change_{days}d"
    if not {"health.score", change} <= set(previous.columns):
        return previous.select("customer_id", pl.lit(None, pl.Float64).alias("past"))
    kept = [past_of(fact) for fact in card.facts if past_of(fact) in previous.columns]
    past = (pl.col("health.score") - pl.col(change)).alias("past")
    return previous.select("customer_id", past, *(kept if days == EXPLAINED_DAYS else ()))


def with_all(sheet: pl.DataFrame, card: theory.Card) -> pl.DataFrame:
    """This will add the facts a card judges and this installation does not have, as unknown."""
    absent = [name for name in card.facts if name not in sheet.columns]
    return sheet.with_columns(pl.lit(None, pl.Float64).alias(name) for name in absent)


PROVIDERS = (
    Provider(HEALTH, FACTS, health),
    Provider(STAGE, (), stage, attributes=stage_facts),
)
