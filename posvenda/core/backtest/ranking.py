"""Does the order tell who leaves: AUC with an interval that respects customers, and recall.

AUC is the chance that a leaver drawn at random was ranked riskier than a stayer drawn at random.
Its variance is that of DeLong, DeLong and Clarke-Pearson (1988) with the rows of one customer kept
together after Obuchowski (1997): ten months of one customer are not ten customers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z95 = 1.959963984540054
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Auc:
    """The area, its 95 % interval and how many rows of each kind it is made of."""

    value: float
    low: float
    high: float
    leavers: int
    stayers: int


def auc(risk: ArrayLike, left: ArrayLike, customers: ArrayLike | None = None) -> Auc | None:
    """This will give the AUC of risks (higher means likelier to leave); None without both kinds.

    ``customers`` tells which rows belong together; without it every row stands for itself.
    """
    scores, events = np.asarray(risk, np.float64), np.asarray(left).astype(bool)
    m, n = int(events.sum()), int((~events).sum())
    if not m or not n:
        return None
    gone, here = _placements(scores, events)
    value = float(gone.mean())
    who = np.arange(scores.size) if customers is None else np.asarray(customers)
    spread = _spread(value, gone, here, events, who)
    return Auc(value, *_interval(value, spread), leavers=m, stayers=n)


def auc_difference(
    risk: ArrayLike, other: ArrayLike, left: ArrayLike, customers: ArrayLike
) -> tuple[float, float, float] | None:
    """This will give AUC(risk) − AUC(other) on the same rows, with its 95 % interval."""
    events = np.asarray(left).astype(bool)
    if events.all() or not events.any():
        return None
    one = _placements(np.asarray(risk, np.float64), events)
    two = _placements(np.asarray(other, np.float64), events)
    gone, here = one[0] - two[0], one[1] - two[1]
    value = float(gone.mean())
    spread = _spread(value, gone, here, events, np.asarray(customers))
    return value, value - Z95 * spread, value + Z95 * spread


def recall_at(risk: ArrayLike, left: ArrayLike, *, budget: float) -> float | None:
    """This will give the share of leavers among the riskiest ``budget`` of all; ties share."""
    scores, events = np.asarray(risk, np.float64), np.asarray(left).astype(bool)
    if not events.any():
        return None
    return float((flagged(scores, budget=budget) * events).sum() / events.sum())


def flagged(risk: ArrayLike, *, budget: float) -> Floats:
    """This will give 1 to the riskiest share of rows, 0 to the rest, a part to ties at the edge."""
    scores = np.asarray(risk, np.float64)
    room = budget * scores.size
    edge = np.sort(scores)[::-1][min(scores.size - 1, max(0, math.ceil(room - 1e-9) - 1))]
    above, tied = scores > edge, scores == edge
    return np.asarray(above + tied * ((room - above.sum()) / tied.sum()), np.float64)


def _placements(scores: Floats, events: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """For each leaver the share of stayers below it, for each stayer that of leavers above it."""
    ones, zeros = np.sort(scores[events]), np.sort(scores[~events])
    return (
        _below(scores[events], zeros),
        1.0 - _below(scores[~events], ones),
    )


def _below(values: Floats, ordered: Floats) -> Floats:
    under = np.searchsorted(ordered, values, "left")
    upto = np.searchsorted(ordered, values, "right")
    return np.asarray((under + upto) / 2 / ordered.size, np.float64)


def _spread(
    value: float, gone: Floats, here: Floats, events: NDArray[np.bool_], who: NDArray[np.generic]
) -> float:
    _, group = np.unique(who, return_inverse=True)
    count = int(group.max()) + 1
    m, n = gone.size, here.size
    if count < 2:
        return 0.0
    over_gone = np.bincount(group[events], gone - value, count)
    over_here = np.bincount(group[~events], here - value, count)
    with_gone = max(int((np.bincount(group[events], minlength=count) > 0).sum()), 2)
    with_here = max(int((np.bincount(group[~events], minlength=count) > 0).sum()), 2)
    ten = with_gone / (with_gone - 1) * float((over_gone**2).sum()) / m
    one = with_here / (with_here - 1) * float((over_here**2).sum()) / n
    both = count / (count - 1) * float((over_gone * over_here).sum())
    return math.sqrt(max(0.0, ten / m + one / n + 2 * both / (m * n)))


def _interval(value: float, spread: float) -> tuple[float, float]:
    """On the logit scale, so that an interval never leaves 0 to 1."""
    if not 0 < value < 1:
        return value, value
    middle, width = math.log(value / (1 - value)), Z95 * spread / (value * (1 - value))
    return _expit(middle - width), _expit(middle + width)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0
