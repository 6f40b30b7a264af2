"""News that travels up: the transactional outbox.

``announce`` writes a row in the caller's transaction; the job loop calls ``deliver``, which hands
each row to every subscriber of its kind. Subscribers must bear being called twice for one row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from posvenda.base import rows
from posvenda.base.models import Announcement

KINDS = {
    "customer.changed": "a person or an import changed a customer or a fact about it",
    "import.finished": "an import run reached its last row",
    "import.undone": "what an import run told was taken back",
    "facts.built": "a new fact sheet is on disk",
    "config.published": "another version of a scorecard, of stages or of plays is in force",
    "champion.gone": "a champion of a customer left, or stopped using the product",
    "action.done": "a person did an action of the queue",
    "stage.entered": "a customer came into another stage of the lifecycle",
    "progress.on_track": "a customer that was behind or stuck is on track again",
    "progress.behind": "a customer takes longer than is usual in its stage or onboarding plan",
    "progress.stuck": "a customer passed the limit of its stage or onboarding plan",
    "plan.started": "an onboarding plan began",
    "plan.done": "every milestone of an onboarding plan is done",
    "milestone.done": "a milestone of an onboarding plan was completed",
    "milestone.reopened": "a person took the completion of a milestone back",
}
Subscriber = Callable[[Announcement], None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


class UnknownKind(ValueError):
    """Raised when news of a kind that is not in the list is announced or subscribed to."""


def announce(
    kind: str,
    *,
    now: datetime,
    customer_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """This will write the news in the present transaction."""
    if kind not in KINDS:
        raise UnknownKind(kind)
    Announcement.objects.create(
        kind=kind, customer_ref=customer_id, payload=dict(payload or {}), at=now
    )


def announce_many(
    news: Iterable[tuple[str, int | None, Mapping[str, Any]]], *, now: datetime
) -> int:
    """This will write news about many customers: kind, customer, payload; and give how many."""
    found = list(news)
    strange = sorted({kind for kind, _customer, _payload in found} - set(KINDS))
    if strange:
        raise UnknownKind(strange[0])
    return rows.insert(
        Announcement,
        ("kind", "customer_ref", "payload", "at"),
        ((kind, customer, dict(payload), now) for kind, customer, payload in found),
    )


def subscribe(kind: str, subscriber: Subscriber) -> None:
    """This will have ``subscriber`` called for each row of this kind; call it in ``ready()``."""
    if kind not in KINDS:
        raise UnknownKind(kind)
    _subscribers[kind].append(subscriber)


def deliver(*, now: datetime, limit: int = 500) -> int:
    """This will hand waiting rows to their subscribers, oldest first, and say how many."""
    waiting = list(Announcement.objects.filter(handled_at=None).order_by("id")[:limit])
    for row in waiting:
        with transaction.atomic():
            claimed = Announcement.objects.filter(pk=row.pk, handled_at=None).update(handled_at=now)
            if claimed:
                for subscriber in _subscribers[row.kind]:
                    subscriber(row)
    return len(waiting)
