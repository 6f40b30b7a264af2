"""Reading one measure: a fact or a person's rating, its scale, and what unknown means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from posvenda.core import shapes
from posvenda.core.health.card import JUDGEMENT, TYPICAL, Measure, Missing
from posvenda.core.health.scales import Curve, Scale, Steps, Table
from posvenda.core.shapes import ShapeError

_SCALES = ("curve", "bands", "table")
_MEASURE = frozenset(
    {
        *_SCALES,
        "fact",
        "judgement",
        "expires_days",
        "weight",
        "otherwise",
        "typical",
        "label",
        "why",
        "missing",
        "age_fact",
        "fresh_within_days",
    }
)
_WHY = frozenset({"raises", "lowers", "keeps", "unknown"})
_MISSING = ("typical", "leave_out")
# A person rates from 1 to 5; the points that gives unless the card says otherwise.
RATED = Curve(((1.0, 0.0), (5.0, 100.0)))
EXPIRES_DAYS = 90


def read_measure(data: object, path: str) -> Measure:
    """This will read a measure of a fact, or of a person's rating that expires."""
    found = shapes.mapping(data, path, _MEASURE)
    if ("fact" in found) == ("judgement" in found):
        if "fact" in found:
            raise ShapeError(path, "needs either a fact or a judgement")
        raise ShapeError(f"{path}.fact", "is missing")
    shared = {
        "weight": shapes.positive(shapes.required(found, "weight", path), f"{path}.weight"),
        "typical": shapes.between(
            shapes.required(found, "typical", path), 0, 100, f"{path}.typical"
        ),
    }
    words = {
        "label": shapes.text(found.get("label", ""), f"{path}.label"),
        "why": _why(found.get("why", {}), f"{path}.why"),
        "missing": _missing(found.get("missing"), f"{path}.missing"),
    }
    own = _judged(found, path) if "judgement" in found else _measured(found, path)
    return Measure(**own, **shared, **words)  # type: ignore[arg-type]


def dump_measure(measure: Measure) -> dict[str, object]:
    """This will give a measure as plain mappings and lists; `read_measure` reads them back."""
    dumped: dict[str, object] = (
        {"judgement": measure.judgement, "expires_days": measure.expires_days}
        if measure.judgement
        else {"fact": measure.fact}
    )
    dumped |= {
        "weight": measure.weight,
        "typical": measure.typical,
        "label": str(measure.label),
        **_dump_scale(measure.curve),
    }
    if measure.why:
        dumped["why"] = {key: str(value) for key, value in measure.why.items()}
    if measure.missing != TYPICAL:
        dumped["missing"] = _dump_missing(measure.missing)
    if measure.age_fact and not measure.judgement:
        dumped |= {
            "age_fact": measure.age_fact,
            "fresh_within_days": measure.fresh_within_days,
        }
    return dumped


def _measured(found: Mapping[str, object], path: str) -> dict[str, object]:
    if "expires_days" in found:
        raise ShapeError(f"{path}.expires_days", "belongs to a judgement, not to a fact")
    if ("age_fact" in found) != ("fresh_within_days" in found):
        raise ShapeError(path, "age_fact and fresh_within_days go together")
    own: dict[str, object] = {
        "fact": shapes.name(found, "fact", path),
        "curve": _scale(found, path),
    }
    if "age_fact" in found:
        days = shapes.whole(found["fresh_within_days"], f"{path}.fresh_within_days")
        own |= {"age_fact": shapes.name(found, "age_fact", path), "fresh_within_days": days}
    return own


def _judged(found: Mapping[str, object], path: str) -> dict[str, object]:
    name = shapes.name(found, "judgement", path)
    if not name.isidentifier():
        raise ShapeError(f"{path}.judgement", "must be one word of letters, digits and _")
    if "table" in found:
        raise ShapeError(f"{path}.table", "a rating is a number: give it a curve or bands")
    days = shapes.whole(found.get("expires_days", EXPIRES_DAYS), f"{path}.expires_days")
    if days < 1:
        raise ShapeError(f"{path}.expires_days", "must be above zero")
    return {
        "fact": JUDGEMENT + name,
        "judgement": name,
        "expires_days": days,
        "age_fact": f"{JUDGEMENT}{name}_days",
        "fresh_within_days": days,
        "curve": _scale(found, path) if set(_SCALES) & set(found) else RATED,
    }


def _scale(found: Mapping[str, object], path: str) -> Scale:
    given = [name for name in _SCALES if name in found]
    if len(given) != 1:
        raise ShapeError(path, "needs one of curve, bands or table")
    if given != ["table"] and "otherwise" in found:
        raise ShapeError(f"{path}.otherwise", f"belongs to a table, not to a {given[0]}")
    match given[0]:
        case "curve":
            return _curve(found["curve"], f"{path}.curve")
        case "bands":
            return _steps(found["bands"], f"{path}.bands")
    return _table(found, path)


def _table(found: Mapping[str, object], path: str) -> Table:
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


def _steps(data: object, path: str) -> Steps:
    """Bands from low to high: the lowest has no `from`, or the highest has no `upto`."""
    listed = [
        (at, shapes.mapping(each, at, frozenset({"from", "upto", "points"})))
        for at, each in shapes.items(data, path)
    ]
    side = "upto" if any("upto" in each for _at, each in listed) else "from"
    open_one = listed[0] if side == "from" else listed[-1]
    bounded = listed[1:] if side == "from" else listed[:-1]
    if {"from", "upto"} & set(open_one[1]):
        raise ShapeError(open_one[0], f"the band without a limit must have no {side}")
    cuts = []
    for at, each in bounded:
        if ({"from", "upto"} & set(each)) != {side}:
            raise ShapeError(at, f"all bands of a measure use {side}")
        cuts.append(shapes.number(each[side], f"{at}.{side}"))
    if any(right <= left for left, right in pairwise(cuts)):
        raise ShapeError(path, "values must rise from one band to the next")
    points = tuple(
        shapes.between(shapes.required(each, "points", at), 0, 100, f"{at}.points")
        for at, each in listed
    )
    return Steps(tuple(cuts), points, "upto" if side == "upto" else "from")


def _missing(data: object, path: str) -> Missing:
    if data is None:
        return TYPICAL
    if isinstance(data, str):
        rule = shapes.one_of(data, _MISSING, path)
        return TYPICAL if rule == "typical" else Missing("leave_out")
    found = shapes.mapping(data, path, frozenset({"points", "label"}))
    points = shapes.between(shapes.required(found, "points", path), 0, 100, f"{path}.points")
    return Missing("points", points, shapes.text(found.get("label", ""), f"{path}.label"))


def _why(data: object, path: str) -> dict[str, str]:
    found = shapes.mapping(data, path, _WHY)
    return {key: shapes.text(value, f"{path}.{key}") for key, value in found.items()}


def _dump_scale(scale: Scale) -> dict[str, object]:
    match scale:
        case Curve(points):
            return {"curve": [list(pair) for pair in points]}
        case Steps(cuts, levels, side):
            limits: list[float | None] = [None, *cuts] if side == "from" else [*cuts, None]
            return {
                "bands": [
                    {"points": level} if limit is None else {side: limit, "points": level}
                    for limit, level in zip(limits, levels, strict=True)
                ]
            }
        case Table(given, otherwise):
            rest = {} if otherwise is None else {"otherwise": otherwise}
            return {"table": dict(given), **rest}


def _dump_missing(missing: Missing) -> object:
    if missing.rule != "points":
        return missing.rule
    label = {"label": str(missing.label)} if missing.label else {}
    return {"points": missing.points, **label}
