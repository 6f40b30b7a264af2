"""A fact asked for alone is what it is among all: its sources are computed with it."""

from datetime import date, datetime

import polars as pl
import pytest
from polars.testing import assert_series_equal

from posvenda.base.models import User
from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.success import definitions
from posvenda.success.cards.judging import HEALTH
from tests.rooms import town

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 16)


@pytest.fixture
def whole(csm: User, now: datetime) -> pl.DataFrame:
    """A company with something of everything, and one of whom little is known."""
    definitions.install("saas", now=now)
    made = town.company("Aroeira", owner=csm)
    town.contract(made, reais_a_month=1000, starts=date(2025, 9, 1), ends=date(2026, 9, 1))
    town.contact(made, "Otávio", role="Diretor", is_champion=True)
    town.ticket(made, date(2026, 6, 1))
    town.answer(made, date(2026, 6, 1), 3)
    town.call(made, date(2026, 6, 3), by=csm)
    town.orders(made, *town.every(30, until=TODAY, times=4))
    town.company("Ipê")
    return sheet_facts.compute(Evidence(as_of=TODAY), below=HEALTH)


def _below_health() -> list[Provider]:
    providers = sheet_facts.providers()
    names = [provider.name for provider in providers]
    return list(providers[: names.index(HEALTH)])


def test_each_fact_alone_is_what_it_is_among_all(whole: pl.DataFrame) -> None:
    for provider in _below_health():
        for fact in provider.every():
            found = sheet_facts.compute(Evidence(as_of=TODAY), below=HEALTH, wanted={fact.name})
            assert_series_equal(found[fact.name], whole[fact.name])


def test_what_nobody_asks_for_is_passed_over(whole: pl.DataFrame) -> None:
    found = sheet_facts.compute(Evidence(as_of=TODAY), below=HEALTH, wanted={"nps.last_score"})
    assert "tickets.open" not in found.columns
