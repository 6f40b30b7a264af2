"""The scorecard: measures in groups, each with its weight, its curve and its typical points."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from posvenda.core.facts import Words

Band: TypeAlias = Literal["good", "warn", "risk", "unknown"]

# Far below any point a card can give, far above what adding floats can lose.
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Curve:
    """This will give points from 0 to 100 by straight lines between (fact value, points) pairs.

    Left of the first pair and right of the last one the points stay level.
    """

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """This will give points by value of a choice or boolean ("true", "false").

    A value that is not listed gets `otherwise`; without it, such a value counts as unknown.
    """

    points: Mapping[str, float]
    otherwise: float | None = None


Scale: TypeAlias = Curve | Table


@dataclass(frozen=True, slots=True)
class Measure:
    """This will judge one fact: its weight, its curve, and the points of a typical customer.

    `why` holds sentences for the screen under "raises", "lowers" and "unknown", with `{value}`.
    """

    fact: str
    weight: float
    curve: Scale
    typical: float
    label: Words = ""
    why: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """This will hold the measures of one family of signals."""

    name: str
    label: Words
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Bands:
    """This will name a rounded score: good from `good` up, warn from `warn` up, else risk."""

    good: int = 70
    warn: int = 45

    def of(self, score: float | None) -> Band:
        """This will name the band of a score; no score is "unknown"."""
        if score is None:
            return "unknown"
        shown = rounded(score)
        return "good" if shown >= self.good else "warn" if shown >= self.warn else "risk"


@dataclass(frozen=True, slots=True)
class Card:
    """This will hold one version of a scorecard."""

    name: str
    version: int
    groups: tuple[Group, ...]
    floor_coverage: float = 0.4
    bands: Bands = Bands()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """This will list the measures of all groups, in order."""
        return tuple(measure for group in self.groups for measure in group.measures)

    @property
    def facts(self) -> tuple[str, ...]:
        """This will name the facts the card reads, in order."""
        return tuple(measure.fact for measure in self.measures)

    @property
    def shares(self) -> Mapping[str, float]:
        """This will give each fact's weight as a share of 1."""
        total = math.fsum(measure.weight for measure in self.measures)
        return {measure.fact: measure.weight / total for measure in self.measures}

    @property
    def start(self) -> float:
        """This will give the score of a customer of whom nothing untypical is known."""
        shares = self.shares
        return math.fsum(shares[measure.fact] * measure.typical for measure in self.measures)


def rounded(score: float) -> int:
    """This will give the whole number shown for a score, halves going up."""
    return math.floor(score + (0.5 + TINY))


def moved(score: float | None, change: float | None) -> int | None:
    """This will give the change between the two whole scores that people saw, or None."""
    if score is None or change is None:
        return None
    return rounded(score) - rounded(score - change)
