"""Joins and parts on a customer's timeline."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from posvenda.customers.identity.models import Change
from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry, Source


def changes(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell which records were joined to or parted from the customer, and undone."""
    mine = Q(source=customer) | Q(target=customer)
    found = Change.objects.filter(mine, at__lte=until).select_related("source", "target", "by")
    entries = [entry for change in found for entry in _told(change, customer, until)]
    yield from sorted(entries, key=lambda entry: entry.at, reverse=True)[:count]


def _told(change: Change, customer: Customer, until: datetime) -> Iterator[Entry]:
    other = change.source if change.target_id == customer.pk else change.target
    words = (
        (_("Joined with %(name)s"), _("Join with %(name)s undone"))
        if change.kind == Change.Kind.MERGE
        else (_("Parted from %(name)s"), _("Parting from %(name)s undone"))
    )
    for at, text in zip((change.at, change.undone_at), words, strict=True):
        if at is not None and at <= until:
            yield Entry(
                at=at,
                group="record",
                icon="users-round",
                kind=_("record"),
                title=text % {"name": other.name},
            )


SOURCE = Source("customers.identity", "record", changes)
