"""Reading a scorecard from its YAML shape, and writing it back; every fault names its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from posvenda.core import shapes
from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.core.health.card import Bands, Card, Curve, Group, Measure, Scale, Table
from posvenda.core.shapes import ShapeError, faults_named

_TOP = frozenset({"name", "version", "groups", "floor_coverage", "bands"})
_GROUP = frozenset({"name", "label", "measures"})
_MEASURE = frozenset({"fact", "weight", "curve", "table", "otherwise", "typical", "label", "why"})
_WHY = frozenset({"raises", "lowers", "keeps", "unknown"})
_BY_TABLE = (Kind.CHOICE, Kind.TEXT, Kind.BOOLEAN)
_BY_CURVE = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.RATE, Kind.DAYS)


class CardError(ShapeError):
    """A scorecard that cannot be read, or not be fed; `path` says where."""


def load_card(data: object) -> Card:
    """This will read a card from nested mappings and lists, as YAML gives them."""
    with faults_named(CardError):
        return _card(shapes.mapping(data, "", _TOP))


def dump_card(card: Card) -> dict[str, object]:
    """This will give a card as plain mappings and lists; `load_card` reads them back."""
    return {
        "name": card.name,
        "version": card.version,
        "floor_coverage": card.floor_coverage,
        "bands": {"good": card.bands.good, "warn": card.bands.warn},
        "groups": [
            {
                "name": group.name,
                "label": str(group.label),
                "measures": [_dump_measure(measure) for measure in group.measures],
            }
            for group in card.groups
        ],
    }


def check_card(card: Card, catalogue: Catalogue) -> tuple[CardError, ...]:
    """This will list the measures that the catalogue's facts cannot feed."""
    return tuple(_misfits(card, catalogue))


def _misfits(card: Card, catalogue: Catalogue) -> Iterator[CardError]:
    for g, group in enumerate(card.groups):
        for m, measure in enumerate(group.measures):
            path = f"groups[{g}].measures[{m}]"
            fact = catalogue.get(measure.fact)
            if fact is None:
                yield CardError(f"{path}.fact", f"there is no fact named {measure.fact}")
            elif message := _misfit(measure, fact):
                yield CardError(path, message)


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


def _card(top: Mapping[str, object]) -> Card:
    groups = tuple(
        _group(each, path)
        for path, each in shapes.items(shapes.required(top, "groups", ""), "groups")
    )
    card = Card(
        name=shapes.name(top, "name", ""),
        version=shapes.whole(top.get("version", 1), "version"),
        groups=groups,
        floor_coverage=shapes.between(top.get("floor_coverage", 0.4), 0, 1, "floor_coverage"),
        bands=_bands(top.get("bands", {})),
    )
    shapes.refuse_twice([group.name for group in groups], "groups")
    shapes.refuse_twice(card.facts, "groups")
    return card


def _group(data: object, path: str) -> Group:
    found = shapes.mapping(data, path, _GROUP)
    name = shapes.name(found, "name", path)
    measures = tuple(
        _measure(each, at)
        for at, each in shapes.items(shapes.required(found, "measures", path), f"{path}.measures")
    )
    return Group(name, shapes.text(found.get("label", name), f"{path}.label"), measures)


def _measure(data: object, path: str) -> Measure:
    found = shapes.mapping(data, path, _MEASURE)
    return Measure(
        fact=shapes.name(found, "fact", path),
        weight=shapes.positive(shapes.required(found, "weight", path), f"{path}.weight"),
        curve=_scale(found, path),
        typical=shapes.between(shapes.required(found, "typical", path), 0, 100, f"{path}.typical"),
        label=shapes.text(found.get("label", ""), f"{path}.label"),
        why=_why(found.get("why", {}), f"{path}.why"),
    )


def _scale(found: Mapping[str, object], path: str) -> Scale:
    if ("curve" in found) == ("table" in found):
        raise ShapeError(path, "needs either a curve or a table")
    if "curve" in found:
        if "otherwise" in found:
            raise ShapeError(f"{path}.otherwise", "belongs to a table, not to a curve")
        return _curve(found["curve"], f"{path}.curve")
    table = shapes.mapping(found["table"], f"{path}.table")
    points = {
        key: shapes.between(value, 0, 100, f"{path}.table.{key}") for key, value in table.items()
    }
    if not points:
        raise ShapeError(f"{path}.table", "is empty")
    rest = found.get("otherwise")
    at = f"{path}.otherwise"
    return Table(points, None if rest is None else shapes.between(rest, 0, 100, at))


def _curve(data: object, path: str) -> Curve:
    points = tuple(_pair(each, at) for at, each in shapes.items(data, path))
    if any(right <= left for (left, _), (right, _) in pairwise(points)):
        raise ShapeError(path, "values must rise from one point to the next")
    return Curve(points)


def _pair(data: object, path: str) -> tuple[float, float]:
    if not isinstance(data, Sequence) or isinstance(data, str) or len(data) != 2:
        raise ShapeError(path, "must be a pair [value, points]")
    return shapes.number(data[0], f"{path}[0]"), shapes.between(data[1], 0, 100, f"{path}[1]")


def _bands(data: object) -> Bands:
    found = shapes.mapping(data, "bands", frozenset({"good", "warn"}))
    good = shapes.whole(found.get("good", 70), "bands.good")
    warn = shapes.whole(found.get("warn", 45), "bands.warn")
    if not 0 <= warn <= good <= 100:
        raise ShapeError("bands", "must satisfy 0 <= warn <= good <= 100")
    return Bands(good, warn)


def _why(data: object, path: str) -> dict[str, str]:
    found = shapes.mapping(data, path, _WHY)
    return {key: shapes.text(value, f"{path}.{key}") for key, value in found.items()}


def _dump_measure(measure: Measure) -> dict[str, object]:
    dumped: dict[str, object] = {
        "fact": measure.fact,
        "weight": measure.weight,
        "typical": measure.typical,
        "label": str(measure.label),
    }
    match measure.curve:
        case Curve(points):
            dumped["curve"] = [list(pair) for pair in points]
        case Table(points, otherwise):
            dumped["table"] = dict(points)
            if otherwise is not None:
                dumped["otherwise"] = otherwise
    if measure.why:
        dumped["why"] = {key: str(value) for key, value in measure.why.items()}
    return dumped
