"""The list of customers: what it shows to whom, how it filters, sorts, pages and counts."""

import csv
import io
import re
from urllib.parse import urlencode

import pytest

from posvenda.customers.models import Customer, Segment
from posvenda.insights.clients.export import safe

pytestmark = pytest.mark.django_db


def names(answer):
    """The customers of the page, in its order."""
    return re.findall(r'<a data-link href="[^"]+">([^<]+)</a>', answer.content.decode())


def ask(browser, **query):
    answer = browser.get(f"/clientes/?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200
    return answer


def test_a_manager_sees_everybody_and_a_csm_the_own_book(door, manager, csm, viewer):
    assert len(names(ask(door(manager)))) == 4
    assert sorted(names(ask(door(csm)))) == ["Farmácias Ipê", "Metalúrgica Aroeira"]
    assert len(names(ask(door(viewer)))) == 4


def test_the_sentence_adds_up_only_what_is_seen(door, csm, manager):
    assert "2 clientes, R$\xa016.900 de MRR" in ask(door(csm)).content.decode()
    assert "4 clientes, R$\xa024.350 de MRR" in ask(door(manager)).content.decode()


def test_money_of_two_currencies_stands_side_by_side(door, manager, town):
    from posvenda.customers import sheet
    from tests.doors.clients.conftest import NOW, contract, customer

    contract(customer("Acme Inc", manager), "c9", 100_000, currency="USD")
    sheet.refresh(now=NOW)
    page = ask(door(manager)).content.decode()
    assert "R$\xa024.350 e US$\xa01.000 de MRR" in page


def test_names_are_escaped(door, manager):
    page = ask(door(manager)).content.decode()
    assert "Mudo &amp; Filhos &lt;b&gt;" in page
    assert "Filhos <b>" not in page


def test_a_condition_filters_and_is_said_in_words(door, manager):
    answer = ask(door(manager), where="contract.mrr >= 7200")
    assert sorted(names(answer)) == ["Metalúrgica Aroeira", "Transportadora Serra"]
    assert "7.200" in answer.content.decode()


def test_a_bad_condition_shows_its_place_and_no_customer(door, manager):
    answer = ask(door(manager), where="contract.mrr >= ")
    page = answer.content.decode()
    assert names(answer) == []
    assert "Caractere 16" in page
    near = ask(door(manager), where="contract.mr > 5").content.decode()
    assert "contract.mrr" in near


def test_columns_sort_both_ways_and_say_so(door, manager):
    down = ask(door(manager), order="-contract.mrr")
    up = ask(door(manager), order="contract.mrr")
    assert names(down)[:3] == ["Metalúrgica Aroeira", "Transportadora Serra", "Farmácias Ipê"]
    assert names(up) == names(down)[::-1]
    for order in ("contract.renews_on", "-contract.renews_on"):
        assert names(ask(door(manager), order=order))[-1].startswith("Mudo")  # unknown stays last
    assert 'aria-sort="descending"' in down.content.decode()
    assert 'aria-sort="ascending"' in up.content.decode()


def test_the_first_order_is_money_at_risk(door, manager):
    assert names(ask(door(manager)))[0] == "Metalúrgica Aroeira"


@pytest.mark.parametrize("words", ["aroeira", "12.ABC.345/01DE-35", "otavio"])
def test_search_finds_by_what_is_written_on_a_customer(door, manager, words):
    assert names(ask(door(manager), q=words)) == ["Metalúrgica Aroeira"]


def test_search_stays_inside_the_book(door, csm):
    assert names(ask(door(csm), q="serra")) == []


def test_nothing_found_offers_to_clear_the_filters(door, manager):
    page = ask(door(manager), q="zzz").content.decode()
    assert "Nenhum cliente com estes filtros" in page
    assert "Limpar filtros" in page


def test_an_empty_installation_says_what_to_do(client, manager):
    client.force_login(manager)
    page = client.get("/clientes/").content.decode()
    assert "Nenhum cliente ainda" in page


def test_segments_of_the_pack_count_and_filter(door, manager):
    page = ask(door(manager)).content.decode()
    assert re.search(r'view=renewing"[^>]*>\s*Renovam em 90 dias <span class="count">1<', page)
    assert names(ask(door(manager), view="renewing")) == ["Metalúrgica Aroeira"]


def test_chosen_columns_are_shown(door, manager):
    page = ask(door(manager), column=["who.contacts", "contract.arr"]).content.decode()
    assert "R$\xa0117.600" in page
    assert "Uso, 12 semanas" not in page.split("<thead>")[1].split("</thead>")[0]


def test_htmx_gets_the_results_only(door, manager):
    answer = door(manager).get("/clientes/", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert "Metalúrgica Aroeira" in page


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "99999999", "²"])
def test_any_page_number_answers(door, manager, page):
    assert names(ask(door(manager), page=page))


