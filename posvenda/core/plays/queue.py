"""Next best actions: every play that fits every customer, ranked by money times chance.

    expected = value at stake × chance × leverage

Unknown is not zero: without a health score the leverage is taken as one half and marked so; a play
whose stake is unknown stays in the queue, behind those whose stake is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from posvenda.core.conditions import expression, facts_of, matches
from posvenda.core.facts import Catalogue
from posvenda.core.plays.play import HEALTH, Play, Reason, Stake

HALF = 0.5
_PLACE = re.compile(r"\{([^\W\d]\w*(?:\.\w+)*)\}")
_COLUMNS = (
    "value_cents",
    "base_rate",
    "leverage_rate",
    "is_leverage_assumed",
    "chance_rate",
    "expected_cents",
)


def queue(
    sheet: pl.DataFrame,
    plays: Sequence[Play],
    catalogue: Catalogue,
    *,
    as_of: date,
    best_only: bool = True,
) -> pl.DataFrame:
    """This will rank what to do next, one row per customer (or per customer and fitting play).

    Reads customer_id, the plays' facts and health.score. Rows in rank order: rank (1 is first),
    customer_id, play, place (1 is the customer's best), value_cents, base_rate, leverage_rate,
    is_leverage_assumed, chance_rate (base × leverage) and expected_cents (a float: an estimate).
    Ties fall by customer_id, then play id, so the same sheet gives the same queue.
    """
    offers = [_offers(sheet, play, catalogue, as_of) for play in plays]
    found = pl.concat(offers) if offers else _nothing(sheet)
    order = [-pl.col("expected_cents"), pl.col("customer_id"), pl.col("play")]
    if best_only:
        ranked = _best(found, sorted(play.id for play in plays)).sort(order, nulls_last=True)
        placed = ranked.with_columns(pl.lit(1, pl.Int64).alias("place"))
    else:
        place = pl.col("play").cum_count().over("customer_id").cast(pl.Int64)
        placed = found.sort(order, nulls_last=True).with_columns(place.alias("place"))
    columns = ("rank", "customer_id", "play", "place", *_COLUMNS)
    return placed.with_row_index("rank", offset=1).cast({"rank": pl.Int64}).select(columns)


def _best(offers: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    """This will keep each customer's best offer without sorting all of them."""
    number = pl.col("play").replace_strict(ids, range(len(ids)), return_dtype=pl.Int64)
    expected = pl.col("expected_cents").fill_null(float("-inf"))
    top = offers.with_columns(expected.alias("e"), number.alias("n")).filter(
        pl.col("e") == pl.col("e").max().over("customer_id")
    )
    return top.filter(pl.col("n") == pl.col("n").min().over("customer_id")).drop("e", "n")


@dataclass(frozen=True, slots=True)
class Formula:
    """This will hold the factors of one row: value × base × leverage = expected."""

    value_cents: int | None
    base_rate: float
    leverage_rate: float
    is_leverage_assumed: bool
    chance_rate: float
    expected_cents: float | None


def formula(row: Mapping[str, object]) -> Formula:
    """This will give the factors of one row of the queue, to be shown on demand."""
    return Formula(**{name: row[name] for name in _COLUMNS})  # type: ignore[arg-type]


def reasons(
    play: Play,
    row: Mapping[str, object],
    catalogue: Catalogue,
    *,
    as_of: date,
    show: Callable[[str, object], str],
) -> tuple[str, ...]:
    """This will say why a play is offered to one customer, in the texts of the play.

    `row` is the customer's row of the sheet; `show` turns a fact's name and value into words. A
    reason is left out where its condition does not hold or a value it would show is unknown.
    """
    return tuple(
        fill(str(reason.text), row, show)
        for reason in play.reasons
        if all(row.get(name) is not None for name in placeholders(str(reason.text)))
        and _holds(reason, row, catalogue, as_of)
    )


def placeholders(text: str) -> tuple[str, ...]:
    """This will name the facts a text shows between braces."""
    return tuple(_PLACE.findall(text))


def fill(text: str, row: Mapping[str, object], show: Callable[[str, object], str]) -> str:
    """This will put the values of a row into a text's placeholders, and nothing else."""
    return _PLACE.sub(lambda found: show(found[1], row.get(found[1])), text)


def _offers(sheet: pl.DataFrame, play: Play, catalogue: Catalogue, as_of: date) -> pl.DataFrame:
    health = pl.col(HEALTH) if HEALTH in sheet.columns else pl.lit(None)
    leverage = _leverage(play, health.cast(pl.Float64))
    chance = pl.col("base_rate") * pl.col("leverage_rate")
    return (
        sheet.filter(expression(play.when, catalogue, as_of=as_of))
        .select(
            "customer_id",
            pl.lit(play.id).alias("play"),
            _value(play.value).alias("value_cents"),
            pl.lit(play.chance, pl.Float64).alias("base_rate"),
            leverage.fill_null(HALF).alias("leverage_rate"),
            leverage.is_null().alias("is_leverage_assumed"),
        )
        .with_columns(chance.alias("chance_rate"))
        .with_columns((pl.col("value_cents") * pl.col("chance_rate")).alias("expected_cents"))
    )


def _value(stake: Stake) -> pl.Expr:
    if stake.fact is None:
        return pl.lit(stake.cents, pl.Int64)
    return (pl.col(stake.fact) * float(stake.times)).round(0).cast(pl.Int64)


def _leverage(play: Play, health: pl.Expr) -> pl.Expr:
    match play.leverage:
        case "risk":
            return (1.0 - health / 100.0).clip(0.0, 1.0)
        case "health":
            return (health / 100.0).clip(0.0, 1.0)
    return pl.lit(1.0)


def _holds(reason: Reason, row: Mapping[str, object], catalogue: Catalogue, as_of: date) -> bool:
    if reason.condition is None:
        return True
    names = sorted(facts_of(reason.condition))
    schema = {name: catalogue[name].kind.dtype for name in names}
    one = pl.DataFrame({name: [row.get(name)] for name in names}, schema=schema)
    return bool(matches(one, reason.condition, catalogue, as_of=as_of).item())


def _nothing(sheet: pl.DataFrame) -> pl.DataFrame:
    kinds = {
        "play": pl.String,
        "value_cents": pl.Int64,
        "is_leverage_assumed": pl.Boolean,
    } | {name: pl.Float64 for name in _COLUMNS if name.endswith("_rate")}
    return sheet.clear().select(
        "customer_id",
        *(pl.lit(None, kinds.get(name, pl.Float64)).alias(name) for name in ("play", *_COLUMNS)),
    )
