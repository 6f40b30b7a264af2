"""What may be said of a score: it separates, it does so weakly, it does not, or too few left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from posvenda.core.backtest.ranking import Auc

FEWEST_EVENTS = 30
CHANCE = 0.5
WEAK, GOOD = 0.6, 0.7
Finding = Literal["too_few", "too_short", "no_signal", "weak", "separates"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The finding; ``missing`` events and how many ``months`` they take at the present pace."""

    finding: Finding
    events: int
    missing: int = 0
    months: int | None = None
    is_calibrated: bool = False


def judge(
    area: Auc | None, *, events: int, months: int, skills: Sequence[float | None], folds: int
) -> Verdict:
    """This will judge a score by decisions, AUC and the Brier skill of each fold.

    Under 30 decisions to leave nothing is said. An interval that reaches .5, or an AUC under .6, is
    no signal: no colour should be acted on. Chances count as calibrated when every fold beat the
    base rate.
    """
    if events < FEWEST_EVENTS:
        missing = FEWEST_EVENTS - events
        wait = math.ceil(missing * months / events) if events and months else None
        return Verdict("too_few", events, missing, wait)
    if area is None or not folds:
        return Verdict("too_short", events)
    is_calibrated = bool(skills) and all(each is not None and each > 0 for each in skills)
    return Verdict(_finding(area), events, is_calibrated=is_calibrated)


def _finding(area: Auc) -> Finding:
    if area.low <= CHANCE or area.value < WEAK:
        return "no_signal"
    return "weak" if area.value < GOOD else "separates"
