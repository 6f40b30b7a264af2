"""What a draft would change: both cards judge the same facts, those of the newest sheet.

Reads one frame of facts; reads no table. Whoever has left keeps the frozen score and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from posvenda.core import lifecycle
from posvenda.core.conditions import Condition, expression, facts_of
from posvenda.core.facts import Catalogue
from posvenda.core.health import Cards, judge, raised
from posvenda.core.health.judging import OVERRIDE_KIND, OVERRIDE_VALUE
from posvenda.core.plays import queue
from posvenda.success.cards.judging import HEALTH, below
from posvenda.success.definitions import Judgement
from posvenda.success.facts import NAMES, STAGE

BANDS = ("good", "warn", "risk", "unknown")
MONEY = {"contract": "contract.mrr", "orders": "orders.value_365d"}
OWNER, CURRENCY = "who.owner_id", "who.currency"
FROZEN = "health.frozen_on"


@dataclass(frozen=True)
class Moves:
    """How many a rule is about before and after, and who starts and stops."""

    name: str
    before: int
    after: int
    starts: int
    stops: int


@dataclass(frozen=True)
class Preview:
    """What changes if the draft judged: colours, money, actions, signals, load.

    ``matrix`` is one row per pair of colours: before, after, customers, cents (null where unknown).
    ``changes`` is one row per customer whose colour or score changes: customer_id, before, after
    (colours), score_before, score_after, cents; those whose colour changes first, by money.
    ``load`` is one row per person (null: nobody): owner, was, comes: customers with an
    action before and after. ``money`` names the fact behind the cents; amounts in several
    currencies are not added up, and then cents are null.
    """

    as_of: date
    judged: int
    money: str
    currency: str
    matrix: pl.DataFrame
    changes: pl.DataFrame
    plays: tuple[Moves, ...]
    signals: tuple[Moves, ...]
    load: pl.DataFrame

    @property
    def recoloured(self) -> pl.DataFrame:
        """Those whose colour changes."""
        return self.changes.filter(pl.col("before") != pl.col("after"))


def preview(
    frame: pl.LazyFrame, rules: Judgement, draft: Cards, catalogue: Catalogue, *, as_of: date
) -> Preview:
    """This will judge a sheet by the cards in force and by the draft, and compare."""
    sheet = _sheet(frame, rules, draft)
    then, now = (_under(sheet, each, rules, as_of) for each in (rules.cards, draft))
    asked = [offer.play for offer in rules.offers if _is_awake(offer.needs, now, catalogue, as_of)]
    was, comes = (queue(each, asked, catalogue, as_of=as_of, best_only=False)
                  for each in (then, now))  # fmt: skip
    money = MONEY.get(rules.pack.money, MONEY["contract"])
    currencies = then[CURRENCY].drop_nulls().unique().to_list() if CURRENCY in then.columns else []
    both = _both(then, now, money if len(currencies) <= 1 else "")
    return Preview(
        as_of=as_of,
        judged=both.height,
        money=money,
        currency=currencies[0] if len(currencies) == 1 else "",
        matrix=_matrix(both),
        changes=_changes(both),
        plays=_moves(was, comes, "play", [play.id for play in asked]),
        signals=_moves(
            raised(then, rules.cards.indicators, catalogue, as_of=as_of),
            raised(now, draft.indicators, catalogue, as_of=as_of),
            "indicator",
            [each.name for each in (*rules.cards.indicators, *draft.indicators)],
        ),
        load=_load(then, was, comes),
    )


def _sheet(frame: pl.LazyFrame, rules: Judgement, draft: Cards) -> pl.DataFrame:
    """The columns that anything here reads, for those whose score still lives."""
    there = frame.collect_schema().names()
    read = {"customer_id", OWNER, CURRENCY, *MONEY.values(), FROZEN, OVERRIDE_KIND, OVERRIDE_VALUE}
    read |= {*rules.stages.ladder.facts}
    read |= {*rules.cards.reads, *draft.reads}
    for rule in (*rules.cards.indicators, *draft.indicators):
        read |= rule.facts
    for offer in rules.offers:
        read |= facts_of(offer.play.when)
        read |= frozenset() if offer.needs is None else facts_of(offer.needs)
        read |= {offer.play.value.fact} if offer.play.value.fact else set()
    kept = [name for name in there if name in read or name.startswith("health.")]
    alive = frame.filter(pl.col(FROZEN).is_null()) if FROZEN in there else frame
    return alive.select(*kept, *(["stage.name"] if "stage.name" in there else [])).collect()


def _is_awake(
    needs: Condition | None, sheet: pl.DataFrame, catalogue: Catalogue, as_of: date
) -> bool:
    """Whether anybody here makes an action worth offering at all."""
    if needs is None:
        return True
    return bool(sheet.select(expression(needs, catalogue, as_of=as_of).any()).item())


def _under(sheet: pl.DataFrame, cards: Cards, rules: Judgement, as_of: date) -> pl.DataFrame:
    """The sheet as it would be with these cards: health and, where rules read it, the stage."""
    names = {old: new for old, new in NAMES.items() if old not in ("start", "frozen_on")}
    found = judge(sheet, cards, below(HEALTH), as_of=as_of).select(*names).rename(names)
    with_health = sheet.with_columns(found)
    if "stage.name" not in sheet.columns:
        return with_health
    staged = lifecycle.stage(with_health, rules.stages.ladder, below(STAGE), as_of=as_of)
    return with_health.drop("stage.name").join(
        staged.rename({"stage": "stage.name"}), on="customer_id", how="left", maintain_order="left"
    )


def _both(then: pl.DataFrame, now: pl.DataFrame, money: str) -> pl.DataFrame:
    amount = pl.col(money) if money in then.columns else pl.lit(None)
    return then.select(
        "customer_id",
        amount.cast(pl.Int64).alias("cents"),
        pl.col("health.band").alias("before"),
        pl.col("health.score").alias("score_before"),
    ).with_columns(
        now["health.band"].alias("after"),
        now["health.score"].alias("score_after"),
    )


def _matrix(both: pl.DataFrame) -> pl.DataFrame:
    return both.group_by("before", "after").agg(
        pl.len().cast(pl.Int64).alias("customers"),
        pl.when(pl.col("cents").is_not_null().any()).then(pl.col("cents").sum()).alias("cents"),
    )


def _changes(both: pl.DataFrame) -> pl.DataFrame:
    shown = [(pl.col(f"score_{each}") + 0.5 + 1e-9).floor() for each in ("before", "after")]
    is_other = pl.col("before") != pl.col("after")
    moved = both.filter(is_other | shown[0].ne_missing(shown[1]))
    order = [~is_other, -pl.col("cents").fill_null(0), pl.col("customer_id")]
    return moved.sort(order)


def _moves(
    was: pl.DataFrame, comes: pl.DataFrame, key: str, names: Iterable[str]
) -> tuple[Moves, ...]:
    pair = ["customer_id", key]
    starts, stops = comes.join(was, on=pair, how="anti"), was.join(comes, on=pair, how="anti")
    counts = [dict(each.group_by(key).len().iter_rows()) for each in (was, comes, starts, stops)]
    return tuple(
        Moves(name, *(each.get(name, 0) for each in counts)) for name in dict.fromkeys(names)
    )


def _load(sheet: pl.DataFrame, was: pl.DataFrame, comes: pl.DataFrame) -> pl.DataFrame:
    """Customers with an action per person: the queue asks for one action a customer."""
    owner = pl.col(OWNER) if OWNER in sheet.columns else pl.lit(None, pl.Int64)
    asked = sheet.select(
        owner.alias("owner"),
        pl.col("customer_id").is_in(was["customer_id"].to_list()).alias("was"),
        pl.col("customer_id").is_in(comes["customer_id"].to_list()).alias("comes"),
    )
    summed = asked.group_by("owner").agg(pl.col("was", "comes").sum().cast(pl.Int64))
    return summed.filter((pl.col("was") > 0) | (pl.col("comes") > 0))
