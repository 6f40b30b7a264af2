"""Versioned facts of a batch: retracted, or the version they replaced comes back as a new one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from posvenda.api.imports.told import mark, table_of
from posvenda.api.imports.undo.standing import Standing
from posvenda.base import rows
from posvenda.commerce.models import (
    Answer,
    Cancellation,
    ContractLine,
    Order,
    OrderLine,
    Ticket,
)

MODELS: tuple[type[models.Model], ...] = (
    OrderLine,
    Order,
    ContractLine,
    Ticket,
    Answer,
    Cancellation,
)
PART = 2_000
Version = dict[str, Any]


def current(model: type[models.Model], batch: int) -> "models.QuerySet[Any]":
    """This will give the facts of a batch that count at present."""
    return model._default_manager.filter(batch=batch, superseded_at=None, is_retracted=False)


def corrected_later(model: type[models.Model], batch: int) -> int:
    """This will count the keys of a batch that something else corrected since."""
    now = model._default_manager.filter(key=OuterRef("key"), superseded_at=None)
    later = now.filter(is_retracted=False).exclude(batch=batch)
    told = model._default_manager.filter(batch=batch).exclude(superseded_at=None)
    return told.filter(Exists(later)).values("key").distinct().count()


def undo_part(model: type[models.Model], standing: Standing, *, now: datetime) -> dict[str, int]:
    """This will take back the next facts of the batch; nothing in the counts means all are done.

    The caller holds the transaction. What a standing batch tells too stays, as told by that one.
    """
    batch = standing.batch.pk
    names = [field.attname for field in model._meta.concrete_fields]
    part: list[Version] = list(current(model, batch).order_by("id").values(*names)[:PART])
    if not part:
        return {}
    kept = _vouched(model, part, standing)
    for voucher, ids in _by(kept).items():
        model._default_manager.filter(pk__in=ids).update(batch_id=voucher)
    taken = [row for row in part if row["id"] not in kept]
    before = _before(model, taken, standing)
    model._default_manager.filter(pk__in=[row["id"] for row in taken]).update(superseded_at=now)
    write(model, [_next(row, before.get(row["key"]), standing, now) for row in taken])
    restored = sum(not old["is_retracted"] for old in before.values())
    return {"undone": len(taken) - restored, "restored": restored, "kept": len(kept)}


def vouched(model: type[models.Model], standing: Standing) -> int:
    """This will count the facts of the batch that a standing batch tells too."""
    rows = current(model, standing.batch.pk).values("id", "key", "digest")
    return len(_vouched(model, list(rows), standing))


def write(model: type[models.Model], versions: Sequence[Version]) -> None:
    """This will write new versions of facts."""
    fields = [field for field in model._meta.concrete_fields if field.name != "id"]
    values = (tuple(row[field.attname] for field in fields) for row in versions)
    rows.insert(model, [field.name for field in fields], values)


def _vouched(
    model: type[models.Model], part: Sequence[Version], standing: Standing
) -> dict[int, int]:
    """The rows that another standing batch tells too, with that batch."""
    table = table_of(model)
    if table in standing.whole:
        return {row["id"]: standing.whole[table] for row in part}
    marks = {row["id"]: mark(table, row["key"], row["digest"]) for row in part}
    found = standing.vouchers(set(marks.values()))
    return {pk: found[each] for pk, each in marks.items() if each in found}


def _by(kept: dict[int, int]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for pk, voucher in kept.items():
        groups[voucher].append(pk)
    return groups


def _before(
    model: type[models.Model], taken: Sequence[Version], standing: Standing
) -> dict[str, Version]:
    """The newest earlier version of each key that still counts, or that vouchers make count."""
    ids = [row["id"] for row in taken]
    names = [field.attname for field in model._meta.concrete_fields]
    older = model._default_manager.filter(key__in=[row["key"] for row in taken]).exclude(pk__in=ids)
    versions = list(older.order_by("-id").values(*names))
    table = table_of(model)
    lost = [row for row in versions if not standing.holds(row["batch_id"])]
    found = standing.vouchers({mark(table, row["key"], row["digest"]) for row in lost})
    chosen: dict[str, Version] = {}
    for row in versions:
        batch = row["batch_id"]
        if not standing.holds(batch):
            told = found.get(mark(table, row["key"], row["digest"]))
            batch = told or standing.teller(batch, table)
            if batch is None or row["is_retracted"]:
                continue
        chosen.setdefault(row["key"], {**row, "batch_id": batch})
    return chosen


def _next(row: Version, old: Version | None, standing: Standing, now: datetime) -> Version:
    """The version that follows: what counted before, or a retraction."""
    if old is not None:
        return {**old, "recorded_at": now, "superseded_at": None}
    return retraction(row, now=now, batch=standing.batch.pk)


def retraction(row: Version, *, now: datetime, batch: int | None) -> Version:
    """This will give the version of a fact that says it no longer holds."""
    gone = {"is_retracted": True, "digest": "", "superseded_at": None}
    return {**row, **gone, "recorded_at": now, "batch_id": batch}
