"""A run: each file read, converted and loaded in short transactions that also keep the progress.

After a kill the run goes on at the committed row: rows before it are read again only to remember
which keys stood there. A file that went in whole before, with the same mapping, is not read again.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from posvenda.api.imports import forgetting, kept, mrr
from posvenda.api.imports.load import Loader
from posvenda.api.imports.one_file import COUNTS, Clock, Pace, Reading, Report, Stopped, nothing
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.undo.standing import TABLES
from posvenda.api.models import Echo, ImportFile, ImportRun, Refusal
from posvenda.base import audit
from posvenda.base.announcements import announce
from posvenda.base.models import Batch
from posvenda.success import definitions

SILENCE = timedelta(seconds=20)
INTERRUPTED = timedelta(minutes=2)
Status = ImportRun.Status


class StillRunning(RuntimeError):
    """Raised when a run seems to be at work elsewhere; trying again later will tell."""


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


def perform(run: ImportRun, *, now: datetime, clock: Clock, report: Report = nothing) -> None:
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
    pace = Pace(run, clock, report)
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


def _perform_file(file: ImportFile, loader: Loader, pace: Pace) -> None:
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
    Reading(file, loader, pace, is_rehearsal=False).go()
    if not file.is_finished:
        file.rows_total = file.rows_read
        file.is_finished = True
        file.save(update_fields=["rows_total", "is_finished"])


def _former(file: ImportFile) -> ImportFile | None:
    """The same content, imported whole with the same mapping and nothing refused.

    A run with another file for the same tables must be repeated with that file, for what is not
    read again is vouched for by the table when one of the two runs is undone.
    """
    same = ImportFile.objects.filter(
        sha256=file.sha256,
        record=file.record,
        is_finished=True,
        rows_refused=0,
        run__status__in=(Status.DONE, Status.STOPPED),
    ).exclude(run=file.run)
    alike = (each for each in same.order_by("pk") if each.mapping == file.mapping)
    return next((each for each in alike if _beside(each) == _beside(file)), None)


def _beside(file: ImportFile) -> list[tuple[str, str, str]]:
    """What tells the files of the run that write to the tables this one writes to."""
    tables = _tables(file)
    return sorted(
        (each.sha256, each.record, json.dumps(each.mapping, sort_keys=True))
        for each in file.run.files.all()
        if tables & _tables(each)
    )


def _tables(file: ImportFile) -> set[str]:
    records = {output.record for output in kept.mapping_of(file).outputs}
    return {table for record in records for table in TABLES.get(record, ())}


def rehearse(run: ImportRun, *, now: datetime, clock: Clock, report: Report = nothing) -> None:
    """This will do all but write: counts go to each file's preview, refusals are listed."""
    Refusal.objects.filter(file__run=run).delete()
    loader = Loader(None, now=now, is_history=run.is_history, is_rehearsal=True)
    effect: Counter[str] = Counter()
    pace = Pace(run, clock, report, Status.CHECKING)
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


def _rehearse_file(file: ImportFile, loader: Loader, pace: Pace) -> Counter[str]:
    """Rehearse one file and give what it changes in the monthly revenue."""
    effect: Counter[str] = Counter()
    former = _former(file)
    if former is not None:
        file.rows_read = file.rows_same = former.rows_read
        file.preview = {**file.preview, "same_as": former.run.public_id}
    elif file.mapping.get("outputs"):
        reading = Reading(file, loader, pace, is_rehearsal=True)
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
