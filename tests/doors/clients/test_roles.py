"""Who may open and change what: every address, every role, own and foreign customers."""

import pytest

from posvenda.base.models import Audit
from posvenda.commerce.models import Order
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Contact, Customer, Tagging
from posvenda.journeys.models import Task

pytestmark = pytest.mark.django_db
TIMELINE = ("linha-do-tempo/", "linha-do-tempo/ultimos/")
READ = ("", *TIMELINE, "contatos/", "contratos/", "pedidos/", "notas/")
FORMS = ("editar/", "responsavel/", "atributos/", "contatos/novo/")
WRITE = {
    "editar/": {"kind": "company", "name": "Outro"},
    "responsavel/": {"owner": "nobody"},
    "atributos/": {"city": "Blumenau"},
    "contatos/novo/": {"name": "Ana"},
    "notas/nova/": {"body": "oi", "kind": "note"},
    "tarefas/nova/": {"title": "x", "owner": "0"},
    "etiquetas/": {"tag": "vip"},
    "etiquetas/remover/": {"tag": "vip"},
}
LIST_WRITE = ("novo/", "visoes/nova/", "lote/responsavel/", "lote/tarefa/", "lote/desfazer/abc/")


def of(customer, part=""):
    return f"/clientes/{customer.public_id}/{part}"


def state():
    """Everything a write could leave behind."""
    return (
        list(Customer.objects.order_by("pk").values_list("name", "owner_id")),
        Contact.objects.count(), Interaction.objects.count(), Tagging.objects.count(),
        list(Task.objects.order_by("pk").values_list("title", "done_at")), Audit.objects.count(),
    )  # fmt: skip


@pytest.mark.parametrize("part", [*READ, *FORMS])
def test_a_foreign_customer_does_not_exist_for_a_csm(door, csm, town, part):
    browser = door(csm)
    foreign, absent = (
        browser.get(of(town["serra"], part)),
        browser.get(f"/clientes/zzzzzzzz/{part}"),
    )
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert "Serra" not in foreign.content.decode()
    assert browser.get(of(town["aroeira"], part)).status_code == 200


@pytest.mark.parametrize("part", WRITE)
def test_nobody_writes_on_a_foreign_customer(door, csm, town, part):
    before = state()
    assert door(csm).post(of(town["serra"], part), WRITE[part]).status_code == 404
    assert state() == before


@pytest.mark.parametrize("part", WRITE)
def test_a_viewer_changes_nothing(door, viewer, town, part):
    before = state()
    assert door(viewer).post(of(town["aroeira"], part), WRITE[part]).status_code == 403
    assert state() == before


@pytest.mark.parametrize("part", LIST_WRITE)
def test_a_viewer_changes_nothing_from_the_list(door, viewer, town, part):
    before = state()
    data = {"everyone": "1", "owner": "nobody", "name": "x", "kind": "company", "title": "x"}
    assert door(viewer).post(f"/clientes/{part}", data).status_code == 403
    assert state() == before


@pytest.mark.parametrize("part", READ)
def test_a_viewer_reads_and_sees_no_button_to_write(door, viewer, town, part):
    answer = door(viewer).get(of(town["aroeira"], part))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "/editar/" not in page
    assert "/tarefas/nova/" not in page


@pytest.mark.parametrize("part", [*READ, *FORMS, "notas/nova/"])
def test_a_stranger_is_sent_to_the_sign_in_page(client, town, part):
    answer = client.get(of(town["aroeira"], part))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/entrar/")


def test_parts_of_one_customer_are_not_reached_through_another(door, csm, town):
    browser = door(csm)
    task = Task.objects.create(
        customer=town["serra"], title="segredo", created_at=town["order"].happened_at
    )
    note = Interaction.objects.create(
        customer=town["serra"], kind="note", direction="internal", body="segredo",
        happened_at=town["order"].happened_at, recorded_at=town["order"].happened_at,
    )  # fmt: skip
    person = Contact.objects.create(
        customer=town["serra"], key="s", name="segredo",
        happened_at=note.happened_at, recorded_at=note.happened_at,
    )  # fmt: skip
    order = Order.objects.create(
        key="s", number="9", customer=town["serra"], digest="",
        happened_at=note.happened_at, recorded_at=note.happened_at,
    )  # fmt: skip
    before = state()
    mine = town["aroeira"]
    assert browser.get(of(mine, f"pedidos/{order.pk}/")).status_code == 404
    assert browser.get(of(mine, f"tarefas/{task.public_id}/")).status_code == 404
    for part in (
        f"tarefas/{task.public_id}/concluir/",
        f"tarefas/{task.public_id}/reabrir/",
        f"notas/{note.public_id}/desfazer/",
        f"contatos/{person.pk}/saiu/",
    ):
        assert browser.post(of(mine, part)).status_code == 404
    assert state() == before


def test_bulk_leaves_out_what_is_not_seen(door, csm, manager, town):
    ids = [town["aroeira"].public_id, town["serra"].public_id]
    page = door(csm).get("/clientes/lote/responsavel/", {"id": ids}).content.decode()
    assert "<b>1 cliente</b>, R$\xa09.800 de MRR" in page
    door(csm).post("/clientes/lote/responsavel/", {"id": ids, "owner": manager.pk})
    owners = dict(Customer.objects.values_list("name", "owner__email"))
    assert owners["Transportadora Serra"] == manager.email
    assert owners["Metalúrgica Aroeira"] == manager.email
    assert owners["Farmácias Ipê"] == csm.email


@pytest.mark.parametrize("method", ["get", "put", "delete"])
@pytest.mark.parametrize("part", ["etiquetas/", "notas/nova/", "tarefas/nova/"])
def test_writing_needs_a_post(door, csm, town, method, part):
    assert getattr(door(csm), method)(of(town["aroeira"], part)).status_code == 405


def test_writing_needs_the_token(csm, town):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(csm)
    before = state()
    assert browser.post(of(town["aroeira"], "etiquetas/"), {"tag": "vip"}).status_code == 403
    assert state() == before


def test_undo_leads_to_no_other_site(door, csm, manager, town):
    browser = door(manager)
    for evil in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = browser.post("/clientes/lote/desfazer/abc/", {"next": evil})
        assert "evil" not in answer["Location"]
