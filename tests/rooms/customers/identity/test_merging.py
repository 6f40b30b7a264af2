"""Joining two records of one customer changes what is known now, nothing of what was, for ever."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from polars.testing import assert_frame_equal

from posvenda.base.models import Audit, Role, User
from posvenda.customers import holdings, search, sheet
from posvenda.customers.identity import merging
from posvenda.customers.identity.models import Change, Moved
from posvenda.customers.identity.resolution import Claim, one
from posvenda.customers.models import Contact, Customer, Identity, Ownership, Tagging
from tests.rooms.customers import logs
from tests.rooms.customers.logs import AS_OF, KNOWN_AT
from tests.rooms.customers.test_knowledge import few, shown, world
from tests.rooms.town import company, contact, orders

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
        holding.name: sorted(holding.model._base_manager.values_list(), key=repr)
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


def two(**fields: Any) -> tuple[Customer, Customer]:
    a = company("Ana", key="A", email="ana@example.com", **fields)
    b = company("Ana Souza", key="B", phone="+5511987654321")
    return a, b


def test_the_rows_go_over_and_the_record_leads_there(manager) -> None:
    a, b = two()
    contact(a, "Rui")
    orders(a, AS_OF)
    Identity.objects.create(customer=a, scheme="crm", value="7", recorded_at=a.recorded_at)
    change = merging.merge(a, into=b, by=manager, now=MERGED)
    a.refresh_from_db()
    b.refresh_from_db()
    assert a.merged_into == b
    assert b.email == "ana@example.com"
    assert {row.customer_id for row in Contact.objects.all()} == {b.pk}
    assert one(Claim(codes=(("crm", "7"),))).customer == b.pk
    moved = set(Moved.objects.filter(change=change).values_list("table", flat=True))
    assert moved == {"customers.contact", "customers.identity", "commerce.order"}
    assert {row.about for row in Audit.objects.filter(verb="customer.merged")} == {
        f"customer:{a.public_id}",
        f"customer:{b.public_id}",
    }


def test_the_value_that_was_chosen_stays(manager) -> None:
    a, b = two()
    merging.merge(a, into=b, by=manager, now=MERGED, keep={"name": "Ana", "email": "made up"})
    b.refresh_from_db()
    assert (b.name, b.email) == ("Ana", "ana@example.com")


def test_only_managers_join(csm, viewer) -> None:
    a, b = two()
    for user in (csm, viewer):
        with pytest.raises(merging.MayNotJoin):
            merging.merge(a, into=b, by=user, now=MERGED)
    assert not Change.objects.exists()
    assert not Audit.objects.exists()


def test_a_record_cannot_be_joined_twice_nor_to_itself(manager) -> None:
    a, b = two()
    with pytest.raises(merging.NotTwo):
        merging.merge(a, into=a, by=manager, now=MERGED)
    merging.merge(a, into=b, by=manager, now=MERGED)
    with pytest.raises(merging.NotTwo):
        merging.merge(a, into=b, by=manager, now=MERGED)
    with pytest.raises(merging.NotTwo):
        merging.merge(b, into=a, by=manager, now=MERGED)


def test_what_both_sides_have_stays_aside_and_comes_back(manager, csm) -> None:
    a, b = two(owner=csm)
    for each in (a, b):
        Tagging.objects.create(
            customer=each, tag="vip", starts_at=each.happened_at, recorded_at=each.recorded_at
        )
    change = merging.merge(a, into=b, by=manager, now=MERGED)
    b.refresh_from_db()
    assert b.owner == csm
    assert Ownership.objects.get(user=csm).customer == b
    assert Tagging.objects.filter(customer=b).count() == 1
    merging.undo(change, by=manager, now=MERGED + HOUR)
    assert Tagging.objects.filter(customer=a).count() == 1
    assert Ownership.objects.get(user=csm).customer == a


def test_an_undo_waits_for_the_later_join_of_the_one_that_stands(manager) -> None:
    a, b = two()
    c = company("C")
    first = merging.merge(a, into=b, by=manager, now=MERGED)
    second = merging.merge(b, into=c, by=manager, now=MERGED + HOUR)
    with pytest.raises(merging.NotStanding) as refused:
        merging.undo(first, by=manager, now=MERGED + 2 * HOUR)
    assert refused.value.by == second
    merging.undo(second, by=manager, now=MERGED + 2 * HOUR)
    merging.undo(first, by=manager, now=MERGED + 3 * HOUR)
    assert not Customer.objects.exclude(merged_into=None).exists()


def test_two_joins_undone_in_either_order_give_the_first_name_back(manager) -> None:
    for turn in (1, -1):
        a, b, c = (company(name, key=f"{name}{turn}") for name in ("Ana", "Bia", "Clara"))
        both = [
            merging.merge(a, into=b, by=manager, now=MERGED, keep={"name": "Ana"}),
            merging.merge(c, into=b, by=manager, now=MERGED + HOUR, keep={"name": "Clara"}),
        ]
        for change in both[::turn]:
            merging.undo(change, by=manager, now=MERGED + 2 * HOUR)
        b.refresh_from_db()
        assert b.name == "Bia"


def test_a_name_somebody_changed_since_stays(manager) -> None:
    a, b = two()
    change = merging.merge(a, into=b, by=manager, now=MERGED, keep={"name": "Ana"})
    Customer.objects.filter(pk=b.pk).update(name="Ana Maria")
    merging.undo(change, by=manager, now=MERGED + HOUR)
    b.refresh_from_db()
    assert b.name == "Ana Maria"


def test_search_finds_the_one_that_stands_by_what_the_other_was_called(manager) -> None:
    a = company("Padaria Trigo Bom", key="A")
    b = company("Trigo e Cia", key="B")
    search.index_all()
    change = merging.merge(a, into=b, by=manager, now=MERGED)
    assert search.search("padaria", manager) == [b.pk]
    search.index_all()
    assert search.search("padaria", manager) == [b.pk]
    merging.undo(change, by=manager, now=MERGED + HOUR)
    assert search.search("padaria", manager) == [a.pk]


def test_the_pages_see_a_join_at_once(manager, settings) -> None:
    a, b = two()
    sheet.refresh(now=MERGED)
    change = merging.merge(a, into=b, by=manager, now=MERGED + HOUR)

    def there() -> list[str]:
        view = sheet.lazy(now=MERGED + HOUR)
        return view.frame.select("who.key").collect().to_series().sort().to_list()

    assert there() == ["B"]
    merging.undo(change, by=manager, now=MERGED + HOUR)
    assert there() == ["A", "B"]


def test_use_that_still_names_the_joined_record_refreshes_the_one_that_stands(manager) -> None:
    a, b = two()
    merging.merge(a, into=b, by=manager, now=MERGED)
    sheet.stale([a.pk], now=MERGED)
    assert [customer for customer, _marks in sheet.stale_marks()] == [b.pk]
