"""What this room holds about a customer."""

from django.utils.translation import gettext_lazy as _

from posvenda.customers.holdings import Holding
from posvenda.success.cards import held as cards
from posvenda.success.coverage.models import ChampionGone
from posvenda.success.models import HealthShown, Prediction

HOLDINGS = (
    Holding(
        model=HealthShown,
        label=_("Health as it was shown"),
        exported=("on", "score", "band", "stage"),
        is_moved=False,
    ),
    Holding(
        model=Prediction,
        label=_("Stated chance of leaving"),
        exported=("as_of", "due_on", "model", "score", "chance", "left"),
        is_moved=False,
    ),
    *cards.HOLDINGS,
    Holding(
        model=ChampionGone,
        label=_("Champions who are gone"),
        exported=("how", "on"),
    ),
)
