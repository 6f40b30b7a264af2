"""What the consent ledger remembers of a customer on the timeline."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.customers.models import Customer
from posvenda.customers.privacy import purposes
from posvenda.customers.privacy.models import Consent
from posvenda.customers.timeline import Entry, Source


def consents(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell what was agreed to and taken back."""
    lines = Consent.objects.filter(customer=customer, happened_at__lte=until)
    for line in lines.select_related("by", "contact").order_by("-happened_at", "-pk")[:count]:
        said = _("Agreed to: %(purpose)s") if line.is_granted else _("Took back: %(purpose)s")
        who = f"{line.contact.name} · " if line.contact else ""
        yield Entry(
            at=line.happened_at,
            group="record",
            icon="lock",
            kind=_("consent"),
            title=said % {"purpose": purposes.purpose(line.purpose).label},
            text=f"{who}{line.get_channel_display()} · {line.get_source_display()}",
            by=line.by.name if line.by else "",
        )


SOURCES = (Source("privacy.consents", "record", consents),)
