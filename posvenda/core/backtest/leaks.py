"""Leak detectors: what knows the answer because it is the answer, or was written down after it.

Three nets. A fact that is a consequence by its meaning (a cancellation request) never trains a
model. A fact that separates almost perfectly shortly before the decision is flagged: no early sign
is that good. And a fact whose values for a past day differ between what was known then and what is
known now was recorded or corrected later; the replay therefore uses what was known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from posvenda.core.backtest.panel import Panel
from posvenda.core.backtest.ranking import auc

CONSEQUENCES = frozenset(
    {
        "contract.status",
        "contract.is_cancelling",
        "contract.cancel_requested_days",
        "stage.name",
    }
)
TOO_GOOD = 0.95
CLOSE_DAYS = 30
FEWEST = 10
CHANGED_RATE = 0.02


@dataclass(frozen=True, slots=True)
class Leak:
    """One suspicion: the fact, why, and the figure behind it (an AUC or a share of values)."""

    fact: str
    why: Literal["consequence", "too_good", "recorded_later"]
    figure: float


def without_consequences(facts: Iterable[str]) -> tuple[list[str], list[Leak]]:
    """This will part facts into those a model may learn from and consequences, purged."""
    kept: list[str] = []
    purged: list[str] = []
    for fact in facts:
        (purged if fact in CONSEQUENCES else kept).append(fact)
    return kept, [Leak(fact, "consequence", 1.0) for fact in purged]


def suspects(panel: Panel, columns: Sequence[str]) -> list[Leak]:
    """This will flag columns that alone tell leavers of the next 30 days almost perfectly.

    Reads numeric or boolean columns of the panel. Whether a value is known at all counts too: a
    date that only leavers have gives them away without any value.
    """
    rows = panel.rows.with_columns(
        ((pl.col("left_on") - pl.col("on")).dt.total_days() <= CLOSE_DAYS)
        .fill_null(value=False)
        .alias("is_close")
    )
    if rows["is_close"].sum() < FEWEST:
        return []
    found = []
    for name in columns:
        best = max(_telling(rows, name), _telling(rows, name, is_presence=True))
        if best >= TOO_GOOD:
            found.append(Leak(name, "too_good", best))
    return found


def revised(then: pl.DataFrame, now: pl.DataFrame, columns: Sequence[str]) -> list[Leak]:
    """This will flag columns whose values for one past day were written or changed afterwards.

    Both frames hold customer_id and the columns for the same day: as known then, and as known now.
    """
    both = then.join(now, on="customer_id", how="inner", suffix="_now")
    if both.is_empty():
        return []
    shares = both.select(
        pl.col(name).ne_missing(pl.col(f"{name}_now")).mean().alias(name) for name in columns
    ).row(0, named=True)
    return [
        Leak(name, "recorded_later", share)
        for name, share in shares.items()
        if share >= CHANGED_RATE
    ]


def _telling(rows: pl.DataFrame, name: str, *, is_presence: bool = False) -> float:
    """How well one column alone separates, in whichever direction."""
    value = pl.col(name).is_not_null() if is_presence else pl.col(name)
    part = rows.select(value.cast(pl.Float64).alias("x"), "is_close").drop_nulls()
    if part["is_close"].sum() < FEWEST:
        return 0.0
    area = auc(part["x"].to_numpy(), part["is_close"].to_numpy())
    return 0.0 if area is None else max(area.value, 1 - area.value)
