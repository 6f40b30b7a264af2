"""The versions of the scorecard in force: their texts, who published them, what differs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from posvenda.base import choices
from posvenda.base.models import Audit, Definition, User
from posvenda.core.health import Cards
from posvenda.success import definitions

KIND = "scorecard"
PUBLISHED = "scorecard.published"
CONTEXT = 3


@dataclass(frozen=True)
class Version:
    """One published text; version 0 is the pack's own file, which nobody published."""

    number: int
    text: str
    at: datetime | None
    by: User | None
    note: str = ""

    @property
    def is_of_the_pack(self) -> bool:
        """Whether it came with the product."""
        return self.number == 0


@dataclass(frozen=True)
class DiffLine:
    """One line of a difference: added, removed, the same, or a gap."""

    kind: str
    text: str
    before: int | None = None
    after: int | None = None


def name() -> str:
    """This will name the scorecard in force: that of the kind of company."""
    return str(choices.get("pack"))


def newest() -> Version:
    """This will give the version in force."""
    return versions()[0]


def versions() -> list[Version]:
    """This will list all versions, the newest first; the last one is the pack's own file."""
    pack = name()
    rows = Definition.objects.filter(kind=KIND, name=pack).select_related("by")
    notes = _notes(pack)
    listed = [
        Version(
            row.version,
            row.text,
            row.published_at if row.version else None,
            row.by,
            notes.get(f"{pack}@{row.version}", ""),
        )
        for row in rows.order_by("-version")
    ]
    if not listed or listed[-1].number != 0:
        listed.append(Version(0, pack_text(), None, None))
    return listed


def find(number: int) -> Version | None:
    """This will find a version by number."""
    return next((each for each in versions() if each.number == number), None)


def pack_text() -> str:
    """This will give the scorecard that comes with the kind of company."""
    return (definitions.FOLDER / name() / f"{KIND}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def cards_of(text: str, version: int) -> Cards:
    """This will read a text that is known to be sound."""
    return definitions.read_cards(text, version=version)


def difference(before: str, after: str) -> list[DiffLine]:
    """This will give the lines that differ between two texts, with a little around them."""
    left, right = before.splitlines(), after.splitlines()
    groups = difflib.SequenceMatcher(None, left, right, autojunk=False).get_grouped_opcodes(CONTEXT)
    found: list[DiffLine] = []
    for group in groups:
        if found:
            found.append(DiffLine("gap", "…"))
        found.extend(_lines(group, left, right))
    return found


def _lines(
    group: list[tuple[str, int, int, int, int]], left: list[str], right: list[str]
) -> Iterator[DiffLine]:
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            for step in range(i2 - i1):
                yield DiffLine("same", left[i1 + step], i1 + step + 1, j1 + step + 1)
            continue
        yield from (DiffLine("removed", left[i], i + 1) for i in range(i1, i2))
        yield from (DiffLine("added", right[j], None, j + 1) for j in range(j1, j2))


def _notes(pack: str) -> dict[str, str]:
    told = Audit.objects.filter(verb=PUBLISHED, about__startswith=f"{pack}@")
    return {
        about: str(detail.get("note", "")) for about, detail in told.values_list("about", "detail")
    }
