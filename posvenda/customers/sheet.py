"""The fact sheet: one row per customer, every fact a column.

``build`` computes it for any day and any state of knowledge. ``refresh`` puts the present one on
disk as an Arrow file, which pages read without loading it (``lazy``). What a person changes by hand
is ``touch``ed in the same transaction; pages then recompute these few customers themselves. What a
stream changes is marked ``stale``; every few seconds the worker lays those rows over the sheet
(``patches``).
"""

import os
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import RLock

import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q

from posvenda.base import announcements, clock, memo, rows
from posvenda.customers import catalogue as names
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import compute
from posvenda.customers.identity.resolution import canonical
from posvenda.customers.models import Sheet, Stale, Touch

KEPT = 3
PATCH = "patch-"
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
    *,
    as_of: date,
    known_at: datetime | None = None,
    customers: Sequence[int] | None = None,
    is_kept: bool = False,
) -> pl.DataFrame:
    """This will compute the sheet at the end of a day, as known now or at a moment.

    One row per customer that was there by then, sorted by customer key; internal ids and the order
    in which rows were written do not show. ``is_kept`` is for the worker, see ``Evidence``.
    """
    ids = None if customers is None else tuple(sorted(set(customers)))
    return compute(Evidence(as_of=as_of, known_at=known_at, ids=ids, is_kept=is_kept))


def refresh(*, now: datetime) -> Sheet:
    """This will build today's sheet, put it on disk in one step and announce it."""
    as_of = clock.day_of(now)
    last_touch = newest_touch()
    before, marks = newest(), stale_marks()
    built = build(as_of=as_of)
    path = write(built, as_of)
    with transaction.atomic():
        _mark_again(before, now=now)
        settle(marks)
        row = Sheet.objects.create(
            as_of=as_of, file=path.name, rows=built.height, built_at=now, last_touch=last_touch
        )
        Touch.objects.filter(id__lte=last_touch, at__lt=now - OVERLAP).delete()
        payload = {"sheet": row.pk, "as_of": as_of.isoformat(), "rows": built.height}
        announcements.announce("facts.built", now=now, payload=payload)
    forget_old()
    return row


def lazy(*, now: datetime) -> SheetView:
    """This will give the newest sheet for pages, with touched customers freshly computed.

    Without any sheet on disk the frame is empty and has the right columns. In one request it is
    looked for once.
    """
    return memo.once(("sheet", now), lambda: _lazy(now))


def _lazy(now: datetime) -> SheetView:
    last = newest()
    today = clock.day_of(now)
    on_disk = scan(last)
    touched = _touched(last)
    if last is None or not touched:
        as_of = last.as_of if last else today
        return SheetView(as_of, last.built_at if last else None, on_disk)
    as_of = max(last.as_of, today)
    fresh = _overlay(last, on_disk, touched, as_of)
    return SheetView(as_of, last.built_at, laid_over(on_disk, touched.ids, fresh))


def newest() -> Sheet | None:
    """This will give the pointer to the newest sheet, if there is any."""
    return memo.once("sheet row", Sheet.objects.order_by("-id").first)


def newest_touch() -> int:
    """This will give the number of the last touch so far."""
    return Touch.objects.aggregate(last=Max("id"))["last"] or 0


def laid_over(sheet: pl.LazyFrame, ids: Sequence[int], fresh: pl.DataFrame) -> pl.LazyFrame:
    """This will put fresh rows in the place of those of some customers."""
    kept = sheet.filter(~pl.col("customer_id").is_in(list(ids)))
    return pl.concat([kept, fresh.lazy()], how="diagonal_relaxed")


def touch(customer_ids: Sequence[int], *, now: datetime) -> None:
    """This will have pages recompute these customers; call it inside the writing transaction."""
    memo.forget()
    rows.insert(Touch, ("customer_ref", "at"), ((each, now) for each in sorted(set(customer_ids))))


def stale(customer_ids: Sequence[int], *, now: datetime) -> None:
    """This will have the worker lay these customers over the sheet in a few seconds.

    For streams, where so many change that pages must not recompute them. Call it inside the
    writing transaction. A record that was joined marks the customer that stands.
    """
    table = connection.ops.quote_name(Stale._meta.db_table)
    ids = sorted(set(canonical(set(customer_ids)).values()))
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


def stale_marks(limit: int | None = None) -> list[tuple[int, int]]:
    """This will list the customers marked stale, longest waiting first, with their marks."""
    waiting = Stale.objects.order_by("since", "customer_ref")[:limit]
    return list(waiting.values_list("customer_ref", "marks"))


