"""Runs and their results as the page prints them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posvenda.api.imports import one_file
from posvenda.api.imports import run as runs
from posvenda.api.imports.mapping.mapping import Mapping
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.page import undone
from posvenda.api.imports.problems import sentence
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import ImportFile, ImportRun, Refusal

Status = ImportRun.Status
UNDER_WAY = (Status.QUEUED, Status.RUNNING, Status.CHECKING, Status.UNDOING)
COLUMNS_SHOWN = 5
NAMES_SHOWN = 3


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    done: int
    total: int
    left: str


@dataclass(frozen=True)
class RunLine:
    """A past or present import in the list."""

    run: ImportRun
    title: str
    text: str
    progress: Progress | None
    is_good: bool
    is_waiting: bool
    is_interrupted: bool
    may_undo: bool


@dataclass(frozen=True)
class Figure:
    """One figure of the rehearsal or the result."""

    label: str
    value: int
    text: str


@dataclass(frozen=True)
class Money:
    """The effect on the monthly revenue in one currency, in cents."""

    currency: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """What is added."""
        return self.after - self.before


@dataclass(frozen=True)
class Cell:
    """One cell of a row to look at: the heading of its column, its text, whether it is wrong."""

    column: str
    text: str
    is_bad: bool


@dataclass(frozen=True)
class ProblemRow:
    """A row to look at: its line, its cells with the bad one marked, and what is wrong."""

    line: int
    cells: list[Cell]
    reason: str
    is_warning: bool


@dataclass(frozen=True)
class ProblemTable:
    """The rows to look at of files with the same columns."""

    title: str
    columns: list[str]
    rows: list[ProblemRow]
    more: int


def title(run: ImportRun) -> str:
    """This will name a run by its files."""
    names = list(run.files.order_by("position").values_list("name", flat=True)[: NAMES_SHOWN + 1])
    if not names:
        names = [each["name"] for each in run.summary.get("uploads", [])][: NAMES_SHOWN + 1]
    if len(names) <= NAMES_SHOWN:
        return ", ".join(names) or _("files")
    count = run.files.count() or len(run.summary.get("uploads", []))
    rest = count - 1
    return ngettext("{name} and {count} more file", "{name} and {count} more files", rest).format(
        name=names[0], count=rest
    )


def line(run: ImportRun, *, now: datetime) -> RunLine:
    """This will make a run ready for the list."""
    totals = runs.counts(list(run.files.all()))
    is_good = run.status == Status.DONE and not totals["rows_refused"]
    lost = is_interrupted(run, now=now)
    progress = progress_of(run, now=now) if run.status in UNDER_WAY and not lost else None
    waiting = run.status in (Status.UPLOADED, Status.CHECKED)
    text = _("interrupted") if lost else _outcome(run, totals)
    is_undone = run.status == Status.UNDONE
    may_undo = undone.may_undo(run)
    good = is_good or is_undone
    return RunLine(run, title(run), text, progress, good, waiting, lost, may_undo)


def problem(run: ImportRun) -> str:
    """This will say in the reader's language why a run could not be carried out."""
    said = run.summary.get("unusable")
    return str(Unusable(said["code"], **said["params"])) if said else run.problem


def is_interrupted(run: ImportRun, *, now: datetime) -> bool:
    """This will say whether a run was at work and then fell silent."""
    return (
        run.status == Status.RUNNING
        and run.beat_at is not None
        and run.beat_at < now - runs.INTERRUPTED
    )


def _outcome(run: ImportRun, totals: dict[str, int]) -> str:
    if run.status == Status.FAILED:
        return problem(run)
    if run.status == Status.UNDONE:
        return undone.sentence(run)
    if run.status not in (Status.DONE, Status.STOPPED):
        return str(run.get_status_display())
    from posvenda.ui.formats import number

    read, refused = totals["rows_read"], totals["rows_refused"]
    rows = ngettext("{count} row", "{count} rows", read).format(count=_n(read, number))
    errors = ngettext("{count} error", "{count} errors", refused).format(count=_n(refused, number))
    words = [rows, errors]
    if run.by is not None:
        words.append(_("by {name}").format(name=run.by.name))
    if run.status == Status.STOPPED:
        words.append(_("stopped"))
    return ", ".join(words)


def _n(value: int, number: Any) -> str:
    from django.utils.translation import get_language

    return str(number(value, get_language() or "en", digits=0))


def progress_of(run: ImportRun, *, now: datetime) -> Progress:
    """This will say how far a run is and about how long it still takes."""
    files = list(run.files.all())
    if run.status == Status.UNDOING:
        return Progress(*undone.progress(run), "")
    total = sum(file.rows_total or 0 for file in files)
    done = sum(file.rows_read for file in files)
    return Progress(min(done, total), total, _left(run, done, total, now))