def test_pages_hold_fifty_and_lead_on(door, manager, town):
    from posvenda.customers import sheet
    from tests.doors.clients.conftest import NOW, customer

    for number in range(60):
        customer(f"Loja {number:02}", manager)
    sheet.refresh(now=NOW)
    browser = door(manager)
    first, second = ask(browser, order="who.name"), ask(browser, order="who.name", page=2)
    assert len(names(first)) == 50
    assert len(names(second)) == 14
    assert not set(names(first)) & set(names(second))
    assert "51–64 de 64" in second.content.decode()


def test_the_list_asks_few_questions(door, manager, django_assert_max_num_queries):
    browser = door(manager)
    ask(browser)
    with django_assert_max_num_queries(13):
        ask(browser)


def test_a_change_shows_in_the_list_at_once(door, manager, town):
    browser = door(manager)
    browser.post(
        f"/clientes/{town['ipe'].public_id}/editar/",
        {"kind": "company", "name": "Drogarias Ipê", "tax_id": "", "email": "", "phone": ""},
    )
    assert "Drogarias Ipê" in names(ask(browser))
    assert names(ask(browser, q="drogarias")) == ["Drogarias Ipê"]
    assert names(ask(browser, q="farmacias")) == []


def test_a_new_customer_shows_in_the_list_at_once(door, csm):
    browser = door(csm)
    answer = browser.post(
        "/clientes/novo/", {"kind": "company", "name": "Nova Era", "tax_id": "11.222.333/0001-81"}
    )
    assert answer.status_code == 302
    assert "Nova Era" in names(ask(browser))
    made = Customer.objects.get(name="Nova Era")
    assert (made.owner, made.tax_id) == (csm, "11222333000181")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("tax_id", "11.222.333/0001-8", "Faltou o último dígito."),
        ("tax_id", "11.222.333/0001-80", "não combinam"),
        ("tax_id", "12.ABC.345/01DE-35", "Este documento é de"),
        ("phone", "0800 123 4567", "número de serviço"),
        ("email", "ana@", "Isto não parece um e-mail"),
        ("name", "", "obrigatório"),
    ],
)
def test_a_form_says_what_is_missing_and_blames_nobody(door, manager, field, value, told):
    data = {"kind": "company", "name": "Nova", field: value}
    answer = door(manager).post("/clientes/novo/", data)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Customer.objects.filter(name="Nova").exists()


def test_a_document_of_another_book_names_nobody(door, csm, town):
    Customer.objects.filter(pk=town["serra"].pk).update(tax_id="11222333000181")
    data = {"kind": "company", "name": "Nova", "tax_id": "11.222.333/0001-81"}
    page = door(csm).post("/clientes/novo/", data).content.decode()
    assert "outra carteira" in page
    assert "Serra" not in page


def test_the_export_holds_every_row_of_the_filter(door, csm):
    answer = door(csm).get("/clientes/exportar/?order=who.name&column=contract.mrr")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == ["Código", "Nome", "MRR", "Moeda"]
    assert [row[1:] for row in rows[1:]] == [
        ["Farmácias Ipê", "7100,00", "BRL"],
        ["Metalúrgica Aroeira", "9800,00", "BRL"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+55", "-x", "@a", "\tx", "\rx", "\0", "＝1", "＠x"])
def test_an_exported_cell_is_never_a_formula(text):
    assert safe(text) == f"'{text}"
    assert safe(f"a{text}") == f"a{text}"


def test_a_view_is_saved_private_or_shared(door, csm, manager):
    query = "where=contract.mrr+%3E%3D+9000&order=contract.mrr&column=contract.mrr"
    own = door(csm)
    own.post(f"/clientes/visoes/nova/?{query}", {"name": "Grandes"})
    saved = Segment.objects.get()
    assert (saved.condition, saved.order, saved.columns, saved.is_shared) == (
        "contract.mrr >= 9000", "contract.mrr", ["contract.mrr"], False,
    )  # fmt: skip
    assert names(ask(own, view=saved.public_id)) == ["Metalúrgica Aroeira"]
    assert "Grandes" not in ask(door(manager)).content.decode()
    own.post(f"/clientes/visoes/nova/?{query}", {"name": "De todos", "is_shared": "on"})
    assert "De todos" in ask(door(manager)).content.decode()


def test_a_private_view_of_another_cannot_be_removed_nor_guessed(door, csm, manager):
    door(csm).post("/clientes/visoes/nova/?where=", {"name": "Minha"})
    address = f"/clientes/visoes/{Segment.objects.get().public_id}/remover/"
    assert door(manager).post(address).status_code == 404
    assert door(csm).post(address).status_code == 302
    assert not Segment.objects.exists()


def test_english_is_complete(door, manager):
    page = door(manager, "en").get("/clientes/").content.decode()
    assert "4 customers, R$" in page
    assert "Responsável" not in page


def test_a_shop_shows_orders_instead_of_renewals(door, manager):
    from posvenda.base import choices

    choices.put("pack", "loja")
    page = ask(door(manager)).content.decode()
    assert "Intervalo próprio" in page
    assert "Renovação" not in page.split("<thead>")[1].split("</thead>")[0]
    assert "em compras em 12 meses" in page
