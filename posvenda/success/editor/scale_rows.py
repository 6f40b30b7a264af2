"""A scale as rows of a form: value and points, limit and points, or choice and points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from posvenda.core.facts import Fact, Kind
from posvenda.success.editor.leaves import Post, number, plain, put, read_number

KINDS = ("curve", "bands", "table")
Row = tuple[str, str]
MOST_ROWS = 200


def kind_of(measure: Mapping[str, Any]) -> str:
    """This will say which scale a measure has; a curve where it has none yet."""
    return next((kind for kind in KINDS if kind in measure), "curve")


def side_of(measure: Mapping[str, Any]) -> str:
    """This will say on which side the bands of a measure have their limits."""
    bands = measure.get("bands")
    listed = bands if isinstance(bands, list) else ()
    return "upto" if any(isinstance(b, Mapping) and "upto" in b for b in listed) else "from"


def rows_of(measure: Mapping[str, Any]) -> list[Row]:
    """This will give the rows of a scale as texts."""
    kind = kind_of(measure)
    found = measure.get(kind)
    match kind, found:
        case "curve", list():
            return [_pair(each) for each in found]
        case "bands", list():
            return [_band(each, side_of(measure)) for each in found]
        case "table", dict():
            return [(_key(key), number(value)) for key, value in found.items()]
    return []


def change_scale(measure: MutableMapping[str, Any], post: Post, at: str, fact: Fact | None) -> None:
    """This will put the rows that were posted in the place of those that were shown."""
    was_kind, was_side, was_rows = kind_of(measure), side_of(measure), rows_of(measure)
    kind = post.get(f"{at}.scale", was_kind)
    side = post.get(f"{at}.side", was_side)
    rows = list(_posted(post, at)) if f"{at}.scale" in post else was_rows
    is_same = (kind, rows) == (was_kind, was_rows) and (kind != "bands" or side == was_side)
    if not is_same and kind in KINDS:
        if kind != was_kind:
            rows = _turned(rows, was_kind, kind, fact)
            for other in KINDS:
                measure.pop(other, None)
        measure[kind] = _built(kind, rows, side if side in ("from", "upto") else "from")
    was_rest = number(measure.get("otherwise"))
    rest = post.get(f"{at}.otherwise", was_rest)
    if kind != "table" and was_kind == "table":
        measure.pop("otherwise", None)
    elif rest.strip() != was_rest:
        put(measure, "otherwise", read_number(rest) if rest.strip() else None)


def first_scale(fact: Fact | None) -> dict[str, object]:
    """This will give the scale a new measure starts with, by the kind of its fact."""
    if fact is not None and fact.kind in (Kind.CHOICE, Kind.BOOLEAN, Kind.TEXT):
        return {"table": _built("table", _choices(fact), "from")}
    return {"curve": [[0, 0], [10, 100]]}


def _posted(post: Post, at: str) -> Iterator[Row]:
    """The rows in order, those left empty gone."""
    for index in range(MOST_ROWS):
        if f"{at}.rows.{index}.b" not in post:
            return
        row = (plain(post.get(f"{at}.rows.{index}.a", "")), plain(post[f"{at}.rows.{index}.b"]))
        if any(row):
            yield row


def _built(kind: str, rows: list[Row], side: str) -> Any:
    match kind:
        case "curve":
            return [[read_number(a), read_number(b)] for a, b in rows]
        case "bands":
            return [
                {**({side: read_number(a)} if a else {}), "points": read_number(b)} for a, b in rows
            ]
    return {a: read_number(b) for a, b in rows}


def _turned(rows: list[Row], was: str, kind: str, fact: Fact | None) -> list[Row]:
    """The rows in the form of another scale, as near as it can be said."""
    if kind == "table":
        return _choices(fact)
    if was == "table":
        return [("0", "0"), ("10", "100")] if kind == "curve" else [("", "0"), ("10", "100")]
    if kind == "bands":
        return [
            ("", points) if index == 0 else (at, points) for index, (at, points) in enumerate(rows)
        ]
    return [(at, points) for at, points in rows if at]


def _choices(fact: Fact | None) -> list[Row]:
    if fact is not None and fact.choices:
        return [(str(choice), "50") for choice in fact.choices]
    return [("true", "80"), ("false", "20")]


def _pair(each: object) -> Row:
    if isinstance(each, list) and len(each) == 2:
        return number(each[0]), number(each[1])
    return plain(each), ""


def _band(each: object, side: str) -> Row:
    if isinstance(each, Mapping):
        return number(each.get(side)), number(each.get("points"))
    return plain(each), ""


def _key(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
