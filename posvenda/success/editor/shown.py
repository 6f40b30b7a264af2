"""Cards ready to print: whom each one judges, and what every measure weighs and gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posvenda.core.facts import Catalogue, Fact
from posvenda.core.health import Card, Cards, Group, Measure, trend
from posvenda.customers import wording
from posvenda.success.editor.drawing import drawn, sentence
from posvenda.ui import formats

TRENDS = {
    "higher_is_better": gettext_lazy("higher is better"),
    "higher_is_worse": gettext_lazy("higher is worse"),
    "best_in_the_middle": gettext_lazy("best in the middle"),
    "level": gettext_lazy("always the same points"),
    "by_value": gettext_lazy("by value"),
}
MISSING = {
    "typical": gettext_lazy("counts as typical"),
    "leave_out": gettext_lazy("left out; the rest of the group weighs more"),
}


@dataclass(frozen=True)
class MeasureLine:
    """One measure as a row."""

    label: str
    source: str
    share: float
    width: int
    scale: SafeString
    words: str
    trend: str
    missing: str
    typical: str


@dataclass(frozen=True)
class GroupLines:
    """One group: its part of the whole, its measures, the groups within it."""

    label: str
    share: float
    lines: list[MeasureLine]
    groups: list[GroupLines]


@dataclass(frozen=True)
class CardShown:
    """One card in the order of matching."""

    place: int
    label: str
    name: str
    whom: str
    good: int
    warn: int
    floor: float
    start: int
    count: int
    groups: list[GroupLines]


def shown(cards: Cards, catalogue: Catalogue, locale: str, *, untitled: str) -> list[CardShown]:
    """This will lay the cards out in the order in which they are tried.

    `untitled` names the only card of a company where it has no title of its own.
    """
    return [
        _card(card, place, catalogue, locale, untitled if len(cards.cards) == 1 else "")
        for place, card in enumerate(cards.cards, start=1)
    ]


def whom(card: Card, catalogue: Catalogue, *, is_only: bool) -> str:
    """This will say whom a card judges."""
    if card.when is not None:
        return wording.describe(card.when, catalogue)
    return _("all customers") if is_only else _("all others")


def shares(cards: Cards) -> dict[str, float]:
    """This will give what each measure of each card weighs, by card and fact."""
    return {
        f"{card.name} {fact}": share for card in cards.cards for fact, share in card.shares.items()
    }


def label(measure: Measure, catalogue: Catalogue) -> str:
    """This will name a measure: by the card, else by the catalogue."""
    fact = catalogue.get(measure.fact)
    return str(measure.label) or (str(fact.label) if fact else measure.fact)


def _card(card: Card, place: int, catalogue: Catalogue, locale: str, untitled: str) -> CardShown:
    every = card.shares
    return CardShown(
        place=place,
        label=str(card.label) or untitled or card.name,
        name=card.name,
        whom=whom(card, catalogue, is_only=bool(untitled)),
        good=card.bands.good,
        warn=card.bands.warn,
        floor=card.floor_coverage,
        start=round(card.start),
        count=len(card.measures),
        groups=[_group(each, every, catalogue, locale) for each in card.groups],
    )


def _group(
    group: Group, every: Mapping[str, float], catalogue: Catalogue, locale: str
) -> GroupLines:
    return GroupLines(
        label=str(group.label),
        share=sum(every[measure.fact] for measure in group.every),
        lines=list(_lines(group, every, catalogue, locale)),
        groups=[_group(each, every, catalogue, locale) for each in group.groups],
    )


def _lines(
    group: Group, every: Mapping[str, float], catalogue: Catalogue, locale: str
) -> Iterator[MeasureLine]:
    top = max(every.values())
    for measure in group.measures:
        fact = catalogue.get(measure.fact)
        write = partial(_written, fact)
        yield MeasureLine(
            label=label(measure, catalogue),
            source=_source(measure),
            share=every[measure.fact],
            width=round(100 * every[measure.fact] / top),
            scale=drawn(measure.curve),
            words=sentence(measure.curve, write),
            trend=str(TRENDS[trend(measure.curve)]),
            missing=_missing(measure),
            typical=formats.number(measure.typical, locale, digits=0),
        )


def _source(measure: Measure) -> str:
    if measure.judgement:
        return _("a person's rating from 1 to 5, for %(days)d days") % {
            "days": measure.expires_days
        }
    return measure.fact


def _missing(measure: Measure) -> str:
    if measure.missing.rule != "points":
        return str(MISSING[measure.missing.rule])
    words = {"points": round(measure.missing.points or 0), "label": measure.missing.label or "—"}
    return _("counts %(points)d points (%(label)s)") % words


def _written(fact: Fact | None, value: object) -> str:
    return str(value) if fact is None else wording.scalar(fact, value)
