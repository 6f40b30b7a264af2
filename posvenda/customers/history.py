"""What this room remembers of a customer: owners, tags, attributes, contacts, its own beginning."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.customers.models import AttributeValue, Contact, Customer, Ownership, Tagging
from posvenda.customers.timeline import Entry, Source

SHOWN_ATTRIBUTES = 6


def owners(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell who began to answer for the customer."""
    rows = Ownership.objects.filter(customer=customer, starts_at__lte=until)
    for row in rows.select_related("user").order_by("-starts_at", "-pk")[:count]:
        name = row.user.name if row.user else _("nobody")
        yield Entry(
            at=row.starts_at,
            group="record",
            icon="user-round",
            kind=_("owner"),
            title=_("%(name)s answers for the customer") % {"name": name},
        )


def tags(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell the words put on and taken off."""
    rows = Tagging.objects.filter(customer=customer, starts_at__lte=until)
    found = []
    for row in rows.order_by("-starts_at", "-pk")[:count]:
        on = _("Tag %(tag)s put on") % {"tag": row.tag}
        found.append(_tag(row.starts_at, on))
        if row.ends_at and row.ends_at <= until:
            found.append(_tag(row.ends_at, _("Tag %(tag)s taken off") % {"tag": row.tag}))
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def values(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell the attributes that changed, those of one moment together."""
    rows = AttributeValue.objects.filter(customer=customer, happened_at__lte=until)
    together: dict[datetime, list[str]] = {}
    found = rows.order_by("-happened_at", "attribute__label")
    for at, label, value in found.values_list("happened_at", "attribute__label", "value")[
        : count * SHOWN_ATTRIBUTES
    ]:
        together.setdefault(at, []).append(f"{label}: {value or '—'}")
    return [
        Entry(
            at=at,
            group="record",
            icon="pencil",
            kind=_("record"),
            title=_("Attributes filled in"),
            text=" · ".join(texts[:SHOWN_ATTRIBUTES]),
        )
        for at, texts in list(together.items())[:count]
    ]


def contacts(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell who joined and who left."""
    found = []
    for person in Contact.objects.filter(customer=customer):
        if person.happened_at <= until:
            title = _("%(name)s became a contact") % {"name": person.name}
            found.append(_contact(person.happened_at, title, person.role, "record"))
        if person.left_at and person.left_at <= until:
            title = _("%(name)s left the company") % {"name": person.name}
            found.append(_contact(person.left_at, title, person.role, "record"))
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:count]


def beginning(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell when the customer began."""
    if customer.happened_at <= until:
        title = _("Became a customer")
        yield Entry(
            at=customer.happened_at, group="record", icon="plus", kind=_("record"), title=title
        )


def _tag(at: datetime, title: str) -> Entry:
    return Entry(at=at, group="record", icon="bookmark", kind=_("tag"), title=title)


def _contact(at: datetime, title: str, role: str, group: str) -> Entry:
    return Entry(at=at, group=group, icon="user-round", kind=_("contact"), title=title, text=role)


SOURCES = (
    Source("customers.owners", "record", owners),
    Source("customers.tags", "record", tags),
    Source("customers.values", "record", values),
    Source("customers.contacts", "record", contacts),
    Source("customers.beginning", "record", beginning),
)
