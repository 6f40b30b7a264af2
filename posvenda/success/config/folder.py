"""A folder of configuration: written with its schemas and its base, read back, put in force as one.

The base (``.posvenda.json``) remembers what was in force when the folder was written, so that who
applies it later does not silently overwrite what somebody published meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from posvenda.base import announcements, audit, choices, memo
from posvenda.base.models import User
from posvenda.core.facts import Catalogue
from posvenda.customers import sheet
from posvenda.success.config import kinds, planning, schemas

BASE = ".posvenda.json"
SCHEMAS = "schemas"
LINE = f"# yaml-language-server: $schema={SCHEMAS}/"


class Faulty(ValueError):
    """Raised with every fault of a folder, each with file and path."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Stale(ValueError):
    """Raised when somebody published, after the folder was written, what it would overwrite."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(", ".join(names))


class Empty(ValueError):
    """Raised when a folder has no file of a known kind."""


@dataclass(frozen=True)
class Step:
    """One file that differs from what is in force, and how."""

    kind: kinds.Kind
    old: str
    new: str

    @property
    def changes(self) -> list[str]:
        """What would change, object by object."""
        return planning.changes(self.old, self.new)


def export(folder: Path) -> list[Path]:
    """This will write everything in force with its schemas, and remember it as the base."""
    (folder / SCHEMAS).mkdir(parents=True, exist_ok=True)
    written = []
    for name, kind in kinds.kinds().items():
        schema = folder / SCHEMAS / f"{name}.json"
        schema.write_text(schemas.shipped(kind), encoding="utf-8")
        path = folder / kind.file
        path.write_text(f"{LINE}{name}.json\n{kind.current()}", encoding="utf-8")
        written.append(path)
    remember(folder)
    return written


def read(folder: Path) -> dict[str, str]:
    """This will read the files of known kinds, without the line that export puts on top."""
    found = {name: folder / kind.file for name, kind in kinds.kinds().items()}
    told = {n: _bare(p.read_text(encoding="utf-8")) for n, p in found.items() if p.is_file()}
    if not told:
        raise Empty(", ".join(kind.file for kind in kinds.kinds().values()))
    return told


def problems(told: Mapping[str, str]) -> list[str]:
    """This will list what is wrong, each line with file and path; facts of the folder count."""
    known, every = _catalogue(told), kinds.kinds()
    return [
        f"{every[name].file}: {problem}"
        for name, text in told.items()
        for problem in every[name].check(text, known)
    ]


def plan(told: Mapping[str, str]) -> list[Step]:
    """This will list the files that differ from what is in force."""
    every = kinds.kinds()
    steps = [Step(every[name], every[name].current(), text) for name, text in told.items()]
    return [step for step in steps if step.old != step.new]


def apply(
    told: Mapping[str, str],
    *,
    base: Mapping[str, str] | None,
    by: User | None,
    now: datetime,
    is_forced: bool = False,
) -> list[Step]:
    """This will put a folder in force, all of it or nothing, and leave an audit row for each file.

    ``base`` is what was in force when the folder was written (``remembered``); without one there is
    nothing to compare with.
    """
    if wrong := problems(told):
        raise Faulty(wrong)
    with transaction.atomic():
        steps = sorted(plan(told), key=lambda step: step.kind.name != "facts")
        if base is not None and not is_forced and (names := _stale(steps, base)):
            raise Stale(names)
        for step in steps:
            step.kind.publish(step.new, by, now)
            detail = {"before": _digest(step.old), "after": _digest(step.new)}
            audit.record(
                "config.applied",
                about=f"config:{step.kind.name}",
                by=by,
                now=now,
                detail={**detail, "changes": step.changes[:20]},
            )
        if steps:
            payload = {"pack": choices.get("pack")}
            announcements.announce("config.published", now=now, payload=payload)
    memo.forget()
    return steps


def remember(folder: Path) -> None:
    """This will note what is in force now as the base of the folder."""
    base = {name: _digest(kind.current()) for name, kind in kinds.kinds().items()}
    (folder / BASE).write_text(json.dumps(base, indent=1) + "\n", encoding="utf-8")


def remembered(folder: Path) -> dict[str, str] | None:
    """This will give the base of a folder; one that was written by hand has none."""
    path = folder / BASE
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found if isinstance(found, dict) else None


def _catalogue(told: Mapping[str, str]) -> Catalogue:
    """The facts there are, with those that the folder declares."""
    known = dict(sheet.catalogue())
    for name, text in told.items():
        kind = kinds.kinds()[name]
        if kind.facts is not kinds.no_facts and not kind.check(text, known):
            known |= kind.facts(text)
    return known


def _stale(steps: list[Step], base: Mapping[str, str]) -> list[str]:
    return [
        step.kind.file
        for step in steps
        if base.get(step.kind.name, _digest(step.old)) != _digest(step.old)
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _bare(text: str) -> str:
    first, rest = text.split("\n", 1) if "\n" in text else (text, "")
    return rest if first.startswith(LINE) else text
