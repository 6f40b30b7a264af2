"""A refused row of an import, taken in after all: under the mapping and the batch of its run.

The row's cells are stored, so the file may be gone. A row without a key of its own counts as one
more among equal rows of its run; a row whose key the run has taken in already is refused again.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from posvenda.api.imports import kept, plan
from posvenda.api.imports.identity import base_of, prefix_of
from posvenda.api.imports.load import FAMILIES, Loader, Outcome
from posvenda.api.imports.mapping.convert import Converter, Row
from posvenda.api.imports.problems import Problem, sentence
from posvenda.api.imports.seen import Seen
from posvenda.api.imports.undo import facts
from posvenda.api.models import ImportFile, Refusal
from posvenda.base import audit
from posvenda.base.deadletters import StillRefused
from posvenda.base.models import DeadLetter, User
from posvenda.commerce.models import Answer, Cancellation, ContractLine, Order, OrderLine, Ticket
from posvenda.conversations.models import Interaction

Status = DeadLetter.Status
NUMBER = re.compile(r"-?\d+(\.\d+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.]\d+)?([+-]\d\d:\d\d)?")
TYPED = ("xlsx", "parquet", "jsonl")
MODELS: dict[str, Any] = {
    "order": Order,
    "order_line": OrderLine,
    "contract": ContractLine,
    "ticket": Ticket,
    "answer": Answer,
    "cancellation": Cancellation,
    "interaction": Interaction,
}


class _Known(Seen):
    """What a run has taken in, for one row that comes after it."""

    def __init__(self, record: str, batch: int, earlier: int) -> None:
        super().__init__()
        self.record, self.batch, self.earlier = record, batch, earlier

    def occurrence(self, name: str) -> int:
        """This will give the number of equal rows the run took in already."""
        return self.earlier

    def first(self, name: str, *, line: int, content: int) -> tuple[int, int] | None:
        """This will say that the run has this key, unless such rows may repeat."""
        model = MODELS.get(self.record)
        if FAMILIES[self.record].identity.may_repeat or model is None:
            return None
        told = model._default_manager.filter(key=name, batch=self.batch)
        is_fact = model in facts.MODELS
        is_there = (told.filter(is_retracted=False) if is_fact else told).exists()
        return (0, -1) if is_there else None


def needs_worker(file: ImportFile) -> bool:
    """This will say whether a file's rows go to the event store, which only workers open."""
    return any(output["record"] == "usage" for output in file.mapping.get("outputs", ()))


def take_in(
    refusal: Refusal, cells: Sequence[str], *, by: User | None, now: datetime
) -> Outcome | None:
    """This will take a line in with these cells; ``StillRefused`` leaves everything as it was.

    All open refusals of the line are settled with it. None when another came first.
    """
    file = refusal.file
    with transaction.atomic():
        waiting = open_of_line(refusal)
        if not waiting.update(status=Status.RETRIED, settled_at=now, by=by, row=list(cells)):
            return None
        outcome = _load(file, refusal.line, list(cells), now)
        wrong = [each for each in outcome.problems if not each.is_warning]
        if wrong:
            raise StillRefused(reason(file, wrong[0], cells))
        _count(file, outcome)
        about = f"import:{file.run.public_id}"
        detail = {"file": file.name, "line": refusal.line}
        audit.record("import.row_mended", about=about, by=by, now=now, detail=detail)
    return outcome


def open_of_line(refusal: Refusal) -> Any:
    """This will give the open refusals of one line of a file."""
    return Refusal.objects.filter(
        file=refusal.file_id, line=refusal.line, status=Status.OPEN, is_warning=False
    )


def set_aside(refusal: Refusal, *, by: User, now: datetime) -> bool:
    """This will leave a row out for good; it stays readable."""
    with transaction.atomic():
        left = open_of_line(refusal).update(status=Status.DROPPED, settled_at=now, by=by)
        if left:
            about = f"import:{refusal.file.run.public_id}"
            detail = {"file": refusal.file.name, "line": refusal.line}
            audit.record("import.row_dropped", about=about, by=by, now=now, detail=detail)
    return bool(left)


def reason(file: ImportFile, problem: Problem, cells: Sequence[str]) -> str:
    """This will name the column, the value and the way out."""
    column = kept.column_names(kept.mapping_of(file)).get(problem.field, problem.field)
    columns: list[str] = file.dialect.get("columns", [])
    place = columns.index(column) if column in columns else -1
    value = problem.value or (cells[place] if 0 <= place < len(cells) else "")
    told = sentence(problem.code, problem.params)
    return ": ".join([" ".join(filter(None, (column, f"“{value}”" if value else ""))), told])


def _load(file: ImportFile, line: int, cells: list[str], now: datetime) -> Outcome:
    batch = file.run.batch
    assert batch is not None
    mapping, columns = kept.mapping_of(file), list(file.dialect["columns"])
    converter = Converter(mapping, columns, plan.setting(mapping.formats))
    made, problems = converter.rows(line, _typed(file, cells, len(columns)))
    total = Outcome(problems=list(problems))
    for number, (record, row) in enumerate(zip(converter.records, made, strict=True)):
        if row is None:
            continue
        loader = Loader(batch, now=now, is_history=file.run.is_history)
        loader.begin_file()
        loader.remember(record, _Known(record, batch.pk, _earlier(record, row, batch.pk)))
        total.add(loader.apply(record, [row]), has_counts=number == 0)
    return total


def _typed(file: ImportFile, cells: list[str], width: int) -> list[Any]:
    """The cells as the reader gave them: numbers and moments of typed files were kept as text."""
    values: list[Any] = [cell or None for cell in cells[:width]]
    values += [None] * (width - len(values))
    if file.dialect.get("kind") not in TYPED:
        return values
    return [_restored(value) if isinstance(value, str) else value for value in values]


def _restored(text: str) -> Any:
    if NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return datetime.fromisoformat(text) if MOMENT.fullmatch(text) else text


def _earlier(record: str, row: Row, batch: int) -> int:
    """How many rows equal to this one, without a key, its run took in."""
    identity, model = FAMILIES[record].identity, MODELS.get(record)
    if identity.key(row) or model is None or not identity.fields:
        return 0
    prefix = prefix_of(row, base_of(row, identity))
    told = model._default_manager.filter(key__gte=prefix, key__lt=f"{prefix}~", batch=batch)
    return int(told.values("key").distinct().count())


def _count(file: ImportFile, outcome: Outcome) -> None:
    """Move the line from refused to what became of it."""
    file.refresh_from_db()
    file.rows_refused = max(file.rows_refused - 1, 0)
    file.rows_new += outcome.new
    file.rows_changed += outcome.changed
    file.rows_same += outcome.same
    file.save(update_fields=["rows_refused", "rows_new", "rows_changed", "rows_same"])
