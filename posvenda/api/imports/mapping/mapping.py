"""A mapping: which column fills which field of which record, how its values read, what is constant.

It is plain data: kept with the file as JSON, written in presets as YAML, edited on the page.
"""

import dataclasses
import hashlib
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from posvenda.api.imports.mapping.targets import IGNORED, fold


@dataclass(frozen=True)
class Column:
    """One column of the file and the field it fills.

    ``upper``, ``pad`` and ``suffix`` mend keys; ``values`` translates words; ``decimal``, ``dates``
    and ``kind`` say how cells read, "" when the file's own formats do.
    """

    name: str
    field: str
    upper: bool = False
    pad: int = 0
    suffix: str = ""
    values: Map[str, Any] = dataclasses.field(default_factory=dict)
    decimal: str = ""
    dates: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Rule:
    """Sets fields when a column's text begins with, is among, or is anything at all."""

    column: str
    sets: Map[str, Any]
    starts_with: str = ""
    among: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Output:
    """One record made from each row."""

    record: str
    columns: tuple[Column, ...] = ()
    constants: Map[str, Any] = dataclasses.field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formats:
    """How values read where a column does not say: decimals, dates, zone, ends, currency.

    ``ends`` is ``inclusive`` when an end date is the last day served, ``exclusive`` when it is the
    first day no longer served. Ends are stored exclusive (half-open).
    """

    decimal: str = ""
    dates: str = ""
    time_zone: str = ""
    ends: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Mapping:
    """What each row of a file becomes; ``reason`` says why a file is not needed."""

    outputs: tuple[Output, ...]
    formats: Formats = Formats()
    preset: str = ""
    reason: str = ""

    @property
    def record(self) -> str:
        """The main record, or ``ignored``."""
        return self.outputs[0].record if self.outputs else IGNORED

    def with_formats(self, **changes: str) -> "Mapping":
        """This will give the mapping with other formats; empty ones change nothing."""
        return replace(
            self, formats=replace(self.formats, **{k: v for k, v in changes.items() if v})
        )

    def as_dict(self) -> dict[str, Any]:
        """This will give the mapping as JSON keeps it."""
        return {
            "preset": self.preset,
            "reason": self.reason,
            "formats": {k: v for k, v in vars(self.formats).items() if v},
            "outputs": [_output_dict(output) for output in self.outputs],
        }

    @classmethod
    def from_dict(cls, data: Map[str, Any]) -> "Mapping":
        """This will read what ``as_dict`` gave, or a preset's text."""
        return cls(
            outputs=tuple(_output(each) for each in data.get("outputs", ())),
            formats=Formats(**data.get("formats", {})),
            preset=data.get("preset", ""),
            reason=data.get("reason", ""),
        )


def _output_dict(output: Output) -> dict[str, Any]:
    return {
        "record": output.record,
        "columns": [
            {key: value for key, value in vars(column).items() if value not in ("", 0, False, {})}
            for column in output.columns
        ],
        "constants": dict(output.constants),
        "rules": [
            {
                "column": rule.column,
                **({"starts_with": rule.starts_with} if rule.starts_with else {}),
                **({"among": sorted(rule.among)} if rule.among else {}),
                "set": dict(rule.sets),
            }
            for rule in output.rules
        ],
        **({"needs": list(output.needs)} if output.needs else {}),
    }


def _output(data: Map[str, Any]) -> Output:
    return Output(
        record=data["record"],
        columns=tuple(_columns(data.get("columns") or {})),
        constants=dict(data.get("constants") or {}),
        rules=tuple(
            Rule(
                column=rule["column"],
                starts_with=str(rule.get("starts_with", "")),
                among=frozenset(str(each).upper() for each in rule.get("among", ())),
                sets=rule["set"],
            )
            for rule in data.get("rules") or ()
        ),
        needs=tuple(data.get("needs") or ()),
    )


def _columns(data: Any) -> list[Column]:
    """Columns as JSON keeps them (a list), or as presets write them (a name and its fields)."""
    if isinstance(data, list):
        return [Column(**each) for each in data]
    return [
        Column(name, target) if isinstance(target, str) else Column(name, **target)
        for name, targets in data.items()
        if targets
        for target in (targets if isinstance(targets, list) else [targets])
    ]


def header_key(columns: Sequence[str]) -> str:
    """This will give what stands for a header when a mapping is saved for the next such file."""
    return hashlib.sha256("\x1f".join(map(fold, columns)).encode()).hexdigest()
