"""The flusher: takes HTTP batches out of the inbox, in their order, a bounded number a round.

One round is one transaction: it deletes the inbox rows it took, so that whatever kills it, each
batch is either still in the inbox or counted once. Two flushers at work cannot take one row: the
one that finds rows gone gives up the round.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DataError, transaction

from posvenda.base import deadletters
from posvenda.base.deadletters import Refused
from posvenda.base.models import AccessKey
from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking import arrivals, items, published, waiting
from posvenda.commerce.tracking.items import Item
from posvenda.commerce.tracking.settling import Settled, Settling
from posvenda.customers.privacy import screening

log = logging.getLogger(__name__)
DOOR = "tracking"
EVENTS = 5_000
ROWS = 500
SECONDS = 8.0
# What a strange item may cause; a lost connection or a full disk is not among them.
UNEXPECTED = (DataError, ValueError, TypeError, LookupError)


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
            except UNEXPECTED:
                log.exception(
                    "a round of %d batches failed; taking its items one by one", len(rows)
                )
                settling = Settling(published.in_force())
                for row in rows:
                    _one_by_one(row, done, now=now)
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
    return _screened(sound, refused), refused


def _screened(sound: list[Item], refused: dict[int, list[Refused]]) -> list[Item]:
    """The items but those of people who were erased; of these only a letter without text stays."""
    told = [(each.user, each.group, each.previous, each.traits) for each in sound]
    gone = screening.hidden(told)
    for place in sorted(gone):
        item = sound[place]
        params = {"source": item.source, "received_at": item.received_at.isoformat()}
        letter = Refused(body="", code=screening.CODE, item=item.place, params=params)
        refused.setdefault(item.source, []).append(letter)
    return [each for place, each in enumerate(sound) if place not in gone]


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


def _one_by_one(row: Inbox, done: Flushed, *, now: datetime) -> None:
    """An item nobody foresaw becomes a letter and holds up no other."""
    sound, refused = read([row])
    with transaction.atomic():
        if not Inbox.objects.filter(pk=row.pk).delete()[0]:
            return
        for item in sound:
            settling = Settling(published.in_force())
            try:
                with transaction.atomic():
                    settling.gather([item], now=now)
                    settled = settling.write(now=now)
                    arrivals.count(
                        settled, refused={}, items=[item], rules=settling.rules, rows=[row]
                    )
            except UNEXPECTED as error:
                log.exception("item %s cannot be taken in", item.place)
                letter = items.refused(item, "unexpected", value=type(error).__name__)
                refused.setdefault(row.source_id, []).append(letter)
                continue
            done.taken += sum(settled.taken.values())
        _refuse(refused, now=now)
        counts = {source: len(some) for source, some in refused.items()}
        arrivals.count(Settled(), refused=counts, items=[], rules=published.in_force(), rows=[row])
    done.batches += 1
    done.items += len(sound)
    done.refused += sum(counts.values())


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
