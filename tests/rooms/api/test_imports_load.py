"""The loader: the same rows twice change nothing, in any order; corrections keep the past."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from posvenda.api.imports.load import Loader
from posvenda.base.models import Batch, User
from posvenda.commerce.models import Answer, ContractLine, Order, OrderLine, Product, Ticket
from posvenda.customers.models import AttributeValue, Customer, Identity, Ownership

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def batch():
    return Batch.objects.create(label="test", kind="import", started_at=NOW)


def apply(record, *rows, now=NOW, is_history=False, **options):
    loader = Loader(batch(), now=now, is_history=is_history, **options)
    loader.begin_file()
    return loader.apply(record, [{"_line": n, **row} for n, row in enumerate(rows, 2)])


def line(**more):
    return {
        "order": "536365",
        "customer": "17850",
        "product": "85123A",
        "product_name": "Heart",
        "quantity": Decimal(6),
        "unit_price": Decimal("2.55"),
        "happened_at": MAY,
        "currency": "GBP",
        **more,
    }


def test_a_line_brings_its_order_its_customer_and_its_product():
    done = apply("order_line", line())
    assert (done.new, done.changed, done.same, done.refused) == (1, 0, 0, 0)
    customer = Customer.objects.get()
    assert customer.key == "17850"
    assert "17850" in customer.name
    assert customer.happened_at == MAY
    order = Order.objects.get()
    assert (order.key, order.customer, order.amount_cents, order.happened_at) == (
        "536365",
        customer,
        None,
        MAY,
    )
    stored = OrderLine.objects.get()
    assert (stored.amount_cents, stored.quantity, stored.product) == (
        1530,
        Decimal(6),
        Product.objects.get(),
    )


def test_the_same_lines_again_change_nothing():
    apply("order_line", line(), line(product="71053"))
    again = apply("order_line", line(), line(product="71053"))
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert OrderLine.objects.count() == 2
    assert Order.objects.count() == 1


def test_equal_lines_of_one_file_count_each():
    first = apply("order_line", line(), line(), line(quantity=Decimal(1)))
    assert first.new == 3
    again = apply("order_line", line(quantity=Decimal(1)), line(), line())
    assert (again.new, again.same) == (0, 3)


def test_an_order_begins_with_its_earliest_line_whatever_comes_first():
    later = MAY.replace(minute=1)
    for times in ((MAY, later), (later, MAY)):
        Order.objects.all().delete()
        for at in times:
            apply("order_line", line(happened_at=at))
        assert Order.objects.get(superseded_at=None).happened_at == MAY


def test_the_orders_own_row_replaces_what_lines_implied_and_lines_leave_it_alone():
    row = {"number": "536365", "customer": "17850", "happened_at": MAY, "status": "paid"}
    apply("order_line", line())
    assert apply("order", row).changed == 1
    assert apply("order_line", line(happened_at=MAY.replace(day=1))).new == 1
    assert Order.objects.get(superseded_at=None).status == "paid"
    assert apply("order", row).same == 1


def test_a_line_without_a_moment_takes_it_from_its_order():
    bare = line(happened_at=None, customer=None)
    refused = apply("order_line", bare)
    assert [p.code for p in refused.problems] == ["order_unknown"]
    apply("order", {"number": "536365", "customer": "17850", "happened_at": MAY})
    assert apply("order_line", bare).new == 1
    assert OrderLine.objects.get().happened_at == MAY
    assert OrderLine.objects.get().customer.key == "17850"


def test_a_return_takes_away():
    apply("order_line", line(order="C1", is_return=True))
    assert Order.objects.get().is_return
    assert OrderLine.objects.get().amount_cents == -1530


def test_lines_without_a_number_are_one_visit_a_day():
    apply("order_line", line(order=None), line(order=None, product="X"))
    assert Order.objects.count() == 1
    assert OrderLine.objects.count() == 2


def contract(**more):
    return {
        "key": "S-1",
        "customer": "A-1",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 1, 1),
        "amount": 120_000,
        "period": "year",
        **more,
    }


def test_a_correction_is_a_new_row_and_the_old_one_stays():
    assert apply("contract", contract()).mrr == {"BRL": 10_000}
    done = apply("contract", contract(amount=240_000), now=NOW.replace(day=2))
    assert (done.changed, done.mrr) == (1, {"BRL": 10_000})
    old, new = ContractLine.objects.order_by("id")
    assert (old.amount_cents, old.superseded_at) == (120_000, NOW.replace(day=2))
    assert (new.amount_cents, new.superseded_at) == (240_000, None)


def test_history_counts_as_known_when_it_happened():
    apply("contract", contract(signed_on=date(2025, 12, 20)), is_history=True)
    row = ContractLine.objects.get()
    assert row.recorded_at == row.happened_at == datetime(2025, 12, 20, 3, tzinfo=UTC)
    assert Customer.objects.get().recorded_at == row.happened_at


def test_a_contract_that_ends_before_it_starts_stays_out_and_the_rest_goes_in():
    done = apply("contract", contract(ends_on=date(2025, 1, 1)), contract(key="S-2"))
    assert (done.new, done.refused) == (1, 1)
    (problem,) = done.problems
    assert (problem.line, problem.field, problem.code) == (2, "ends_on", "ends_before_start")


def test_a_key_with_other_values_in_the_same_file_is_refused_and_the_first_counts():
    done = apply("contract", contract(), contract(amount=1), contract())
    assert (done.new, done.same, done.refused) == (1, 1, 1)
    assert done.problems[0].code == "duplicate_key"
    assert ContractLine.objects.get().amount_cents == 120_000


def test_customers_take_new_values_and_keep_the_dated_old_ones():
    User.objects.create_user("ana@a.com", name="Ana")
    row = {"key": "A-1", "name": "Alfa", "attr.plan": "Pro", "owner": "ana", "id.crm": "9"}
    assert apply("customer", row).new == 1
    assert apply("customer", row).same == 1
    later = NOW.replace(day=9)
    assert apply("customer", {**row, "attr.plan": "Basic"}, now=later).changed == 1
    values = AttributeValue.objects.order_by("happened_at").values_list("value", "happened_at")
    assert list(values) == [("Pro", NOW), ("Basic", later)]
    assert Ownership.objects.count() == 1
    assert Customer.objects.get().owner.name == "Ana"
    assert apply("contract", contract(customer="9")).new == 1
    assert ContractLine.objects.get().customer.key == "A-1"


def test_one_person_under_several_ids_is_one_customer():
    done = apply(
        "customer",
        {"key": "u1", "id.olist": "c1", "attr.city": "sorocaba"},
        {"key": "u1", "id.olist": "c2", "attr.city": "campinas"},
    )
    assert (done.new, done.changed) == (1, 1)
    assert [p.code for p in done.problems] == ["other_value"]
    assert set(Identity.objects.values_list("value", flat=True)) == {"c1", "c2"}
    assert AttributeValue.objects.get().value == "sorocaba"


def test_dated_attributes_do_not_depend_on_the_order_of_files():
    told = [
        line(order=str(n), happened_at=MAY.replace(day=n), **{"customer.attr.country": country})
        for n, country in ((1, "Belgium"), (2, "Spain"), (3, "Belgium"))
    ]
    for rows in (told, told[::-1], [told[0], told[2], told[1]]):
        AttributeValue.objects.all().delete()
        for row in rows:
            apply("order_line", row)
        values = AttributeValue.objects.order_by("happened_at").values_list("value", flat=True)
        assert list(values) == ["Belgium", "Spain", "Belgium"]


def test_what_was_known_from_the_beginning_moves_with_an_earlier_beginning():
    apply("customer", {"key": "17850", "attr.city": "Recife"})
    apply("order_line", line())
    assert Customer.objects.get().happened_at == MAY
    assert AttributeValue.objects.get().happened_at == MAY


def test_a_ticket_brings_its_score_and_its_first_reply():
    apply("customer", {"key": "A-1"})
    row = {
        "key": "T-1",
        "customer": "A-1",
        "happened_at": date(2026, 5, 4),
        "first_reply_minutes": 90,
        "score": 4.0,
    }
    assert apply("ticket", row).new == 1
    assert apply("ticket", row).same == 1
    ticket = Ticket.objects.get()
    assert (ticket.first_reply_at - ticket.happened_at).seconds == 5400
    assert Answer.objects.get().score == 4.0
    assert apply("ticket", {**row, "key": "T-2", "score": 7}).problems[0].code == "score_range"


def test_rows_of_unknown_customers_are_refused_with_the_key():
    done = apply("ticket", {"key": "T", "customer": "nobody", "happened_at": MAY})
    (problem,) = done.problems
    assert (problem.code, problem.field, problem.value) == (
        "customer_unknown",
        "customer",
        "nobody",
    )


def test_a_rehearsal_counts_and_writes_nothing():
    loader = Loader(None, now=NOW, is_rehearsal=True)
    loader.begin_file()
    assert loader.apply("customer", [{"_line": 2, "key": "A-1", "name": "Alfa"}]).new == 1
    loader.begin_file()
    done = loader.apply("contract", [{"_line": 2, **contract()}])
    assert (done.new, done.mrr) == (1, {"BRL": 10_000})
    loader.begin_file()
    ticket = {"_line": 2, "key": "T", "customer": "A-1", "happened_at": MAY, "score": 5}
    assert loader.apply("ticket", [ticket]).new == 1
    assert not Customer.objects.exists()
    assert not ContractLine.objects.exists()
