"""Shared segments as text; personal ones belong to their owner and stay out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import yaml

from posvenda.base.models import User
from posvenda.core import shapes
from posvenda.core.conditions import ConditionError, check, parse
from posvenda.core.facts import Catalogue
from posvenda.core.shapes import ShapeError
from posvenda.customers.models import Segment

TOP = frozenset({"segments"})
KEYS = frozenset({"name", "when", "order", "columns"})
LONGEST = 80


@dataclass(frozen=True)
class Shared:
    """A segment that everybody sees; without ``when`` it is everybody."""

    name: str
    when: str = ""
    order: str = ""
    columns: tuple[str, ...] = ()


def load(data: object) -> tuple[Shared, ...]:
    """This will read segments from nested mappings and lists; the list may be empty."""
    top = shapes.mapping(data, "", TOP)
    listed = shapes.required(top, "segments", "")
    found = tuple(
        _one(e, at) for at, e in (() if listed == [] else shapes.items(listed, "segments"))
    )
    shapes.refuse_twice([each.name for each in found], "segments")
    return found


def problems(found: Sequence[Shared], catalogue: Catalogue) -> list[str]:
    """This will list the facts that segments speak of and that do not exist, with the path."""
    wrong = []
    for index, each in enumerate(found):
        asked = check(parse(each.when), catalogue) if each.when else ()
        wrong += [f"segments[{index}].when: {problem}" for problem in asked]
        wrong += [
            f"segments[{index}].columns[{at}]: there is no fact named {name}"
            for at, name in enumerate(each.columns)
            if name not in catalogue
        ]
    return wrong


def text() -> str:
    """This will write the shared segments as YAML, by name."""
    listed = [_plain(each) for each in _kept()]
    return yaml.safe_dump({"segments": listed}, allow_unicode=True, sort_keys=False, width=100)


def put(found: Sequence[Shared], *, by: User | None, now: datetime) -> None:
    """This will make the shared segments exactly these; unchanged ones keep address and owner."""
    rows = {row.name: row for row in Segment.objects.filter(is_shared=True).order_by("-pk")}
    wanted = {each.name for each in found}
    Segment.objects.filter(is_shared=True).exclude(name__in=wanted).delete()
    for each in found:
        row = rows.get(each.name) or Segment(
            name=each.name, is_shared=True, owner=by, created_at=now
        )
        row.condition, row.order, row.columns = each.when, each.order, list(each.columns)
        row.save()


def _kept() -> list[Shared]:
    """Two of one name are one in text: the older one."""
    rows = Segment.objects.filter(is_shared=True).order_by("name", "-pk")
    kept = {r.name: Shared(r.name, r.condition, r.order, tuple(r.columns or ())) for r in rows}
    return list(kept.values())


def _plain(each: Shared) -> dict[str, object]:
    told = asdict(each) | {"columns": list(each.columns)}
    return {key: value for key, value in told.items() if value or key == "name"}


def _one(data: object, path: str) -> Shared:
    found = shapes.mapping(data, path, KEYS)
    name = shapes.name(found, "name", path)
    if len(name) > LONGEST:
        raise ShapeError(f"{path}.name", "must have up to 80 characters")
    when = shapes.text(found.get("when", ""), f"{path}.when")
    _parsed(when, f"{path}.when")
    columns = (
        shapes.items(found["columns"], f"{path}.columns") if found.get("columns", []) != [] else ()
    )
    order = shapes.text(found.get("order", ""), f"{path}.order")
    return Shared(name, when, order, tuple(shapes.text(each, at) for at, each in columns))


def _parsed(when: str, path: str) -> None:
    try:
        if when:
            parse(when)
    except ConditionError as error:
        raise ShapeError(path, str(error)) from error
