"""Champions who are gone, on the timeline of their customer."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.base import clock
from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry
from posvenda.success.coverage.models import ChampionGone


def gone(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell which champion left, and who stopped using the product."""
    rows = ChampionGone.objects.filter(customer=customer, on__lte=clock.day_of(until))
    for row in rows.select_related("contact").order_by("-on", "-pk")[:count]:
        is_quiet = row.how == ChampionGone.How.QUIET
        title = (
            _("%(name)s, champion, last used the product")
            if is_quiet
            else _("%(name)s, champion, left")
        )
        yield Entry(
            at=clock.start_of(row.on),
            group="signal",
            icon="triangle-alert",
            kind=_("champion gone"),
            title=title % {"name": row.contact.name},
            text=_("Others go on using it.") if is_quiet else "",
        )
