"""What people would have seen: colours and what became of them, alerts and how early they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from posvenda.core.backtest.landmarks import before
from posvenda.core.backtest.panel import Panel
from posvenda.core.backtest.probability import wilson
from posvenda.core.backtest.ranking import auc

BUDGET = 0.1
REACH_DAYS = 180
EARLY_DAYS = 60
BANDS = ("good", "warn", "risk", "unknown")


@dataclass(frozen=True, slots=True)
class Alerts:
    """How early leavers were among the riskiest tenth: shares of leavers and of the money lost.

    ``money_early`` is the share of the lost MRR flagged 60 days before the decision or earlier,
    ``median_days`` the middle distance from first alert to decision among those warned of.
    """

    leavers: int
    warned: float
    early: float
    money_early: float
    lost_cents: int
    median_days: float | None


def by_band(panel: Panel) -> list[dict[str, object]]:
    """This will count what became of each colour, over landmarks a horizon apart.

    Reads band, mrr (cents a month, may be null), left. One row per colour that was seen: band,
    customers, left, rate with its interval, mrr_cents and lost_cents (means per landmark).
    """
    rows, turns = panel.apart.rows, max(1, len(panel.apart.days))
    found: list[dict[str, object]] = []
    for band in BANDS:
        part = rows.filter(pl.col("band") == band)
        if part.is_empty():
            continue
        gone = int(part["left"].sum())
        low, high = wilson(gone, part.height)
        lost = int(part.filter(pl.col("left") == 1)["mrr"].sum() or 0)
        found.append(
            {
                "band": band,
                "customers": part.height,
                "left": gone,
                "rate": gone / part.height,
                "low": low,
                "high": high,
                "mrr_cents": int(part["mrr"].sum() or 0) // turns,
                "lost_cents": lost,
            }
        )
    return found


def alerts(seen: pl.DataFrame, left: pl.DataFrame, *, budget: float = BUDGET) -> Alerts:
    """This will tell how long before their decision leavers first were among the riskiest.

    Reads ``seen`` (customer_id, on, risk, mrr: everybody who was undecided, on each landmark) and
    ``left`` (customer_id, left_on). The riskiest ``budget`` of each landmark is an alert; those of
    the last 180 days before the decision count. Leavers nobody looked at in that time are left out.
    """
    ranked = seen.filter(pl.col("risk").is_not_null()).with_columns(_is_flagged(budget))
    looked = ranked.join(left, on="customer_id", how="inner").with_columns(
        (pl.col("left_on") - pl.col("on")).dt.total_days().alias("days")
    )
    looked = looked.filter(pl.col("days").is_between(1, REACH_DAYS))
    each = looked.group_by("customer_id", "left_on").agg(
        pl.col("days").filter(pl.col("is_flagged")).max().alias("lead"),
        pl.col("mrr").sort_by("on").last().fill_null(0).alias("mrr"),
    )
    if each.is_empty():
        return Alerts(0, 0.0, 0.0, 0.0, 0, None)
    lead, money = pl.col("lead"), pl.col("mrr")
    is_early = (lead >= EARLY_DAYS).fill_null(value=False)
    row = each.select(
        lead.is_not_null().mean().alias("warned"),
        is_early.mean().alias("early"),
        money.filter(is_early).sum().alias("saved"),
        money.sum().alias("lost"),
        lead.median().alias("median"),
    ).row(0, named=True)
    share = row["saved"] / row["lost"] if row["lost"] else 0.0
    return Alerts(each.height, row["warned"], row["early"], share, int(row["lost"]), row["median"])


def by_landmark(
    seen: pl.DataFrame,
    left: pl.DataFrame,
    renewed: pl.DataFrame,
    days: Sequence[date],
    *,
    budget: float = BUDGET,
) -> list[dict[str, object]]:
    """This will compare leavers with renewers at 180 to 30 days before what each decided.

    Reads ``seen`` as ``alerts`` does (and band), ``left`` (customer_id, left_on) and ``renewed``
    (customer_id, decided_on). One row per distance: before, leavers, renewers, auc, flagged (the
    share of leavers among the riskiest tenth that day; chance gives the budget) and not_good (the
    share of leavers in attention or at risk).
    """
    ranked = seen.with_columns(_is_flagged(budget))
    both = pl.concat(
        [
            left.select("customer_id", pl.col("left_on").alias("decided_on"), is_left=pl.lit(1)),
            renewed.select("customer_id", "decided_on", is_left=pl.lit(0)),
        ]
    )
    at = before(both, days).join(ranked, on=["customer_id", "on"], how="inner")
    found: list[dict[str, object]] = []
    for distance in sorted(at["before"].unique().to_list(), reverse=True):
        part = at.filter(pl.col("before") == distance, pl.col("risk").is_not_null())
        gone = part.filter(pl.col("is_left") == 1)
        area = auc(part["risk"].to_numpy(), part["is_left"].to_numpy(), part["customer_id"])
        found.append(
            {
                "before": distance,
                "leavers": gone.height,
                "renewers": part.height - gone.height,
                "auc": None if area is None else area.value,
                "low": None if area is None else area.low,
                "high": None if area is None else area.high,
                "flagged": gone["is_flagged"].mean(),
                "not_good": gone["band"].is_in(["warn", "risk"]).mean(),
            }
        )
    return found


def _is_flagged(budget: float) -> pl.Expr:
    """The riskiest of each landmark; who shares the last place is flagged as well."""
    rank = pl.col("risk").rank("min", descending=True).over("on")
    return (rank <= budget * pl.col("risk").count().over("on")).alias("is_flagged")
