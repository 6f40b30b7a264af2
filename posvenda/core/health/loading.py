"""Reading a scorecard from its YAML shape, and writing it back; every fault names its path."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.core.health.card import Bands, Card, Curve, Group, Measure, Scale, Table

_BY_TABLE = (Kind.CHOICE, Kind.TEXT, Kind.BOOLEAN)
_BY_CURVE = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.RATE, Kind.DAYS)


class CardError(ValueError):
    """A scorecard that cannot be read; `path` says where, such as groups[1].measures[0].curve."""

    def __init__(self, path: str, message: str) -> None:
        self.path, self.message = path, message
        super().__init__(f"{path}: {message}" if path else message)


def load_card(data: object) -> Card:
    """This will read a card from nested mappings and lists, as YAML gives them."""
    top = _mapping(data, "", {"name", "version", "groups", "floor_coverage", "bands"})
    groups = tuple(
        _group(each, path) for path, each in _items(_required(top, "groups", ""), "groups")
    )
    card = Card(
        name=_text(_required(top, "name", ""), "name"),
        version=_whole(top.get("version", 1), "version"),
        groups=groups,
        floor_coverage=_between(top.get("floor_coverage", 0.4), 0, 1, "floor_coverage"),
        bands=_bands(top.get("bands", {})),
    )
    _refuse_twice([group.name for group in groups], "group")
    _refuse_twice(card.facts, "fact")
    return card


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


def _group(data: object, path: str) -> Group:
    found = _mapping(data, path, {"name", "label", "measures"})
    name = _text(_required(found, "name", path), f"{path}.name")
    measures = tuple(
        _measure(each, at)
        for at, each in _items(_required(found, "measures", path), f"{path}.measures")
    )
    return Group(name, _text(found.get("label", name), f"{path}.label"), measures)


_MEASURE = {"fact", "weight", "curve", "table", "otherwise", "typical", "label", "why"}


def _measure(data: object, path: str) -> Measure:
    found = _mapping(data, path, _MEASURE)
    return Measure(
        fact=_text(_required(found, "fact", path), f"{path}.fact"),
        weight=_positive(_required(found, "weight", path), f"{path}.weight"),
        curve=_scale(found, path),
        typical=_between(_required(found, "typical", path), 0, 100, f"{path}.typical"),
        label=_text(found.get("label", ""), f"{path}.label"),
        why=_why(found.get("why", {}), f"{path}.why"),
    )


def _scale(found: Mapping[str, object], path: str) -> Scale:
    if ("curve" in found) == ("table" in found):
        raise CardError(path, "needs either a curve or a table")
    if "curve" in found:
        if "otherwise" in found:
            raise CardError(f"{path}.otherwise", "belongs to a table, not to a curve")
        return _curve(found["curve"], f"{path}.curve")
    table = _mapping(found["table"], f"{path}.table")
    points = {key: _between(value, 0, 100, f"{path}.table.{key}") for key, value in table.items()}
    if not points:
        raise CardError(f"{path}.table", "is empty")
    rest = found.get("otherwise")
    at = f"{path}.otherwise"
    return Table(points, None if rest is None else _between(rest, 0, 100, at))


def _curve(data: object, path: str) -> Curve:
    points = tuple(_pair(each, at) for at, each in _items(data, path))
    if any(right <= left for (left, _), (right, _) in pairwise(points)):
        raise CardError(path, "values must rise from one point to the next")
    return Curve(points)


def _pair(data: object, path: str) -> tuple[float, float]:
    if not isinstance(data, Sequence) or isinstance(data, str) or len(data) != 2:
        raise CardError(path, "must be a pair [value, points]")
    return _number(data[0], f"{path}[0]"), _between(data[1], 0, 100, f"{path}[1]")


def _bands(data: object) -> Bands:
    found = _mapping(data, "bands", {"good", "warn"})
    good = _whole(found.get("good", 70), "bands.good")
    warn = _whole(found.get("warn", 45), "bands.warn")
    if not 0 <= warn <= good <= 100:
        raise CardError("bands", "must satisfy 0 <= warn <= good <= 100")
    return Bands(good, warn)


def _why(data: object, path: str) -> dict[str, str]:
    found = _mapping(data, path, {"raises", "lowers", "keeps", "unknown"})
    return {key: _text(value, f"{path}.{key}") for key, value in found.items()}


def _mapping(data: object, path: str, allowed: set[str] | None = None) -> dict[str, object]:
    if not isinstance(data, Mapping):
        raise CardError(path, "must be a mapping")
    found = {_key(key): value for key, value in data.items()}
    strange = sorted(set(found) - allowed) if allowed is not None else []
    if strange:
        at = f"{path}.{strange[0]}" if path else strange[0]
        raise CardError(
            at, f"is not known here; expected one of {', '.join(sorted(allowed or ()))}"
        )
    return found


def _key(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _items(data: object, path: str) -> Iterator[tuple[str, object]]:
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        raise CardError(path, "must be a list with at least one entry")
    yield from ((f"{path}[{index}]", each) for index, each in enumerate(data))


def _required(found: Mapping[str, object], key: str, path: str) -> object:
    if key not in found:
        raise CardError(f"{path}.{key}" if path else key, "is missing")
    return found[key]


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise CardError(path, "must be a text")
    return value


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CardError(path, "must be a number")
    return float(value)


def _whole(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise CardError(path, "must be a whole number")
    return value


def _positive(value: object, path: str) -> float:
    number = _number(value, path)
    if number <= 0:
        raise CardError(path, "must be above zero")
    return number


def _between(value: object, low: int, high: int, path: str) -> float:
    number = _number(value, path)
    if not low <= number <= high:
        raise CardError(path, f"must lie between {low} and {high}")
    return number


def _refuse_twice(names: Sequence[str], word: str) -> None:
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise CardError("groups", f"the {word} {twice[0]} stands twice")


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
