"""Reading scorecards from their YAML shape, and holding them against the catalogue of facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from posvenda.core import conditions, shapes
from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.core.health.card import Bands, Card, Group, Measure
from posvenda.core.health.indicators import NATURES, Indicator
from posvenda.core.health.judging import Cards
from posvenda.core.health.loading_measures import read_measure
from posvenda.core.health.scales import Table
from posvenda.core.shapes import ShapeError, faults_named

_TOP = frozenset({"name", "version", "groups", "floor_coverage", "bands", "label", "when"})
_SEVERAL = frozenset({"name", "version", "cards", "indicators"})
_GROUP = frozenset({"name", "label", "weight", "measures", "groups"})
_INDICATOR = frozenset({"name", "nature", "when", "label"})
_BY_TABLE = (Kind.CHOICE, Kind.TEXT, Kind.BOOLEAN)
_BY_CURVE = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.RATE, Kind.DAYS)
# What is worked out from the score cannot be what the score is made of.
_ABOVE = ("health.", "stage.", "override.", "indicator.")


class CardError(ShapeError):
    """A scorecard that cannot be read, or not be fed; `path` says where."""


def load_card(data: object) -> Card:
    """This will read a card from nested mappings and lists, as YAML gives them."""
    with faults_named(CardError):
        return _card(shapes.mapping(data, "", _TOP), "")


def load_cards(data: object) -> Cards:
    """This will read one card, or `cards: [...]` in the order they are tried, and indicators."""
    with faults_named(CardError):
        top = shapes.mapping(data, "", _TOP | _SEVERAL)
        own = dict(top)
        rules = _indicators(own.pop("indicators", None))
        if "cards" not in own:
            found: tuple[Card, ...] = (_card(shapes.mapping(own, "", _TOP), ""),)
        else:
            found = _several(shapes.mapping(own, "", _SEVERAL))
        return Cards(shapes.name(top, "name", ""), found, rules)


def check_card(card: Card, catalogue: Catalogue, *, at: str = "") -> tuple[CardError, ...]:
    """This will list the measures that the catalogue's facts cannot feed."""
    return tuple(_misfits(card, catalogue, at))


def check_cards(cards: Cards, catalogue: Catalogue) -> tuple[CardError, ...]:
    """This will list what the catalogue cannot feed or answer in any card or indicator."""
    many = len(cards.cards) > 1
    found: list[CardError] = []
    for index, card in enumerate(cards.cards):
        found += check_card(card, catalogue, at=f"cards[{index}]" if many else "")
    for index, rule in enumerate(cards.indicators):
        problems = conditions.check(rule.when, catalogue)
        found += [CardError(f"indicators[{index}].when", str(each)) for each in problems]
    return tuple(found)


def _misfits(card: Card, catalogue: Catalogue, at: str) -> Iterator[CardError]:
    if card.when is not None:
        path = shapes.inside(at, "when")
        for problem in conditions.check(card.when, catalogue):
            yield CardError(path, str(problem))
        for fact in sorted(conditions.facts_of(card.when)):
            if fact.startswith((*_ABOVE, "judgement.")):
                yield CardError(path, f"{fact} is known only after a card was chosen")
    for path, measure in _placed(card.groups, shapes.inside(at, "groups")):
        yield from _unfed(measure, catalogue, path)


def _placed(groups: tuple[Group, ...], at: str) -> Iterator[tuple[str, Measure]]:
    for g, group in enumerate(groups):
        for m, measure in enumerate(group.measures):
            yield f"{at}[{g}].measures[{m}]", measure
        yield from _placed(group.groups, f"{at}[{g}].groups")


def _unfed(measure: Measure, catalogue: Catalogue, path: str) -> Iterator[CardError]:
    if measure.judgement:
        return
    fact = catalogue.get(measure.fact)
    if measure.fact.startswith(_ABOVE):
        yield CardError(f"{path}.fact", f"{measure.fact} is worked out from the score itself")
    elif fact is None:
        yield CardError(f"{path}.fact", f"there is no fact named {measure.fact}")
    elif message := _misfit(measure, fact):
        yield CardError(path, message)
    age = catalogue.get(measure.age_fact)
    if measure.age_fact and (age is None or age.kind not in (Kind.DAYS, Kind.INTEGER)):
        yield CardError(f"{path}.age_fact", f"there is no fact {measure.age_fact} in days")


