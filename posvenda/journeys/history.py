"""What this room remembers of a customer: tasks written and finished."""

from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry, Source
from posvenda.journeys.models import Task


def tasks(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell when tasks were written and done."""
    rows = Task.objects.filter(customer=customer, created_at__lte=until)
    found = []
    for row in rows.select_related("done_by", "created_by").order_by("-created_at", "-pk")[:count]:
        found.append(_entry(row.created_at, "list-checks", _("Task written"), row.title))
        if row.done_at and row.done_at <= until:
            by = row.done_by.first_name if row.done_by else ""
            title = _("Task done by %(name)s") % {"name": by} if by else _("Task done")
            found.append(_entry(row.done_at, "check", title, row.title))
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entry(at: datetime, icon: str, title: str, text: str) -> Entry:
    return Entry(at=at, group="contact", icon=icon, kind=_("task"), title=title, text=text)


SOURCES = (Source("journeys.tasks", "contact", tasks),)
