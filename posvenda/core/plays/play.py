"""A play: when it fits, what is at stake, and how likely acting makes the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias, cast

from posvenda.core import shapes
from posvenda.core.conditions import Condition, Problem, check, to_text
from posvenda.core.facts import Catalogue, Kind, Words
from posvenda.core.shapes import ShapeError, faults_named

Action: TypeAlias = Literal["call", "email", "whatsapp", "task", "review"]
Leverage: TypeAlias = Literal["risk", "health", "none"]
ACTIONS: tuple[Action, ...] = ("call", "email", "whatsapp", "task", "review")
LEVERAGES: tuple[Leverage, ...] = ("risk", "health", "none")

HEALTH = "health.score"


@dataclass(frozen=True, slots=True)
class Stake:
    """This will value a play: `times` a money fact, or the same fixed cents for everybody."""

    fact: str | None = None
    times: Decimal = Decimal(1)
    cents: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """This will be said where its condition holds (None: always); `{fact.name}` shows a value."""

    text: Words
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """This will offer one action to the customers who meet its condition.

    `chance` (0–1) is the share of the stake that acting is assumed to save or win, an assumption
    until it is measured against a hold-out. `leverage` scales it by how much there is to change:
    "risk" by (100 − health)/100, "health" by health/100, "none" not at all.
    """

    id: str
    when: Condition
    value: Stake
    chance: float
    title: Words
    action: Action = "task"
    leverage: Leverage = "none"
    reasons: tuple[Reason, ...] = ()


class PlaysError(ShapeError):
    """Plays that cannot be read; `path` says where, such as plays[2].when."""


def load_plays(data: object) -> tuple[Play, ...]:
    """This will read plays from their YAML shape: a list, or a mapping with a list of plays."""
    with faults_named(PlaysError):
        listed = shapes.required(data, "plays", "") if isinstance(data, Mapping) else data
        plays = tuple(_play(each, path) for path, each in shapes.items(listed, "plays"))
        shapes.refuse_twice([play.id for play in plays], "plays")
        return plays


def dump_plays(plays: tuple[Play, ...]) -> dict[str, object]:
    """This will give plays as plain mappings and lists; `load_plays` reads them back."""
    return {"plays": [_dump(play) for play in plays]}


def check_plays(
    plays: tuple[Play, ...], catalogue: Catalogue
) -> tuple[tuple[str, Problem | str], ...]:
    """This will list what the catalogue's facts cannot feed, each with its path."""
    found: list[tuple[str, Problem | str]] = []
    for index, play in enumerate(plays):
        path = f"plays[{index}]"
        found += [(f"{path}.when", problem) for problem in check(play.when, catalogue)]
        for number, reason in enumerate(play.reasons):
            problems = check(reason.condition, catalogue) if reason.condition else ()
            found += [(f"{path}.reasons[{number}].when", problem) for problem in problems]
        fact = catalogue.get(play.value.fact) if play.value.fact else None
        if play.value.fact and (fact is None or fact.kind is not Kind.MONEY):
            found.append((f"{path}.value", f"{play.value.fact} is no fact of money"))
    return tuple(found)


_PLAY = frozenset({"id", "when", "value", "chance", "title", "action", "leverage", "reasons"})


def _play(data: object, path: str) -> Play:
    found = shapes.mapping(data, path, _PLAY)
    reasons = shapes.items(found["reasons"], f"{path}.reasons") if found.get("reasons") else ()
    action = shapes.one_of(found.get("action", "task"), ACTIONS, f"{path}.action")
    leverage = shapes.one_of(found.get("leverage", "none"), LEVERAGES, f"{path}.leverage")
    return Play(
        id=shapes.name(found, "id", path),
        when=shapes.condition(found.get("when"), f"{path}.when"),
        value=_stake(shapes.required(found, "value", path), f"{path}.value"),
        chance=shapes.between(shapes.required(found, "chance", path), 0, 1, f"{path}.chance"),
        title=shapes.name(found, "title", path),
        action=cast("Action", action),
        leverage=cast("Leverage", leverage),
        reasons=tuple(_reason(each, at) for at, each in reasons),
    )


def _stake(data: object, path: str) -> Stake:
    if isinstance(data, str):
        return Stake(fact=data)
    found = shapes.mapping(data, path, frozenset({"fact", "times", "cents"}))
    if "cents" in found and len(found) == 1:
        return Stake(cents=shapes.whole(found["cents"], f"{path}.cents"))
    times = shapes.number(found.get("times", 1), f"{path}.times")
    if "cents" in found:
        raise ShapeError(path, "needs either a fact or cents")
    return Stake(fact=shapes.name(found, "fact", path), times=Decimal(repr(times)).normalize())


def _reason(data: object, path: str) -> Reason:
    if isinstance(data, str):
        return Reason(data)
    found = shapes.mapping(data, path, frozenset({"when", "text"}))
    when = found.get("when")
    condition = None if when is None else shapes.condition(when, f"{path}.when")
    return Reason(shapes.name(found, "text", path), condition)


def _dump(play: Play) -> dict[str, object]:
    return {
        "id": play.id,
        "when": to_text(play.when),
        "value": _dump_stake(play.value),
        "chance": play.chance,
        "leverage": play.leverage,
        "title": str(play.title),
        "action": play.action,
        "reasons": [
            {"text": str(reason.text)}
            | ({"when": to_text(reason.condition)} if reason.condition else {})
            for reason in play.reasons
        ],
    }


def _dump_stake(stake: Stake) -> dict[str, object]:
    if stake.fact is None:
        return {"cents": stake.cents}
    return {"fact": stake.fact, "times": float(stake.times)}