def settle(marks: Sequence[tuple[int, int]]) -> None:
    """This will unmark customers that were not marked again since."""
    table = connection.ops.quote_name(Stale._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM {table} WHERE customer_ref = %s AND marks = %s",  # noqa: S608
            marks,
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
_patches: dict[Path, pl.DataFrame] = {}
# A provider that compares with everybody reads the sheet while a few rows are computed.
_lock = RLock()


def _touched(last: Sheet | None) -> _Touched:
    if last is None:
        return _Touched(0, ())
    pairs = touched_since(last)
    return _Touched(max((p[0] for p in pairs), default=0), tuple(sorted({p[1] for p in pairs})))


def touched_since(last: Sheet) -> list[tuple[int, int]]:
    """This will list touches, number and customer, that a sheet and its patch may not show."""
    seen_at = last.patched_at or last.built_at
    later = Touch.objects.filter(Q(id__gt=last.last_touch) | Q(at__gte=seen_at - OVERLAP))
    pairs = later.values_list("id", "customer_ref")
    return memo.once(("touches", last.pk, seen_at), lambda: list(pairs))


def _overlay(last: Sheet, on_disk: pl.LazyFrame, touched: _Touched, as_of: date) -> pl.DataFrame:
    """Computed once per process and touch; every process that sees the same rows gets the same."""
    key = (str(folder()), last.pk, last.file, last.patch, touched.last, touched.ids, as_of)
    with _lock:
        if key not in _remembered:
            previous = on_disk.filter(pl.col("customer_id").is_in(list(touched.ids))).collect()
            evidence = Evidence(as_of=as_of, ids=touched.ids, previous=previous)
            _remembered[key] = compute(evidence)
            while len(_remembered) > REMEMBERED:
                _remembered.popitem(last=False)
        return _remembered[key]


def scan(last: Sheet | None) -> pl.LazyFrame:
    """This will read a sheet with its patch; columns declared since are unknown."""
    wanted = names.schema()
    path = folder() / last.file if last else None
    if last is None or path is None or not path.exists():
        return pl.DataFrame(schema=wanted).lazy()
    scanned = _opened(path)
    patch = patch_of(last)
    if patch is not None:
        there = patch.filter(pl.col("public_id").is_not_null())
        scanned = laid_over(scanned, patch["customer_id"].to_list(), there)
    known = scanned.collect_schema()
    absent = [pl.lit(None, kind).alias(n) for n, kind in wanted.items() if n not in known]
    return scanned.with_columns(absent) if absent else scanned


def patch_of(last: Sheet) -> pl.DataFrame | None:
    """This will give the rows laid over a sheet; one without ``public_id`` says: gone."""
    if not last.patch:
        return None
    path = folder() / last.patch
    with _lock:
        if path not in _patches:
            _patches.clear()
            _patches[path] = pl.read_ipc(path)
        return _patches[path]


def _opened(path: Path) -> pl.LazyFrame:
    """A file that fits is decoded once per process; a larger one is scanned by every question."""
    if path.stat().st_size > IN_MEMORY:
        return pl.scan_ipc(path)
    with _lock:
        if path not in _decoded:
            _decoded.clear()
            _decoded[path] = pl.read_ipc(path)
        return _decoded[path].lazy()


def write(built: pl.DataFrame, as_of: date, *, patch: int = 0) -> Path:
    """This will put a sheet, or its n-th patch, on disk in one step."""
    kind = f"{PATCH}{patch:09d}" if patch else "sheet"
    path = folder() / f"{kind}-{as_of.isoformat()}-{os.getpid()}-{secrets.token_hex(4)}.arrow"
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


def _mark_again(before: Sheet | None, *, now: datetime) -> None:
    """What was patched while this build ran may not be in it: it is marked stale once more."""
    last = Sheet.objects.select_for_update().order_by("-id").first()
    if last is None or not last.patch:
        return
    is_same = before is not None and (before.pk, before.patch) == (last.pk, last.patch)
    patch = None if is_same else patch_of(last)
    if patch is not None:
        stale(patch["customer_id"].to_list(), now=now)


def forget_old() -> None:
    """The last few files stay for pages that are still reading them."""
    kept = set(Sheet.objects.order_by("-id").values_list("id", flat=True)[:KEPT])
    Sheet.objects.exclude(id__in=kept).delete()
    used = {name for pair in Sheet.objects.values_list("file", "patch") for name in pair}
    there = sorted(folder().glob("*.arrow"), key=lambda path: path.name)
    recent = [path for path in there if path.name.startswith(PATCH)][-KEPT:]
    for path in there:
        if path.name not in used and path not in recent:
            path.unlink(missing_ok=True)
