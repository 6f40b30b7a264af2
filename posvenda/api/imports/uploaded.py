"""Files that came through the page: kept under the uploads, then looked at by the worker."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from posvenda.api.imports import erased, kept
from posvenda.api.imports.plan import Planned, plan
from posvenda.api.imports.profiling import report
from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import ImportRun
from posvenda.base import clock
from posvenda.base.models import User

NAME_LIMIT = 120
FILES_LIMIT = 400


class Refused(ValueError):
    """Raised with a sentence when files cannot be taken."""


def keep(several: Sequence[UploadedFile[Any]], *, by: User, now: datetime) -> ImportRun:
    """This will store uploaded files under names of ours and begin a run with them."""
    _check(several)
    run = kept.begin(by=by, now=now, is_history=False)
    folder = folder_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    uploads = []
    for number, file in enumerate(several):
        name = clean(file.name or "")
        path = folder / f"{number:03d}{_suffix(name)}"
        with path.open("wb") as target:
            for block in file.chunks(files.BLOCK):
                target.write(block)
        uploads.append({"name": name, "path": str(path)})
    run.summary = {"uploads": uploads}
    run.save(update_fields=["summary"])
    return run


def folder_of(run: ImportRun) -> Path:
    """This will give the folder of a run's files."""
    return Path(settings.MEDIA_ROOT) / "imports" / run.public_id


def clean(name: str) -> str:
    """This will give a file's name without folders and characters that are not shown."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(each for each in last if each.isprintable())
    return plain[-NAME_LIMIT:] or "arquivo"


def _check(several: Sequence[UploadedFile[Any]]) -> None:
    if not several:
        raise Refused(_("Choose a file first."))
    if len(several) > FILES_LIMIT:
        raise Refused(_("At most %(limit)s files at once.") % {"limit": FILES_LIMIT})
    limit = settings.UPLOAD_LIMIT_BYTES
    for file in several:
        name, size = clean(file.name or ""), file.size or 0
        most = min(limit, files.XLSX_LIMIT) if name.lower().endswith(".xlsx") else limit
        if not _suffix(name):
            raise Refused(str(Unusable("unknown_kind", name=name)))
        if size > most:
            params = {"size": size // files.MB + 1, "limit": most // files.MB}
            raise Refused(str(Unusable("too_big", name=name, **params)))
    if sum(file.size or 0 for file in several) > limit:
        raise Refused(
            _("Together the files have more than %(limit)s MB; bring them in parts.")
            % {"limit": limit // files.MB}
        )


def _suffix(name: str) -> str:
    """The ending of a kind we read, ``.gz`` included, or nothing."""
    plain = name.lower()
    packed = ".gz" if plain.endswith(".gz") else ""
    suffix = Path(plain.removesuffix(".gz")).suffix
    return suffix + packed if suffix in files.KINDS else ""


def inspect(run_id: int, *, now: datetime) -> None:
    """This will plan the files of a run that waits; a file that cannot be read ends it."""
    run = ImportRun.objects.get(pk=run_id)
    if run.status != ImportRun.Status.UPLOADED:
        return
    try:
        sources = [
            source
            for each in run.summary.get("uploads", [])
            for source in files.gather(Path(each["path"]), name=each["name"])
        ]
        planned = plan(sources, kept.options_of(run), is_attended=True)
        profiles = _profiles(planned, now=now)
    except Unusable as error:
        run.status, run.problem, run.finished_at = ImportRun.Status.FAILED, str(error), now
        run.summary = {**run.summary, "unusable": {"code": error.code, "params": error.params}}
        run.save(update_fields=["status", "problem", "finished_at", "summary"])
        return
    kept.keep(run, planned, profiles=profiles)


def _profiles(planned: Sequence[Planned], *, now: datetime) -> dict[int, dict[str, Any]]:
    """The profile of each table, at the place of its first file; none where erased people stand."""
    places = {id(each): place for place, each in enumerate(planned)}
    return {
        places[id(members[0])]: report.describe(members, today=clock.day_of(now))
        for members in report.tables(planned)
        if not any(erased.stands_in(each.table) for each in members)
    }


def drop(run: ImportRun) -> None:
    """This will remove the files of a run from the disk."""
    shutil.rmtree(folder_of(run), ignore_errors=True)
