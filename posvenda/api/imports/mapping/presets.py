"""Presets: one YAML file each, recognised by the columns it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from posvenda.api.imports.mapping.mapping import Mapping
from posvenda.api.imports.mapping.targets import fold

FOLDER = Path(__file__).parent.parent / "presets"


@dataclass(frozen=True)
class Preset:
    """A mapping for files with these columns; ``family`` groups the files of one source."""

    name: str
    family: str
    titles: dict[str, str]
    header: frozenset[str]
    data: dict[str, Any]

    @property
    def title(self) -> str:
        """The name for people."""
        language = (get_language() or "en").partition("-")[0]
        return self.titles.get(language, self.titles["en"])

    def mapping(self, columns: Sequence[str]) -> Mapping:
        """This will give the mapping with the columns written as this file writes them."""
        written = {fold(name): name for name in columns}
        outputs = [
            {
                **output,
                "columns": {
                    written.get(fold(name), name): target
                    for name, target in (output.get("columns") or {}).items()
                },
                "rules": [
                    {**rule, "column": written.get(fold(rule["column"]), rule["column"])}
                    for rule in output.get("rules") or ()
                ],
            }
            for output in self.data.get("outputs", ())
        ]
        language = (get_language() or "en").partition("-")[0]
        reasons = self.data.get("not_needed") or {}
        return Mapping.from_dict(
            {
                "outputs": outputs,
                "formats": self.data.get("formats", {}),
                "preset": self.name,
                "reason": reasons.get(language, reasons.get("en", "")),
            }
        )


@cache
def presets() -> tuple[Preset, ...]:
    """This will read all presets."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.append(
            Preset(
                name=path.stem,
                family=data.get("family", path.stem),
                titles=data["title"],
                header=frozenset(fold(name) for name in data["header"]),
                data=data,
            )
        )
    return tuple(found)


def recognise(columns: Sequence[str], *, among: str = "") -> Preset | None:
    """This will give the preset whose columns are all there; of several the most exacting.

    ``among`` limits the choice to one preset or one family.
    """
    folded = {fold(name) for name in columns}
    fits = [
        preset
        for preset in presets()
        if preset.header <= folded and among in ("", preset.name, preset.family)
    ]
    return max(fits, key=lambda preset: len(preset.header), default=None)


def names() -> list[str]:
    """This will list the presets and families that can be asked for."""
    return sorted({preset.name for preset in presets()} | {preset.family for preset in presets()})
