"""A JSON Schema made by asking the reader: what it accepts is in, what it refuses is out.

    samples → variants (every key the reader says it knows) → for each path: the types, bounds and
    words that the reader still accepts there → JSON Schema (draft 2020-12)

So the schema cannot drift from the code that reads. It never refuses what the reader accepts: where
asking does not settle a rule (values that must rise, names that must differ), it stays silent, and
a key that no probe could fill may hold anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from posvenda.core.shapes import ShapeError

Read = Callable[[Any], object]
Path = tuple[str | int, ...]
Schema = dict[str, Any]
ANY = "*"
MOST = 400
SMALL = 0.001
CONDITION = "orders.count = 1"
# What a key that no sample has is tried with, in this order.
FILLINGS: tuple[Any, ...] = (
    "word", CONDITION, 1, 0.5, True, ["word"], {"word": "word"}, {"word": 1},
    [{"text": "word"}], "1d", "2026-01-31",
)  # fmt: skip
NUMBERS = (-1e9, -1, -0.5, 0, SMALL, 0.25, 0.5, 1, 1.5, 2, 50, 99.5, 100, 101, 1e9)
WORDS: tuple[Any, ...] = ("zz", "")
KNOWN = re.compile(r"expected one of (.+)$")
ONE_OF = re.compile(r"must be one of (.+)$")


@dataclass
class Asking:
    """One reader with the data it accepted so far, and what may stand for a text."""

    read: Read
    samples: list[Any]
    stands_for_text: Sequence[Any] = ()
    stands_for_condition: Sequence[Any] = ()
    known: dict[str, set[str]] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    heard: dict[str, str | None] = field(default_factory=dict)

    def refusal(self, data: Any) -> str | None:
        """This will give the reader's complaint, None when it accepts."""
        key = json.dumps(data)
        if key not in self.heard:
            self.heard[key] = self._refusal(data)
        return self.heard[key]

    def _refusal(self, data: Any) -> str | None:
        try:
            self.read(deepcopy(data))
        except ShapeError as error:
            return str(error)
        return None

    def accepts(self, data: Any) -> bool:
        """This will say whether the reader accepts."""
        return self.refusal(data) is None


def schema(
    read: Read,
    samples: Sequence[Any],
    *,
    texts: Sequence[Any] = (),
    conditions: Sequence[Any] = (),
) -> Schema:
    """This will describe what a reader accepts; every sample must be accepted.

    ``texts`` may stand wherever a text is read, ``conditions`` (other forms of ``CONDITION``)
    wherever a condition is.
    """
    asking = Asking(read, [deepcopy(each) for each in samples], texts, conditions)
    for each in samples:
        if complaint := asking.refusal(each):
            raise ValueError(f"the reader refuses a sample: {complaint}")
    _grow(asking)
    return _node(asking, _places(asking, ()), "")


def _grow(asking: Asking) -> None:
    """Learn which keys each mapping knows, and find data that has every one of them."""
    index = 0
    while index < len(asking.samples) and index < MOST:
        sample = asking.samples[index]
        index += 1
        for path, value in _walk(sample):
            if isinstance(value, dict) and not _is_text(asking, value):
                _learn(asking, sample, path, value)


def _learn(asking: Asking, sample: Any, path: Path, value: dict[str, Any]) -> None:
    at = _general(path)
    if at not in asking.known:
        complaint = asking.refusal(_with(sample, (*path, "zz"), next(iter(value.values()), 1)))
        found = KNOWN.search(complaint or "")
        asking.known[at] = set(found[1].split(", ")) if found else set(value)
        if complaint is None:
            asking.free.add(at)
    if at in asking.free:
        return
    there = {key for place, each in _all(asking, at) if isinstance(each, dict) for key in each}
    for key in sorted(asking.known[at] - there):
        found_one = next(_fillings(asking, sample, (*path, key), value), None)
        if found_one is not None:
            asking.samples.append(found_one)


