"""How often people and the score were right about who stays, once the day of decision has come.

A hit rate is shown with its 95 % interval (Wilson, 1927) and refused under 30 decided calls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Says = Literal["stays", "leaves", "unsure"]
LEAST = 30
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class HitRate:
    """This will hold how many calls came true of how many; no rate where they are too few."""

    hits: int
    n: int

    @property
    def rate(self) -> float | None:
        """This will give the share that came true, or None under 30 calls."""
        return self.hits / self.n if self.n >= LEAST else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """This will give the 95 % interval of the share, or None under 30 calls."""
        return wilson(self.hits, self.n) if self.n >= LEAST else None

    @property
    def missing(self) -> int:
        """This will say how many decided calls are missing for a verdict."""
        return max(0, LEAST - self.n)


def wilson(hits: int, n: int, *, z: float = Z) -> tuple[float, float]:
    """This will give Wilson's interval of a share; everything is possible without any trial."""
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def of_band(band: str) -> Says:
    """This will say what a band predicts: healthy stays, at risk leaves, all else is unsure."""
    return "stays" if band == "good" else "leaves" if band == "risk" else "unsure"


def disagree(says: str, band: str) -> bool:
    """This will say whether a person expects the opposite of what the band predicts."""
    return {says, of_band(band)} == {"stays", "leaves"}


def came_true(says: str, *, is_still_there: bool) -> bool | None:
    """This will say whether a call came true; an unsure one predicts nothing."""
    if says == "unsure":
        return None
    return (says == "stays") == is_still_there
