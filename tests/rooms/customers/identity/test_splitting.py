"""What belongs to somebody else is taken out, with all that hangs on it, and can be put back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.commerce.models import Order, OrderLine
from posvenda.customers.identity import splitting
from posvenda.customers.identity.resolution import Claim, one
from posvenda.customers.models import Contact, Customer, Identity
from tests.rooms.customers import logs
from tests.rooms.customers.identity.test_merging import HOUR, MERGED, boss, rows_of_everybody
from tests.rooms.customers.logs import KNOWN_AT
from tests.rooms.customers.test_knowledge import few, shown, world
from tests.rooms.town import at, company, contact, orders

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@given(log=logs.logs(), chance=st.randoms(use_true_random=False))
@few
def test_a_part_and_its_undo_leave_every_cell_as_it_was(settings, log, chance) -> None:
    with world(settings):
        logs.write(log)
        before, past, held = shown(), shown(known_at=KNOWN_AT), rows_of_everybody()
        customer = Customer.objects.get(key="c1")
        picked = {
            holding.name: {
                pk
                for pk in holding.of([customer.pk]).values_list("pk", flat=True)
                if chance.random() < 0.5
            }
            for holding in splitting.pickable()
        }
        if not any(picked.values()):
            return
        change = splitting.split(customer, picked=picked, by=boss(), now=MERGED, name="Outro")
        assert_frame_equal(shown(known_at=KNOWN_AT), past)
        splitting.undo(change, by=boss(), now=MERGED + HOUR)
        assert_frame_equal(shown(), before)
        assert_frame_equal(shown(known_at=KNOWN_AT), past)
        made = Customer.objects.get(pk=change.target_id)
        assert made.merged_into == customer
        after = rows_of_everybody()
        for table in set(held) - {"customers", "customers.ownership"}:
            assert after[table] == held[table], table


def test_orders_go_with_their_items_and_a_new_record_begins_with_them(manager) -> None:
    ana = company("Ana")
    (first, second) = orders(ana, DAY, DAY + timedelta(days=9))
    OrderLine.objects.create(
        key="l1",
        order_key=first.key,
        customer=ana,
        quantity=1,
        amount_cents=100,
        happened_at=at(DAY),
        recorded_at=at(DAY),
        digest="-",
    )
    change = splitting.split(
        ana, picked={"commerce.order": [first.pk]}, by=manager, now=MERGED, name="Bia"
    )
    assert (change.target.name, change.is_new) == ("Bia", True)
    assert OrderLine.objects.get().customer == Order.objects.get(pk=first.pk).customer
    assert Order.objects.get(pk=second.pk).customer == ana
    made = Customer.objects.get(pk=change.target_id)
    assert made.happened_at == at(DAY)


def test_an_identity_that_was_parted_finds_the_other_customer(manager) -> None:
    ana, bia = company("Ana"), company("Bia")
    row = Identity.objects.create(customer=ana, scheme="crm", value="7", recorded_at=MERGED)
    splitting.split(ana, picked={"customers.identity": [row.pk]}, by=manager, now=MERGED, into=bia)
    assert one(Claim(codes=(("crm", "7"),))).customer == bia.pk


def test_what_came_in_since_keeps_the_new_record_open(manager) -> None:
    ana = company("Ana")
    rui = contact(ana, "Rui")
    change = splitting.split(
        ana, picked={"customers.contact": [rui.pk]}, by=manager, now=MERGED, name="Bia"
    )
    orders(change.target, DAY)
    told = splitting.undo(change, by=manager, now=MERGED + HOUR)
    assert told.staying == {"commerce.order": 1}
    made = Customer.objects.get(pk=change.target_id)
    assert made.merged_into is None
    assert Contact.objects.get().customer == ana


def test_only_the_customers_own_rows_can_be_parted_by_a_manager(manager, csm) -> None:
    ana, bia = company("Ana"), company("Bia")
    rui = contact(bia, "Rui")
    with pytest.raises(splitting.NotTheirs):
        splitting.split(ana, picked={"customers.contact": [rui.pk]}, by=manager, now=MERGED)
    with pytest.raises(splitting.NothingPicked):
        splitting.split(ana, picked={}, by=manager, now=MERGED)
    with pytest.raises(splitting.MayNotJoin):
        splitting.split(bia, picked={"customers.contact": [rui.pk]}, by=csm, now=MERGED)
    assert Customer.objects.count() == 2
