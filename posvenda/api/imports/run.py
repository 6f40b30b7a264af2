"""A run: each file read, converted and loaded in short transactions that also keep the progress.

After a kill the run goes on at the committed row: rows before it are read again only to remember
which keys stood there. A file that went in whole before, with the same mapping, is not read again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from posvenda.api.imports import erased, forgetting, kept, mrr, plan
from posvenda.api.imports.load import Loader, Outcome, chunk_of
from posvenda.api.imports.mapping import latest
from posvenda.api.imports.mapping.convert import Converter, Row
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.reading import table
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.reading.table import Row as RawRow
from posvenda.api.models import Echo, ImportFile, ImportRun, Refusal
from posvenda.base import audit, rows
from posvenda.base.announcements import announce
from posvenda.base.models import Batch, DeadLetter
from posvenda.success import definitions

SILENCE = timedelta(seconds=20)
BEAT = timedelta(seconds=2)
INTERRUPTED = timedelta(minutes=2)
WARNINGS_KEPT = 1_000
COUNTS = ("rows_read", "rows_new", "rows_changed", "rows_same", "rows_refused", "rows_warned")
Status = ImportRun.Status
Clock = Callable[[], datetime]
Report = Callable[[ImportFile], None]


class StillRunning(RuntimeError):
    """Raised when a run seems to be at work elsewhere; trying again later will tell."""


class Stopped(Exception):
    """Raised inside a run when a person asked it to stop."""


def _nothing(file: ImportFile) -> None:
    """Report to nobody."""


@dataclass
class _Pace:
    """Who is told of progress, and how the run learns that it should stop."""

    run: ImportRun
    clock: Clock
    report: Report = _nothing
    status: str = Status.RUNNING
    warnings: Counter[str] = field(default_factory=Counter)
    last: datetime | None = None

    def beat(self, file: ImportFile) -> None:
        """Say now and then that the run lives, and stop it when somebody asked."""
        alive = ImportRun.objects.filter(pk=self.run.pk, status=self.status)
        now = self.clock()
        is_due = self.last is None or now - self.last > BEAT
        if not (alive.update(beat_at=now) if is_due else alive.exists()):
            raise Stopped
        self.last = now if is_due else self.last
        self.report(file)


@dataclass(frozen=True)
class _Base:
    """What a file's counts were before a part, for a part may be decided twice."""

    counts: tuple[int, ...]
    tally: dict[str, int]
    warnings: Counter[str]

    @classmethod
    def of(cls, file: ImportFile, warnings: Counter[str]) -> "_Base":
        """Take the counts as they are now."""
        counts = tuple(getattr(file, name) for name in COUNTS)
        return cls(counts, dict(file.tally), Counter(warnings))


def claim(run_id: int, *, now: datetime, status: str = Status.RUNNING) -> ImportRun | None:
    """This will take a run that waits or whose worker fell silent; None when it cannot be had."""
    waiting = Status.QUEUED if status == Status.RUNNING else Status.UPLOADED
    silent = Q(status=status) & (Q(beat_at=None) | Q(beat_at__lt=now - SILENCE))
    free = Q(status=waiting) | silent
    if status == Status.CHECKING:
        free |= Q(status=Status.CHECKED)
    with transaction.atomic():
        taken = ImportRun.objects.filter(free, pk=run_id).update(status=status, beat_at=now)
    return ImportRun.objects.get(pk=run_id) if taken else None


def perform(run: ImportRun, *, now: datetime, clock: Clock, report: Report = _nothing) -> None:
    """This will import every file of a claimed run, and announce the end."""
    if run.batch is None:
        label = ", ".join(run.files.order_by("position").values_list("name", flat=True)[:3])
        run.batch = Batch.objects.create(
            label=label[:300], kind="import", started_at=now, by=run.by, is_history=run.is_history
        )
        run.started_at = now
        run.save(update_fields=["batch", "started_at"])
        Refusal.objects.filter(file__run=run).delete()
    loader = Loader(run.batch, now=now, is_history=run.is_history)
    before = mrr.present(now=now)
    pace = _Pace(run, clock, report)
    try:
        for file in run.files.order_by("position"):
            _perform_file(file, loader, pace)
    except Stopped:
        _finish(run, Status.STOPPED, clock())
        return
    except Unusable as error:
        run.summary = {**run.summary, "unusable": {"code": error.code, "params": error.params}}
        _finish(run, Status.FAILED, clock(), problem=str(error))
        raise
    run.summary = {**run.summary, "mrr": {"before": before, "after": mrr.present(now=now)}}
    _finish(run, Status.DONE, clock())


def _finish(run: ImportRun, status: str, now: datetime, *, problem: str = "") -> None:
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(
            status=status, finished_at=now, problem=problem, summary=run.summary
        )
        run.refresh_from_db()
        forgetting.settle(run)
        totals = counts(list(run.files.all()))
        definitions.settle()
        announce("import.finished", now=now, payload={"run": run.public_id, **totals})
        audit.record(
            "import.finished",
            about=f"import:{run.public_id}",
            by=run.by,
            now=now,
            detail={"status": str(status), **totals},
        )


