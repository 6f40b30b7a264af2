"""What this room holds about a customer."""

from django.utils.translation import gettext_lazy as _

from posvenda.customers.holdings import Holding
from posvenda.success.models import Crossing, HealthShown, StageChange

HOLDINGS = (
    Holding(
        model=HealthShown,
        label=_("Health as it was shown"),
        exported=("on", "score", "band", "stage"),
        is_moved=False,
    ),
    Holding(
        model=StageChange,
        label=_("Stages of the past"),
        exported=("on", "stage", "before", "recorded_at", "superseded_at"),
        is_moved=False,
    ),
    Holding(
        model=Crossing,
        label=_("Behind and stuck"),
        exported=("of", "on", "stage", "state", "reason"),
        is_moved=False,
    ),
)
