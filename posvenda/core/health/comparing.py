"""Why a score changed between two days: an exact sum, also across another card or an override.

score_now − score_then = Σ (c_now − c_then) + reweighted + card + override

Where the two days were judged by different cards, the later day is judged once more by the earlier
card (the *bridge*): what facts moved is measured by one yardstick, and the line of the card is the
rest, the difference another yardstick makes to the same facts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from posvenda.core.health.card import Card, Measure, rounded
from posvenda.core.health.explaining import Row, parts_of, whole_parts
from posvenda.core.health.judging import OVERRIDE
from posvenda.core.health.scoring import REWEIGHTED, contribution_of

Cause = Literal["fact", "reweighted", "card", "override"]


@dataclass(frozen=True, slots=True)
class Change:
    """This will give one cause of a change: exact points, and the whole points shown.

    `before` and `after` are the fact's values on the two days; `measure` is None for the causes
    that are no measure.
    """

    cause: Cause
    exact: float
    points: int
    measure: Measure | None = None
    before: object = None
    after: object = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """This will hold changes that add up to the change of the score, exactly and as shown.

    `exact` and `points` are None where one of the days has no score; the changes still stand.
    """

    changes: tuple[Change, ...]
    exact: float | None
    points: int | None
    before: float | None
    after: float | None


def compare(
    before: Row, after: Row, card: Card, *, later: Card | None = None, bridge: Row | None = None
) -> Comparison:
    """This will explain the change between two judged rows, joined with the sheet's values.

    `card` judged `before`; `later` judged `after` where it is another card, and then `bridge` is
    the later day judged by `card`. Without a bridge the line of the card is the other start.
    """
    then = parts_of(before, card)
    now = parts_of(after, later or card)
    middle = now if bridge is None else parts_of(bridge, card)
    causes = _causes(then, middle, card, later or card)
    exact: dict[tuple[Cause, str], float] = {
        (cause, name): middle.get(name, 0.0) - then.get(name, 0.0) for cause, name in causes
    }
    if later is not None:
        start = card.start if bridge is not None else later.start
        whole = math.fsum([later.start, *_without_override(now)])
        exact["card", ""] = whole - math.fsum([start, *_without_override(middle)])
        if bridge is None:
            exact["card", ""] += later.start - card.start
    exact["override", OVERRIDE] = now.get(OVERRIDE, 0.0) - then.get(OVERRIDE, 0.0)
    moving = {key: value for key, value in exact.items() if value != 0 or key[0] == "fact"}
    return _comparison(before, after, moving, {m.fact: m for m in _measures(card, later)})


def _causes(
    then: Mapping[str, float], now: Mapping[str, float], card: Card, later: Card
) -> list[tuple[Cause, str]]:
    facts = dict.fromkeys((*card.facts, *later.facts))
    named = [contribution_of(fact) for fact in facts]
    found: list[tuple[Cause, str]] = [("fact", n) for n in named if n in then or n in now]
    return [*found, ("reweighted", REWEIGHTED)]


def _without_override(parts: Mapping[str, float]) -> list[float]:
    return [value for name, value in parts.items() if name != OVERRIDE]


def _measures(card: Card, later: Card | None) -> tuple[Measure, ...]:
    return (*(later.measures if later else ()), *card.measures)


def _comparison(
    before: Row,
    after: Row,
    exact: Mapping[tuple[Cause, str], float],
    measures: Mapping[str, Measure],
) -> Comparison:
    then, now = _score(before), _score(after)
    is_whole = then is not None and now is not None
    total = now - then if then is not None and now is not None else None
    target = (
        rounded(now) - rounded(then)
        if then is not None and now is not None
        else rounded(math.fsum(exact.values()))
    )
    shown = whole_parts(list(exact.values()), target)
    changes = tuple(
        _change(cause, name, value, points, before, after, measures)
        for ((cause, name), value), points in zip(exact.items(), shown, strict=True)
    )
    return Comparison(changes, total, target if is_whole else None, then, now)


def _change(
    cause: Cause,
    name: str,
    value: float,
    points: int,
    before: Row,
    after: Row,
    measures: Mapping[str, Measure],
) -> Change:
    if cause != "fact":
        return Change(cause, value, points)
    fact = name.removeprefix(contribution_of(""))
    return Change(cause, value, points, measures[fact], before.get(fact), after.get(fact))


def _score(row: Row) -> float | None:
    found = row.get("score")
    return float(found) if isinstance(found, int | float) and math.isfinite(found) else None
