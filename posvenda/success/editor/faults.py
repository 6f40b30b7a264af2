"""What is wrong with a draft: every fault with its path, its line, and words for the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

from posvenda.core import conditions
from posvenda.core.conditions import ConditionError
from posvenda.core.facts import Catalogue
from posvenda.core.health import Card, Group, Measure, check_card, check_cards, load_cards
from posvenda.core.health.loading_measures import read_measure
from posvenda.core.shapes import ShapeError
from posvenda.customers import wording
from posvenda.success.editor import fault_words
from posvenda.success.texts import with_texts

MEASURE = re.compile(r"\.measures\[\d+\]")
STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True)
class Fault:
    """One thing to mend: where in the object, on which line of the text, and what."""

    path: str
    line: int | None
    message: str


def faults(text: str, catalogue: Catalogue | None) -> list[Fault]:
    """This will list everything that keeps a text from judging, in the order of the text."""
    try:
        data = with_texts(yaml.safe_load(text))
    except yaml.YAMLError as error:
        return [_unreadable(error)]
    lines = Lines(text)
    found: dict[tuple[str, str], Fault] = {}
    for path, message in _told(data, catalogue):
        found[path, message] = Fault(path, lines.of(path), message)
    return sorted(found.values(), key=lambda each: (each.line or 0, each.path))


def _told(data: Any, catalogue: Catalogue | None) -> Iterator[tuple[str, str]]:
    """Measure by measure first: reading the whole stops at its first fault."""
    is_whole = True
    for path, measure in measures(data):
        try:
            found = read_measure(measure, path)
        except ShapeError as error:
            is_whole = False
            yield error.path, fault_words.say(error.message)
        else:
            yield from _unfed(found, path, catalogue)
    yield from _of_the_whole(data, catalogue, is_whole=is_whole)


def _of_the_whole(
    data: Any, catalogue: Catalogue | None, *, is_whole: bool
) -> Iterator[tuple[str, str]]:
    """What no measure alone can tell: shapes around them, conditions, names that stand twice."""
    try:
        cards = load_cards(data)
    except ShapeError as error:
        if is_whole or not MEASURE.search(error.path):
            yield error.path, _said(error, data, None)
        return
    for each in check_cards(cards, catalogue) if catalogue is not None else ():
        if not MEASURE.search(each.path):
            yield each.path, _said(each, data, catalogue)


def _unfed(measure: Measure, path: str, catalogue: Catalogue | None) -> Iterator[tuple[str, str]]:
    """What the catalogue cannot feed in one measure, told even while another cannot be read."""
    if catalogue is None:
        return
    alone = Card("-", 1, (Group("-", "-", (measure,)),))
    for each in check_card(alone, catalogue):
        place = each.path.removeprefix("groups[0].measures[0]")
        yield path + place, fault_words.say(each.message)


def measures(data: Any) -> Iterator[tuple[str, Any]]:
    """This will give what stands where measures stand, with its path, in any shape."""
    if not isinstance(data, Mapping):
        return
    if isinstance(data.get("cards"), list):
        for index, card in enumerate(data["cards"]):
            if isinstance(card, Mapping):
                yield from _of_groups(card.get("groups"), f"cards[{index}].groups")
    yield from _of_groups(data.get("groups"), "groups")


def _of_groups(groups: Any, at: str) -> Iterator[tuple[str, Any]]:
    for g, group in enumerate(groups if isinstance(groups, list) else ()):
        if isinstance(group, Mapping):
            listed = group.get("measures")
            for m, measure in enumerate(listed if isinstance(listed, list) else ()):
                yield f"{at}[{g}].measures[{m}]", measure
            yield from _of_groups(group.get("groups"), f"{at}[{g}].groups")


def _said(error: ShapeError, data: Any, catalogue: Catalogue | None) -> str:
    """A condition complains in its own words, which are translated where it is read."""
    if error.path.endswith("when"):
        text = _at(data, error.path)
        return _of_condition(text, catalogue) or fault_words.say(error.message)
    return fault_words.say(error.message)


def _of_condition(text: object, catalogue: Catalogue | None) -> str:
    if not isinstance(text, str):
        return ""
    try:
        found = conditions.parse(text)
    except ConditionError as error:
        return wording.complaint(error)
    problems = conditions.check(found, catalogue) if catalogue is not None else ()
    return " ".join(wording.complaint(each) for each in problems)


def _at(data: Any, path: str) -> object:
    for index, key in STEP.findall(path):
        try:
            data = data[int(index)] if index else data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _unreadable(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or ""
    text = _("This is not YAML: look at the indentation, quotes and brackets before this place.")
    return Fault("", mark.line + 1 if mark else None, f"{text} ({what})" if what else text)


class Lines:
    """Which line of a YAML text a path stands on: its own, or that of the nearest thing around."""

    def __init__(self, text: str) -> None:
        self.root = yaml.compose(text, Loader=yaml.SafeLoader)

    def of(self, path: str) -> int | None:
        """This will give the line, counted from 1; None for an empty text."""
        node, line = self.root, None if self.root is None else self.root.start_mark.line + 1
        for index, key in STEP.findall(path):
            entry = _entry(node, int(index)) if index else _value(node, key)
            if entry is None:
                return line
            node, line = entry
        return line


def _entry(node: Any, index: int) -> tuple[Any, int] | None:
    if isinstance(node, yaml.SequenceNode) and index < len(node.value):
        found = node.value[index]
        return found, found.start_mark.line + 1
    return None


def _value(node: Any, key: str) -> tuple[Any, int] | None:
    if isinstance(node, yaml.MappingNode):
        for name, found in node.value:
            if name.value == key:
                return found, name.start_mark.line + 1
    return None
