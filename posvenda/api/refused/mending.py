"""All of one reason at once: each thing tried again (or set aside) in a transaction of its own."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from posvenda.api.imports.one_file import Clock
from posvenda.api.models import Mending, Refusal
from posvenda.api.refused import again, groups
from posvenda.base import audit, deadletters
from posvenda.base.deadletters import StillRefused
from posvenda.base.models import User

PART = 100
SILENCE = timedelta(seconds=20)


def begin(
    verb: str, *, door: str, source: str, code: str, by: User, now: datetime
) -> Mending | None:
    """This will note that all of a group should be tried again or set aside; None when empty."""
    total = groups.of_group(door, source, code).count()
    if not total:
        return None
    with transaction.atomic():
        made = Mending.objects.create(
            verb=verb, door=door, source=source, code=code, total=total, by=by, created_at=now
        )
        about, detail = f"refused:{door}", {"source": source, "code": code, "count": total}
        audit.record(f"refused.{verb}_all", about=about, by=by, now=now, detail=detail)
    return made


def claim(pk: int, *, now: datetime) -> Mending | None:
    """This will take a mending that waits or whose worker fell silent."""
    silent = Q(beat_at=None) | Q(beat_at__lt=now - SILENCE)
    free = Mending.objects.filter(silent, pk=pk, finished_at=None)
    return Mending.objects.select_related("by").get(pk=pk) if free.update(beat_at=now) else None


def perform(mending: Mending, *, clock: Clock) -> None:
    """This will go through the group in its order, once."""
    while True:
        whole = groups.of_group(mending.door, mending.source, mending.code)
        part = list(whole.filter(pk__gt=mending.last)[:PART])
        for each in part:
            now = clock()
            mending.settled += _one(mending, each, now)
            mending.done, mending.last, mending.beat_at = mending.done + 1, each.pk, now
            mending.save(update_fields=["settled", "done", "last", "beat_at"])
        if not part:
            break
    mending.finished_at = clock()
    mending.save(update_fields=["finished_at"])


def _one(mending: Mending, each: Any, now: datetime) -> bool:
    by = mending.by
    assert by is not None
    try:
        if isinstance(each, Refusal):
            if mending.verb == Mending.Verb.DROP:
                return again.set_aside(each, by=by, now=now)
            return again.take_in(each, each.row, by=by, now=now) is not None
        if mending.verb == Mending.Verb.DROP:
            deadletters.drop(each, by=by, now=now)
        else:
            deadletters.retry(each, body=each.body, by=by, now=now)
    except StillRefused:
        return False
    return True
