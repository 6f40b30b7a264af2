"""The alarm on a gap: an endpoint that has been silent for longer than it should be.

A person sets the hours. Where nobody did, the endpoint's own past decides once it has twenty
deliveries: three times the longest pause among the last two hundred, and at least a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from posvenda.api.models import WebhookDelivery, WebhookEndpoint

LOOKED_AT, ENOUGH, TIMES = 200, 20, 3
LEAST = timedelta(days=1)


@dataclass(frozen=True)
class Silence:
    """How long an endpoint may be silent, how long it has been, and whether that is too long."""

    allowed: timedelta | None
    lasted: timedelta | None
    is_own_rhythm: bool

    @property
    def is_alarm(self) -> bool:
        """Whether the silence is longer than allowed."""
        return self.allowed is not None and self.lasted is not None and self.lasted > self.allowed


def of(endpoint: WebhookEndpoint, *, now: datetime) -> Silence:
    """This will measure the silence of an endpoint; one that is paused is never in alarm."""
    since = endpoint.received_at or (endpoint.created_at if endpoint.quiet_hours else None)
    lasted = now - since if since is not None and endpoint.is_active else None
    if endpoint.quiet_hours is not None:
        allowed = timedelta(hours=endpoint.quiet_hours) if endpoint.quiet_hours else None
        return Silence(allowed, lasted, is_own_rhythm=False)
    recent = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-id")
    moments = list(recent.values_list("received_at", flat=True)[:LOOKED_AT])
    return Silence(usual(reversed(moments)), lasted, is_own_rhythm=True)


def usual(moments: Iterable[datetime]) -> timedelta | None:
    """This will give the silence that is still usual, from moments in order; None from too few."""
    known = list(moments)
    if len(known) < ENOUGH:
        return None
    longest = max(later - earlier for earlier, later in pairwise(known))
    return max(TIMES * longest, LEAST)


def watch(*, now: datetime) -> list[WebhookEndpoint]:
    """This will mark the endpoints that are too silent, for the menu to count, and give them."""
    every = WebhookEndpoint.objects.order_by("label")
    silent = [endpoint for endpoint in every if of(endpoint, now=now).is_alarm]
    marked = [endpoint.pk for endpoint in silent]
    WebhookEndpoint.objects.filter(is_silent=False, pk__in=marked).update(is_silent=True)
    WebhookEndpoint.objects.filter(is_silent=True).exclude(pk__in=marked).update(is_silent=False)
    return silent
