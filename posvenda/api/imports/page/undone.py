"""The undo of an import in words: what it would do, how far it is, what came of it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.undo import run as undo
from posvenda.api.models import ImportRun

RECORDS = {"orderline": "order_line", "contractline": "contract"}


@dataclass(frozen=True)
class UndoLine:
    """One kind of record of an undo: what is taken back, brought back, and left."""

    label: str
    undone: int
    restored: int
    kept: int


def may_undo(run: ImportRun) -> bool:
    """This will say whether the import wrote something that can be taken back."""
    return run.status in undo.READY and run.batch_id is not None


def preview(run: ImportRun) -> list[UndoLine]:
    """This will give what an undo would do, kind by kind, without doing it."""
    assert run.batch is not None
    found = undo.preview(run.batch)
    return [
        UndoLine(label(name), counts["undone"], 0, counts["later"])
        for name, counts in found.items()
    ]


def lines(run: ImportRun) -> list[UndoLine]:
    """This will give what an undo did, kind by kind."""
    said = run.summary.get("undo", {})
    counts, later = said.get("counts", {}), said.get("later", {})
    made = []
    for name in dict.fromkeys([*counts, *later]):
        each = counts.get(name, {})
        kept = each.get("kept", 0) + later.get(name, 0)
        line = UndoLine(label(name), each.get("undone", 0), each.get("restored", 0), kept)
        if line.undone or line.restored or line.kept:
            made.append(line)
    return made


def label(name: str) -> str:
    """This will name a table in the reader's words."""
    record = BY_NAME.get(RECORDS.get(name, name))
    if record is not None:
        return str(record.plural)
    words = {
        "attributevalue": _("attributes"),
        "identity": _("identities"),
        "tag": _("tags"),
    }
    return words.get(name, name)


def result(run: ImportRun) -> dict[str, Any]:
    """This will give what the page of an undone import shows."""
    before, after = _money(run)
    return {
        "lines": lines(run),
        "sentence": sentence(run),
        "money": [
            (currency, before.get(currency, 0), after.get(currency, 0))
            for currency in sorted({*before, *after})
            if before.get(currency, 0) != after.get(currency, 0)
        ],
    }


def _money(run: ImportRun) -> tuple[dict[str, int], dict[str, int]]:
    said = run.summary.get("undo", {})
    return said.get("mrr", {}), said.get("mrr_after", {})


def sentence(run: ImportRun) -> str:
    """This will say in one line what the undo did."""
    totals = undo.totals(run)
    back, kept = totals["undone"] + totals["restored"], totals["kept"] + totals["later"]
    words = ngettext("undone: {count} taken back", "undone: {count} taken back", back)
    text = words.format(count=back)
    if kept:
        left = ngettext("{count} kept", "{count} kept", kept).format(count=kept)
        text = f"{text}, {left}"
    return text


def progress(run: ImportRun) -> tuple[int, int]:
    """This will say how much is undone, and of how many rows that came in."""
    totals = undo.totals(run)
    done = totals["undone"] + totals["restored"] + totals["kept"]
    rows = sum(file.rows_new + file.rows_changed for file in run.files.all())
    return min(done, rows), rows