def _misfit(measure: Measure, fact: Fact) -> str | None:
    allowed, word = (
        (_BY_TABLE, "table") if isinstance(measure.curve, Table) else (_BY_CURVE, "curve")
    )
    if fact.kind not in allowed:
        return f"{fact.name} is {fact.kind.value} and cannot be judged by a {word}"
    if isinstance(measure.curve, Table) and fact.choices:
        strange = sorted(set(measure.curve.points) - set(fact.choices))
        return f"{strange[0]} is not a choice of {fact.name}" if strange else None
    return None


def _several(top: Mapping[str, object]) -> tuple[Card, ...]:
    version = top.get("version", 1)
    listed = list(shapes.items(shapes.required(top, "cards", ""), "cards"))
    cards = tuple(
        _card({"version": version, **shapes.mapping(each, path, _TOP)}, path)
        for path, each in listed
    )
    shapes.refuse_twice([card.name for card in cards], "cards")
    for (path, _each), (card, after) in zip(listed, pairwise(cards), strict=False):
        if card.when is None:
            raise ShapeError(f"{path}.when", f"is missing: {after.name} would never be reached")
    return cards


def _card(top: Mapping[str, object], at: str) -> Card:
    groups = _groups(shapes.required(top, "groups", at), shapes.inside(at, "groups"))
    when = top.get("when")
    floor = shapes.inside(at, "floor_coverage")
    name = shapes.name(top, "name", at)
    card = Card(
        name=name,
        version=shapes.whole(top.get("version", 1), shapes.inside(at, "version")),
        groups=groups,
        floor_coverage=shapes.between(top.get("floor_coverage", 0.4), 0, 1, floor),
        bands=_bands(top.get("bands", {}), shapes.inside(at, "bands")),
        label=shapes.text(top.get("label", ""), shapes.inside(at, "label")),
        when=None if when is None else shapes.condition(when, shapes.inside(at, "when")),
    )
    shapes.refuse_twice(list(_names(groups)), shapes.inside(at, "groups"))
    shapes.refuse_twice(card.facts, shapes.inside(at, "groups"))
    return card


def _names(groups: tuple[Group, ...]) -> Iterator[str]:
    for group in groups:
        yield group.name
        yield from _names(group.groups)


def _groups(data: object, at: str) -> tuple[Group, ...]:
    return tuple(_group(each, path) for path, each in shapes.items(data, at))


def _group(data: object, path: str) -> Group:
    found = shapes.mapping(data, path, _GROUP)
    name = shapes.name(found, "name", path)
    measures, groups, weight = found.get("measures"), found.get("groups"), found.get("weight")
    if measures is None and groups is None:
        raise ShapeError(f"{path}.measures", "is missing")
    return Group(
        name=name,
        label=shapes.text(found.get("label", name), f"{path}.label"),
        measures=tuple(
            read_measure(each, at) for at, each in _listed(measures, f"{path}.measures")
        ),
        groups=() if groups is None else _groups(groups, f"{path}.groups"),
        weight=None if weight is None else shapes.positive(weight, f"{path}.weight"),
    )


def _listed(data: object, path: str) -> Iterator[tuple[str, object]]:
    return iter(()) if data is None else shapes.items(data, path)


def _bands(data: object, path: str) -> Bands:
    found = shapes.mapping(data, path, frozenset({"good", "warn"}))
    good = shapes.whole(found.get("good", 70), f"{path}.good")
    warn = shapes.whole(found.get("warn", 45), f"{path}.warn")
    if not 0 <= warn <= good <= 100:
        raise ShapeError(path, "must satisfy 0 <= warn <= good <= 100")
    return Bands(good, warn)


def _indicators(data: object) -> tuple[Indicator, ...]:
    if data is None:
        return ()
    found = tuple(_indicator(each, path) for path, each in shapes.items(data, "indicators"))
    shapes.refuse_twice([each.name for each in found], "indicators")
    return found


def _indicator(data: object, path: str) -> Indicator:
    found = shapes.mapping(data, path, _INDICATOR)
    name = shapes.name(found, "name", path)
    nature = shapes.one_of(found.get("nature"), NATURES, f"{path}.nature")
    return Indicator(
        name=name,
        nature="risk" if nature == "risk" else "opportunity",
        when=shapes.condition(shapes.required(found, "when", path), f"{path}.when"),
        label=shapes.text(found.get("label", name), f"{path}.label"),
    )
