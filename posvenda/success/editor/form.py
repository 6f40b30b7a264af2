"""A scorecard as a form: every part of the text has its fields, and the fields give the text back.

The form is laid over the text it was made from: what no field changed stays as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping
from typing import Any

import yaml

from posvenda.core.facts import Catalogue
from posvenda.success.editor import leaves
from posvenda.success.editor.leaves import Post
from posvenda.success.editor.scale_rows import change_scale

WHY = ("raises", "lowers", "keeps", "unknown")
TYPICAL, LEAVE_OUT, POINTS = "typical", "leave_out", "points"
Data = dict[str, Any]


class NotAForm(ValueError):
    """Raised when a text cannot be shown as a form; it can be mended as text."""


def read(text: str) -> Data:
    """This will read a text into the plain object that form and text share."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise NotAForm from error
    if not isinstance(data, dict):
        raise NotAForm
    several = data.get("cards")
    if "cards" in data and not (isinstance(several, list) and several):
        raise NotAForm
    for card in cards(data):
        if not isinstance(card, dict) or not _is_grouped(card.get("groups", [])):
            raise NotAForm
    if not _are_mappings(data.get("indicators") or []):
        raise NotAForm
    return data


def write(data: Mapping[str, Any]) -> str:
    """This will write the object as text, in one fixed style."""
    return yaml.dump(
        dict(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000,
    )  # fmt: skip


def changed(text: str, post: Post, catalogue: Catalogue) -> Data:
    """This will lay what was posted over the text that the form was made from."""
    data = copy.deepcopy(read(text))
    for index, card in enumerate(cards(data)):
        _change_card(card, post, f"cards.{index}", catalogue)
    for index, rule in enumerate(data.get("indicators") or ()):
        _change_indicator(rule, post, f"indicators.{index}")
    return data


def saved(text: str, post: Post, catalogue: Catalogue) -> str:
    """This will give the text after a form was posted: the very same where nothing changed."""
    data = changed(text, post, catalogue)
    return text if data == read(text) else write(data)


def cards(data: Data) -> list[Data]:
    """This will list the cards of the object: its only one is the object itself."""
    found: list[Data] = data.get("cards", [data])
    return found


def has_comments(text: str) -> bool:
    """This will say whether a text has comments, which the form does not keep."""
    return any(line.lstrip().startswith("#") or " #" in line for line in text.splitlines())


def missing_of(measure: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """This will say which rule an unknown fact follows, and with which points and label."""
    found = measure.get("missing")
    if isinstance(found, Mapping):
        return POINTS, found
    return (str(found) if found else TYPICAL), {}


def _change_card(card: Data, post: Post, at: str, catalogue: Catalogue) -> None:
    for key in ("name", "when"):
        leaves.change(card, key, post, f"{at}.{key}")
    leaves.change_texts(card, "label", post, f"{at}.label")
    leaves.change_number(card, "floor_coverage", post, f"{at}.floor_coverage")
    bands = card.get("bands")
    limits = bands if isinstance(bands, dict) else {}
    for key in ("good", "warn"):
        leaves.change_number(limits, key, post, f"{at}.bands.{key}")
    if limits and limits is not bands:
        card["bands"] = limits
    _change_groups(card.get("groups") or [], post, f"{at}.groups", catalogue)


def _change_groups(groups: list[Data], post: Post, at: str, catalogue: Catalogue) -> None:
    for index, group in enumerate(groups):
        here = f"{at}.{index}"
        leaves.change(group, "name", post, f"{here}.name")
        leaves.change_texts(group, "label", post, f"{here}.label")
        leaves.change_number(group, "weight", post, f"{here}.weight")
        for number, measure in enumerate(group.get("measures") or ()):
            _change_measure(measure, post, f"{here}.measures.{number}", catalogue)
        _change_groups(group.get("groups") or [], post, f"{here}.groups", catalogue)


def _change_measure(measure: Data, post: Post, at: str, catalogue: Catalogue) -> None:
    for key in ("fact", "judgement", "age_fact"):
        leaves.change(measure, key, post, f"{at}.{key}")
    for key in ("weight", "typical", "expires_days", "fresh_within_days"):
        leaves.change_number(measure, key, post, f"{at}.{key}")
    leaves.change_texts(measure, "label", post, f"{at}.label")
    change_scale(measure, post, at, catalogue.get(str(measure.get("fact"))))
    _change_missing(measure, post, at)
    _change_why(measure, post, at)


def _change_missing(measure: Data, post: Post, at: str) -> None:
    was, found = missing_of(measure)
    rule = post.get(f"{at}.missing", was)
    if rule not in (TYPICAL, LEAVE_OUT, POINTS):
        return
    if rule == POINTS:
        named = dict(found)
        leaves.change_number(named, "points", post, f"{at}.missing.points")
        leaves.change_texts(named, "label", post, f"{at}.missing.label")
        if was != POINTS or named != found:
            measure["missing"] = {"points": 50, **named}
    elif rule != was:
        leaves.put(measure, "missing", None if rule == TYPICAL else rule)


def _change_why(measure: Data, post: Post, at: str) -> None:
    found = measure.get("why")
    why: MutableMapping[str, Any] = dict(found) if isinstance(found, Mapping) else {}
    for key in WHY:
        leaves.change_texts(why, key, post, f"{at}.why.{key}")
    if why != (found or {}):
        leaves.put(measure, "why", dict(why) or None)


def _change_indicator(rule: Data, post: Post, at: str) -> None:
    for key in ("name", "nature", "when"):
        leaves.change(rule, key, post, f"{at}.{key}")
    leaves.change_texts(rule, "label", post, f"{at}.label")


def _is_grouped(groups: object) -> bool:
    if not _are_mappings(groups):
        return False
    return all(
        _are_mappings(group.get("measures") or []) and _is_grouped(group.get("groups") or [])
        for group in groups  # type: ignore[attr-defined]
    )


def _are_mappings(listed: object) -> bool:
    return isinstance(listed, list) and all(isinstance(each, dict) for each in listed)


class _Dumper(yaml.SafeDumper):
    """Small lists and mappings on one line, as people write cards; never an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        is_small = all(not isinstance(each, dict) for each in sequence)
        return super().represent_sequence(tag, sequence, flow_style=is_small)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        is_small = bool(mapping) and all(
            not isinstance(each, dict | list) for each in mapping.values()
        )
        is_leaf = is_small and len(mapping) <= 3
        return super().represent_mapping(tag, mapping, flow_style=is_leaf)
