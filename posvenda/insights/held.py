"""What this room holds about a customer."""

from django.utils.translation import gettext_lazy as _

from posvenda.customers.holdings import Holding
from posvenda.insights.models import Decision

HOLDINGS = (
    Holding(
        model=Decision,
        label=_("Actions done or postponed"),
        exported=("play", "verdict", "until_on", "at", "undone_at"),
    ),
)
