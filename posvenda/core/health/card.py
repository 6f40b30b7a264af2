"""The scorecard: measures in nested groups, each with its weight, its scale and typical points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from posvenda.core.conditions import Condition, facts_of
from posvenda.core.facts import Words
from posvenda.core.health.scales import Scale

Band: TypeAlias = Literal["good", "warn", "risk", "unknown"]

# Far below any point a card can give, far above what adding floats can lose.
TINY = 1e-9
JUDGEMENT = "judgement."


@dataclass(frozen=True, slots=True)
class Missing:
    """This will say what an unknown fact does.

    "typical": it counts as the typical points and moves nothing. "leave_out": its weight goes to
    the other measures of its group. "points": it counts as named points, under a label.
    """

    rule: Literal["typical", "leave_out", "points"] = "typical"
    points: float | None = None
    label: Words = ""


TYPICAL = Missing()


@dataclass(frozen=True, slots=True)
class Measure:
    """This will judge one fact: its weight, its scale, and the points of a typical customer.

    `why` holds sentences for the screen under "raises", "lowers" and "unknown", with `{value}`.
    With `judgement` the value is a person's rating of that name, which counts for `expires_days`.
    `age_fact` gives the days since the evidence; it is fresh up to `fresh_within_days`, included.
    """

    fact: str
    weight: float
    curve: Scale
    typical: float
    label: Words = ""
    why: Mapping[str, Words] = field(default_factory=dict)
    missing: Missing = TYPICAL
    judgement: str = ""
    expires_days: int | None = None
    age_fact: str = ""
    fresh_within_days: int | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """This will name the columns the measure reads."""
        return (self.fact, self.age_fact) if self.age_fact else (self.fact,)


@dataclass(frozen=True, slots=True)
class Group:
    """This will hold the measures of one family of signals, and groups within it.

    With a `weight` of its own the group counts that much beside its siblings, and the weights
    inside share it out; without one its members count beside the siblings themselves.
    """

    name: str
    label: Words
    measures: tuple[Measure, ...]
    groups: tuple[Group, ...] = ()
    weight: float | None = None

    @property
    def every(self) -> tuple[Measure, ...]:
        """This will list the measures of this group and of the groups within it, in order."""
        return (*self.measures, *(each for group in self.groups for each in group.every))

    @property
    def members(self) -> tuple[Measure | Group, ...]:
        """This will list what shares this group's weight out."""
        return (*self.measures, *_members(self.groups))


def _members(groups: Iterable[Group]) -> Iterator[Measure | Group]:
    for group in groups:
        if group.weight is None:
            yield from group.members
        else:
            yield group


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
    """This will hold one version of a scorecard; `when` says whom it judges (None: everyone)."""

    name: str
    version: int
    groups: tuple[Group, ...]
    floor_coverage: float = 0.4
    bands: Bands = Bands()
    label: Words = ""
    when: Condition | None = None

    @property
    def title(self) -> str:
        """This will name the card with its version, for records: name@version."""
        return f"{self.name}@{self.version}"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """This will list the measures of all groups, in order."""
        return tuple(measure for group in self.groups for measure in group.every)

    @property
    def members(self) -> tuple[Measure | Group, ...]:
        """This will list what shares the whole weight out: measures, and groups with a weight."""
        return tuple(_members(self.groups))

    @property
    def facts(self) -> tuple[str, ...]:
        """This will name the facts the card judges, in order."""
        return tuple(measure.fact for measure in self.measures)

    @property
    def reads(self) -> tuple[str, ...]:
        """This will name every column the card reads: judged facts, their ages, its condition."""
        asked = facts_of(self.when) if self.when is not None else ()
        named = [name for measure in self.measures for name in measure.reads]
        return tuple(dict.fromkeys((*named, *sorted(asked))))

    @property
    def shares(self) -> Mapping[str, float]:
        """This will give each fact's weight as a share of 1."""
        return dict(_shared(self.members, 1.0))

    @property
    def start(self) -> float:
        """This will give the score of a customer of whom nothing untypical is known."""
        shares = self.shares
        return math.fsum(shares[measure.fact] * measure.typical for measure in self.measures)

    @property
    def leaves_out(self) -> bool:
        """This will say whether an unknown fact can move its weight to others."""
        return any(measure.missing.rule == "leave_out" for measure in self.measures)


def weight_of(member: Measure | Group) -> float:
    """This will give what a member of a group weighs beside the others."""
    return 0.0 if member.weight is None else member.weight


def _shared(members: tuple[Measure | Group, ...], whole: float) -> Iterator[tuple[str, float]]:
    total = math.fsum(map(weight_of, members))
    for member in members:
        share = whole * (weight_of(member) / total)
        if isinstance(member, Group):
            yield from _shared(member.members, share)
        else:
            yield member.fact, share


def rounded(score: float) -> int:
    """This will give the whole number shown for a score, halves going up."""
    return math.floor(score + (0.5 + TINY))


def moved(score: float | None, change: float | None) -> int | None:
    """This will give the change between the two whole scores that people saw, or None."""
    if score is None or change is None:
        return None
    return rounded(score) - rounded(score - change)
