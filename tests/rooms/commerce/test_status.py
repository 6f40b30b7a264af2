"""The status comes out of the contract lines: prospect, coming, customer, paused, churned."""

from datetime import date, timedelta

import pytest

from posvenda.customers import sheet
from tests.rooms import town

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 16)
YEAR = timedelta(days=365)


def _status(name: str) -> str:
    built = sheet.build(as_of=TODAY)
    return dict(built.select("who.key", "contract.status").iter_rows())[name]


@pytest.fixture(autouse=True)
def _somebody_has_a_contract(db: None) -> None:
    other = town.company("outra")
    town.contract(other, reais_a_month=10, starts=TODAY - YEAR, ends=TODAY + YEAR)


def test_who_signed_nothing_is_a_prospect() -> None:
    town.company("ana")
    assert _status("ana") == "prospect"


def test_who_signed_for_later_is_coming() -> None:
    signed = town.company("ana")
    line = town.contract(
        signed, reais_a_month=10, starts=TODAY + timedelta(days=9), ends=TODAY + YEAR
    )
    type(line).objects.filter(pk=line.pk).update(happened_at=town.at(TODAY - timedelta(days=3)))
    assert _status("ana") == "coming"


def test_who_comes_back_later_is_paused_meanwhile() -> None:
    away = town.company("ana")
    town.contract(away, reais_a_month=10, starts=TODAY - YEAR, ends=TODAY - timedelta(days=20))
    line = town.contract(
        away, reais_a_month=10, starts=TODAY + timedelta(days=40), ends=TODAY + YEAR
    )
    type(line).objects.filter(pk=line.pk).update(happened_at=town.at(TODAY - timedelta(days=30)))
    assert _status("ana") == "paused"


def test_a_contract_at_no_price_after_one_with_a_price_is_a_pause() -> None:
    paused, free = town.company("ana"), town.company("bia")
    town.contract(paused, reais_a_month=10, starts=TODAY - YEAR, ends=TODAY - timedelta(days=20))
    town.contract(paused, reais_a_month=0, starts=TODAY - timedelta(days=20), ends=TODAY + YEAR)
    town.contract(free, reais_a_month=0, starts=TODAY - YEAR, ends=TODAY + YEAR)
    assert (_status("ana"), _status("bia")) == ("paused", "customer")


def test_whose_last_line_ended_has_left_and_whose_runs_is_a_customer() -> None:
    left, stays = town.company("ana"), town.company("bia")
    town.contract(left, reais_a_month=10, starts=TODAY - YEAR, ends=TODAY)
    town.contract(stays, reais_a_month=10, starts=TODAY - YEAR, ends=TODAY + timedelta(days=1))
    assert (_status("ana"), _status("bia")) == ("churned", "customer")
