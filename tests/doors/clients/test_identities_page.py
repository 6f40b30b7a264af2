"""The page of identities: who sees and does what, and every step through the browser's eyes."""

from datetime import timedelta

import pytest

from posvenda.base.models import Audit
from posvenda.customers.identity import merging, proposals
from posvenda.customers.identity.models import Change, Proposal, Relation
from posvenda.customers.models import Contact, Customer
from tests.doors.clients.conftest import NOW, customer

pytestmark = pytest.mark.django_db
PAGES = ("", "?aba=filiais", "?aba=decididos", "historico/")


@pytest.fixture
def twins(town, csm):
    """A second record of Aroeira, in the same book, and the pair that was found."""
    twin = customer("Aroeira Metalúrgica LTDA", csm, phone="+5511987654321")
    Customer.objects.filter(pk=town["aroeira"].pk).update(happened_at=NOW - timedelta(days=900))
    town["aroeira"].refresh_from_db()
    proposal = proposals.propose(town["aroeira"], twin, by=csm, now=NOW)
    return town["aroeira"], twin, proposal


def of(proposal, verb=""):
    return f"/identidades/{proposal.pk}/{verb}"


@pytest.mark.parametrize("part", PAGES)
def test_every_list_opens_empty_and_only_for_those_who_may_write(door, manager, viewer, part):
    page = door(manager).get(f"/identidades/{part}")
    assert page.status_code == 200
    assert 'class="empty' in page.content.decode()
    assert door(viewer).get(f"/identidades/{part}").status_code == 403
    assert "Identidades" not in door(viewer).get("/").content.decode()


def test_the_pair_shows_both_sides_the_reasons_and_what_would_move(door, manager, twins):
    aroeira, twin, proposal = twins
    body = door(manager).get(of(proposal)).content.decode()
    for text in (
        "Mesmo nome, fora acentos, ordem e forma jurídica",
        "12.ABC.345/01DE-35",
        "(11) 98765-4321",
        "Joinville",
        "R$\xa09.800",
        "Unir",
    ):
        assert text in body, text
    rows = {part.holding.name: part.moving for part in merging.preview(aroeira, twin)}
    assert rows["commerce.orderline"] == 1
    swapped = door(manager).get(f"{of(proposal)}?fica={twin.public_id}").content.decode()
    assert swapped.index(twin.name) < swapped.index(aroeira.name)


def test_joining_leads_the_old_page_to_the_one_that_stands_and_undo_brings_it_back(
    door, manager, twins
):
    aroeira, twin, proposal = twins
    browser = door(manager)
    told = {"fica": twin.public_id, "name": twin.name}
    done = browser.post(of(proposal, "unir/"), told)
    change = Change.objects.get()
    assert done.headers["Location"] == f"/identidades/historico/{change.pk}/"
    assert change.target == twin
    for part in ("", "contatos/", "identidades/", "linha-do-tempo/?tipo=record"):
        led = browser.get(f"/clientes/{aroeira.public_id}/{part}")
        assert led.headers["Location"] == f"/clientes/{twin.public_id}/{part}"
    page = browser.get(f"/clientes/{twin.public_id}/identidades/").content.decode()
    assert aroeira.key in page
    assert f"unido por {manager.name}" in page
    assert (
        "Unido com Metalúrgica Aroeira"
        in browser.get(f"/clientes/{twin.public_id}/linha-do-tempo/").content.decode()
    )
    assert "1" in browser.get(f"/identidades/historico/{change.pk}/").content.decode()
    browser.post(f"/identidades/historico/{change.pk}/desfazer/")
    assert browser.get(f"/clientes/{aroeira.public_id}/").status_code == 200
    assert Contact.objects.get().customer == aroeira


def test_a_joined_record_does_not_lead_a_csm_out_of_the_own_book(door, csm, manager, town):
    merging.merge(town["serra"], into=town["mudo"], by=manager, now=NOW)
    assert door(csm).get(f"/clientes/{town['serra'].public_id}/").status_code == 404


