"""Finding customers by what is written on them."""

import pytest
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posvenda.base import announcements
from posvenda.customers import jobs, search
from posvenda.customers.models import Contact


@pytest.fixture
def aroeira(make, people, now):
    customer = make(
        "Metalúrgica Aroeira",
        key="C-1007",
        owner=people["ana"],
        tax_id="12ABC34501DE35",
        email="financeiro@aroeira.com.br",
        phone="+5547991234567",
    )
    Contact.objects.create(
        customer=customer,
        key="c1",
        name="Otávio Lemos",
        email="otavio.lemos@aroeira.com.br",
        phone="+5547988887777",
        happened_at=now,
        recorded_at=now,
    )
    other = make("Padaria São João", owner=people["bia"], tax_id="11222333000181")
    search.index([customer.pk, other.pk])
    return customer


@pytest.mark.parametrize(
    "text",
    [
        "metal",
        "METALÚRGICA",
        "metalurgica aro",
        "aroeira metal",
        "C-1007",
        "c1007",
        "12.ABC.345/01DE-35",
        "12abc34501de35",
        "otavio lemos",
        "Otávio",
        "otavio.lemos@aroeira.com.br",
        "financeiro@aroeira",
        "(47) 99123-4567",
        "+55 47 99123-4567",
        "47 9123-4567",
        "9123-4567",
        "988887777",
    ],
)
def test_a_customer_is_found_by_anything_written_on_it(aroeira, people, text):
    assert search.search(text, people["admin"]) == [aroeira.pk]


@pytest.mark.parametrize("text", ["aroeira padaria", "zzz", "99999999999", "1007 c lemosx"])
def test_every_word_has_to_be_there(aroeira, people, text):
    assert search.search(text, people["admin"]) == []


@pytest.mark.parametrize("text", ["", "   ", "\"'*", "-- ; \x00", "()", "\ud800"])
def test_text_without_a_letter_or_digit_finds_nothing(aroeira, people, text):
    assert search.search(text, people["admin"]) == []


def test_a_csm_finds_only_the_own_book(aroeira, people):
    assert search.search("aroeira", people["ana"]) == [aroeira.pk]
    assert search.search("aroeira", people["bia"]) == []
    assert search.search("aroeira", people["viewer"]) == [aroeira.pk]


def test_a_renamed_customer_is_found_by_its_new_name_only(aroeira, people):
    aroeira.name = "Fundição Ipê"
    aroeira.save()
    search.index([aroeira.pk])
    assert search.search("fundicao", people["admin"]) == [aroeira.pk]
    assert search.search("metalurgica", people["admin"]) == []


def test_a_customer_that_is_gone_is_found_no_more(aroeira, people):
    pk = aroeira.pk
    aroeira.delete()
    search.index([pk])
    assert search.search("aroeira", people["admin"]) == []


def test_what_an_import_brought_is_found_after_its_job(make, people, now):
    customer = make("Loja Importada")
    announcements.announce("import.finished", now=now)
    announcements.deliver(now=now)
    waiting = DBTaskResult.objects.filter(task_path=jobs.find.module_path)
    assert waiting.count() == 1
    assert jobs.find.call() == 1
    assert search.search("importada", people["admin"]) == [customer.pk]


def test_names_that_begin_with_the_word_come_first(make, people):
    last = make("Zumbi Casa", key="1")
    first = make("Casa Verde", key="2")
    assert search.index_all() == 2
    assert search.search("casa", people["admin"], limit=5) == [first.pk, last.pk]
    assert search.search("casa", people["admin"], limit=1) == [first.pk]


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.text(max_size=60)
    | st.text(alphabet="\"'*()&|!:<>^-+{}%_\\ aAndNEARornot01\x00", max_size=60)
)
def test_nothing_typed_breaks_the_query(aroeira, people, text):
    assert set(search.search(text, people["admin"])) <= set(
        search.Customer.objects.values_list("pk", flat=True)
    )
    search.search(text, people["ana"], limit=3)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(min_size=1, max_size=40))
def test_a_name_finds_its_customer_unless_it_has_no_letters(make, people, name):
    name = "".join(c for c in name if c.isprintable()) or "x"
    customer = search.Customer.objects.filter(key="h").first() or make("x", key="h")
    search.Customer.objects.filter(pk=customer.pk).update(name=name)
    search.index([customer.pk])
    found = search.search(name, people["admin"])
    assert (customer.pk in found) == bool(search.words(name))