def counts(files: Sequence[ImportFile]) -> dict[str, int]:
    """This will add up the counts of files."""
    return {name: sum(getattr(file, name) for file in files) for name in COUNTS}


def _perform_file(file: ImportFile, loader: Loader, pace: _Pace) -> None:
    mapping = kept.mapping_of(file)
    if file.is_finished:
        return
    former = _former(file)
    if not mapping.outputs or former is not None:
        if former is not None:
            file.rows_total = file.rows_read = file.rows_same = former.rows_read
            file.preview = {**file.preview, "same_as": former.run.public_id}
            for record in dict.fromkeys(output.record for output in mapping.outputs):
                whole = {"kind": Echo.Kind.WHOLE, "whole_id": former.run.batch_id}
                Echo.objects.create(batch_id=file.run.batch_id or 0, record=record, **whole)
        file.is_finished = True
        file.save()
        pace.beat(file)
        return
    _Reading(file, loader, pace, is_rehearsal=False).go()
    if not file.is_finished:
        file.rows_total = file.rows_read
        file.is_finished = True
        file.save(update_fields=["rows_total", "is_finished"])


def _former(file: ImportFile) -> ImportFile | None:
    """The same content, imported whole with the same mapping and nothing refused."""
    same = ImportFile.objects.filter(
        sha256=file.sha256,
        record=file.record,
        is_finished=True,
        rows_refused=0,
        run__status__in=(Status.DONE, Status.STOPPED),
    ).exclude(run=file.run)
    return next((each for each in same if each.mapping == file.mapping), None)


def rehearse(run: ImportRun, *, now: datetime, clock: Clock, report: Report = _nothing) -> None:
    """This will do all but write: counts go to each file's preview, refusals are listed."""
    Refusal.objects.filter(file__run=run).delete()
    loader = Loader(None, now=now, is_history=run.is_history, is_rehearsal=True)
    effect: Counter[str] = Counter()
    pace = _Pace(run, clock, report, Status.CHECKING)
    try:
        for file in run.files.order_by("position"):
            effect.update(_rehearse_file(file, loader, pace))
    except Stopped:
        return
    before = mrr.present(now=now)
    after = {c: before.get(c, 0) + effect.get(c, 0) for c in {*before, *effect}}
    run.summary = {**run.summary, "mrr": {"before": before, "after": after}}
    ImportRun.objects.filter(pk=run.pk, status=Status.CHECKING).update(
        status=Status.CHECKED, summary=run.summary
    )
    run.refresh_from_db()


def _rehearse_file(file: ImportFile, loader: Loader, pace: _Pace) -> Counter[str]:
    """Rehearse one file and give what it changes in the monthly revenue."""
    effect: Counter[str] = Counter()
    former = _former(file)
    if former is not None:
        file.rows_read = file.rows_same = former.rows_read
        file.preview = {**file.preview, "same_as": former.run.public_id}
    elif file.mapping.get("outputs"):
        reading = _Reading(file, loader, pace, is_rehearsal=True)
        reading.go()
        effect = reading.mrr
    checked = {name: getattr(file, name) for name in COUNTS}
    file.preview = {**file.preview, "check": {**checked, "tally": file.tally}}
    file.rows_total = checked["rows_read"]
    for name in COUNTS:
        setattr(file, name, 0)
    file.tally = {}
    file.save()
    return effect


