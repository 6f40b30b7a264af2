"""Why a score is what it is: whole points that add up to the whole number shown, exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from posvenda.core.facts import Words
from posvenda.core.health.card import Band, Card, Measure, rounded
from posvenda.core.health.scoring import contribution_of

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """This will give the points of one measure: None where its fact is unknown.

    `change` is against the previous row, an unknown measure counting 0; None without one.
    `why` is the card's sentence for these points, if it has one.
    """

    group: str
    measure: Words
    fact: str
    points: int | None
    value: object
    change: int | None
    why: Words | None = None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """This will give the points of one group: the sum of its lines."""

    group: str
    label: Words
    points: int
    change: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """This will hold start + lines = score (= start + groups), in whole points.

    `score` is None when too little is known; the lines still show what is known.
    """

    start: int
    lines: tuple[Line, ...]
    groups: tuple[GroupLine, ...]
    score: int | None
    band: Band
    coverage: float
    change: int | None


def explain(row: Row, card: Card, *, previous: Row | None = None) -> Explanation:
    """This will explain one row of `score` (joined with the sheet's values) in whole points.

    `previous` is an earlier row of the same card; the changes then add up to the score's change.
    """
    now = _displayed(row, card)
    then = None if previous is None else _displayed(previous, card)
    lines = tuple(
        _line(group.name, measure, row, now, then)
        for group in card.groups
        for measure in group.measures
    )
    total, coverage = _number(row.get("score")), _number(row.get("coverage"))
    return Explanation(
        start=rounded(card.start),
        lines=lines,
        groups=tuple(_group(each.name, each.label, lines) for each in card.groups),
        score=None if total is None else rounded(total),
        band=card.bands.of(total),
        coverage=coverage or 0.0,
        change=_change(row, previous),
    )


def _displayed(row: Row, card: Card) -> Mapping[str, int]:
    """This will share the whole points between start and score among the known measures."""
    known = {
        fact: value
        for fact in card.facts
        if (value := _number(row.get(contribution_of(fact)))) is not None
    }
    total = _number(row.get("score"))
    whole = card.start + math.fsum(known.values()) if total is None else total
    target = rounded(whole) - rounded(card.start)
    return dict(zip(known, whole_parts(list(known.values()), target), strict=True))


def whole_parts(parts: Sequence[float], target: int) -> tuple[int, ...]:
    """This will round parts to whole numbers that add up to the target (largest remainder).

    Parts of zero stay zero unless nothing else can take the difference.
    """
    if not parts:
        return ()
    shown = [math.floor(part) for part in parts]
    missing = target - sum(shown)
    step = 1 if missing > 0 else -1
    order = sorted(
        range(len(parts)),
        key=lambda i: (parts[i] == 0, step * (shown[i] - parts[i]), -abs(parts[i]), i),
    )
    for turn in range(abs(missing)):
        shown[order[turn % len(order)]] += step
    return tuple(shown)


def _line(
    group: str,
    measure: Measure,
    row: Row,
    now: Mapping[str, int],
    then: Mapping[str, int] | None,
) -> Line:
    fact = measure.fact
    change = None if then is None else now.get(fact, 0) - then.get(fact, 0)
    points = now.get(fact)
    return Line(
        group=group,
        measure=measure.label or fact,
        fact=fact,
        points=points,
        value=row.get(fact),
        change=change,
        why=measure.why.get(_direction(points)),
    )


def _direction(points: int | None) -> str:
    if points is None:
        return "unknown"
    return "raises" if points > 0 else "lowers" if points < 0 else "keeps"


def _group(name: str, label: Words, lines: Sequence[Line]) -> GroupLine:
    own = [line for line in lines if line.group == name]
    changes = [line.change for line in own if line.change is not None]
    points = sum(line.points or 0 for line in own)
    return GroupLine(name, label, points, sum(changes) if len(changes) == len(own) else None)


def _change(row: Row, previous: Row | None) -> int | None:
    now, then = (_number(each.get("score")) if each else None for each in (row, previous))
    return None if now is None or then is None else rounded(now) - rounded(then)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
