"""What this room holds about a customer."""

from django.utils.translation import gettext_lazy as _

from posvenda.conversations.models import Interaction
from posvenda.customers.holdings import Holding

HOLDINGS = (
    Holding(
        model=Interaction,
        label=_("Notes and conversations"),
        exported=("key", "kind", "direction", "body", "happened_at", "contact"),
        personal=("key", "body"),
        shown=lambda row: f"{row.get_kind_display()} · {row.body[:80]}",
    ),
)
