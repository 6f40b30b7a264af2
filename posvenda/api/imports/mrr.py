"""The monthly revenue of today, for what an import changes in it."""

from datetime import datetime

from posvenda.base import clock, rows
from posvenda.commerce.models import ContractLine
from posvenda.core.mrr import mrr_at

COLUMNS = (
    "customer_id",
    "starts_on",
    "ends_on",
    "amount_cents",
    "period",
    "currency",
    "is_trial",
)


def present(*, now: datetime) -> dict[str, int]:
    """This will give today's MRR in cents by currency."""
    today = clock.day_of(now)
    current = ContractLine.objects.filter(
        superseded_at=None, is_retracted=False, starts_on__lte=today
    ).exclude(ends_on__lte=today)
    totals = mrr_at(rows.frame(current, COLUMNS), today).group_by("currency").sum()
    return dict(totals.select("currency", "mrr_cents").sort("currency").iter_rows())
