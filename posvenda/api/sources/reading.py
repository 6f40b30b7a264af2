"""One reading of a place: files that are new or changed become import runs, the same bytes nothing.

The first run waits for a person, who confirms what the columns are. Later files with the same
columns go in by themselves; one with other columns waits for a person again.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from posvenda.api.imports import kept, uploaded
from posvenda.api.imports.mapping.mapping import Mapping, header_key
from posvenda.api.imports.plan import Options, Planned, plan
from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import ImportRun, Source, SourceFile
from posvenda.api.sources import places, timetable
from posvenda.api.sources.failures import Failed
from posvenda.base import audit
from posvenda.base.models import Announcement

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
AT_ONCE = 200
Status = ImportRun.Status
WAITING = (Status.UPLOADED, Status.CHECKING, Status.CHECKED)


def claim(pk: int, *, now: datetime) -> Source | None:
    """This will take a source that nobody else reads at this moment."""
    free = Q(reading_at=None) | Q(reading_at__lt=now - LEASE)
    taken = Source.objects.filter(free, pk=pk).update(reading_at=now)
    return Source.objects.get(pk=pk) if taken else None


def read(source: Source, *, now: datetime) -> list[ImportRun]:
    """This will read a claimed source once and give the runs that may go in by themselves.

    A failure is kept with the source, which is tried again later and later.
    """
    runs: list[ImportRun] = []
    try:
        known = dict(source.files.values_list("name", "mark"))
        with places.found(source, known) as listed:
            for each in listed[:AT_ONCE]:
                if not each.mark or known.get(each.name) != each.mark:
                    runs += _take(source, each, now)
    except (Failed, Unusable) as failure:
        _failed(source, failure, now)
        return runs
    Source.objects.filter(pk=source.pk).update(
        reading_at=None, read_at=now, failures=0, problem={}, next_at=_next(source, now)
    )
    return runs


def _next(source: Source, now: datetime) -> datetime | None:
    """A source without a confirmed mapping waits for its first run."""
    return timetable.next_after(source, now) if source.mappings else None


def _failed(source: Source, failure: Failed | Unusable, now: datetime) -> None:
    code, detail = (
        (failure.code, failure.detail)
        if isinstance(failure, Failed)
        else ("unusable", str(failure))
    )
    log.warning("source %s: %s", source.public_id, code)
    count = source.failures + 1
    Source.objects.filter(pk=source.pk).update(
        reading_at=None,
        read_at=now,
        failures=count,
        problem={"code": code, "detail": detail, "at": now.isoformat()},
        next_at=timetable.after_failure(source, count, now),
    )


def _take(source: Source, each: places.Found, now: datetime) -> list[ImportRun]:
    """Fetch one file; unless its bytes are known, plan it as a run."""
    run = kept.begin(by=source.by, now=now, is_history=False)
    folder = uploaded.folder_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"000{places.suffix(each.name)}"
    try:
        mark = each.fetch(path)
        digest = _digest(path)
        seen = SourceFile.objects.filter(source=source, name=each.name).first()
        if seen is not None and seen.sha256 == digest:
            SourceFile.objects.filter(pk=seen.pk).update(mark=mark, seen_at=now)
            _forget(run)
            return []
        is_ready = _planned(source, run, each.name, path)
    except (Failed, Unusable):
        _forget(run)
        raise
    except OSError as error:
        _forget(run)
        raise Failed("unreachable", each.name) from error
    with transaction.atomic():
        run.source, run.summary = source, {"uploads": [{"name": each.name, "path": str(path)}]}
        run.status = Status.QUEUED if is_ready else Status.UPLOADED
        run.save(update_fields=["source", "summary", "status"])
        told = {"mark": mark, "sha256": digest, "seen_at": now, "run": run}
        SourceFile.objects.update_or_create(source=source, name=each.name, defaults=told)
        about, detail = f"import:{run.public_id}", {"source": source.public_id, "file": each.name}
        audit.record("import.fetched", about=about, by=None, now=now, detail=detail)
    return [run] if is_ready else []


def _planned(source: Source, run: ImportRun, name: str, path: Path) -> bool:
    """Plan a file; it is ready when a person confirmed every table of it before."""
    gathered = files.gather(path, name=uploaded.clean(name))
    planned = plan(gathered, Options(), is_attended=True)
    confirmed = [_confirmed(source, each) for each in planned]
    kept.keep(run, [done or each for done, each in zip(confirmed, planned, strict=True)])
    return all(done is not None for done in confirmed)


def _confirmed(source: Source, each: Planned) -> Planned | None:
    known = source.mappings.get(header_key(each.table.columns))
    return replace(each, mapping=Mapping.from_dict(known)) if known else None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(files.BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _forget(run: ImportRun) -> None:
    uploaded.drop(run)
    run.delete()


def adopt(run: ImportRun, *, now: datetime) -> None:
    """This will keep what a person confirmed in a run of a source, for the files that follow."""
    source = run.source
    if source is None or run.status != Status.DONE:
        return
    told = {
        header_key(file.dialect["columns"]): file.mapping
        for file in run.files.all()
        if file.dialect.get("columns") and file.mapping
    }
    if told.items() <= source.mappings.items() and source.next_at is not None:
        return
    merged = {**source.mappings, **told}
    Source.objects.filter(pk=source.pk).update(
        mappings=merged, next_at=timetable.next_after(source, now)
    )


def on_import(news: Announcement) -> None:
    """This will have a source go on once its run was confirmed by a person."""
    run = ImportRun.objects.select_related("source").filter(public_id=news.payload["run"]).first()
    if run is not None:
        adopt(run, now=news.at)


def due(*, now: datetime) -> Sequence[int]:
    """This will name the sources whose time has come."""
    waiting = Source.objects.filter(next_at__lte=now, paused_at=None)
    return list(waiting.order_by("next_at").values_list("pk", flat=True))


def waiting_run(source: Source) -> ImportRun | None:
    """This will give a run of the source that waits for a person."""
    return source.runs.filter(status__in=WAITING).order_by("pk").first()
