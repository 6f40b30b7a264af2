"""Signals are raised once, handled by people, closed when they no longer hold; calls are scored."""

from datetime import date, datetime, timedelta

import pytest

from posvenda.base.models import User
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.cards import actions, outcomes, queries, raising
from posvenda.success.cards.models import Indicator
from tests.rooms import town

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 16)


@pytest.fixture
def firm(csm: User, now: datetime) -> Customer:
    """A company that gave a bad mark and of whom we know two people."""
    definitions.install("saas", now=now)
    made = town.company("Aroeira", owner=csm)
    town.contract(made, reais_a_month=1000, starts=date(2025, 9, 1), ends=date(2026, 9, 1))
    town.contact(made, "Otávio")
    town.contact(made, "Lia")
    town.answer(made, date(2026, 6, 1), 3)
    return made


def _raise(day: date, now: datetime) -> int:
    return raising.raise_all(sheet.build(as_of=day).lazy(), as_of=day, now=now)


def test_a_rule_raises_once_and_the_sheet_counts_it(firm: Customer, now: datetime) -> None:
    assert _raise(TODAY, now) == 1
    assert _raise(TODAY, now) == 0
    assert Indicator.objects.get().rule == "detractor"
    assert sheet.build(as_of=TODAY)["indicator.risks"].to_list() == [1]
    assert sheet.build(as_of=TODAY - timedelta(days=1))["indicator.risks"].to_list() == [0]


def test_what_no_longer_holds_closes_itself(firm: Customer, now: datetime) -> None:
    _raise(TODAY, now)
    town.answer(firm, TODAY, 9)
    later = now + timedelta(days=1)
    assert _raise(TODAY + timedelta(days=1), later) == 0
    closed = Indicator.objects.get()
    assert (closed.outcome, closed.resolved_by, closed.resolved_at) == ("cleared", None, later)
    built = sheet.build(as_of=TODAY, known_at=now + timedelta(minutes=1))
    assert built["indicator.risks"].to_list() == [1]


def test_a_rule_stays_quiet_after_a_person_closed_it(
    firm: Customer, csm: User, now: datetime
) -> None:
    _raise(TODAY, now)
    actions.resolve(Indicator.objects.get(), outcome="dismissed", by=csm, now=now)
    assert _raise(TODAY, now + timedelta(days=1)) == 0
    assert _raise(TODAY, now + timedelta(days=31)) == 1


def test_a_signal_is_given_silenced_and_closed_once(
    firm: Customer, csm: User, manager: User, now: datetime
) -> None:
    signal = actions.raise_by_hand(firm, nature="opportunity", title="Filial", by=csm, now=now)
    actions.assign(signal, owner=manager, by=csm, now=now)
    actions.silence(signal, until=TODAY + timedelta(days=7), by=csm, now=now)
    held = queries.signals(csm)
    assert not queries.waiting(held, today=TODAY).exists()
    assert queries.waiting(held, today=TODAY + timedelta(days=7)).get().owner == manager
    actions.resolve(signal, outcome="handled", by=csm, now=now)
    with pytest.raises(actions.AlreadyResolved):
        actions.resolve(Indicator.objects.get(), outcome="handled", by=csm, now=now)


def test_people_against_the_score_queue_up(firm: Customer, csm: User, now: datetime) -> None:
    actions.call(firm, says="stays", decides_on=date(2026, 9, 1), by=csm, now=now, band="risk")
    told = queries.calls(csm, today=TODAY)
    found = queries.disagreements(told, {firm.pk: (20.0, "risk")})
    assert [each.call.customer for each in found] == [firm]
    assert queries.disagreements(told, {firm.pk: (80.0, "good")}) == []
    actions.call(firm, says="unsure", by=csm, now=now + timedelta(minutes=1))
    assert queries.calls(csm, today=TODAY) == []


def test_calls_are_held_against_what_happened_on_the_day(csm: User, now: datetime) -> None:
    early, day = now - timedelta(days=100), date(2026, 5, 1)
    for number in range(40):
        firm = town.company(f"Firma {number}", owner=csm)
        stays = number % 4 != 0
        ends = date(2027, 1, 1) if stays else day
        town.contract(firm, reais_a_month=100, starts=date(2025, 1, 1), ends=ends)
        says = "stays" if number % 2 else "leaves"
        actions.call(firm, says=says, decides_on=day, by=csm, now=early, band="good")
    told = outcomes.record(None, today=TODAY)
    assert (told.people.hits, told.people.n) == (30, 40)
    assert (told.score.hits, told.score.n) == (30, 40)
    assert told.people.rate == 0.75
    low, high = told.people.interval or (0, 0)
    assert 0.59 < low < 0.60
    assert 0.85 < high < 0.86


def test_under_thirty_decisions_there_is_no_verdict(csm: User, now: datetime) -> None:
    firm = town.company("Firma", owner=csm)
    town.contract(firm, reais_a_month=100, starts=date(2025, 1, 1), ends=date(2027, 1, 1))
    early = now - timedelta(days=100)
    actions.call(firm, says="leaves", decides_on=date(2026, 5, 1), by=csm, now=early, band="risk")
    later = early + timedelta(days=1)
    actions.call(firm, says="stays", decides_on=date(2026, 5, 1), by=csm, now=later, band="warn")
    told = outcomes.record(None, today=TODAY)
    assert (told.people.hits, told.people.n, told.score.n) == (1, 1, 0)
    assert (told.people.rate, told.people.interval, told.people.missing) == (None, None, 29)
