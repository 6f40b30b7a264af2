"""Boosting as a challenger: it may only speak when it wins, and it never replaces the card.

Histogram gradient boosting sees what a sum of points cannot: two signs that matter only together.
It is fitted from 300 decisions on and wins with a Brier score at least 3 % lower on the last fold.
Only workers and the command line load this.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FEWEST_EVENTS = 300
MARGIN = 0.03
MOST_ROWS = 150_000
SEED = 20_26


@dataclass(frozen=True, slots=True)
class Challenge:
    """What came of it; without a fit there is no Brier. Only a winner is shown."""

    events: int
    brier: float | None = None
    card_brier: float | None = None

    @property
    def is_winner(self) -> bool:
        """Whether the challenger lowered the Brier score by 3 % or more."""
        if self.brier is None or self.card_brier is None or self.events < FEWEST_EVENTS:
            return False
        return self.brier <= (1 - MARGIN) * self.card_brier


def challenge(
    train: tuple[ArrayLike, ArrayLike],
    test: tuple[ArrayLike, ArrayLike],
    *,
    card_brier: float,
    events: int,
) -> Challenge:
    """This will fit on the last fold's training rows and compare on its test rows."""
    if events < FEWEST_EVENTS:
        return Challenge(events)
    said = boosted(*train, test[0])
    came = np.asarray(test[1], np.float64)
    return Challenge(events, float(np.mean((said - came) ** 2)), card_brier)


def boosted(risks: ArrayLike, left: ArrayLike, ask: ArrayLike) -> NDArray[np.float64]:
    """This will fit boosting and give its chances for other rows; many rows are thinned evenly."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    x, y = np.asarray(risks, np.float64), np.asarray(left).astype(int)
    asked = np.asarray(ask, np.float64)
    telling = [column for column in range(x.shape[1]) if _varies(x[:, column])]
    if not telling:
        return np.full(len(asked), y.mean())
    step = max(1, -(-y.size // MOST_ROWS))
    model = HistGradientBoostingClassifier(
        learning_rate=0.06, max_iter=150, max_leaf_nodes=15, min_samples_leaf=40,
        l2_regularization=1.0, early_stopping=False, random_state=SEED,
    )  # fmt: skip
    # One thread: several wait for one another on a busy machine, and sums keep their order.
    with threadpool_limits(limits=1):
        model.fit(x[::step][:, telling], y[::step])
        said = model.predict_proba(asked[:, telling])
    return np.asarray(said[:, 1], np.float64)


def _varies(column: NDArray[np.float64]) -> bool:
    """A sign that nobody has, or that all have alike, tells nothing (and breaks the binning)."""
    known = column[:: max(1, -(-column.size // MOST_ROWS))]
    known = known[~np.isnan(known)]
    return bool(known.size and known.min() < known.max())
