"""The template of onboarding plans as text: the pack's own, or what the company published."""

from __future__ import annotations

from functools import lru_cache

import yaml

from posvenda.base import choices, memo
from posvenda.commerce import texts
from posvenda.core.plans import Template, check_template, load_template
from posvenda.core.shapes import ShapeError
from posvenda.customers.catalogue import catalogue
from posvenda.success.definitions import FOLDER
from posvenda.success.texts import with_texts

NAME = "milestones"


def in_force() -> Template | None:
    """This will give the template in force; None when new customers get no plan."""
    return memo.once("plan template", lambda: _read(texts.text(KIND)))


def label() -> str:
    """This will name the template in force with its version, for plans that begin now."""
    row = texts.newest(NAME)
    found = in_force()
    return f"{found.name if found else ''}@{row.version if row else 0}"


def check(text: str) -> list[str]:
    """This will list what is wrong with a text, each line with its path."""
    try:
        found = _read(text)
    except (ShapeError, yaml.YAMLError) as error:
        return [str(error)]
    if found is None:
        return []
    return [f"{path}: {problem}" for path, problem in check_template(found, catalogue())]


def of_pack() -> str:
    """This will give the text that comes with the pack in force, which may have none."""
    file = FOLDER / str(choices.get("pack")) / f"{NAME}.yaml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


@lru_cache(maxsize=8)
def _read(text: str) -> Template | None:
    return load_template(with_texts(yaml.safe_load(text)))


KIND = texts.Kind(name=NAME, default=of_pack, check=check)
