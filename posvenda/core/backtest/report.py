"""The whole back-test of one card: from the panel to figures that a page, a file and a test read.

Everything stated of a probability or of learnt weights is out of sample: fitted before, measured
after, one horizon apart. Fits: only workers and the command line load this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from posvenda.core.backtest import leaks
from posvenda.core.backtest.alerts import BUDGET, alerts, by_band, by_landmark
from posvenda.core.backtest.folds import Fold, expanding, split
from posvenda.core.backtest.panel import Panel
from posvenda.core.backtest.probability import brier, expected_error, reliability, skill
from posvenda.core.backtest.ranking import Floats, auc, auc_difference, recall_at
from posvenda.core.backtest.verdict import judge
from posvenda.core.calibration import calibrate
from posvenda.core.challenger import challenge
from posvenda.core.learning import Learnt, learn

MOST_STAYERS = 40_000
Figures = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a back-test is made from.

    ``panel`` holds monthly landmarks whose outcome is in: score, band, mrr and ``x.<fact>`` (risk
    of each measure, null where unknown). ``seen`` holds every landmark up to the last day, as
    ``alerts`` reads it. ``shares`` are the card's weights by fact.
    """

    panel: Panel
    seen: pl.DataFrame
    left: pl.DataFrame
    renewed: pl.DataFrame
    days: Sequence[date]
    shares: Mapping[str, float]
    months: int
    suspected: Sequence[leaks.Leak] = ()


def risk_of(fact: str) -> str:
    """This will name the column that holds a measure's risk."""
    return f"x.{fact}"


def report(given: Material) -> Figures:
    """This will measure a card; without enough decisions it measures nothing and says why."""
    panel, events = given.panel, given.panel.events
    purged = leaks.without_consequences(given.shares)[1]
    folds = expanding(panel.days, horizon_days=panel.horizon_days)
    scored = panel.rows.filter(pl.col("score").is_not_null())
    area = auc(-scored["score"].to_numpy(), scored["left"].to_numpy(), scored["customer_id"])
    tests = [_tested(scored, fold, given.shares, _names(purged)) for fold in folds]
    measured = [test for test in tests if test is not None]
    skills = [test.figures["skill"] for test in measured]
    verdict = judge(area, events=events, months=given.months, skills=skills, folds=len(measured))
    found: Figures = {
        "verdict": asdict(verdict),
        "events": events,
        "customers": panel.rows["customer_id"].n_unique(),
        "landmarks": len(panel.days),
        "from": min(panel.days, default=None),
        "to": max(panel.days, default=None),
        "months": given.months,
        "horizon_days": panel.horizon_days,
        "leaks": [asdict(leak) for leak in (*purged, *given.suspected)],
        "bands": by_band(panel),
        "weights": dict(given.shares),
    }
    if verdict.finding in ("too_few", "too_short") or area is None:
        return found
    found["auc"] = asdict(area)
    found |= _warnings(given, scored)
    found |= _out_of_sample(measured)
    found["learnt"] = _learnt(scored, given.shares, measured, _names(purged))
    found["challenger"] = _challenger(scored, measured, folds)
    return found


@dataclass(frozen=True)
class _Test:
    """One fold: its figures, and per test row what the card and the learnt weights said."""

    figures: Figures
    rows: pl.DataFrame
    by_rules: Floats
    by_learnt: Floats


def _tested(
    scored: pl.DataFrame, fold: Fold, shares: Mapping[str, float], frozen: Sequence[str]
) -> _Test | None:
    """A fold counts when somebody left in its training and somebody, but not all, in its test."""
    train, test = split(scored, fold)
    before, came = train["left"].to_numpy(), test["left"].to_numpy()
    if not before.sum() or not 0 < came.sum() < came.size:
        return None
    events = train.filter(pl.col("left") == 1).select("customer_id", "left_on").unique().height
    by_rules = calibrate(-train["score"].to_numpy(), before, events=events)(
        -test["score"].to_numpy()
    )
    model = fitted(train, shares, frozen)
    by_learnt = model.chance(risks(test, shares))
    base = float(before.mean())
    area, learnt_area = (
        auc(said, came, test["customer_id"]) for said in (-test["score"].to_numpy(), by_learnt)
    )
    figures = asdict(fold) | {
        "events": test.filter(pl.col("left") == 1).select("customer_id", "left_on").n_unique(),
        "trained_on": events,
        "auc": area.value if area else None,
        "learnt_auc": learnt_area.value if learnt_area else None,
        "brier": brier(by_rules, came),
        "learnt_brier": brier(by_learnt, came),
        "skill": skill(by_rules, came, base=base),
        "learnt_skill": skill(by_learnt, came, base=base),
    }
    return _Test(figures, test, by_rules, by_learnt)


