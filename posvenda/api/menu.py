"""The counts beside the doors' lines of the menu."""

from django.http import HttpRequest

from posvenda.api.models import Source, WebhookEndpoint
from posvenda.api.refused import groups
from posvenda.api.sources.timetable import ALARM
from posvenda.ui import tallies


def add_counts() -> None:
    """This will have them counted with those of the other rooms."""
    most = groups.COUNTED
    tallies.add("rows", lambda _: groups.rows().order_by().values("pk")[:most])
    tallies.add("letters", lambda _: groups.letters().order_by().values("pk")[:most])
    tallies.add(
        "failing", lambda _: Source.objects.filter(failures__gte=ALARM, paused_at=None).values("pk")
    )
    tallies.add(
        "silent",
        lambda _: WebhookEndpoint.objects.filter(is_silent=True, is_active=True).values("pk"),
    )


def refused(request: HttpRequest) -> int | None:
    """This will count what is refused and open, up to a thousand at each kind of door."""
    return tallies.of(request, "rows") + tallies.of(request, "letters") or None


def failing(request: HttpRequest) -> int | None:
    """This will count the scheduled readings that failed again and again."""
    return tallies.of(request, "failing") or None


def silent(request: HttpRequest) -> int | None:
    """This will count the webhooks that have been silent for too long."""
    return tallies.of(request, "silent") or None
