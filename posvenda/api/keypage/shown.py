"""Keys as the page shows them: what came in today and lately, what stayed out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posvenda.api.models import TrackingDay
from posvenda.api.rest.scopes import SCOPES as GROUPS
from posvenda.base import clock
from posvenda.base.keys import MARKS
from posvenda.base.models import AccessKey, DeadLetter

DAYS = 14
REASONS = {
    "malformed": gettext_lazy("The body could not be read as JSON (400)"),
    "too_large": gettext_lazy("Larger than the limits: 32 KB an event, 500 KB a batch (413)"),
    "too_fast": gettext_lazy("Faster than the limit (429); the SDK sends it again"),
    "too_deep": gettext_lazy("Too many batches waited (429); the SDK sends it again"),
}


@dataclass(frozen=True)
class Counted:
    """What one key did on one day (or in all): requests, events, repeats, refusals."""

    day: date | None = None
    requests: int = 0
    events: int = 0
    repeated: int = 0
    refused: int = 0
    reason: Any = ""


@dataclass(frozen=True)
class Line:
    """One key of the list."""

    key: AccessKey
    prefix: str
    scopes: str
    today: Counted | None
    quarantined: int
    is_revoked: bool
    former_until: datetime | None


def lines(keys: Sequence[AccessKey], *, now: datetime) -> list[Line]:
    """This will dress keys for the list, with two queries however many there are."""
    today = clock.day_of(now)
    counts = _counted(keys, since=today)
    apart = _quarantined(keys, since=clock.start_of(today))
    return [
        Line(
            key=key,
            prefix=f"{MARKS[AccessKey.Kind(key.kind)]}_{key.prefix}_…",
            scopes=_scopes(key),
            today=counts.get((key.pk, today), Counted()) if _tracks(key) else None,
            quarantined=apart.get(key.label[:120], 0) if _tracks(key) else 0,
            is_revoked=key.revoked_at is not None,
            former_until=key.former_until if key.former_until and key.former_until > now else None,
        )
        for key in keys
    ]


def history(key: AccessKey, *, now: datetime) -> list[Counted]:
    """This will give the last days of one key, the latest first, days without anything left out."""
    since = clock.day_of(now) - timedelta(days=DAYS - 1)
    found = _counted([key], since=since)
    return [count for _key, count in sorted(found.items(), reverse=True)]


def _tracks(key: AccessKey) -> bool:
    return key.kind == AccessKey.Kind.WRITE


def _scopes(key: AccessKey) -> str:
    words = {"track": _("sends events"), "read": _("reads"), "write": _("writes"), **GROUPS}
    return ", ".join(str(words.get(scope, scope)) for scope in key.scopes)


def _counted(keys: Sequence[AccessKey], *, since: date) -> dict[tuple[int, date], Counted]:
    rows = (
        TrackingDay.objects.filter(key__in=keys, day__gte=since)
        .values_list("key_id", "day")
        .annotate(
            Sum("requests"), Sum("events"), Sum("repeated"), Sum("refused"),
            code_=Max("code", filter=Q(refused__gt=0)),
        )
    )  # fmt: skip
    return {
        (key, day): Counted(day, requests, events, repeated, refused, REASONS.get(code or "", code))
        for key, day, requests, events, repeated, refused, code in rows
    }


def _quarantined(keys: Sequence[AccessKey], *, since: datetime) -> dict[str, int]:
    labels = [key.label[:120] for key in keys if _tracks(key)]
    rows = DeadLetter.objects.filter(door="tracking", source__in=labels, at__gte=since)
    return dict(rows.values_list("source").annotate(Count("id")))
