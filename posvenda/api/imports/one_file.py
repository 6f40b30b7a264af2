"""One file on its way in: read, converted and loaded part by part, each with its progress.

The counts and problems of a part are committed in the transaction of its rows.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from posvenda.api.imports import erased, kept, plan
from posvenda.api.imports.load import Loader, Outcome, chunk_of
from posvenda.api.imports.mapping import latest
from posvenda.api.imports.mapping.convert import Converter, Row
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.reading import table
from posvenda.api.imports.reading.table import Row as RawRow
from posvenda.api.models import ImportFile, ImportRun, Refusal
from posvenda.base import rows
from posvenda.base.models import DeadLetter

BEAT = timedelta(seconds=2)
WARNINGS_KEPT = 1_000
COUNTS = ("rows_read", "rows_new", "rows_changed", "rows_same", "rows_refused", "rows_warned")
Clock = Callable[[], datetime]
Report = Callable[[ImportFile], None]


def nothing(file: ImportFile) -> None:
    """This will report to nobody."""


class Stopped(Exception):
    """Raised inside a run when a person asked it to stop."""


def _nothing(file: ImportFile) -> None:
    """Report to nobody."""


@dataclass
class Pace:
    """Who is told of progress, and how the run learns that it should stop."""

    run: ImportRun
    clock: Clock
    report: Report = nothing
    status: str = ImportRun.Status.RUNNING
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
class Base:
    """What a file's counts were before a part, for a part may be decided twice."""

    counts: tuple[int, ...]
    tally: dict[str, int]
    warnings: Counter[str]

    @classmethod
    def of(cls, file: ImportFile, warnings: Counter[str]) -> "Base":
        """Take the counts as they are now."""
        counts = tuple(getattr(file, name) for name in COUNTS)
        return cls(counts, dict(file.tally), Counter(warnings))


class Reading:
    """One file on its way in."""

    def __init__(self, file: ImportFile, loader: Loader, pace: Pace, *, is_rehearsal: bool) -> None:
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
        base = Base.of(self.file, self.warnings)

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
        base: "Base",
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
