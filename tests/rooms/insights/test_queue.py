"""The queue: rank = value at stake × chance, one action a customer, minus what was decided."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from posvenda.base import clock
from posvenda.base.models import User
from posvenda.customers import sheet
from posvenda.insights import today
from posvenda.insights.models import Decision
from tests.rooms import town

pytestmark = pytest.mark.django_db


def _ask(now: datetime) -> today.Asked:
    return today.ask(now=now, today=clock.day_of(now))


def _waiting(user: User, now: datetime, *, is_team: bool = False) -> list[tuple[str, str]]:
    names = _ask(now).view.frame.select("customer_id", "who.name").collect()
    waiting = _ask(now).waiting(user, is_team=is_team)
    return (
        waiting.join(names, on="customer_id", maintain_order="left")
        .select("who.name", "play")
        .rows()
    )


def _decide(book: SimpleNamespace, customer: str, play: str, **fields: object) -> Decision:
    return Decision.objects.create(customer=getattr(book, customer), play=play, **fields)


def test_the_order_is_the_one_computed_by_hand(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    book.mills.delete()
    sheet.refresh(now=now)
    asked = _ask(now)
    rows = asked.view.frame.collect()
    aroeira = rows.filter(pl.col("customer_id") == book.aroeira.pk).row(0, named=True)
    risk = (100 - aroeira["health.score"]) / 100
    by_hand = {
        ("Metalúrgica Aroeira", "champion_left"): 9800 * 12 * 0.5 * risk,
        ("Hotelaria Costa Dourada", "save_cancellation"): 5480 * 12 * 0.35,
        ("Colégio Monte Pascoal", "answer_detractor"): 4600 * 12 * 0.2,
    }
    assert _waiting(csm, now) == sorted(by_hand, key=by_hand.__getitem__, reverse=True)
    expected = asked.waiting(csm, is_team=False)["expected_cents"].to_list()
    assert expected == pytest.approx(sorted((v * 100 for v in by_hand.values()), reverse=True))


def test_a_csm_gets_the_own_book_and_the_team_gets_all(
    book: SimpleNamespace, csm: User, manager: User, now: datetime
) -> None:
    assert "Cooperativa Vale Verde" not in dict(_waiting(csm, now))
    assert list(dict(_waiting(manager, now))) == ["Cooperativa Vale Verde"]
    assert len(_waiting(manager, now, is_team=True)) == 5


def test_amounts_in_different_currencies_are_interleaved_not_compared(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    assert _ask(now).ranking.currencies == 2
    names = list(dict(_waiting(csm, now)))
    assert names.index("Mills Foods") not in (0, len(names))
    assert 1 <= names.index("Mills Foods") <= 3


def test_a_done_action_rests_fourteen_days_and_its_customer_two(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    assert dict(_waiting(csm, now))["Metalúrgica Aroeira"] == "champion_left"
    _decide(book, "aroeira", "champion_left", verdict="done", at=now, expected_cents=10**9)
    assert "Metalúrgica Aroeira" not in dict(_waiting(csm, now))
    third = now + timedelta(days=2)
    assert dict(_waiting(csm, third))["Metalúrgica Aroeira"] != "champion_left"
    back = now + timedelta(days=14)
    assert dict(_waiting(csm, back))["Metalúrgica Aroeira"] == "champion_left"


def test_a_postponed_action_comes_back_on_its_day(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    until = clock.day_of(now) + timedelta(days=3)
    _decide(
        book, "hotel", "save_cancellation", verdict="snoozed", until_on=until, at=now,
        expected_cents=10**9,
    )  # fmt: skip
    assert "Hotelaria Costa Dourada" not in dict(_waiting(csm, now))
    assert "Hotelaria Costa Dourada" not in dict(_waiting(csm, now + timedelta(days=2)))
    assert "Hotelaria Costa Dourada" in dict(_waiting(csm, now + timedelta(days=3)))


def test_what_is_worth_more_comes_through_while_the_customer_rests(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    until = clock.day_of(now) + timedelta(days=7)
    _decide(
        book, "aroeira", "open_renewal", verdict="snoozed", until_on=until, at=now,
        expected_cents=1,
    )  # fmt: skip
    assert dict(_waiting(csm, now))["Metalúrgica Aroeira"] == "champion_left"


def test_an_undone_decision_does_not_count(book: SimpleNamespace, csm: User, now: datetime) -> None:
    _decide(book, "hotel", "save_cancellation", verdict="done", at=now, undone_at=now)
    assert "Hotelaria Costa Dourada" in dict(_waiting(csm, now))


def test_a_touched_customer_is_ranked_by_its_new_facts(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    _waiting(csm, now)
    town.cancels(book.school, clock.day_of(now))
    later = now + timedelta(minutes=1)
    sheet.touch([book.school.pk], now=later)
    assert dict(_waiting(csm, later))["Colégio Monte Pascoal"] == "save_cancellation"


def test_a_play_sleeps_until_somebody_has_what_it_needs(
    book: SimpleNamespace, csm: User, now: datetime
) -> None:
    fresh = town.company("Clínica Bem Viver", owner=csm)
    day = clock.day_of(now)
    town.contract(fresh, reais_a_month=2350, starts=day - timedelta(38), ends=day + timedelta(327))
    sheet.refresh(now=now)
    assert "Clínica Bem Viver" not in dict(_waiting(csm, now))
