"""The flusher: takes HTTP batches out of the inbox, in their order, a bounded number a round.

One round is one transaction: it deletes the inbox rows it took, so that whatever kills it, each
batch is either still in the inbox or counted once. Two flushers at work cannot take one row: the
one that finds rows gone gives up the round.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from posvenda.base import deadletters
from posvenda.base.deadletters import Refused
from posvenda.base.models import AccessKey
from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking import arrivals, items, published, waiting
from posvenda.commerce.tracking.items import Item
from posvenda.commerce.tracking.settling import Settled, Settling

DOOR = "tracking"
EVENTS = 5_000
ROWS = 500
SECONDS = 8.0


@dataclass
class Flushed:
    """What one call did."""

    batches: int = 0
    items: int = 0
    taken: int = 0
    refused: int = 0
    attached: int = 0


class TakenElsewhere(RuntimeError):
    """Raised inside the transaction when another flusher took a row of this round."""


def flush(*, now: datetime, seconds: float = SECONDS, events: int = EVENTS) -> Flushed:
    """This will take batches in for so many seconds, or until the inbox is empty.

    Where another process of this machine is at it, nothing happens.
    """
    done = Flushed()
    with _alone() as is_alone:
        if not is_alone:
            return done
        until = time.monotonic() + seconds
        settling = Settling(published.in_force())
        while (rows := _next(events)) and time.monotonic() < until:
            try:
                _round(rows, settling, done, now=now)
            except TakenElsewhere:
                settling = Settling(published.in_force())
    return done


def is_waiting() -> bool:
    """This will say whether the inbox holds anything."""
    return Inbox.objects.exists()


def read(rows: Sequence[Inbox]) -> tuple[list[Item], dict[int, list[Refused]]]:
    """This will check every item of the rows: the sound ones, and the refused ones by source."""
    sound: list[Item] = []
    refused: dict[int, list[Refused]] = {}
    for row in rows:
        for each in items.read(
            bytes(row.body), batch=row.key, source=row.source_id, received_at=row.received_at
        ):
            if isinstance(each, Refused):
                refused.setdefault(row.source_id, []).append(each)
            else:
                sound.append(each)
    return sound, refused


def _round(rows: Sequence[Inbox], settling: Settling, done: Flushed, *, now: datetime) -> None:
    sound, refused = read(rows)
    settling.gather(sound, now=now)
    with transaction.atomic():
        claimed, _each = Inbox.objects.filter(pk__in=[row.pk for row in rows]).delete()
        if claimed != len(rows):
            raise TakenElsewhere
        settled = settling.write(now=now)
        _refuse(refused, now=now)
        counts = {source: len(some) for source, some in refused.items()}
        arrivals.count(settled, refused=counts, items=sound, rules=settling.rules, rows=rows)
    done.batches += len(rows)
    done.items += len(sound)
    done.taken += sum(settled.taken.values())
    done.refused += sum(counts.values())
    done.attached += waiting.attach_touched(settling, now=now)


def _refuse(refused: dict[int, list[Refused]], *, now: datetime) -> None:
    labels = dict(AccessKey.objects.filter(pk__in=refused).values_list("pk", "label"))
    for source, some in refused.items():
        deadletters.keep(some, door=DOOR, source=labels.get(source, str(source)), now=now)


def _next(events: int) -> list[Inbox]:
    """The oldest rows, up to so many events; at least one."""
    chosen: list[int] = []
    total = 0
    for pk, count in Inbox.objects.order_by("pk").values_list("pk", "items")[:ROWS]:
        if chosen and total + count > events:
            break
        chosen.append(pk)
        total += count
    return list(Inbox.objects.filter(pk__in=chosen).order_by("pk"))


@contextmanager
def _alone() -> Iterator[bool]:
    """One flusher a machine: a lock the system drops with the process that holds it."""
    path = Path(settings.HOME) / "tracking.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


__all__ = ["DOOR", "Flushed", "Settled", "TakenElsewhere", "flush", "is_waiting", "read"]