def fitted(rows: pl.DataFrame, shares: Mapping[str, float], frozen: Sequence[str]) -> Learnt:
    """This will learn weights from rows of monthly landmarks, each leaving counting once.

    Of very many stayers each so-many-th is taken and counts for those passed over.
    """
    overlap = _overlap(rows)
    stayed = rows.filter(pl.col("left") == 0)
    step = max(1, -(-stayed.height // MOST_STAYERS))
    kept = pl.concat([rows.filter(pl.col("left") == 1), stayed.gather_every(step)])
    times = pl.when(pl.col("left") == 0).then(step).otherwise(1)
    return learn(
        risks(kept, shares),
        kept["left"].to_numpy(),
        shares,
        counts=kept.select(times.cast(pl.Float64) / overlap).to_series().to_numpy(),
        frozen=frozen,
    )


def risks(rows: pl.DataFrame, shares: Mapping[str, float]) -> Floats:
    """This will give the measures' risks as a matrix, NaN where unknown."""
    columns = [pl.col(risk_of(fact)).cast(pl.Float64).fill_null(float("nan")) for fact in shares]
    return np.asarray(rows.select(columns).to_numpy(), np.float64)


def _overlap(rows: pl.DataFrame) -> float:
    """How many landmarks look forward to the same decision, on average."""
    gone = rows.filter(pl.col("left") == 1)
    return max(1.0, gone.height / max(1, gone.select("customer_id", "left_on").n_unique()))


def _warnings(given: Material, scored: pl.DataFrame) -> Figures:
    """What an alert on the riskiest tenth would have caught, and how early."""
    apart = Panel(scored, given.panel.horizon_days).apart.rows
    parts = [
        (int(part["left"].sum()), recall_at(-part["score"], part["left"], budget=BUDGET))
        for part in apart.partition_by("on")
    ]
    total = sum(count for count, recall in parts if recall is not None)
    caught = sum(count * recall for count, recall in parts if recall is not None)
    monthly = given.seen.filter(pl.col("on").dt.day() == 1)
    return {
        "budget": BUDGET,
        "recall": caught / total if total else None,
        "alerts": asdict(alerts(monthly, given.left)),
        "before": by_landmark(given.seen, given.left, given.renewed, given.days),
    }


def _out_of_sample(tests: Sequence[_Test]) -> Figures:
    came = np.concatenate([test.rows["left"].to_numpy() for test in tests])
    said = np.concatenate([test.by_rules for test in tests])
    return {
        "folds": [test.figures for test in tests],
        "reliability": [asdict(each) for each in reliability(said, came)],
        "ece": expected_error(said, came),
        "brier": brier(said, came),
        "base_rate": float(came.mean()),
    }


def _learnt(
    scored: pl.DataFrame,
    shares: Mapping[str, float],
    tests: Sequence[_Test],
    frozen: Sequence[str],
) -> Figures:
    """The weights of all rows, and by how much such weights were better where they were tested."""
    model = fitted(scored, shares, frozen)
    rows = pl.concat([test.rows.select("customer_id", "left", "score") for test in tests])
    learnt = np.concatenate([test.by_learnt for test in tests])
    by_rules = np.concatenate([test.by_rules for test in tests])
    came = rows["left"].to_numpy()
    better = auc_difference(learnt, -rows["score"].to_numpy(), came, rows["customer_id"])
    return {
        "shares": _beside(model, shares, frozen),
        "weights": dict(zip(model.facts, model.weights, strict=True)),
        "intercept": model.intercept,
        "auc_change": None if better is None else list(better),
        "brier": brier(learnt, came),
        "rules_brier": brier(by_rules, came),
    }


def _beside(model: Learnt, shares: Mapping[str, float], frozen: Sequence[str]) -> dict[str, float]:
    """Learnt weights as shares of 1; consequences keep the share that they were given."""
    free = {f: w for f, w in zip(model.facts, model.weights, strict=True) if f not in frozen}
    room, total = 1 - sum(shares[fact] for fact in frozen), sum(free.values())
    return {
        fact: shares[fact] if fact not in free or not total else room * free[fact] / total
        for fact in model.facts
    }


def _challenger(scored: pl.DataFrame, tests: Sequence[_Test], folds: Sequence[Fold]) -> Figures:
    """Boosting on the last fold; the figures are kept, but only a winner is shown."""
    last = tests[-1]
    fold = next(fold for fold in folds if fold.test_from == last.figures["test_from"])
    train, test = split(scored, fold)
    names = [name for name in scored.columns if name.startswith("x.")]
    shares = {name.removeprefix("x."): 1.0 for name in names}
    done = challenge(
        (risks(train, shares), train["left"].to_numpy()),
        (risks(test, shares), test["left"].to_numpy()),
        card_brier=min(last.figures["brier"], last.figures["learnt_brier"]),
        events=last.figures["trained_on"],
    )
    return asdict(done) | {"is_winner": done.is_winner}


def _names(found: Sequence[leaks.Leak]) -> list[str]:
    return [leak.fact for leak in found]
