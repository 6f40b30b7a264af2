"""What commerce knows about a customer: contract, usage, tickets, satisfaction, orders.

One file a family: its facts with their words, and the function that computes them from evidence.
"""

from collections.abc import Iterable

from posvenda.commerce import models
from posvenda.commerce.facts import (
    adoption,
    contract,
    currency,
    features,
    orders,
    satisfaction,
    tickets,
    usage,
)
from posvenda.customers.evidence import Evidence

PROVIDERS = (
    currency.PROVIDER,
    contract.PROVIDER,
    usage.PROVIDER,
    tickets.PROVIDER,
    satisfaction.PROVIDER,
    orders.PROVIDER,
    features.PROVIDER,
    adoption.PROVIDER,
)
DATED = (
    models.Order,
    models.OrderLine,
    models.ContractLine,
    models.Ticket,
    models.Answer,
    models.Cancellation,
)


def seen(evidence: Evidence) -> Iterable[int]:
    """This will name the customers with any order, contract, ticket, answer or use by then."""
    found: set[int] = set()
    for model in DATED:
        found |= evidence.seen(model)
    return found | usage.seen(evidence)
