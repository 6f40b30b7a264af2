"""The fact sheet: one row per customer, every fact a column.

``build`` computes it for any day and any state of knowledge. ``refresh`` puts the present one on
disk as an Arrow file, which pages read without loading it (``lazy``). What a person changes by hand
is ``touch``ed in the same transaction; pages then recompute these few customers themselves.
"""

import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock

import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q

from posvenda.base import announcements, clock, rows
from posvenda.customers import catalogue as names
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import compute
from posvenda.customers.models import Sheet, Stale, Touch

KEPT = 3
# A touch may get its number before the build starts and become visible after it: these seconds of
# touches before a build are therefore looked at again.
OVERLAP = timedelta(seconds=60)
REMEMBERED = 4
# Bytes: about 100,000 customers. Answers come some ten times faster than from the file.
IN_MEMORY = 160_000_000

catalogue = names.catalogue


@dataclass(frozen=True)
class SheetView:
    """The newest sheet as pages see it: lazily read, with hand-made changes laid over it."""

    as_of: date
    built_at: datetime | None
    frame: pl.LazyFrame


def build(
    *, as_of: date, known_at: datetime | None = None, customers: Sequence[int] | None = None
) -> pl.DataFrame:
    """This will compute the sheet at the end of a day, as known now or at a moment.

    One row per customer that was there by then, sorted by customer key; internal ids and the order
    in which rows were written do not show.
    """
    ids = None if customers is None else tuple(sorted(set(customers)))
    return compute(Evidence(as_of=as_of, known_at=known_at, ids=ids))


def refresh(*, now: datetime) -> Sheet:
    """This will build today's sheet, put it on disk in one step and announce it."""
    as_of = clock.day_of(now)
    last_touch = Touch.objects.aggregate(last=Max("id"))["last"] or 0
    built = build(as_of=as_of)
    path = _write(built, as_of)
    with transaction.atomic():
        row = Sheet.objects.create(
            as_of=as_of, file=path.name, rows=built.height, built_at=now, last_touch=last_touch
        )
        Touch.objects.filter(id__lte=last_touch, at__lt=now - OVERLAP).delete()
        payload = {"sheet": row.pk, "as_of": as_of.isoformat(), "rows": built.height}
        announcements.announce("facts.built", now=now, payload=payload)
    _forget_old()
    return row


def lazy(*, now: datetime) -> SheetView:
    """This will give the newest sheet for pages, with touched customers freshly computed.

    Without any sheet on disk the frame is empty and has the right columns.
    """
    newest = Sheet.objects.order_by("-id").first()
    today = clock.day_of(now)
    on_disk = _scan(newest)
    touched = _touched(newest)
    if newest is None or not touched:
        as_of = newest.as_of if newest else today
        return SheetView(as_of, newest.built_at if newest else None, on_disk)
    as_of = max(newest.as_of, today)
    fresh = _overlay(newest, on_disk, touched, as_of)
    kept = on_disk.filter(~pl.col("customer_id").is_in(list(touched.ids)))
    laid = pl.concat([kept, fresh.lazy()], how="diagonal_relaxed")
    return SheetView(as_of, newest.built_at, laid)


def touch(customer_ids: Sequence[int], *, now: datetime) -> None:
    """This will have pages recompute these customers; call it inside the writing transaction."""
    rows.insert(Touch, ("customer_ref", "at"), ((each, now) for each in sorted(set(customer_ids))))


def stale(customer_ids: Sequence[int], *, now: datetime) -> None:
    """This will have the worker lay these customers over the sheet in a few seconds.

    For streams, where so many change that pages must not recompute them. Call it inside the
    writing transaction.
    """
    table = connection.ops.quote_name(Stale._meta.db_table)
    ids = sorted(set(customer_ids))
    given = (
        "SELECT value, %s, 1 FROM json_each(%s) WHERE true"
        if connection.vendor == "sqlite"
        else "SELECT i, %s, 1 FROM unnest(%s::bigint[]) AS i"
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (customer_ref, since, marks) {given}"
            f" ON CONFLICT (customer_ref) DO UPDATE SET marks = {table}.marks + 1",
            [moment, str(ids) if connection.vendor == "sqlite" else ids],
        )


def row(customer_id: int, *, now: datetime) -> dict[str, object] | None:
    """This will give one customer's row of the newest sheet, or None when it is not on it."""
    found = lazy(now=now).frame.filter(pl.col("customer_id") == customer_id).collect()
    return found.row(0, named=True) if found.height else None


def folder() -> Path:
    """This will give the folder of the sheets, made if it does not exist."""
    path = Path(settings.HOME) / "sheets"
    path.mkdir(parents=True, exist_ok=True)
    return path


@dataclass(frozen=True)
class _Touched:
    last: int
    ids: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.ids)


_remembered: OrderedDict[tuple[object, ...], pl.DataFrame] = OrderedDict()
_decoded: dict[Path, pl.DataFrame] = {}
_lock = Lock()


def _touched(newest: Sheet | None) -> _Touched:
    if newest is None:
        return _Touched(0, ())
    later = Touch.objects.filter(Q(id__gt=newest.last_touch) | Q(at__gte=newest.built_at - OVERLAP))
    pairs = list(later.values_list("id", "customer_ref"))
    return _Touched(max((p[0] for p in pairs), default=0), tuple(sorted({p[1] for p in pairs})))


def _overlay(newest: Sheet, on_disk: pl.LazyFrame, touched: _Touched, as_of: date) -> pl.DataFrame:
    """Computed once per process and touch; every process that sees the same rows gets the same."""
    key = (str(folder()), newest.pk, newest.file, touched.last, touched.ids, as_of)
    with _lock:
        if key not in _remembered:
            previous = on_disk.filter(pl.col("customer_id").is_in(list(touched.ids))).collect()
            evidence = Evidence(as_of=as_of, ids=touched.ids, previous=previous)
            _remembered[key] = compute(evidence)
            while len(_remembered) > REMEMBERED:
                _remembered.popitem(last=False)
        return _remembered[key]


def _scan(newest: Sheet | None) -> pl.LazyFrame:
    wanted = names.schema()
    path = folder() / newest.file if newest else None
    if path is None or not path.exists():
        return pl.DataFrame(schema=wanted).lazy()
    scanned = _opened(path)
    there = scanned.collect_schema()
    absent = [pl.lit(None, kind).alias(n) for n, kind in wanted.items() if n not in there]
    return scanned.with_columns(absent) if absent else scanned


def _opened(path: Path) -> pl.LazyFrame:
    """A file that fits is decoded once per process; a larger one is scanned by every question."""
    if path.stat().st_size > IN_MEMORY:
        return pl.scan_ipc(path)
    with _lock:
        if path not in _decoded:
            _decoded.clear()
            _decoded[path] = pl.read_ipc(path)
        return _decoded[path].lazy()


def _write(built: pl.DataFrame, as_of: date) -> Path:
    number = (Sheet.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    path = folder() / f"{as_of.isoformat()}-{number}-{os.getpid()}.arrow"
    draft = path.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            built.rechunk().write_ipc(file, compression="uncompressed")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _forget_old() -> None:
    """The last few files stay for pages that are still reading them."""
    kept = set(Sheet.objects.order_by("-id").values_list("id", flat=True)[:KEPT])
    Sheet.objects.exclude(id__in=kept).delete()
    used = set(Sheet.objects.values_list("file", flat=True))
    for path in folder().glob("*.arrow"):
        if path.name not in used:
            path.unlink(missing_ok=True)
