"""What this room remembers of a customer: what was said."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.conversations.models import Interaction
from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry, Source

ICONS = {
    "note": "pencil",
    "call": "phone",
    "meeting": "calendar",
    "email": "mail",
    "whatsapp": "message-circle",
}


def interactions(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell notes, calls, meetings and messages."""
    rows = Interaction.objects.filter(customer=customer, happened_at__lte=until)
    for row in rows.select_related("by", "contact").order_by("-happened_at", "-pk")[:count]:
        yield Entry(
            at=row.happened_at,
            group="contact",
            icon=ICONS[row.kind],
            kind=_("note") if row.kind == Interaction.Kind.NOTE else _("contact"),
            title=_title(row),
            text=row.body,
            by=row.by.name if row.by else "",
        )


def _title(row: Interaction) -> str:
    name = row.by.first_name if row.by else ""
    with_whom = row.contact.name if row.contact else ""
    match row.kind:
        case Interaction.Kind.NOTE:
            title = _("Note by %(name)s") if name else _("Note")
        case Interaction.Kind.CALL:
            title = _("Call by %(name)s") if name else _("Call")
        case Interaction.Kind.MEETING:
            title = _("Meeting with %(name)s") if name else _("Meeting")
        case Interaction.Kind.EMAIL:
            title = _("E-mail by %(name)s") if name else _("E-mail")
        case _other:
            title = _("WhatsApp by %(name)s") if name else _("WhatsApp")
    told = title % {"name": name}
    return f"{told}, {with_whom}" if with_whom else told


SOURCES = (Source("conversations.interactions", "contact", interactions),)
