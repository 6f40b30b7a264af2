"""What the doors hold about a customer: what imports changed in its row, to be undone one day."""

from django.utils.translation import gettext_lazy as _

from posvenda.api.models import Change
from posvenda.customers.holdings import Holding

HOLDINGS = (
    Holding(
        model=Change,
        label=_("What imports changed"),
        personal=("key", "before", "after"),
        is_moved=False,
    ),
)
