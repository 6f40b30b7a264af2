"""Facts of one's own as text: what a pack or a folder declares becomes the fact ``attr.<name>``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

import posvenda
from posvenda.base import choices
from posvenda.core import facts as core
from posvenda.core import shapes
from posvenda.core.facts import Fact, Kind
from posvenda.core.shapes import ShapeError
from posvenda.customers.models import Attribute, AttributeValue
from posvenda.success.texts import Text, with_texts

FOLDER = Path(posvenda.__file__).parent / "packs"
KINDS = tuple(kind.value for kind in Kind if kind is not Kind.SERIES)
LONGEST_NAME, LONGEST_LABEL = 40, 80


@dataclass(frozen=True)
class Own:
    """One declared fact: its name after ``attr.``, its kind, its label and its choices."""

    name: str
    kind: str
    label: Text | str
    choices: Mapping[str, Any] = field(default_factory=dict)


def read(text: str) -> tuple[Own, ...]:
    """This will read declared facts from YAML; every fault names its path."""
    return load(yaml.safe_load(text))


def load(data: object) -> tuple[Own, ...]:
    """This will read declared facts from nested mappings and lists; the list may be empty."""
    top = shapes.mapping(with_texts(data), "", frozenset({"facts"}))
    listed = shapes.required(top, "facts", "")
    every = () if listed == [] else shapes.items(listed, "facts")
    found = tuple(_one(each, path) for path, each in every)
    shapes.refuse_twice([each.name for each in found], "facts")
    return found


@lru_cache(maxsize=8)
def of_pack(pack: str) -> tuple[Own, ...]:
    """This will give the facts that a pack declares."""
    file = FOLDER / pack / "facts.yaml"
    return read(file.read_text(encoding="utf-8")) if file.is_file() else ()


def words(owns: Sequence[Own]) -> dict[str, Text]:
    """This will give the labels of facts and choices in both languages, by their key."""
    labels = {f"attr.{own.name}": own.label for own in owns}
    options = {f"attr.{own.name}={key}": word for own in owns for key, word in own.choices.items()}
    return {key: word for key, word in {**labels, **options}.items() if isinstance(word, Text)}


def catalogue(owns: Sequence[Own]) -> dict[str, Fact]:
    """This will give the facts as conditions see them, before they are declared."""
    return core.catalogue(
        *(
            Fact(f"attr.{o.name}", Kind(o.kind), o.label, "", "attr", choices=o.choices)
            for o in owns
        )
    )


def declare(owns: Sequence[Own]) -> None:
    """This will declare the facts that are not there yet; those that are keep kind and label."""
    for own in owns:
        defaults = {"label": str(own.label), "kind": own.kind, "choices": list(own.choices)}
        Attribute.objects.get_or_create(name=own.name, defaults=defaults)


def _one(data: object, path: str) -> Own:
    found = shapes.mapping(data, path, frozenset({"name", "kind", "label", "choices"}))
    name = shapes.name(found, "name", path)
    if not name.replace("_", "").isalnum() or not name.isascii() or len(name) > LONGEST_NAME:
        raise ShapeError(f"{path}.name", "must be up to 40 letters without accents, digits and _")
    kind = shapes.one_of(shapes.required(found, "kind", path), KINDS, f"{path}.kind")
    label = shapes.name(found, "label", path)
    if len(label) > LONGEST_LABEL:
        raise ShapeError(f"{path}.label", "must have up to 80 characters")
    return Own(name, kind, label, _choices(found.get("choices"), kind, f"{path}.choices"))


def _choices(data: object, kind: str, path: str) -> Mapping[str, Any]:
    if data is None:
        return {}
    if kind != Kind.CHOICE.value:
        raise ShapeError(path, "belong to a choice only")
    found = shapes.mapping(data, path)
    return {key: shapes.text(word, f"{path}.{key}") for key, word in found.items()}


def text() -> str:
    """This will write the declared facts as YAML, by name, with the pack's words if it has any."""
    worded = {own.name: own for own in of_pack(str(choices.get("pack")))}
    rows = Attribute.objects.order_by("name")
    listed = [_plain(row, worded.get(row.name)) for row in rows]
    return yaml.safe_dump({"facts": listed}, allow_unicode=True, sort_keys=False, width=100)


def conflicts(owns: Sequence[Own]) -> list[str]:
    """This will list what cannot be put: a kind changed or a fact dropped that has values."""
    told = {own.name: (index, own) for index, own in enumerate(owns)}
    used = set(AttributeValue.everything.values_list("attribute__name", flat=True).distinct())
    found = []
    for row in Attribute.objects.filter(name__in=used).order_by("name"):
        index, own = told.get(row.name, (None, None))
        if own is None:
            found.append(f"facts: {row.name} has values and cannot be dropped")
        elif own.kind != row.kind:
            found.append(f"facts[{index}].kind: {row.name} has values of kind {row.kind}")
    return found


def put(owns: Sequence[Own]) -> None:
    """This will make the declared facts exactly these; ``conflicts`` must have found nothing."""
    Attribute.objects.exclude(name__in=[own.name for own in owns]).delete()
    for own in owns:
        defaults = {"label": str(own.label), "kind": own.kind, "choices": list(own.choices)}
        Attribute.objects.update_or_create(name=own.name, defaults=defaults)


def _plain(row: Attribute, own: Own | None) -> dict[str, object]:
    told: dict[str, object] = {"name": row.name, "kind": _kind(row.kind), "label": row.label}
    if own is not None and isinstance(own.label, Text) and row.label in own.label.texts.values():
        told["label"] = dict(own.label.texts)
    if row.choices:
        known = own.choices if own is not None else {}
        told["choices"] = {str(key): _words(known.get(str(key), key)) for key in row.choices}
    return told


def _kind(kept: str) -> str:
    return kept if kept in KINDS else Kind.TEXT.value


def _words(word: object) -> object:
    return dict(word.texts) if isinstance(word, Text) else str(word)
