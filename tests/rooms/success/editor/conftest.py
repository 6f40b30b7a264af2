"""A small book with a card in force that came with the product."""

from datetime import date, datetime

import pytest

from posvenda.base import choices
from posvenda.base.models import User
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions
from tests.rooms import town


@pytest.fixture
def book(csm: User, manager: User, now: datetime) -> list[Customer]:
    """Three customers under contract: one asked to cancel, one of the manager's, one quiet."""
    definitions._judgement.cache_clear()  # keys of an earlier test, rolled back, come again
    choices.put("pack", "saas")
    made = []
    for name, owner, reais in (
        ("Aroeira", csm, 9800),
        ("Costa Dourada", csm, 5480),
        ("Vale Verde", manager, 7500),
    ):
        customer = town.company(name, owner=owner)
        town.contract(
            customer, reais_a_month=reais, starts=date(2025, 8, 1), ends=date(2026, 8, 1), seats=20
        )
        town.call(customer, date(2026, 6, 10), owner)
        town.contact(customer, f"Ana {name}")
        town.ticket(customer, date(2026, 6, 1))
        made.append(customer)
    town.cancels(made[1], date(2026, 6, 10))
    sheet.refresh(now=now)
    return made
