"""A small software company with its journey worked out: two books, one customer in onboarding."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from posvenda.base import clock
from posvenda.base.models import User
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.journey import jobs, replaying
from posvenda.success.plans import following
from posvenda.success.plans.models import Plan
from tests.rooms import town

NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
TODAY = date(2026, 6, 16)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(django_settings, "HISTORY_DAYS", 40)


@pytest.fixture
def company(csm: User, manager: User) -> dict[str, Customer]:
    """Ana is new and the CSM's; five older ones are the manager's, one of them leaves."""
    definitions.install("saas", now=NOW)
    found = {"Ana": town.company("Ana Ltda", owner=csm, since=TODAY - 10 * DAY)}
    town.contract(found["Ana"], reais_a_month=100, starts=TODAY - 10 * DAY, ends=date(2027, 6, 6))
    for n in range(5):
        name = f"Velha {n}"
        found[name] = town.company(name, owner=manager)
        town.contract(
            found[name], reais_a_month=1_000, starts=date(2025, 1, 10), ends=date(2027, 1, 10)
        )
    town.cancels(found["Velha 3"], TODAY - 2 * DAY)
    follow()
    return found


def follow() -> None:
    """This will do what the worker does after a sheet, twice, so that nothing is left."""
    for _round in range(2):
        sheet.refresh(now=NOW)
        jobs.step()
        while replaying.turn(now=NOW, seconds=60):
            pass
        view = sheet.lazy(now=NOW)
        following.follow(view, screen=definitions.judgement().stages.screen, now=NOW)
    sheet.refresh(now=NOW)


@pytest.fixture
def plan(company: dict[str, Customer]) -> Plan:
    """Ana's onboarding plan."""
    return Plan.objects.get(customer=company["Ana"])


Company = dict[str, Customer]
Follow = Callable[[], None]
