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
    and ``kind`` say how cells read, "" when the file's own formats do. ``unit`` is ``cents`` when
    the amount is written in cents. Several columns of one field are joined by ``join``; one that is
    ``spare`` counts only where the field is still empty. ``times`` names a column to multiply by.
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
    unit: str = ""
    join: str = ""
    spare: bool = False
    times: str = ""


@dataclass(frozen=True)
class Rule:
    """Sets fields, or leaves the row out (``skip``), by the text of a column.

    It holds when the text begins with ``starts_with``, is among ``among`` or outside ``not_among``,
    when the column ``is_empty`` or is below zero, and without any of these whenever it is filled.
    """

    column: str
    sets: Map[str, Any] = dataclasses.field(default_factory=dict)
    starts_with: str = ""
    among: frozenset[str] = frozenset()
    not_among: frozenset[str] = frozenset()
    is_empty: bool = False
    below_zero: bool = False
    skip: bool = False


@dataclass(frozen=True)
class Latest:
    """Which of several rows of one key counts: the latest by a column, of equal ones the last.

    With ``ranks`` the column's words count in that order (approved, complete, refunded).
    """

    column: str
    ranks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Output:
    """One record made from each row."""

    record: str
    columns: tuple[Column, ...] = ()
    constants: Map[str, Any] = dataclasses.field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    needs: tuple[str, ...] = ()
    latest: Latest | None = None


@dataclass(frozen=True)
class Formats:
    """How values read where a column does not say: decimals, dates, zone, ends, currency.

    ``ends`` is ``inclusive`` when an end date is the last day served, ``exclusive`` when it is the
    first day no longer served. Ends are stored exclusive (half-open). ``negative`` says whether a
    sale below zero is a ``return`` or a ``correction``, ``nobody`` whether sales without a customer
    come ``in`` or stay ``out``.
    """

    decimal: str = ""
    dates: str = ""
    time_zone: str = ""
    ends: str = ""
    currency: str = ""
    negative: str = ""
    nobody: str = ""


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

    def renamed(self, names: Map[str, str]) -> "Mapping":
        """This will give the mapping with its columns called otherwise."""
        return replace(self, outputs=tuple(_renamed(output, names) for output in self.outputs))

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


def _renamed(output: Output, names: Map[str, str]) -> Output:
    def call(name: str) -> str:
        return names.get(name, name)

    latest = output.latest
    return replace(
        output,
        columns=tuple(replace(c, name=call(c.name), times=call(c.times)) for c in output.columns),
        rules=tuple(replace(rule, column=call(rule.column)) for rule in output.rules),
        latest=latest and replace(latest, column=call(latest.column)),
    )


def _output_dict(output: Output) -> dict[str, Any]:
    return {
        "record": output.record,
        "columns": [
            {key: value for key, value in vars(column).items() if value not in ("", 0, False, {})}
            for column in output.columns
        ],
        "constants": dict(output.constants),
        "rules": [_rule_dict(rule) for rule in output.rules],
        **({"needs": list(output.needs)} if output.needs else {}),
        **({"latest": _latest_dict(output.latest)} if output.latest else {}),
    }


WORDS = ("among", "not_among")


def _rule_dict(rule: Rule) -> dict[str, Any]:
    said = {key: value for key, value in vars(rule).items() if value}
    sets = dict(said.pop("sets", {}))
    words = {key: sorted(said.pop(key)) for key in WORDS if key in said}
    return {**said, **words, **({"set": sets} if sets else {})}


def _rule(data: Map[str, Any]) -> Rule:
    said = {key: value for key, value in data.items() if key not in (*WORDS, "set")}
    among, others = (frozenset(str(word).upper() for word in data.get(key, ())) for key in WORDS)
    sets = dict(data.get("set") or {})
    return Rule(**said, among=among, not_among=others, sets=sets)


def _latest_dict(latest: Latest) -> dict[str, Any]:
    return {"column": latest.column, **({"ranks": list(latest.ranks)} if latest.ranks else {})}


def _output(data: Map[str, Any]) -> Output:
    latest = data.get("latest")
    return Output(
        record=data["record"],
        columns=tuple(_columns(data.get("columns") or {})),
        constants=dict(data.get("constants") or {}),
        rules=tuple(_rule(rule) for rule in data.get("rules") or ()),
        needs=tuple(data.get("needs") or ()),
        latest=latest and Latest(latest["column"], tuple(latest.get("ranks") or ())),
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