def test_a_csm_sees_the_own_pair_proposes_and_does_not_decide(door, csm, twins, town, manager):
    _, _, proposal = twins
    proposals.propose(town["serra"], town["mudo"], by=manager, now=NOW)
    browser = door(csm)
    body = browser.get("/identidades/").content.decode()
    assert "Metalúrgica Aroeira" in body
    assert "Serra" not in body
    assert "Quem gerencia decide" in browser.get(of(proposal)).content.decode()
    for verb in ("unir/", "separados/", "filial/", "reabrir/"):
        assert browser.post(of(proposal, verb)).status_code == 403, verb
    assert browser.post("/identidades/procurar/").status_code == 403
    assert not Change.objects.exists()
    assert Proposal.objects.get(pk=proposal.pk).status == "open"
    foreign = browser.post(
        f"/identidades/de/{town['aroeira'].public_id}/unir/", {"other": town["serra"].public_id}
    )
    assert foreign.headers["Location"].endswith("/unir/")
    assert Proposal.objects.count() == 2


def test_not_the_same_is_remembered_and_can_be_taken_back(door, manager, twins):
    _, _, proposal = twins
    browser = door(manager)
    browser.post(of(proposal, "separados/"))
    assert "Metalúrgica Aroeira" not in browser.get("/identidades/").content.decode()
    kept = browser.get("/identidades/?aba=decididos").content.decode()
    assert "Metalúrgica Aroeira" in kept
    assert manager.name in kept
    browser.post(of(proposal, "reabrir/"))
    assert "Metalúrgica Aroeira" in browser.get("/identidades/").content.decode()
    assert Audit.objects.filter(verb="identity.reopened").count() == 2


def test_branches_are_tied_and_not_joined(door, manager, town):
    head = customer("Casa Sul", manager, tax_id="11222333000181")
    branch = customer("Casa Sul Filial", manager, tax_id="11222333000262")
    proposals.find(now=NOW)
    proposal = Proposal.objects.get()
    browser = door(manager)
    assert "Mesma raiz de CNPJ, 11222333" in browser.get(of(proposal)).content.decode()
    browser.post(of(proposal, "filial/"), {"matriz": head.public_id})
    tie = Relation.objects.get()
    assert (tie.customer, tie.other, tie.kind) == (branch, head, "branch")
    browser.post(of(proposal, "reabrir/"))
    tie.refresh_from_db()
    assert tie.ends_on is not None
    assert not Change.objects.exists()


def test_a_record_is_parted_in_the_browser(door, manager, csm, town):
    browser, aroeira = door(manager), town["aroeira"]
    address = f"/identidades/de/{aroeira.public_id}/separar/"
    body = browser.get(address).content.decode()
    assert "Otávio Lemos" in body
    assert "77" in body
    assert browser.post(address, {"name": "Novo"}).status_code == 422
    picked = {"commerce.order": town["order"].pk}
    assert browser.post(address, picked).status_code == 422
    browser.post(address, {**picked, "name": "Aroeira Sul"})
    change = Change.objects.get()
    assert change.target.name == "Aroeira Sul"
    assert door(csm).get(address).status_code == 403


def test_two_customers_are_tied_and_untied_in_the_browser(door, csm, town):
    browser, aroeira = door(csm), town["aroeira"]
    address = f"/identidades/de/{aroeira.public_id}/vinculos/"
    assert "Farmácias Ipê" in browser.get(f"{address}?q=ipe").content.decode()
    told = {"other": town["ipe"].public_id, "kind": "~payer", "since": "2026-01-05"}
    assert (
        browser.post(address, {"other": town["serra"].public_id, "kind": "home"}).status_code == 422
    )
    browser.post(address, told)
    tie = Relation.objects.get()
    assert (tie.customer, tie.other, str(tie.starts_on)) == (town["ipe"], aroeira, "2026-01-05")
    tab = f"/clientes/{aroeira.public_id}/identidades/"
    assert "tem como pagador" in browser.get(tab).content.decode()
    browser.post(f"{address}{tie.pk}/encerrar/")
    assert "tem como pagador" not in browser.get(tab).content.decode()


def test_a_long_list_of_pairs_pages_and_costs_as_few_questions_as_a_short_one(
    door, manager, twins, django_assert_max_num_queries
):
    browser = door(manager)
    browser.get("/identidades/")
    with django_assert_max_num_queries(16):
        browser.get("/identidades/")
    for number in range(30):
        for _ in "ab":
            customer(f"Par {number}", manager, email=f"par{number}@example.com")
    proposals.find(now=NOW)
    with django_assert_max_num_queries(16):
        body = browser.get("/identidades/").content.decode()
    assert "1 a 20 de 31" in body
