"""The JSON Schema of each kind, for editors: made by asking the code that reads the files."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from posvenda.core import asking
from posvenda.core.conditions import parse, to_json
from posvenda.success.config import kinds
from posvenda.success.own_facts import FOLDER
from posvenda.success.texts import LANGUAGES

SHIPPED = FOLDER / "schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {
    "description": "A text in both languages, or in one.",
    "type": "object",
    "properties": {code: {"type": "string"} for code in LANGUAGES},
    "additionalProperties": False,
    "minProperties": 1,
}


def shipped(kind: kinds.Kind) -> str:
    """This will give the schema that came with the product, or ask the reader of a newer kind."""
    path = SHIPPED / f"{kind.name}.json"
    return path.read_text(encoding="utf-8") if path.is_file() else text(kind)


def text(kind: kinds.Kind) -> str:
    """This will write the schema of a kind as JSON, the same for the same code."""
    return json.dumps(of(kind.name), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


@cache
def of(name: str) -> dict[str, Any]:
    """This will give the schema of a kind."""
    kind = kinds.kinds()[name]
    words = dict.fromkeys(LANGUAGES, "word")
    found = asking.schema(
        kind.read,
        kind.samples or (yaml.safe_load(kind.current()),),
        texts=(words,) if kind.is_worded else (),
        conditions=(to_json(parse(asking.CONDITION)),),
    )
    return {
        "$schema": DRAFT,
        "title": kind.title,
        **found,
        "$defs": {"text": TEXT},
    }


def write(folder: Path) -> list[Path]:
    """This will write the schema of every kind into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, kind in kinds.kinds().items():
        path = folder / f"{name}.json"
        path.write_text(text(kind), encoding="utf-8")
        written.append(path)
    return written