def _fillings(asking: Asking, sample: Any, path: Path, value: dict[str, Any]) -> Iterator[Any]:
    """Data with the key added, or put in the place of one of its sisters."""
    tried: list[Any] = [*FILLINGS, *asking.stands_for_condition]
    tried += [each for each in value.values() if isinstance(each, dict | list)]
    for gone in (None, *value):
        base = sample if gone is None else _without(sample, (*path[:-1], gone))
        for filling in tried:
            made = _with(base, path, filling)
            if asking.accepts(made):
                yield made


def _node(asking: Asking, places: list[tuple[Any, Path]], at: str) -> Schema:
    values = [_get(sample, path) for sample, path in places]
    found: list[Schema] = []
    dicts = [p for p, v in zip(places, values, strict=True) if _is_mapping(asking, v)]
    lists = [p for p, v in zip(places, values, strict=True) if isinstance(v, list)]
    if dicts:
        found.append(_mapping(asking, dicts, at))
    if lists:
        found.append(_list(asking, lists, at))
    return _either([*found, *_scalars(asking, places, values)])


def _mapping(asking: Asking, places: list[tuple[Any, Path]], at: str) -> Schema:
    if at in asking.free:
        inner = [(s, (*p, key)) for s, p in places for key in _get(s, p)]
        return {"type": "object", "additionalProperties": _node(asking, inner, _under(at, ANY))}
    if _is_inside_itself(asking, at):
        return {"type": "object"}
    properties: Schema = {}
    required = []
    there = {key for s, p in places for key in _get(s, p)}
    for key in sorted(asking.known.get(at, set()) | there):
        having = [(s, (*p, key)) for s, p in places if key in _get(s, p)]
        properties[key] = _node(asking, having, _under(at, key)) if having else {}
        is_everywhere = len(having) == len(places)
        if is_everywhere and not any(asking.accepts(_without(s, p)) for s, p in having):
            required.append(key)
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": required} if required else {})


def _is_inside_itself(asking: Asking, at: str) -> bool:
    """Whether the same kind of mapping stands around it, as groups in groups do: say no more."""
    parts = at.split("/")
    around = ("/".join(parts[:n]) for n in range(1, len(parts)))
    own = asking.known.get(at, set())
    return len(own) > 2 and any(asking.known.get(each) == own for each in around)


def _list(asking: Asking, places: list[tuple[Any, Path]], at: str) -> Schema:
    made: Schema = {"type": "array"}
    if not any(asking.accepts(_with(s, p, [])) for s, p in places):
        made["minItems"] = 1
    inner = [(s, (*p, n)) for s, p in places for n in range(len(_get(s, p)))]
    lengths = {len(_get(s, p)) for s, p in places}
    longest = max(lengths)
    if longest > 1 and len(lengths) == 1 and not any(_is_elastic(asking, s, p) for s, p in places):
        columns = [[(s, p) for s, p in inner if p[-1] == n] for n in range(longest)]
        made["prefixItems"] = [_node(asking, each, _under(at, "[]")) for each in columns]
        return made | {"minItems": longest, "maxItems": longest, "items": False}
    return made | {"items": _node(asking, inner, _under(at, "[]"))}


def _is_elastic(asking: Asking, sample: Any, path: Path) -> bool:
    """Whether a list may be shorter, or longer by an entry like its last."""
    listed = _get(sample, path)
    shorter = len(listed) > 1 and asking.accepts(_with(sample, path, listed[:-1]))
    return shorter or asking.accepts(_with(sample, path, [*listed, listed[-1]]))


