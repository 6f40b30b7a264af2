"""Imports recognise customers by a stated order of rules, never by name, and never guess."""

from datetime import UTC, datetime

import pytest

from posvenda.api.imports.load import Loader, Outcome
from posvenda.base.models import Role, User
from posvenda.commerce.models import Order
from posvenda.core.matching import Rule
from posvenda.customers.identity import merging
from posvenda.customers.identity.models import Relation
from posvenda.customers.models import Contact, Customer, Identity

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 17, 12, tzinfo=UTC)


def load(record: str, *rows: dict, now: datetime = NOW, **options: object) -> Outcome:
    loader = Loader(None, now=now, **options)
    return loader.apply(record, [{"_line": n, **row} for n, row in enumerate(rows, 2)])


def boss() -> User:
    return User.objects.create(email="boss@example.com", name="Boss", role=Role.MANAGER)


def order(number: str, customer: str, cents: int = 1000, **more: object) -> dict:
    return {"number": number, "customer": customer, "happened_at": NOW, "amount": cents, **more}


def test_a_new_code_meets_its_customer_by_document_and_the_rule_is_kept():
    load("customer", {"tax_id": "39053344705", "name": "Ana Souza"})
    load("customer", {"key": "C9", "tax_id": "39053344705", "name": "Ana Souza"})
    ana = Customer.objects.get()
    tied = Identity.objects.get()
    assert (tied.customer, tied.scheme, tied.value) == (ana, "key", "C9")
    assert (tied.rule, tied.source) == (Rule.DOCUMENT, "import")


def test_a_code_tied_once_is_known_the_next_time():
    row = {"key": "C9", "email": "ana@example.com", "name": "Ana"}
    load("customer", {"email": "ana@example.com", "name": "Ana"})
    load("customer", row)
    again = load("customer", row)
    assert (again.new, again.changed, again.same) == (0, 0, 1)
    load("order", order("1", "C9"))
    assert Order.objects.get().customer == Customer.objects.get()


def test_two_codes_of_the_own_system_are_two_customers_whatever_they_share():
    load("customer", {"key": "C1", "email": "contato@example.com", "name": "Matriz"})
    load("customer", {"key": "C2", "email": "contato@example.com", "name": "Filial"})
    assert Customer.objects.count() == 2


def test_an_order_of_a_new_code_goes_to_who_has_the_document_beside_it():
    load("customer", {"tax_id": "39053344705", "name": "Ana Souza"})
    load("order", order("1", "K7", **{"customer.tax_id": "39053344705"}))
    assert Order.objects.get().customer == Customer.objects.get()
    assert Identity.objects.get().rule == Rule.DOCUMENT


def test_a_reference_that_several_have_is_refused_with_their_names():
    load("customer", {"key": "C1", "email": "contato@example.com", "name": "Matriz"})
    load("customer", {"key": "C2", "email": "contato@example.com", "name": "Filial"})
    done = load("order", order("1", "contato@example.com"), order("2", "C1"))
    (problem,) = done.problems
    assert (problem.code, problem.line) == ("customer_doubtful", 2)
    assert problem.params["customers"] == "Filial (C2), Matriz (C1)"
    assert [row.number for row in Order.objects.all()] == ["2"]


def test_a_name_alone_finds_nobody():
    load("customer", {"key": "C1", "name": "Padaria Central"})
    done = load("contact", {"customer": "Padaria Central", "name": "Rui"})
    assert [problem.code for problem in done.problems] == ["customer_unknown"]


def test_a_telephone_meets_itself_without_the_ninth_digit():
    load("customer", {"key": "C1", "name": "Ana", "phone": "+5511987654321"})
    load("contact", {"customer": "551187654321", "name": "Rui"})
    assert Contact.objects.get().customer.key == "C1"


def test_the_same_file_changes_nothing_after_a_join():
    people = ({"key": "A", "name": "Ana"}, {"key": "B", "name": "Ana S."})
    told = (order("1", "A"), order("2", "B"))
    load("customer", *people)
    load("order", *told)
    a, b = Customer.objects.order_by("key")
    merging.merge(a, into=b, by=boss(), now=LATER, keep={"name": "Ana S."})
    again = load("order", *told, now=LATER)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert set(Order.objects.values_list("customer__key", flat=True)) == {"B"}


def test_an_old_key_lands_on_the_one_that_stands_and_its_correction_goes_back_with_an_undo():
    load("customer", {"key": "A", "name": "Ana"}, {"key": "B", "name": "Ana S."})
    load("order", order("1", "A"), order("2", "B"))
    a, b = Customer.objects.order_by("key")
    change = merging.merge(a, into=b, by=boss(), now=LATER)
    load("order", order("1", "A", 2000), order("3", "A"), now=LATER)
    assert set(Order.objects.values_list("customer__key", flat=True)) == {"B"}
    told = merging.undo(change, by=User.objects.get(), now=LATER)
    current = Order.objects.filter(superseded_at=None).order_by("number")
    owners = [(row.number, row.customer.key, row.amount_cents) for row in current]
    assert owners == [("1", "A", 2000), ("2", "B", 1000), ("3", "B", 1000)]
    assert told.staying == {"commerce.order": 1}


def test_a_rehearsal_recognises_as_the_import_will():
    load("customer", {"tax_id": "39053344705", "name": "Ana Souza"})
    loader = Loader(None, now=NOW, is_rehearsal=True)
    rows = [
        {"_line": 2, "key": "C9", "tax_id": "39053344705", "name": "Ana Souza"},
        {"_line": 3, "key": "C8", "name": "Rui"},
    ]
    done = loader.apply("customer", rows)
    assert (done.new, done.changed) == (1, 1)


def test_a_column_of_payers_ties_customers_and_a_new_payer_ends_the_former_tie():
    load(
        "customer",
        {"key": "M", "name": "Mãe", "tax_id": "39053344705"},
        {"key": "P", "name": "Pai"},
    )
    child = {"key": "F", "name": "Filha", "payer": "390.533.447-05"}
    assert load("customer", child).new == 1
    again = load("customer", child, now=LATER)
    assert (again.changed, again.same) == (0, 1)
    tie = Relation.objects.get()
    assert (tie.customer.key, tie.other.key, tie.kind) == ("M", "F", "payer")
    assert load("customer", {**child, "payer": "P"}, now=LATER).changed == 1
    ties = Relation.objects.order_by("pk").values_list("customer__key", "ends_on")
    assert list(ties) == [("M", LATER.date()), ("P", None)]


def test_a_payer_nobody_knows_is_a_warning():
    done = load("customer", {"key": "F", "name": "Filha", "payer": "ninguém"})
    (problem,) = done.problems
    assert (problem.code, problem.is_warning) == ("payer_unknown", True)
    assert done.new == 1
