"""What this room holds about a customer."""

from django.utils.translation import gettext_lazy as _

from posvenda.customers.holdings import Holding
from posvenda.journeys.models import Task

HOLDINGS = (
    Holding(
        model=Task,
        label=_("Tasks"),
        exported=("title", "body", "due_on", "created_at", "done_at"),
        personal=("title", "body"),
        shown=lambda row: row.title,
    ),
)
