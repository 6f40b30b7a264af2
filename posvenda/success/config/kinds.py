"""The kinds of configuration that are text files, one entry each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from posvenda.base import choices
from posvenda.base.models import Definition, User
from posvenda.commerce import texts
from posvenda.core.facts import Catalogue
from posvenda.core.shapes import ShapeError
from posvenda.success import definitions, own_facts
from posvenda.success.config import segments

Publish = Callable[[str, "User | None", datetime], None]


def no_facts(text: str) -> Catalogue:
    """This will give no facts: most kinds declare none."""
    return {}


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    ``current`` gives the text in force; ``check`` lists what is wrong with a text, one line each
    with the path; ``publish`` puts a checked text in force and is called inside a transaction only.
    ``read`` reads YAML data that ``check`` would accept in shape: the schema is made by asking it,
    from the ``samples`` (short data that it accepts); ``is_worded`` where texts may be in both
    languages. ``facts`` gives facts that a text declares, so that other files may speak of them.
    """

    name: str
    title: str
    current: Callable[[], str]
    check: Callable[[str, Catalogue], list[str]]
    publish: Publish
    read: Callable[[Any], object]
    samples: tuple[Any, ...]
    is_worded: bool = False
    facts: Callable[[str], Catalogue] = no_facts

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.yaml"


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> None:
    """This will list a kind for export, diff, apply, test and schemas; call it in ``ready()``."""
    _kinds[kind.name] = kind


def kinds() -> Mapping[str, Kind]:
    """This will give every kind by name: the declared ones and the room texts of commerce."""
    return {**_kinds, **{each.name: _of_room(each) for each in texts.kinds()}}


def of_pack(
    name: str, title: str, *, read: Callable[[Any], object], samples: tuple[Any, ...]
) -> Kind:
    """This will make a kind of a text that belongs to the pack and is kept by version."""

    def current() -> str:
        pack = choices.get("pack")
        row = Definition.objects.filter(kind=name, name=pack).order_by("-version").first()
        file = definitions.FOLDER / pack / f"{name}.yaml"
        return row.text if row else file.read_text(encoding="utf-8")

    def check(text: str, catalogue: Catalogue) -> list[str]:
        found = definitions.check_text(name, text, catalogue, file=f"{name}.yaml")
        return [line.removeprefix(f"{name}.yaml: ") for line in found]

    def publish(text: str, by: User | None, now: datetime) -> None:
        definitions.publish(name, choices.get("pack"), text, now=now, by=by)

    return Kind(name, title, current, check, publish, read=read, samples=samples, is_worded=True)


def _of_room(kind: texts.Kind) -> Kind:
    def publish(text: str, by: User | None, now: datetime) -> None:
        texts.publish(kind, text, by=by, now=now)

    def read(data: Any) -> object:
        if problems := kind.check(json.dumps(data)):
            raise ShapeError("", problems[0])
        return data

    return Kind(
        kind.name,
        kind.name,
        lambda: texts.text(kind),
        lambda text, catalogue: kind.check(text),
        publish,
        read=read,
        samples=(yaml.safe_load(kind.default()),),
    )


def shape_problems(read: Callable[[Any], object], text: str) -> list[str]:
    """This will list what is wrong with the shape of a text, at most one line."""
    try:
        read(yaml.safe_load(text))
    except (ShapeError, yaml.YAMLError) as error:
        return [str(error)]
    return []


def _check_facts(text: str, catalogue: Catalogue) -> list[str]:
    return shape_problems(own_facts.load, text) or own_facts.conflicts(own_facts.read(text))


def _check_segments(text: str, catalogue: Catalogue) -> list[str]:
    wrong = shape_problems(segments.load, text)
    return wrong or segments.problems(segments.load(yaml.safe_load(text)), catalogue)


FACTS_SAMPLE = {
    "facts": [
        {"name": "one", "kind": "date", "label": "word"},
        {"name": "two", "kind": "choice", "label": "word", "choices": {"word": "word"}},
    ]
}
SEGMENTS_SAMPLE = {
    "segments": [
        {"name": "one", "when": "orders.count = 1", "order": "who.name", "columns": ["who.owner"]},
        {"name": "two"},
    ]
}
FACTS = Kind(
    "facts",
    "Facts of your own, each the fact attr.<name>",
    current=own_facts.text,
    check=_check_facts,
    publish=lambda text, by, now: own_facts.put(own_facts.read(text)),
    read=own_facts.load,
    samples=(FACTS_SAMPLE,),
    is_worded=True,
    facts=lambda text: own_facts.catalogue(own_facts.read(text)),
)
SEGMENTS = Kind(
    "segments",
    "Shared segments of customers",
    current=segments.text,
    check=_check_segments,
    publish=lambda text, by, now: segments.put(segments.load(yaml.safe_load(text)), by=by, now=now),
    read=segments.load,
    samples=(SEGMENTS_SAMPLE,),
)
