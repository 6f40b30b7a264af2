"""What the buttons of the form do to the object: add, remove, move up and down."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_noop

from posvenda.core.facts import Catalogue, Fact
from posvenda.success.editor.form import Data, cards
from posvenda.success.editor.leaves import ENGLISH, PORTUGUESE, Post
from posvenda.success.editor.scale_rows import first_scale

FIRST_WEIGHT, MIDDLE = 5, 50
NEW_GROUP = gettext_noop("New group")
NEW_RATING = gettext_noop("How we see it")
NEW_SIGNAL = gettext_noop("New signal")
NEW_CARD = gettext_noop("New card")


class NoSuchPlace(ValueError):
    """Raised when a button points to what is not there."""


def perform(data: Data, verb: str, post: Post, catalogue: Catalogue) -> None:
    """This will do what a button says, ``verb:place``; a place is a path such as groups.0."""
    name, _colon, place = verb.partition(":")
    try:
        if name in MOVES:
            listed, index = _spot(data, place)
            if name == "remove" and place == "cards.0" and len(listed) == 1:
                raise NoSuchPlace(verb)
            MOVES[name](listed, index)
            _tidy(data)
        elif name in ADDS:
            ADDS[name](data, place, post, catalogue)
        else:
            raise NoSuchPlace(verb)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise NoSuchPlace(verb) from error


def at(data: Data, place: str) -> Any:
    """This will give what stands at a place; cards.0 is also the only card of an object."""
    found: Any = {"cards": cards(data), "indicators": data.get("indicators")}
    for part in place.split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def _spot(data: Data, place: str) -> tuple[list[Any], int]:
    owner, _dot, index = place.rpartition(".")
    listed = at(data, owner)
    if not isinstance(listed, list) or not 0 <= int(index) < len(listed):
        raise NoSuchPlace(place)
    return listed, int(index)


def _up(listed: list[Any], index: int) -> None:
    _swap(listed, index, index - 1)


def _down(listed: list[Any], index: int) -> None:
    _swap(listed, index, index + 1)


def _swap(listed: list[Any], one: int, other: int) -> None:
    if 0 <= other < len(listed):
        listed[one], listed[other] = listed[other], listed[one]


def _remove(listed: list[Any], index: int) -> None:
    del listed[index]


MOVES: dict[str, Callable[[list[Any], int], None]] = {
    "up": _up,
    "down": _down,
    "remove": _remove,
}


def _tidy(data: Data) -> None:
    """No empty list of signals; somebody must judge."""
    if "indicators" in data and not data["indicators"]:
        del data["indicators"]


def _add_measure(data: Data, place: str, post: Post, catalogue: Catalogue) -> None:
    name = " ".join(post.get(f"{place}.new", "").split())
    fact = catalogue.get(name)
    measure: Data = {"fact": name or "?", "weight": FIRST_WEIGHT, "typical": MIDDLE}
    if fact is not None:
        measure["label"] = _labels(fact)
    measure |= first_scale(fact)
    at(data, place).setdefault("measures", []).append(measure)


def _add_rating(data: Data, place: str, post: Post, catalogue: Catalogue) -> None:
    used = {str(m.get("judgement")) for card in cards(data) for m in _measures(card)}
    at(data, place).setdefault("measures", []).append(
        {
            "judgement": _unused("rating", used),
            "weight": FIRST_WEIGHT,
            "typical": MIDDLE,
            "expires_days": 90,
            "missing": "leave_out",
            "label": _both(NEW_RATING),
        }
    )


def _add_group(data: Data, place: str, post: Post, catalogue: Catalogue) -> None:
    card = at(data, ".".join(place.split(".")[:2]))
    used = set(_names(card.get("groups") or []))
    at(data, place).setdefault("groups", []).append(
        {"name": _unused("group", used), "label": _both(NEW_GROUP), "measures": []}
    )


def _add_signal(data: Data, place: str, post: Post, catalogue: Catalogue) -> None:
    listed = data.setdefault("indicators", [])
    used = {str(rule.get("name")) for rule in listed}
    listed.append(
        {
            "name": _unused("signal", used),
            "nature": "risk",
            "when": "health.score < 45",
            "label": _both(NEW_SIGNAL),
        }
    )


def _add_card(data: Data, place: str, post: Post, catalogue: Catalogue) -> None:
    """A copy of the last card before it, with a condition: the first match wins."""
    if "cards" not in data:
        rules = data.pop("indicators", None)
        only = dict(data)
        data.clear()
        data |= {"name": only["name"], "cards": [only]}
        if rules:
            data["indicators"] = rules
    last = data["cards"][-1]
    used = {str(card.get("name")) for card in data["cards"]}
    made = {**copy.deepcopy(last), "name": _unused(f"{last['name']}-", used)}
    made |= {"label": _both(NEW_CARD), "when": "contract.mrr >= 5000"}
    data["cards"].insert(len(data["cards"]) - 1, made)


ADDS: dict[str, Callable[[Data, str, Post, Catalogue], None]] = {
    "add_measure": _add_measure,
    "add_rating": _add_rating,
    "add_group": _add_group,
    "add_signal": _add_signal,
    "add_card": _add_card,
}


def _unused(stem: str, used: set[str]) -> str:
    return next(name for n in range(1, 10_000) if (name := f"{stem}{n}") not in used)


def _names(groups: list[Data]) -> list[str]:
    return [n for g in groups for n in (str(g.get("name")), *_names(g.get("groups") or []))]


def _measures(card: Data) -> list[Data]:
    def inside(groups: list[Data]) -> list[Data]:
        return [
            m for g in groups for m in (*(g.get("measures") or []), *inside(g.get("groups") or []))
        ]

    return inside(card.get("groups") or [])


def _labels(fact: Fact) -> dict[str, str]:
    found = {}
    for language in (ENGLISH, PORTUGUESE):
        with translation.override(language):
            found[language] = str(fact.label)
    return found


def _both(words: str) -> dict[str, str]:
    found = {}
    for language in (ENGLISH, PORTUGUESE):
        with translation.override(language):
            found[language] = translation.gettext(words)
    return found
