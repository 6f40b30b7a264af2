"""The one way in: events are told apart by their key, counted in the roll-ups, staged for the lake.

All of it happens in the caller's transaction, so what counts exactly once is what SQL commits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from django.db import connection, transaction

from posvenda.base import choices, clock
from posvenda.commerce.store import SeenKey, StagedEvents
from posvenda.commerce.usage import events as shape
from posvenda.commerce.usage import late, rollups, staging
from posvenda.customers import sheet


@dataclass(frozen=True)
class Recorded:
    """How many events of a batch were new, known already (or repeated in it), and of a past day."""

    new: int
    same: int
    late: int = 0


def take(events: pl.DataFrame, *, now: datetime, known: pl.Series | None = None) -> Recorded:
    """This will add the events whose key is not known yet; call it inside a transaction.

    The columns are those of ``events.prepared``. ``known`` is what ``remembered`` gave for these
    events; without it the lake is asked here when some of them happened long ago. A key is known
    for ever; of rows with one key in one batch the first stays.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("usage.take must be called inside transaction.atomic()")
    if events.is_empty():
        return Recorded(new=0, same=0)
    rows = shape.prepared(events)
    known = shape.remembered(rows, now=now) if known is None else known
    fresh = rows if known.is_empty() else rows.filter(~pl.col("event_id").is_in(known.implode()))
    number = staging.reserve()
    fresh = _unseen(fresh, now=now)
    if fresh.is_empty():
        return Recorded(new=0, same=events.height)
    rollups.add(fresh)
    corrected = late.note(fresh, now=now)
    sheet.stale(fresh["customer_id"].unique().to_list(), now=now)
    staging.stage(fresh, number=number, now=now)
    return Recorded(new=fresh.height, same=events.height - fresh.height, late=corrected)


def _unseen(rows: pl.DataFrame, *, now: datetime) -> pl.DataFrame:
    """Two transactions that bring one key at once: the database makes the second one wait."""
    day = shape.number_of(clock.day_of(now))
    keys = rows["event_id"].sort().to_list()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"INSERT INTO {SeenKey._meta.db_table} (key, day)"  # noqa: S608
                " SELECT value, %s FROM json_each(%s) WHERE true"
                " ON CONFLICT DO NOTHING RETURNING key",
                [day, str(keys)],
            )
        else:
            cursor.execute(
                f"INSERT INTO {SeenKey._meta.db_table} (key, day)"
                " SELECT unnest(%s::bigint[]), %s ON CONFLICT DO NOTHING RETURNING key",
                [keys, day],
            )
        new = [key for (key,) in cursor.fetchall()]
    if len(new) == rows.height:
        return rows
    return rows.filter(pl.col("event_id").is_in(pl.Series(new, dtype=pl.Int64).implode()))


def prune(*, now: datetime) -> int:
    """This will forget keys seen longer ago than anything the lake is not asked about."""
    waiting = StagedEvents.objects.order_by("pk").values_list("staged_at", flat=True).first()
    oldest = min(now, waiting or now) - shape.key_window() - timedelta(days=1)
    first = shape.number_of(clock.day_of(oldest))
    with transaction.atomic():
        choices.put("event_keys_since", max(first, choices.get("event_keys_since")))
        gone, _each = SeenKey.objects.filter(day__lt=first).delete()
    return gone
