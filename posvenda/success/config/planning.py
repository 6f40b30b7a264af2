"""What would change between two texts: object by object, or line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from typing import Any

import yaml

IDS = ("id", "name", "fact", "stage", "key")
LONGEST = 90
COMMENTS = "~ #"


def changes(old: str, new: str) -> list[str]:
    """This will list what differs between two YAML texts, entries told apart by their names.

    Each line begins with + (new), - (gone), ~ (changed) or ↕ (order). Comments alone give one line.
    """
    if old == new:
        return []
    before, after = yaml.safe_load(old), yaml.safe_load(new)
    found = list(_between(before, after, ""))
    return found or [COMMENTS]


def lines(old: str, new: str, *, name: str) -> list[str]:
    """This will give a unified diff of two texts."""
    return list(
        unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), name, f"{name}.yaml"
        )
    )


def _between(old: Any, new: Any, path: str) -> Iterator[str]:
    if _written(old) == _written(new):
        return
    match old, new:
        case dict(), dict():
            yield from _mappings(old, new, path)
        case list(), list() if _names(old) and _names(new):
            yield from _mappings(_by_name(old), _by_name(new), path, is_list=True)
            kept = [n for n in _by_name(old) if n in _by_name(new)]
            if kept != [n for n in _by_name(new) if n in _by_name(old)]:
                yield f"↕ {path}: {', '.join(_by_name(new))}"
        case _:
            yield f"~ {path}: {_shown(old)} → {_shown(new)}"


def _mappings(
    old: Mapping[Any, Any], new: Mapping[Any, Any], path: str, *, is_list: bool = False
) -> Iterator[str]:
    for key in [*old, *(key for key in new if key not in old)]:
        at = f"{path}[{key}]" if is_list else f"{path}.{key}" if path else str(key)
        if key not in new:
            yield f"- {at}"
        elif key not in old:
            yield f"+ {at}" if is_list else f"+ {at}: {_shown(new[key])}"
        else:
            yield from _between(old[key], new[key], at)


def _names(listed: Sequence[Any]) -> bool:
    """Whether every entry has a name and no two share one."""
    named = [_name(each) for each in listed]
    return bool(named) and None not in named and len(set(named)) == len(named)


def _by_name(listed: Sequence[Any]) -> dict[str, Any]:
    return {str(_name(each)): each for each in listed}


def _name(each: Any) -> str | None:
    if not isinstance(each, dict):
        return None
    return next((str(each[key]) for key in IDS if isinstance(each.get(key), str)), None)


def _written(value: Any) -> str:
    """As text, for in Python 1 is True."""
    return yaml.safe_dump(value, allow_unicode=True)


def _shown(value: Any) -> str:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000)
    flat = " ".join(text.replace("\n...", "").split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
