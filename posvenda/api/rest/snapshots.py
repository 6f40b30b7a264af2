"""Facts of other days: asked for over HTTP, worked out by the worker, read page by page.

The event lake and its engine stay in the worker; the web process reads the finished Arrow file.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from posvenda.api.rest.models import Snapshot
from posvenda.base.models import AccessKey
from posvenda.core.conditions import expression, parse
from posvenda.customers import sheet
from posvenda.customers.models import Customer

KEPT = timedelta(hours=24)
ALWAYS = ("customer_id", "public_id", "who.key")


def folder() -> Path:
    """This will give the folder of the files, made if it does not exist."""
    path = Path(settings.HOME) / "snapshots"
    path.mkdir(parents=True, exist_ok=True)
    return path


def ask(
    *,
    as_of: date,
    known_at: datetime | None,
    where: str,
    fields: tuple[str, ...],
    customers: tuple[str, ...],
    access: AccessKey,
    now: datetime,
) -> Snapshot:
    """This will note what is asked for; the caller has the worker do it."""
    return Snapshot.objects.create(
        access=access,
        as_of=as_of,
        known_at=known_at,
        where=where,
        fields=list(fields),
        customers=list(customers),
        created_at=now,
    )


def perform(pk: int, *, now: datetime) -> None:
    """This will work a snapshot out; done twice it gives the same."""
    row = Snapshot.objects.filter(pk=pk).exclude(status=Snapshot.Status.DONE).first()
    if row is None:
        return
    _set(row, status=Snapshot.Status.RUNNING)
    try:
        frame = _frame(row)
    except Exception:
        _set(row, status=Snapshot.Status.FAILED, finished_at=now)
        raise
    name = f"{row.public_id}.arrow"
    draft = folder() / f"{name}.part"
    frame.write_ipc(draft, compression="uncompressed")
    draft.replace(folder() / name)
    _set(row, status=Snapshot.Status.DONE, rows=frame.height, file=name, finished_at=now)


def _frame(row: Snapshot) -> pl.DataFrame:
    ids = None
    if row.customers:
        chosen = Customer.objects.filter(public_id__in=row.customers)
        ids = list(chosen.values_list("pk", flat=True))
    frame = sheet.build(as_of=row.as_of, known_at=row.known_at, customers=ids)
    if row.where:
        condition = parse(row.where)
        frame = frame.filter(expression(condition, sheet.catalogue(), as_of=row.as_of))
    wanted = [*ALWAYS, *(row.fields or sheet.catalogue())]
    return frame.select([name for name in dict.fromkeys(wanted) if name in frame.columns])


def _set(row: Snapshot, **fields: Any) -> None:
    Snapshot.objects.filter(pk=row.pk).update(**fields)


def frame_of(row: Snapshot) -> pl.LazyFrame:
    """This will open the file of a finished snapshot without loading it."""
    return pl.scan_ipc(folder() / row.file)


def prune(*, now: datetime) -> int:
    """This will forget snapshots older than a day, with their files, and say how many."""
    old = list(Snapshot.objects.filter(created_at__lt=now - KEPT))
    for row in old:
        if row.file:
            (folder() / row.file).unlink(missing_ok=True)
    Snapshot.objects.filter(pk__in=[row.pk for row in old]).delete()
    return len(old)
