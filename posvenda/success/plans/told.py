"""What plans put on a customer's timeline: begun, milestones done and reopened, ended."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.base import clock
from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry
from posvenda.success.plans.models import Mark, Plan
from posvenda.success.texts import Text


def plans(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell when plans began and ended."""
    found = []
    for plan in Plan.objects.filter(customer=customer).order_by("-started_on")[:count]:
        name = str(Text(plan.label)) if plan.label else plan.template
        found.append(_entry(clock.start_of(plan.started_on), "flag", _("Plan began"), name))
        if plan.closed_on:
            ended = _("Plan ended: %(how)s") % {"how": plan.get_closed_as_display()}
            found.append(_entry(clock.start_of(plan.closed_on), "flag", ended, name))
    kept = [entry for entry in found if entry.at <= until]
    return sorted(kept, key=lambda entry: entry.at, reverse=True)


def marks(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell milestones completed and taken back, and by whom."""
    rows = Mark.objects.filter(milestone__plan__customer=customer, at__lte=until)
    for mark in rows.select_related("milestone", "by").order_by("-at", "-id")[:count]:
        title = _("Milestone done") if mark.is_done else _("Milestone reopened")
        name = str(Text(mark.milestone.name)) if mark.milestone.name else mark.milestone.key
        icon = "circle-check" if mark.is_done else "undo-2"
        who = mark.by.name if mark.by else mark.get_via_display()
        yield _entry(mark.at, icon, title, name, by=who)


def _entry(at: datetime, icon: str, title: str, text: str, by: str = "") -> Entry:
    return Entry(
        at=at, group="signal", icon=icon, kind=_("onboarding"), title=title, text=text, by=by
    )
