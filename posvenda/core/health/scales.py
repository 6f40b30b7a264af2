"""From the value of a fact to points from 0 to 100: straight lines, steps, or a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

Side = Literal["from", "upto"]
Trend = Literal["higher_is_better", "higher_is_worse", "best_in_the_middle", "level", "by_value"]


@dataclass(frozen=True, slots=True)
class Curve:
    """This will give points from 0 to 100 by straight lines between (fact value, points) pairs.

    Left of the first pair and right of the last one the points stay level.
    """

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """This will give level points between cut-offs: one more entry of points than cuts.

    `inclusive` says which band a value that equals a cut belongs to: with "from" the band above it
    (from 5, included), with "upto" the band below it (up to 5, included).
    """

    cuts: tuple[float, ...]
    points: tuple[float, ...]
    inclusive: Side = "from"


@dataclass(frozen=True, slots=True)
class Table:
    """This will give points by value of a choice or boolean ("true", "false").

    A value that is not listed gets `otherwise`; without it, such a value counts as unknown.
    """

    points: Mapping[str, float]
    otherwise: float | None = None


Scale: TypeAlias = Curve | Steps | Table


def trend(scale: Scale) -> Trend:
    """This will say whether a higher value gives more or fewer points: read off the scale."""
    match scale:
        case Curve(pairs):
            return _trend([points for _value, points in pairs])
        case Steps(points=levels):
            return _trend(levels)
        case Table():
            return "by_value"


def _trend(levels: Sequence[float]) -> Trend:
    moves = {(after > before) - (after < before) for before, after in pairwise(levels)} - {0}
    if not moves:
        return "level"
    if moves == {1}:
        return "higher_is_better"
    return "higher_is_worse" if moves == {-1} else "best_in_the_middle"
