"""Joining two records of one customer changes what is known now, nothing of what was, for ever."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from polars.testing import assert_frame_equal

from posvenda.base.models import Role, User
from posvenda.customers import holdings
from posvenda.customers.identity import merging
from posvenda.customers.models import Customer
from tests.rooms.customers import logs
from tests.rooms.customers.logs import KNOWN_AT
from tests.rooms.customers.test_knowledge import few, shown, world

pytestmark = pytest.mark.django_db
MERGED = KNOWN_AT + timedelta(days=60)
HOUR = timedelta(hours=1)


def boss() -> User:
    return User.objects.get_or_create(
        email="boss@example.com", defaults={"name": "Boss", "role": Role.MANAGER}
    )[0]


def pair() -> tuple[Customer, Customer]:
    return Customer.objects.get(key="c0"), Customer.objects.get(key="c1")


def rows_of_everybody() -> dict[str, list[tuple[Any, ...]]]:
    """Every column of every declared table that moves, and of the customers."""
    found = {
        holding.name: sorted(holding.model._default_manager.values_list(), key=repr)
        for holding in holdings.moving()
    }
    found["customers"] = sorted(Customer.objects.values_list(), key=repr)
    return found


@given(log=logs.logs())
@few
def test_a_join_and_its_undo_leave_every_cell_and_every_row_as_it_was(settings, log) -> None:
    with world(settings):
        logs.write(log)
        before, past, held = shown(), shown(known_at=KNOWN_AT), rows_of_everybody()
        source, target = pair()
        change = merging.merge(source, into=target, by=boss(), now=MERGED)
        joined = shown()
        assert "c0" not in joined["who.key"]
        merging.undo(change, by=boss(), now=MERGED + HOUR)
        assert rows_of_everybody() == held
        assert_frame_equal(shown(), before)
        assert_frame_equal(shown(known_at=KNOWN_AT), past)
        between = MERGED + HOUR / 2
        assert_frame_equal(shown(known_at=between), joined)


@given(log=logs.logs())
@few
def test_a_join_does_not_change_what_a_past_sheet_told(settings, log) -> None:
    with world(settings):
        logs.write(log)
        past, moment = shown(known_at=KNOWN_AT), shown(known_at=MERGED - HOUR)
        source, target = pair()
        merging.merge(source, into=target, by=boss(), now=MERGED, keep={"name": source.name})
        assert_frame_equal(shown(known_at=KNOWN_AT), past)
        assert_frame_equal(shown(known_at=MERGED - HOUR), moment)


@given(log=logs.logs(most=20), new=logs.logs(most=10, prefix="new-"))
@few
def test_facts_that_come_in_after_a_join_stay_with_whom_they_came_for(settings, log, new) -> None:
    new = [each for each in new if each.customer != "c0"]
    with world(settings):
        logs.write(log)
        logs.write(new)
        expected = shown()
    with world(settings):
        logs.write(log)
        source, target = pair()
        change = merging.merge(source, into=target, by=boss(), now=MERGED)
        logs.write(new)
        merging.undo(change, by=boss(), now=MERGED + HOUR)
        assert_frame_equal(shown(), expected)
