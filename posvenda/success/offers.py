"""Next best actions as text: the play, and beside it what only people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from posvenda.core import shapes
from posvenda.core.conditions import Condition, check, facts_of
from posvenda.core.facts import Catalogue
from posvenda.core.plays import Play, check_plays, load_plays
from posvenda.core.shapes import ShapeError
from posvenda.core.shapes import condition as read_condition
from posvenda.success.texts import mapping_of, shown_in

EXTRAS = ("unit", "do", "icon", "message", "needs")


@dataclass(frozen=True)
class Offer:
    """A play with what only people read: unit of the money, words of the button, message."""

    play: Play
    unit: str
    do: str
    subject: str
    body: str
    icons: tuple[str, ...]
    icon: str = ""
    needs: Condition | None = None

    @property
    def id(self) -> str:
        """The name of the play."""
        return self.play.id

    @property
    def facts(self) -> frozenset[str]:
        """The facts its texts show (and perhaps words of the moment) and its reasons ask about."""
        texts = [self.play.title, self.subject, self.body, *(r.text for r in self.play.reasons)]
        asked = [facts_of(r.condition) for r in self.play.reasons if r.condition is not None]
        return frozenset(shown_in(map(str, texts))).union(*asked)


def read_plays(text: str) -> tuple[Offer, ...]:
    """This will read plays from YAML, with the words that only people need."""
    return plays_of(yaml.safe_load(text))


def plays_of(told: Any) -> tuple[Offer, ...]:
    """This will read plays from data as YAML gives it."""
    listed = shapes.mapping(mapping_of(told), "", frozenset({"plays"})).get("plays")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ShapeError("plays", "must be a list of plays")
    extras = [{key: each.pop(key, None) for key in EXTRAS} for each in listed]
    icons = [tuple(_icons(each, f"plays[{n}]")) for n, each in enumerate(listed)]
    plays = load_plays(listed)
    return tuple(
        _offer(play, extra, drawn, f"plays[{index}]")
        for index, (play, extra, drawn) in enumerate(zip(plays, extras, icons, strict=True))
    )


def _icons(play: dict[str, Any], path: str) -> list[str]:
    listed = play.get("reasons")
    reasons = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    return [shapes.text(each.pop("icon", "info"), f"{path}.reasons.icon") for each in reasons]


def _offer(play: Play, extra: dict[str, Any], icons: tuple[str, ...], path: str) -> Offer:
    message = extra["message"] or {}
    if not isinstance(message, dict) or not {"body"} <= set(message) <= {"subject", "body"}:
        raise ShapeError(f"{path}.message", "needs a body, and may have a subject")
    for key in ("unit", "do"):
        shapes.text(extra[key], f"{path}.{key}")
    for key, value in message.items():
        shapes.text(value, f"{path}.message.{key}")
    needs = extra["needs"]
    return Offer(
        play=play,
        unit=extra["unit"],
        do=extra["do"],
        subject=message.get("subject", ""),
        body=message["body"],
        icons=icons,
        icon=shapes.text(extra["icon"] or "", f"{path}.icon"),
        needs=None if needs is None else read_condition(needs, f"{path}.needs"),
    )


def problems_of(offers: tuple[Offer, ...], catalogue: Catalogue) -> list[str]:
    """This will list what keeps plays from being asked, each with its path."""
    plays = tuple(offer.play for offer in offers)
    found = [f"{path}: {problem}" for path, problem in check_plays(plays, catalogue)]
    for index, offer in enumerate(offers):
        if offer.needs is not None:
            found += [f"plays[{index}].needs: {p}" for p in check(offer.needs, catalogue)]
    return found
