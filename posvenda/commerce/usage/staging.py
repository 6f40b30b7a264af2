"""Between SQL and the lake: fresh events wait in rows of the database and move on in large commits.

A part is deleted only after the lake has it, and the lake remembers the number of the last part it
took: killed at any point, the next drain goes on without losing or doubling anything.
"""

import io
from datetime import datetime

import polars as pl
from django.db import transaction
from django.db.models import F

from posvenda.adapters.lake import SCHEMA
from posvenda.commerce.store import StagedEvents, Staging
from posvenda.commerce.usage import events as shape

APP = "staged"
PART = 500_000
SHAPE = pl.Schema({name: kind for name, kind in SCHEMA.items() if name != "month"})


def reserve() -> int:
    """This will give the next part's number; others who ask wait until this transaction ends."""
    if not Staging.objects.filter(pk=1).update(last=F("last") + 1):
        Staging.objects.get_or_create(pk=1, defaults={"last": 0})
        Staging.objects.filter(pk=1).update(last=F("last") + 1)
    return Staging.objects.values_list("last", flat=True).get(pk=1)


def hold() -> None:
    """This will keep writers of the roll-ups waiting until this transaction ends, or wait for one.

    SQLite admits one writer at a time anyhow.
    """
    list(Staging.objects.select_for_update().filter(pk=1))


def stage(fresh: pl.DataFrame, *, number: int, now: datetime) -> None:
    """This will keep fresh events for the lake, in the caller's transaction."""
    body = io.BytesIO()
    fresh.write_parquet(body, compression="zstd", compression_level=1, statistics=False)
    StagedEvents.objects.create(pk=number, staged_at=now, events=fresh.height, body=body.getvalue())


def is_waiting() -> bool:
    """This will say whether anything waits for the lake."""
    return StagedEvents.objects.exists()


def drain() -> int:
    """This will move everything staged by now into the lake and give the number of events."""
    if not is_waiting():
        return 0
    with shape.lake().locked():
        return drain_locked()


def query(sql: str) -> pl.DataFrame:
    """This will run SQL over every event, those staged included; ``events`` is the table."""
    drain()
    return shape.lake().query(sql)


def drain_locked() -> int:
    """This will do so for a caller who holds the lake's lock."""
    moved, store = 0, shape.lake()
    while True:
        taken = store.version(APP)
        with transaction.atomic():
            StagedEvents.objects.filter(pk__lte=taken).delete()
        numbers = _part()
        if not numbers:
            return moved
        bodies = StagedEvents.objects.filter(pk__in=numbers).order_by("pk")
        rows = pl.concat([read(bytes(body)) for body in bodies.values_list("body", flat=True)])
        if store.append(rows, token=(APP, numbers[-1]), after=taken):
            moved += rows.height


def read(body: bytes) -> pl.DataFrame:
    """This will give the events of a staged part."""
    return pl.read_parquet(io.BytesIO(body)).cast(SHAPE)


def _part() -> list[int]:
    """The numbers of the next commit: the oldest ones, up to so many events."""
    numbers: list[int] = []
    total = 0
    for number, count in StagedEvents.objects.order_by("pk").values_list("pk", "events"):
        if numbers and total + count > PART:
            break
        numbers.append(number)
        total += count
    return numbers