def _left(run: ImportRun, done: int, total: int, now: datetime) -> str:
    if run.started_at is None or not 0 < done < total:
        return ""
    seconds = (now - run.started_at).total_seconds() / done * (total - done)
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("less than a minute left")
    return ngettext("about {count} minute left", "about {count} minutes left", minutes).format(
        count=minutes
    )


def figures(run: ImportRun) -> list[Figure]:
    """This will give the figures of a rehearsal, or of the import when it is done."""
    files = list(run.files.order_by("position"))
    totals: Counter[str] = Counter()
    for file in files:
        said = file.preview.get("check", {}) if run.status == Status.CHECKED else vars(file)
        totals.update({name: said.get(name, 0) for name in one_file.COUNTS})
    records = [BY_NAME[file.record] for file in files if file.record in BY_NAME]
    what = ", ".join(dict.fromkeys(str(record.plural) for record in records))
    same = ngettext("{count} without change", "{count} without change", totals["rows_same"])
    return [
        Figure(_("New"), totals["rows_new"], what),
        Figure(_("Updated"), totals["rows_changed"], same.format(count=totals["rows_same"])),
        Figure(_("Warnings"), totals["rows_warned"], _("come in all the same")),
        Figure(_("Errors"), totals["rows_refused"], _("stay out")),
    ]


def importable(run: ImportRun) -> int:
    """This will say how many rows a rehearsed import would bring in."""
    checked = [file.preview.get("check", {}) for file in run.files.all()]
    return sum(c.get("rows_read", 0) - c.get("rows_refused", 0) for c in checked)


def money(run: ImportRun) -> list[Money]:
    """This will give the effect on the monthly revenue, by currency."""
    said = run.summary.get("mrr", {})
    before, after = said.get("before", {}), said.get("after", {})
    return [
        Money(currency, before.get(currency, 0), after.get(currency, 0))
        for currency in sorted({*before, *after})
        if before.get(currency, 0) != after.get(currency, 0)
    ]


def problem_tables(run: ImportRun, groups: Sequence[Sequence[ImportFile]]) -> list[ProblemTable]:
    """This will give the first rows to look at of each table, errors before warnings."""
    made = []
    for members in groups:
        found = Refusal.objects.filter(file__in=[file.pk for file in members])
        count = found.count()
        if count:
            first = list(found.order_by("is_warning", "file__position", "line", "id")[:SHOWN])
            made.append(_problem_table(members, first, count - len(first)))
    return made


SHOWN = 50


def _problem_table(
    members: Sequence[ImportFile], found: Sequence[Refusal], more: int
) -> ProblemTable:
    first = members[0]
    columns: list[str] = first.dialect.get("columns", [])
    shown = _columns(columns, Mapping.from_dict(first.mapping), found)
    rows = [
        ProblemRow(
            each.line,
            [
                Cell(
                    columns[index],
                    each.row[index] if index < len(each.row) else "",
                    columns[index] == each.field and not each.is_warning,
                )
                for index in shown
            ],
            _reason(each, columns),
            each.is_warning,
        )
        for each in found
    ]
    return ProblemTable(first.name, [columns[index] for index in shown], rows, more)


def _columns(columns: list[str], mapping: Mapping, found: Sequence[Refusal]) -> list[int]:
    """The columns to show: those with bad cells, then the first ones that are imported."""
    bad = {each.field for each in found}
    used = [c.name for output in mapping.outputs for c in output.columns]
    wanted = [name for name in columns if name in bad]
    wanted += [name for name in columns if name in used and name not in wanted]
    chosen = set(wanted[: max(COLUMNS_SHOWN, len([w for w in wanted if w in bad]))])
    return [index for index, name in enumerate(columns) if name in chosen][: COLUMNS_SHOWN + 3]


def _reason(each: Refusal, columns: list[str]) -> str:
    reason = sentence(each.code, each.params)
    if each.field and each.field not in columns:
        return f"{each.field}: {reason}"
    return reason


def tallies(run: ImportRun) -> list[tuple[int, str, bool]]:
    """This will count problems by their sentence: number, words, whether they are warnings."""
    total: Counter[str] = Counter()
    for file in run.files.all():
        total.update(
            file.preview.get("check", {}).get("tally", {}) if not file.tally else file.tally
        )
    warnings = set(
        Refusal.objects.filter(file__run=run, is_warning=True)
        .order_by()
        .values_list("code", flat=True)
        .distinct()
    )
    from posvenda.api.imports.problems import heading

    return [(count, heading(code), code in warnings) for code, count in total.most_common()]