class _Reading:
    """One file on its way in."""

    def __init__(
        self, file: ImportFile, loader: Loader, pace: _Pace, *, is_rehearsal: bool
    ) -> None:
        self.file, self.loader, self.pace = file, loader, pace
        self.is_rehearsal = is_rehearsal
        self.mapping = mapping = kept.mapping_of(file)
        self.table = kept.table_of(file)
        setting = plan.setting(mapping.formats)
        self.converter = Converter(mapping, self.table.columns, setting)
        self.names = kept.column_names(mapping)
        self.size = max(map(chunk_of, self.converter.records))
        self.places = {name: index for index, name in enumerate(self.table.columns)}
        self.mrr: Counter[str] = Counter()
        self.warnings = pace.warnings

    def go(self) -> None:
        """Read to the end, part by part."""
        self.loader.begin_file()
        size = self.size
        done = 0 if self.is_rehearsal else self.file.rows_read
        with table.rows(self.table) as opened:
            body = latest.only(opened, self.mapping, self.table)
            skipped = done
            while skipped > 0 and (part := list(islice(body, min(size, skipped)))):
                self._skim(part)
                skipped -= len(part)
            while part := list(islice(body, size)):
                self._part(part)

    def _skim(self, part: list[RawRow]) -> None:
        made, _problems = self._convert(part)
        for record, some in zip(self.converter.records, made, strict=True):
            self.loader.skim(record, some)

    def _convert(self, part: list[RawRow]) -> tuple[list[list[Row]], list[Problem]]:
        made: list[list[Row]] = [[] for _ in self.converter.records]
        problems: list[Problem] = []
        for line, cells, trouble in part:
            if trouble is not None:
                problems.append(trouble)
                continue
            some, found = self.converter.rows(line, cells)
            problems += found
            for rows_, row in zip(made, some, strict=True):
                if row is not None:
                    rows_.append(row)
        return made, problems

    def _part(self, part: list[RawRow]) -> None:
        """Load one part; its counts are those of the first record made from each row."""
        made, problems = self._convert(part)
        raw = {line: cells for line, cells, _trouble in part}
        before = Outcome(problems=problems)
        *firsts, (record, some) = zip(self.converter.records, made, strict=True)
        for number, (first, several) in enumerate(firsts):
            before.add(self.loader.apply(first, several), has_counts=number == 0)
        base = _Base.of(self.file, self.warnings)

        def keep(outcome: Outcome) -> None:
            whole = Outcome()
            whole.add(before)
            whole.add(outcome, has_counts=not firsts)
            self._keep(whole, base, raw, len(part), is_last=len(part) < self.size)

        before.add(self.loader.apply(record, some, also=keep), has_counts=False)
        self.mrr.update(before.mrr)
        self.pace.beat(self.file)

    def _keep(
        self,
        outcome: Outcome,
        base: "_Base",
        raw: dict[int, list[Any]],
        read: int,
        *,
        is_last: bool,
    ) -> None:
        """Keep progress and problems in the transaction of the rows themselves."""
        file = self.file
        refused = [p for p in outcome.problems if not p.is_warning]
        warned = [p for p in outcome.problems if p.is_warning]
        added = (
            read,
            outcome.new,
            outcome.changed,
            outcome.same,
            len({p.line for p in refused}),
            len({p.line for p in warned}),
        )
        for name, before, more in zip(COUNTS, base.counts, added, strict=True):
            setattr(file, name, before + more)
        file.tally = dict(Counter(base.tally) + Counter(p.code for p in outcome.problems))
        self.warnings.clear()
        self.warnings.update(base.warnings)
        shown = [*refused, *(p for p in warned if self._is_kept(p))]
        hidden = erased.lines_of({p.line: raw.get(p.line, ()) for p in shown})
        rows.insert(
            Refusal,
            ("file", "line", "field", "value", "code", "params", "is_warning", "row", "status"),
            [self._refusal(p, raw, is_hidden=p.line in hidden) for p in shown],
        )
        if not self.is_rehearsal:
            file.is_finished = is_last
            file.rows_total = file.rows_read if is_last else file.rows_total
            file.save(update_fields=[*COUNTS, "tally", "is_finished", "rows_total"])

    def _is_kept(self, problem: Problem) -> bool:
        self.warnings[problem.code] += 1
        return self.warnings[problem.code] <= WARNINGS_KEPT

    def _column(self, name: str) -> str:
        """The column a field came from; rows of other records tell of the customer too."""
        told = self.names.get(name) or self.names.get(f"customer.{name}")
        return told or name

    def _refusal(
        self, problem: Problem, raw: dict[int, list[Any]], *, is_hidden: bool
    ) -> tuple[Any, ...]:
        if is_hidden or problem.code == erased.CODE:
            column, params = self._column(problem.field)[:120], dict(problem.params)
            params = params if problem.code == erased.CODE else {}
            return (
                self.file.pk,
                problem.line,
                column,
                "",
                problem.code,
                params,
                problem.is_warning,
                [],
                str(DeadLetter.Status.DROPPED),
            )
        cells = [kept.text_of(cell) for cell in raw.get(problem.line, ())]
        column = self._column(problem.field)
        place = self.places.get(column)
        value = problem.value
        if not value and place is not None and place < len(cells):
            value = cells[place]
        return (
            self.file.pk,
            problem.line,
            column[:120],
            value,
            problem.code,
            dict(problem.params),
            problem.is_warning,
            cells,
            str(DeadLetter.Status.OPEN),
        )


def queue(run: ImportRun, *, now: datetime) -> bool:
    """This will queue a rehearsed, stopped, failed or interrupted run; False when it is busy."""
    ready = Q(status__in=(Status.CHECKED, Status.STOPPED, Status.FAILED))
    silent = Q(status=Status.RUNNING, beat_at__lt=now - INTERRUPTED)
    waiting = ImportRun.objects.filter(ready | silent, pk=run.pk)
    return bool(waiting.update(status=Status.QUEUED, problem="", finished_at=None))


def stop(run: ImportRun) -> bool:
    """This will ask a run to stop after the part it is at."""
    under_way = (Status.QUEUED, Status.RUNNING, Status.CHECKING)
    return bool(
        ImportRun.objects.filter(pk=run.pk, status__in=under_way).update(status=Status.STOPPED)
    )


def problems_of(run: ImportRun) -> Iterator[Refusal]:
    """This will give what was refused or warned of, by file and line."""
    yield from (
        Refusal.objects.filter(file__run=run)
        .select_related("file")
        .order_by("file__position", "is_warning", "line", "id")
        .iterator(2_000)
    )
