"""Do stated chances come true: Brier, skill, reliability by bins, expected calibration error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from posvenda.core.backtest.ranking import Z95

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of similar chance: what was said, what came, and the interval of what came."""

    said: float
    came: float
    low: float
    high: float
    rows: int


def brier(chance: ArrayLike, left: ArrayLike) -> float:
    """This will give the mean squared error of chances (Brier 1950); 0 is perfect."""
    said, came = np.asarray(chance, np.float64), np.asarray(left, np.float64)
    return float(np.mean((said - came) ** 2))


def skill(chance: ArrayLike, left: ArrayLike, *, base: float) -> float | None:
    """This will give how much better than always saying the base rate: 1 perfect, 0 no better.

    ``base`` is the rate known before, from training; None where everybody met one fate.
    """
    came = np.asarray(left, np.float64)
    plain = brier(np.full(came.size, base), came)
    return None if plain == 0 else 1 - brier(chance, came) / plain


def reliability(chance: ArrayLike, left: ArrayLike, *, bins: int = BINS) -> tuple[Bin, ...]:
    """This will cut rows, ordered by chance, into bins of equal count and compare in each."""
    said, came = np.asarray(chance, np.float64), np.asarray(left, np.float64)
    order = np.argsort(said, kind="stable")
    found = []
    for part in np.array_split(order, min(bins, said.size)) if said.size else ():
        low, high = wilson(int(came[part].sum()), part.size)
        found.append(
            Bin(float(said[part].mean()), float(came[part].mean()), low, high, int(part.size))
        )
    return tuple(found)


def expected_error(chance: ArrayLike, left: ArrayLike, *, bins: int = BINS) -> float:
    """This will give the mean distance between said and came over bins of equal count (ECE)."""
    cut = reliability(chance, left, bins=bins)
    total = sum(each.rows for each in cut)
    return sum(abs(b.said - b.came) * b.rows for b in cut) / total if total else 0.0


def wilson(hits: int, count: int) -> tuple[float, float]:
    """This will give the 95 % interval of a rate (Wilson 1927); of nothing it is 0 to 1."""
    if not count:
        return 0.0, 1.0
    rate, z2 = hits / count, Z95 * Z95
    middle = (rate + z2 / (2 * count)) / (1 + z2 / count)
    width = Z95 * math.sqrt(rate * (1 - rate) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, middle - width), min(1.0, middle + width)