def _scalars(asking: Asking, places: list[tuple[Any, Path]], values: list[Any]) -> list[Schema]:
    """The kinds of single values that at least one place accepts."""

    def taken(tried: Sequence[Any]) -> list[Any]:
        return [t for t in tried if any(asking.accepts(_with(s, p, t)) for s, p in places)]

    is_condition = not taken(["zz"]) and bool(taken([CONDITION]))
    is_text = any(isinstance(each, str) for each in values) or is_condition or bool(taken(["zz"]))
    is_worded = any(_is_text(asking, v) for v in values) or bool(taken(asking.stands_for_text))
    numbers = taken([*NUMBERS, *(v for v in values if _is_number(v))])
    found: list[Schema] = [_text(asking, places, taken)] if is_text else []
    found += [{"$ref": "#/$defs/text"}] if is_worded else []
    found += [{"type": "object"}] if is_condition and taken(asking.stands_for_condition) else []
    found += [_number(numbers)] if numbers else []
    return found + _rest(values, taken)


def _rest(values: list[Any], taken: Callable[[Sequence[Any]], list[Any]]) -> list[Schema]:
    tried: tuple[tuple[Any, str], ...] = (
        (True, "boolean"),
        (None, "null"),
        ([], "array"),
        ({}, "object"),
    )
    return [
        {"type": kind}
        for value, kind in tried
        if not (isinstance(value, list | dict) and any(isinstance(v, type(value)) for v in values))
        and taken([value])
    ]


def _text(
    asking: Asking, places: list[tuple[Any, Path]], taken: Callable[[Sequence[Any]], list[Any]]
) -> Schema:
    if taken(["zz"]):
        return {"type": "string"} if taken([""]) else {"type": "string", "minLength": 1}
    listed = [ONE_OF.search(asking.refusal(_with(s, p, "zz")) or "") for s, p in places]
    if listed and all(listed):
        words = {word for each in listed if each for word in each[1].split(", ")}
        extra = [""] if taken([""]) else []
        return {"type": "string", "enum": [*extra, *sorted(words)]}
    return {"type": "string"} if taken([""]) else {"type": "string", "minLength": 1}


def _number(taken: Sequence[Any]) -> Schema:
    is_whole = all(float(each) == int(each) for each in taken)
    made: Schema = {"type": "integer" if is_whole else "number"}
    low, high = min(taken), max(taken)
    if low >= 0:
        made |= {"minimum": 0} if 0 in taken or low > SMALL else {"exclusiveMinimum": 0}
    if high <= 1:
        made["maximum"] = 1
    elif high <= 100:
        made["maximum"] = 100
    return made


def _either(found: list[Schema]) -> Schema:
    unique = list({json.dumps(each, sort_keys=True): each for each in found}.values())
    return unique[0] if len(unique) == 1 else {"anyOf": unique} if unique else {}


def _places(asking: Asking, path: Path) -> list[tuple[Any, Path]]:
    return [(sample, path) for sample in asking.samples]


def _all(asking: Asking, at: str) -> Iterator[tuple[Path, Any]]:
    for sample in asking.samples:
        yield from ((p, v) for p, v in _walk(sample) if _general(p) == at)


def _walk(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, data
    inner: Any = data.items() if isinstance(data, dict) else ()
    inner = enumerate(data) if isinstance(data, list) else inner
    for key, value in inner:
        yield from _walk(value, (*path, key))


def _general(path: Path) -> str:
    at = ""
    for key in path:
        at = _under(at, "[]" if isinstance(key, int) else key)
    return at


def _under(at: str, key: str) -> str:
    return f"{at}/{key}"


def _is_mapping(asking: Asking, value: Any) -> bool:
    return isinstance(value, dict) and not _is_text(asking, value)


def _is_text(asking: Asking, value: Any) -> bool:
    keys = [set(each) for each in asking.stands_for_text if isinstance(each, Mapping)]
    return isinstance(value, dict) and bool(value) and any(set(value) <= each for each in keys)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _get(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _with(data: Any, path: Path, value: Any) -> Any:
    if not path:
        return deepcopy(value)
    made = deepcopy(data)
    _get(made, path[:-1])[path[-1]] = deepcopy(value)
    return made


def _without(data: Any, path: Path) -> Any:
    made = deepcopy(data)
    del _get(made, path[:-1])[path[-1]]
    return made
