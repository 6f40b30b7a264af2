"""Writing scorecards back into their YAML shape; `load_card` and `load_cards` read them again."""

from __future__ import annotations

from posvenda.core.conditions import to_text
from posvenda.core.health.card import Card, Group
from posvenda.core.health.indicators import Indicator
from posvenda.core.health.judging import Cards
from posvenda.core.health.loading_measures import dump_measure


def dump_card(card: Card) -> dict[str, object]:
    """This will give a card as plain mappings and lists; `load_card` reads them back."""
    dumped: dict[str, object] = {
        "name": card.name,
        "version": card.version,
        "floor_coverage": card.floor_coverage,
        "bands": {"good": card.bands.good, "warn": card.bands.warn},
        "groups": [_group(group) for group in card.groups],
    }
    if card.label:
        dumped["label"] = str(card.label)
    if card.when is not None:
        dumped["when"] = to_text(card.when)
    return dumped


def dump_cards(cards: Cards) -> dict[str, object]:
    """This will give all cards and indicators as plain data; `load_cards` reads them back."""
    only = len(cards.cards) == 1 and cards.card.when is None and cards.card.name == cards.name
    dumped: dict[str, object] = (
        dump_card(cards.card)
        if only
        else {"name": cards.name, "cards": [dump_card(card) for card in cards.cards]}
    )
    if cards.indicators:
        dumped["indicators"] = [_indicator(rule) for rule in cards.indicators]
    return dumped


def _group(group: Group) -> dict[str, object]:
    dumped: dict[str, object] = {"name": group.name, "label": str(group.label)}
    if group.weight is not None:
        dumped["weight"] = group.weight
    if group.measures:
        dumped["measures"] = [dump_measure(measure) for measure in group.measures]
    if group.groups:
        dumped["groups"] = [_group(inner) for inner in group.groups]
    return dumped


def _indicator(rule: Indicator) -> dict[str, object]:
    return {
        "name": rule.name,
        "nature": rule.nature,
        "when": to_text(rule.when),
        "label": str(rule.label),
    }
