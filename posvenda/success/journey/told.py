"""What the journey puts on a customer's timeline: stages entered, pace lost and found again."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.base import clock
from posvenda.core.pace import ON_TRACK, STUCK
from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry
from posvenda.success import definitions
from posvenda.success.journey import history
from posvenda.success.journey.facts import Plain
from posvenda.success.journey.models import Crossing
from posvenda.success.texts import Text

BAND = {ON_TRACK: "good", STUCK: "risk"}


def stages(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell the stages the customer came into; the first known one has no day."""
    rows = history.current().filter(customer=customer, on__lte=clock.day_of(until))
    labels = definitions.ladder().stages
    for row in rows.exclude(stage="").exclude(is_start=True).order_by("-on")[:count]:
        was = labels.get(row.before, row.before)
        yield Entry(
            at=clock.start_of(row.on),
            group="signal",
            icon="route",
            kind=_("stage"),
            title=_("Came into the stage %(stage)s") % {"stage": labels.get(row.stage, row.stage)},
            text=_("before: %(stage)s") % {"stage": was} if row.before else "",
        )


def crossings(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell when the customer fell behind, got stuck, or was on track again."""
    titles = {
        "on_track": _("On track again"),
        "behind": _("Fell behind"),
        "stuck": _("Got stuck"),
    }
    found = Crossing.objects.filter(customer=customer, at__lte=until, is_first=False)
    for row in found.order_by("-at", "-id")[:count]:
        yield Entry(
            at=row.at,
            group="signal",
            icon="hand" if row.state != ON_TRACK else "circle-check",
            kind=row.get_of_display(),
            title=titles[row.state],
            text=reason(row),
            band=BAND.get(row.state, "warn"),
        )


def reason(row: Crossing) -> str:
    """This will print why, as the text was on that day, in the reader's language."""
    return str(Plain(Text(row.reason))) if row.reason else ""
