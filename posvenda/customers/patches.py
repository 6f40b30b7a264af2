"""Rows that a stream changes are recomputed by the worker and laid over the newest sheet.

A patch is a small file beside the sheet that holds every row changed since the sheet was built, so
pages read two files instead of one and recompute nothing. A patch that has grown large is written
into a sheet of its own.
"""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from django.db import transaction

from posvenda.base import clock
from posvenda.customers import sheet
from posvenda.customers.identity import ledger
from posvenda.customers.models import Sheet

# How many customers one round takes: it must be over in a few seconds.
AT_ONCE = 10_000
# A patch is folded into the sheet when it is larger than this, or than this part of the sheet.
SMALL = 1_000
LARGE_RATE = 0.2


def lay(*, now: datetime) -> int:
    """This will recompute the customers marked stale longest ago and give how many.

    Without a sheet of today it does nothing: the next build takes them all.
    """
    last = sheet.newest()
    if last is None or last.as_of != clock.day_of(now):
        return 0
    marks = sheet.stale_marks(AT_ONCE)
    if not marks:
        return 0
    last_touch = sheet.newest_touch()
    touched = {customer for _number, customer in sheet.touched_since(last)}
    ids = _standing(touched.union(customer for customer, _marks in marks))
    patch = _with_former(_rows(ids, last), last)
    if patch.height > max(SMALL, LARGE_RATE * last.rows):
        is_laid = _fold(patch, last, last_touch=last_touch, marks=marks, now=now)
    else:
        is_laid = _lay(patch, last, last_touch=last_touch, marks=marks, now=now)
    sheet.forget_old()
    return len(ids) if is_laid else 0


def _standing(ids: set[int]) -> list[int]:
    """Whoever was joined to another changes the row of the one that stands."""
    leads = ledger.leads(None)
    return sorted(ids.union(leads[each] for each in ids if each in leads))


def _rows(ids: Sequence[int], last: Sheet) -> pl.DataFrame:
    """Fresh rows; a customer that is not there any more gets one with nothing but its id."""
    fresh = sheet.build(as_of=last.as_of, customers=ids, is_kept=True)
    gone = pl.DataFrame({"customer_id": ids}, schema={"customer_id": pl.Int64}).join(
        fresh.select("customer_id"), on="customer_id", how="anti"
    )
    return pl.concat([fresh, gone], how="diagonal")


def _with_former(fresh: pl.DataFrame, last: Sheet) -> pl.DataFrame:
    former = sheet.patch_of(last)
    if former is None:
        return fresh
    kept = former.join(fresh.select("customer_id"), on="customer_id", how="anti")
    return pl.concat([kept, fresh], how="diagonal_relaxed")


def _lay(
    patch: pl.DataFrame,
    last: Sheet,
    *,
    last_touch: int,
    marks: Sequence[tuple[int, int]],
    now: datetime,
) -> bool:
    former = int(last.patch.split("-")[1]) if last.patch else 0
    path = sheet.write(patch, last.as_of, patch=former + 1)
    with transaction.atomic():
        if not _is_still(last):
            return False
        Sheet.objects.filter(pk=last.pk).update(
            patch=path.name, patched_at=now, last_touch=last_touch
        )
        sheet.settle(marks)
    return True


def _fold(
    patch: pl.DataFrame,
    last: Sheet,
    *,
    last_touch: int,
    marks: Sequence[tuple[int, int]],
    now: datetime,
) -> bool:
    there = patch.filter(pl.col("public_id").is_not_null())
    whole = sheet.laid_over(sheet.scan(last), patch["customer_id"].to_list(), there).collect()
    path = sheet.write(whole.sort("who.key"), last.as_of)
    with transaction.atomic():
        if not _is_still(last):
            return False
        Sheet.objects.create(
            as_of=last.as_of,
            file=path.name,
            rows=whole.height,
            built_at=last.built_at,
            patched_at=now,
            last_touch=last_touch,
        )
        sheet.settle(marks)
    return True


def _is_still(last: Sheet) -> bool:
    """Another worker may have built or patched meanwhile; then these rows are left to the next."""
    newest = Sheet.objects.select_for_update().order_by("-id").first()
    return newest is not None and (newest.pk, newest.patch) == (last.pk, last.patch)
