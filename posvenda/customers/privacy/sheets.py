"""Taking somebody off the fact sheets that lie on the disk."""

import io
import os
from collections.abc import Sequence

import polars as pl
from django.db import transaction

from posvenda.customers import sheet
from posvenda.customers.models import Sheet


def forget(customer_ids: Sequence[int]) -> int:
    """This will write every kept sheet and patch anew without these customers and say how many.

    The new file has another name, since pages remember what they read by name.
    """
    count = 0
    for row in Sheet.objects.order_by("id"):
        count += _lighten(row.pk, "file", row.file, customer_ids)
        count += _lighten(row.pk, "patch", row.patch, customer_ids)
    return count + _strays()


def _lighten(pk: int, column: str, name: str, customer_ids: Sequence[int]) -> int:
    path = sheet.folder() / name
    if not name or not path.exists():
        return 0
    told = pl.read_ipc(path.read_bytes())
    rest = told.filter(~pl.col("customer_id").is_in(list(customer_ids)))
    if rest.height == told.height:
        return 0
    fresh = path.with_name(f"{path.stem}-{os.getpid()}x.arrow")
    with fresh.with_suffix(".part").open("wb") as file:
        _anew(rest).write_ipc(file, compression="uncompressed")
        file.flush()
        os.fsync(file.fileno())
    fresh.with_suffix(".part").replace(fresh)
    more = {"rows": rest.height} if column == "file" else {}
    with transaction.atomic():
        is_still = Sheet.objects.filter(pk=pk, **{column: name})
        is_still.update(**{column: fresh.name}, **more)
    path.unlink(missing_ok=True)
    return 1


def _anew(frame: pl.DataFrame) -> pl.DataFrame:
    """A filtered frame still drags the texts of rows that went; written and read it does not."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    buffer.seek(0)
    return pl.read_parquet(buffer)


def _strays() -> int:
    """Files no row points to may hold anybody; the youngest may be in the making."""
    used = {name for pair in Sheet.objects.values_list("file", "patch") for name in pair}
    there = [path for path in sheet.folder().iterdir() if path.is_file()]
    newest = max((p.stat().st_mtime for p in there if p.name in used), default=float("inf"))
    strays = [p for p in there if p.name not in used and p.stat().st_mtime < newest]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
