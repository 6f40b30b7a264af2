"""Presets: one YAML text each, recognised by the columns it names.

Those of the product lie in ``api/imports/presets``; those people save lie in the database. A header
may stand in several forms (a list of lists), and one of its columns under several names (parted by
a bar).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from posvenda.api.imports.mapping.mapping import Mapping
from posvenda.api.imports.mapping.targets import fold

FOLDER = Path(__file__).parent.parent / "presets"
Header = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Preset:
    """A mapping for files with these columns; ``family`` groups the files of one source.

    ``headers`` are the forms of the header; each required column is the set of its possible names.
    A file that has a column of ``without`` is another kind of file.
    """

    name: str
    family: str
    titles: dict[str, str]
    headers: tuple[Header, ...]
    without: frozenset[str]
    data: dict[str, Any]
    is_own: bool = False

    @classmethod
    def read(cls, name: str, data: dict[str, Any], *, is_own: bool = False) -> "Preset":
        """This will make a preset of its text's content."""
        header = data["header"]
        forms = header if header and isinstance(header[0], list) else [header]
        title = data["title"]
        return cls(
            name=name,
            family=data.get("family", name),
            titles=title if isinstance(title, dict) else {"en": str(title)},
            headers=tuple(tuple(map(_names, form)) for form in forms),
            without=frozenset().union(*map(_names, data.get("without") or ())),
            data=data,
            is_own=is_own,
        )

    @property
    def title(self) -> str:
        """The name for people."""
        return self.titles.get(_language(), self.titles["en"])

    def fit(self, folded: frozenset[str]) -> int:
        """This will say how many columns of the header were asked for and found; 0 when not all."""
        if self.without & folded:
            return 0
        return max(
            (len(form) for form in self.headers if all(names & folded for names in form)), default=0
        )

    def mapping(self, columns: Sequence[str]) -> Mapping:
        """This will give the mapping with the columns written as this file writes them."""
        written: dict[str, str] = {}
        for name in columns:
            written.setdefault(fold(name), name)
        outputs = [_for_file(output, written) for output in self.data.get("outputs", ())]
        reasons = self.data.get("not_needed") or {}
        return Mapping.from_dict(
            {
                "outputs": outputs,
                "formats": self.data.get("formats", {}),
                "preset": self.name,
                "reason": reasons.get(_language(), reasons.get("en", "")),
            }
        )


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _names(column: str) -> frozenset[str]:
    return frozenset(fold(each) for each in str(column).split("|"))


def _for_file(output: dict[str, Any], written: dict[str, str]) -> dict[str, Any]:
    """An output with the columns this file has, by its own names for them."""

    def find(names: str) -> str:
        return next((written[key] for n in names.split("|") if (key := fold(n)) in written), "")

    columns: dict[str, Any] = {}
    for names, target in (output.get("columns") or {}).items():
        if found := find(names):
            columns[found] = _targets(target, find)
    rules = [
        {**rule, "column": found}
        for rule in output.get("rules") or ()
        if (found := find(rule["column"]))
    ]
    latest = output.get("latest")
    named = {"latest": {**latest, "column": find(latest["column"])}} if latest else {}
    return {**output, "columns": columns, "rules": rules, **named}


def _targets(target: Any, find: Any) -> Any:
    if isinstance(target, list):
        return [_targets(each, find) for each in target]
    if isinstance(target, dict) and "times" in target:
        return {**target, "times": find(target["times"])}
    return target


@cache
def built_in() -> tuple[Preset, ...]:
    """This will read the presets of the product."""
    return tuple(
        Preset.read(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.yaml"))
    )


def recognise(
    columns: Sequence[str], *, among: str = "", own: Iterable[Preset] = ()
) -> Preset | None:
    """This will give the preset whose columns are all there; of several the most exacting.

    ``among`` limits the choice to one preset or one family. People's own presets come first.
    """
    folded = frozenset(fold(name) for name in columns)
    for some in (own, built_in()):
        fits = [
            (count, preset)
            for preset in some
            if among in ("", preset.name, preset.family) and (count := preset.fit(folded))
        ]
        if fits:
            return max(fits, key=lambda each: each[0])[1]
    return None


def names(own: Iterable[Preset] = ()) -> list[str]:
    """This will list the presets and families that can be asked for."""
    known = [*built_in(), *own]
    return sorted({preset.name for preset in known} | {preset.family for preset in known})
