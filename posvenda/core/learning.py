"""Weights learnt from who left, shrunk towards the weights people gave: a legible scorecard.

    risk_j = (typical_j − points_j) / 100          0 where the fact is unknown
    z      = b + Σ w_j · risk_j                    the hazard of one horizon: h = 1 / (1 + e^−z)
    fit    : Σ n_i·log-loss_i + λ/2 · Σ (s_j·(w_j − k·share_j))²,   w_j ≥ 0

``share_j`` are the hand-set weights, ``s_j`` the spread of risk_j, ``k`` the one scale that fits
the hand-set score best. Without events the weights are the hand-set ones; each event moves them a
little. Signs cannot turn: more points never mean more risk. Rows of overlapping horizons count
n_i = 1 / overlap each, so that one leaving counts once. L-BFGS-B (Byrd, Lu, Nocedal, Zhu 1995) with
the analytic gradient. Only workers and the command line load this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

# Chosen on the simulator of tests/core/churners.py: with one event, 10 lost .023 AUC to the rules,
# 30 loses .001; with 25 events 30 still gains .047 of the .054 that 10 gains.
STRENGTH = 30.0
SCALE = 6.0
SCALE_STRENGTH = 2.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A logistic hazard: b and one weight per fact, in logits for 100 points."""

    facts: tuple[str, ...]
    intercept: float
    weights: tuple[float, ...]

    def logit(self, risks: ArrayLike) -> Floats:
        """This will give z for each row of risks (columns in the order of ``facts``)."""
        return np.asarray(self.intercept + _filled(risks) @ np.array(self.weights), np.float64)

    def chance(self, risks: ArrayLike) -> Floats:
        """This will give the chance of leaving within one horizon."""
        return _expit(self.logit(risks))

    def contributions(self, risks: ArrayLike) -> Floats:
        """This will part z minus b among the facts, exactly; what is unknown gives 0."""
        return np.asarray(_filled(risks) * np.array(self.weights), np.float64)

    @property
    def shares(self) -> Mapping[str, float]:
        """The weights as shares of 1, to be shown beside those of the hand-set card."""
        total = sum(self.weights)
        even = 1 / len(self.weights)
        return {
            fact: weight / total if total > 0 else even
            for fact, weight in zip(self.facts, self.weights, strict=True)
        }


def survival(hazards: ArrayLike) -> Floats:
    """This will give the chance to still be there after each of a row of horizons: Π (1 − h)."""
    return np.asarray(np.cumprod(1 - np.asarray(hazards, np.float64), axis=-1), np.float64)


def learn(
    risks: ArrayLike,
    left: ArrayLike,
    shares: Mapping[str, float],
    *,
    counts: ArrayLike | None = None,
    strength: float = STRENGTH,
    frozen: Sequence[str] = (),
) -> Learnt:
    """This will fit the weights; ``shares`` are the hand-set ones, in the order of the columns.

    ``counts`` says what each row counts for (1 / overlap of the horizons). Facts in ``frozen`` keep
    their hand-set weight: consequences, from which nothing may be learnt.
    """
    x, y = _filled(risks), np.asarray(left, np.float64)
    n = np.ones(y.size) if counts is None else np.asarray(counts, np.float64)
    given = np.array([shares[fact] for fact in shares])
    start, scale = _hand_set(x @ given, y, n)
    expert = scale * given
    spread = np.maximum(x.std(axis=0), 0.05) if y.size else np.full(given.size, 0.05)
    held = [fact in frozen for fact in shares]
    # A fact on which nothing was seen keeps exactly what it was given.
    bounds = [(None, None)] + [
        (w, w) if is_held else (0.0, None) for w, is_held in zip(expert, held, strict=True)
    ]
    if not y.size or not 0 < y.sum() < y.size:
        return Learnt(tuple(shares), start, tuple(map(float, expert)))

    def loss(theta: Floats) -> tuple[float, Floats]:
        z = theta[0] + x @ theta[1:]
        off = spread * (theta[1:] - expert)
        value = float(n @ (np.logaddexp(0, z) - y * z) + strength / 2 * (off @ off))
        error = n * (_expit(z) - y)
        grad = np.concatenate([[error.sum()], x.T @ error + strength * spread * off])
        return value, grad

    # One thread: the sums keep their order, so two machines get the same weights.
    with threadpool_limits(limits=1):
        found = minimize(
            loss, np.concatenate([[start], expert]), jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": 300, "ftol": 1e-11, "gtol": 1e-6},
        )  # fmt: skip
    return Learnt(tuple(shares), float(found.x[0]), tuple(float(w) for w in found.x[1:]))


def _hand_set(score: Floats, y: Floats, n: Floats) -> tuple[float, float]:
    """The intercept and the one scale of the hand-set weights, the scale itself held near 6."""
    ones, total = float(n @ y) + 0.5, float(n.sum()) + 1
    base = float(np.log(ones / max(total - ones, 0.5)))
    if not y.size or not 0 < y.sum() < y.size:
        return base, SCALE

    def loss(theta: Floats) -> tuple[float, Floats]:
        z = theta[0] + theta[1] * score
        off = (theta[1] - SCALE) / SCALE
        value = float(n @ (np.logaddexp(0, z) - y * z) + SCALE_STRENGTH / 2 * off * off)
        error = n * (_expit(z) - y)
        pull = SCALE_STRENGTH * off / SCALE
        return value, np.array([error.sum(), float(error @ score) + pull])

    found = minimize(
        loss, np.array([base, SCALE]), jac=True, method="L-BFGS-B", bounds=[(None, None), (0.5, 40)]
    )
    return float(found.x[0]), float(found.x[1])


def _filled(risks: ArrayLike) -> Floats:
    return np.asarray(np.nan_to_num(np.asarray(risks, np.float64), nan=0.0), np.float64)


def _expit(x: ArrayLike) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(np.asarray(x, np.float64), -500, 500))), np.float64)
