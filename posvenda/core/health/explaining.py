"""Why a score is what it is: whole points that add up to the whole number shown, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from posvenda.core.facts import Words
from posvenda.core.health.card import Band, Card, Group, Measure, rounded
from posvenda.core.health.judging import OVERRIDE
from posvenda.core.health.scales import Table, Trend, trend
from posvenda.core.health.scoring import REWEIGHTED, contribution_of

Row = Mapping[str, object]
State = Literal["known", "typical", "leave_out", "points", "expired"]
ADJUSTMENTS = (REWEIGHTED, OVERRIDE)


@dataclass(frozen=True, slots=True)
class Line:
    """This will give the points of one measure: None where an unknown fact moves nothing.

    `change` is against the previous row, an unknown measure counting 0; None without one.
    `why` is the card's sentence for these points, if it has one. `state` says whether the fact is
    known and, if not, by which policy it counts; `share` is the measure's part of the whole weight.
    """

    group: str
    measure: Words
    fact: str
    points: int | None
    value: object
    change: int | None
    why: Words | None = None
    state: State = "known"
    missing: Words = ""
    share: float = 0.0
    trend: Trend = "level"
    age_days: int | None = None
    is_fresh: bool | None = None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """This will give the points of one group: the sum of its lines and of the groups within."""

    group: str
    label: Words
    points: int
    change: int | None
    share: float = 0.0
    inner: tuple[GroupLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """This will hold start + lines + adjustments = score (groups = lines), in whole points.

    `adjustments` are what re-weighting and a person's override added or took, where they did.
    `score` is None when too little is known; the lines still show what is known.
    """

    start: int
    lines: tuple[Line, ...]
    groups: tuple[GroupLine, ...]
    score: int | None
    band: Band
    coverage: float
    change: int | None
    adjustments: tuple[Line, ...] = ()


def explain(row: Row, card: Card, *, previous: Row | None = None) -> Explanation:
    """This will explain one row of `score` or `judge` (joined with the sheet) in whole points.

    `previous` is an earlier row of the same card; the changes then add up to the score's change.
    """
    now = _displayed(row, card)
    then = None if previous is None else _displayed(previous, card)
    lines = tuple(line for group in card.groups for line in _lines(group, row, card, now, then))
    total, coverage = _number(row.get("score")), _number(row.get("coverage"))
    return Explanation(
        start=rounded(card.start),
        lines=lines,
        groups=tuple(_group(each, card.shares, lines) for each in card.groups),
        score=None if total is None else rounded(total),
        band=card.bands.of(total),
        coverage=coverage or 0.0,
        change=_change(row, previous),
        adjustments=tuple(_adjustments(now, then)),
    )


def parts_of(row: Row, card: Card) -> dict[str, float]:
    """This will give every known part of a score by column name, adjustments that moved it too."""
    names = (*map(contribution_of, card.facts), *ADJUSTMENTS)
    return {name: found for name in names if (found := _number(row.get(name))) is not None}


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


def state_of(measure: Measure, row: Row) -> State:
    """This will say whether a row knows a measure's fact, and if not what policy counts."""
    found = row.get(measure.fact)
    is_known = found is not None and not (isinstance(found, float) and math.isnan(found))
    if isinstance(measure.curve, Table) and is_known:
        text = str(found).lower() if isinstance(found, bool) else str(found)
        is_known = measure.curve.otherwise is not None or text in measure.curve.points
    if not is_known:
        return measure.missing.rule
    age = row.get(measure.age_fact) if measure.expires_days is not None else None
    if measure.expires_days is not None and _is_expired(age, measure.expires_days):
        return "expired" if measure.missing.rule == "typical" else measure.missing.rule
    return "known"


def _is_expired(age: object, after: int) -> bool:
    return not isinstance(age, int | float) or age >= after


def _displayed(row: Row, card: Card) -> Mapping[str, int]:
    """This will share the whole points between start and score among the known parts."""
    known = parts_of(row, card)
    total = _number(row.get("score"))
    whole = card.start + math.fsum(known.values()) if total is None else total
    target = rounded(whole) - rounded(card.start)
    return dict(zip(known, whole_parts(list(known.values()), target), strict=True))


def _lines(
    group: Group, row: Row, card: Card, now: Mapping[str, int], then: Mapping[str, int] | None
) -> Sequence[Line]:
    shares = card.shares
    own = [_line(group.name, each, shares[each.fact], row, now, then) for each in group.measures]
    return [*own, *(line for each in group.groups for line in _lines(each, row, card, now, then))]


def _line(
    group: str,
    measure: Measure,
    share: float,
    row: Row,
    now: Mapping[str, int],
    then: Mapping[str, int] | None,
) -> Line:
    name = contribution_of(measure.fact)
    points, state = now.get(name), state_of(measure, row)
    age = row.get(measure.age_fact) if measure.age_fact and state == "known" else None
    limit = measure.fresh_within_days
    return Line(
        group=group,
        measure=measure.label or measure.fact,
        fact=measure.fact,
        points=points,
        value=row.get(measure.fact),
        change=_moved(name, now, then),
        why=measure.why.get(_direction(points if state == "known" else None)),
        state=state,
        missing=measure.missing.label,
        share=share,
        trend=trend(measure.curve),
        age_days=age if isinstance(age, int) else None,
        is_fresh=age <= limit if isinstance(age, int) and limit is not None else None,
    )


def _moved(name: str, now: Mapping[str, int], then: Mapping[str, int] | None) -> int | None:
    return None if then is None else now.get(name, 0) - then.get(name, 0)


def _adjustments(now: Mapping[str, int], then: Mapping[str, int] | None) -> Iterator[Line]:
    """This will give what moved a whole point, now or against the earlier row."""
    for name in ADJUSTMENTS:
        line = _adjustment(name, now, then)
        if line.points or line.change:
            yield line


def _adjustment(name: str, now: Mapping[str, int], then: Mapping[str, int] | None) -> Line:
    return Line("", name, name, now.get(name, 0), None, _moved(name, now, then))


def _direction(points: int | None) -> str:
    if points is None:
        return "unknown"
    return "raises" if points > 0 else "lowers" if points < 0 else "keeps"


def _group(group: Group, shares: Mapping[str, float], lines: Sequence[Line]) -> GroupLine:
    facts = {measure.fact for measure in group.every}
    own = [line for line in lines if line.fact in facts]
    changes = [line.change for line in own if line.change is not None]
    return GroupLine(
        group=group.name,
        label=group.label,
        points=sum(line.points or 0 for line in own),
        change=sum(changes) if len(changes) == len(own) else None,
        share=math.fsum(shares[fact] for fact in sorted(facts)),
        inner=tuple(_group(each, shares, lines) for each in group.groups),
    )


def _change(row: Row, previous: Row | None) -> int | None:
    now, then = (_number(each.get("score")) if each else None for each in (row, previous))
    return None if now is None or then is None else rounded(now) - rounded(then)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
