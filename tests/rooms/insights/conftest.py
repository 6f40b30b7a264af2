"""A small book of a software company, with planted reasons to act."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from posvenda.base.models import User
from posvenda.customers import sheet
from posvenda.success import definitions
from tests.rooms import town


@pytest.fixture
def book(csm: User, manager: User, now: datetime) -> SimpleNamespace:
    """Four customers of Rafael and one of Bianca; every one has a reason to act but the last."""
    definitions.install("saas", now=now)
    made = SimpleNamespace()
    made.aroeira = town.company("Metalúrgica Aroeira", owner=csm)
    town.contract(
        made.aroeira, reais_a_month=9800, starts=date(2025, 8, 18), ends=date(2026, 8, 18), seats=60
    )
    made.claudia = town.contact(
        made.aroeira, "Cláudia Fontes", is_champion=True, left=date(2026, 6, 2)
    )
    made.otavio = town.contact(
        made.aroeira,
        "Otávio Lemos",
        role="Diretor financeiro",
        email="otavio@aroeira.example",
        phone="+5547991234567",
    )
    town.ticket(made.aroeira, date(2026, 6, 5))
    town.call(made.aroeira, date(2026, 5, 20), csm)
    made.hotel = town.company("Hotelaria Costa Dourada", owner=csm)
    town.contract(made.hotel, reais_a_month=5480, starts=date(2025, 7, 4), ends=date(2026, 7, 4))
    town.cancels(made.hotel, date(2026, 6, 10))
    made.school = town.company("Colégio Monte Pascoal", owner=csm)
    town.contract(made.school, reais_a_month=4600, starts=date(2025, 2, 1), ends=date(2027, 2, 1))
    town.answer(made.school, date(2026, 6, 15), 4, comment="A conciliação falha todo mês.")
    made.mills = town.company("Mills Foods", owner=csm)
    town.contract(
        made.mills,
        reais_a_month=1000,
        starts=date(2025, 9, 1),
        ends=date(2026, 9, 1),
        currency="USD",
    )
    made.farm = town.company("Cooperativa Vale Verde", owner=manager)
    town.contract(made.farm, reais_a_month=7500, starts=date(2025, 8, 1), ends=date(2026, 8, 1))
    sheet.refresh(now=now)
    return made
