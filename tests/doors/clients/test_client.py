"""One customer: the sum of health, what is written and undone, the timeline, both languages."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest

from posvenda.base.models import Announcement, Audit
from posvenda.conversations.models import Interaction
from posvenda.customers import sheet
from posvenda.customers.models import AttributeValue, Contact, Customer, Ownership, Tagging
from posvenda.journeys.models import Task
from tests.doors.clients.conftest import NOW

pytestmark = pytest.mark.django_db
MINUS = "\u2212"


def of(town, name, part=""):
    return f"/clientes/{town[name].public_id}/{part}"


def figure(text):
    return int(text.replace(MINUS, "-").replace("+", ""))


@pytest.mark.parametrize("name", ["aroeira", "ipe", "serra", "mudo"])
def test_the_contributions_on_the_page_add_up_to_the_score(door, manager, town, name):
    page = door(manager).get(of(town, name)).content.decode()
    section = page.split('<ol class="contrib">')[1].split("</ol>")[0]
    whole = re.sub(r"<details.*?</details>", "", section, flags=re.S)
    start, *families, total = re.findall(r'class="pts">([^<]+)<', whole)
    row = sheet.row(town[name].pk, now=NOW)
    if row["health.score"] is None:
        assert total == "—"
        return
    assert figure(start) + sum(map(figure, families)) == figure(total)
    assert figure(total) == int(row["health.score"] + 0.5)


@pytest.mark.parametrize("name", ["aroeira", "ipe"])
def test_the_signals_of_a_family_add_up_to_the_family(door, manager, town, name):
    page = door(manager).get(of(town, name)).content.decode()
    section = page.split('<ol class="contrib">')[1].split("</ol>")[0]
    families = section.split('<details class="measures">')
    assert len(families) == 5
    for before, after in pairwise(families):
        shown = re.findall(r'class="pts">([^<]+)<', before)[-1]
        inner = after.split("</details>")[0]
        known = [p for p in re.findall(r'class="pts">([^<]+)<', inner) if p != "não se sabe"]
        assert sum(map(figure, known)) == figure(shown)


def test_what_is_not_known_is_said_so(door, manager, town):
    page = door(manager).get(of(town, "aroeira")).content.decode()
    assert "não se sabe" in page
    assert "da ficha de saúde é conhecida" in page


def test_the_header_shows_health_stage_money_renewal_and_owner(door, csm, town):
    page = door(csm).get(of(town, "aroeira")).content.decode()
    header = page.split('<dl class="facts">')[1].split("</dl>")[0]
    for text in (
        "Renovação",
        "R$\xa09.800",
        "R$\xa0117.600 por ano",
        "01/08/2026",
        "Rafael Nogueira",
    ):
        assert text in header


def test_the_page_asks_few_questions(door, manager, town, django_assert_max_num_queries):
    browser = door(manager)
    for part in ("", "linha-do-tempo/", "contatos/", "contratos/", "pedidos/", "notas/"):
        browser.get(of(town, "aroeira", part))
        with django_assert_max_num_queries(30):
            assert browser.get(of(town, "aroeira", part)).status_code == 200


def test_a_note_is_kept_shown_and_taken_back(door, csm, town):
    browser = door(csm)
    browser.post(of(town, "aroeira", "notas/nova/"), {"body": "Falou do <b>preço", "kind": "call"})
    written = Interaction.objects.get()
    assert (written.by, written.happened_at, written.kind) == (csm, NOW, "call")
    assert "Falou do &lt;b&gt;preço" in browser.get(of(town, "aroeira", "notas/")).content.decode()
    assert (
        "Ligação de Rafael" in browser.get(of(town, "aroeira", "linha-do-tempo/")).content.decode()
    )
    assert sheet.row(town["aroeira"].pk, now=NOW)["contact.silence_days"] == 0
    assert Announcement.objects.filter(customer_ref=town["aroeira"].pk).exists()
    browser.post(of(town, "aroeira", f"notas/{written.public_id}/desfazer/"))
    assert not Interaction.objects.exists()
    assert Audit.objects.filter(verb="interaction.removed", by=csm).exists()


def test_an_empty_note_is_refused_and_leaves_nothing(door, csm, town):
    answer = door(csm).post(of(town, "aroeira", "notas/nova/"), {"body": " ", "kind": "note"})
    assert answer.status_code == 422
    assert not Interaction.objects.exists()
    assert not Audit.objects.exists()


def test_another_csm_does_not_take_my_note_back(door, csm, manager, town):
    door(manager).post(of(town, "aroeira", "notas/nova/"), {"body": "oi", "kind": "note"})
    written = Interaction.objects.get()
    assert (
        door(csm).post(of(town, "aroeira", f"notas/{written.public_id}/desfazer/")).status_code
        == 403
    )
    assert Interaction.objects.exists()


def test_a_task_is_written_changed_done_and_opened_again(door, csm, town):
    browser = door(csm)
    data = {"title": "Visitar", "due_on": "2026-06-20", "owner": csm.pk}
    browser.post(of(town, "ipe", "tarefas/nova/"), data)
    task = Task.objects.get(title="Visitar")
    assert (task.customer, task.owner, task.created_by) == (town["ipe"], csm, csm)
    browser.post(of(town, "ipe", f"tarefas/{task.public_id}/"), data | {"title": "Visitar a loja"})
    browser.post(of(town, "ipe", f"tarefas/{task.public_id}/concluir/"))
    task.refresh_from_db()
    assert (task.title, task.done_at, task.done_by) == ("Visitar a loja", NOW, csm)
    again = browser.post(of(town, "ipe", f"tarefas/{task.public_id}/concluir/"), follow=True)
    assert "Alguém fez isso antes" in again.content.decode()
    browser.post(of(town, "ipe", f"tarefas/{task.public_id}/reabrir/"))
    task.refresh_from_db()
    assert task.done_at is None


def test_another_owner_is_dated_audited_and_undone(door, manager, csm, town):
    browser = door(manager)
    page = browser.post(of(town, "serra", "responsavel/"), {"owner": csm.pk}, follow=True)
    serra = town["serra"]
    serra.refresh_from_db()
    assert serra.owner == csm
    assert list(
        Ownership.objects.filter(customer=serra).order_by("pk").values_list("user", "ends_at")
    ) == [(manager.pk, NOW), (csm.pk, None)]
    undo = re.search(r'action="(/clientes/lote/desfazer/[^"]+)"', page.content.decode())[1]
    browser.post(undo)
    serra.refresh_from_db()
    assert serra.owner == manager


def test_undo_leaves_alone_who_was_given_on_meanwhile(door, manager, csm, admin, town):
    browser = door(manager)
    page = browser.post(of(town, "serra", "responsavel/"), {"owner": csm.pk}, follow=True)
    browser.post(of(town, "serra", "responsavel/"), {"owner": admin.pk})
    browser.post(re.search(r'action="(/clientes/lote/desfazer/[^"]+)"', page.content.decode())[1])
    assert Customer.objects.get(pk=town["serra"].pk).owner == admin


def test_everything_of_a_filter_gets_a_new_owner_at_once(door, manager, csm, town):
    browser = door(manager)
    query = "where=contract.mrr+%3E%3D+7200"
    page = browser.get("/clientes/lote/responsavel/", {"everyone": "1", "query": query})
    assert "<b>2 clientes</b>, R$\xa017.250 de MRR" in page.content.decode()
    browser.post("/clientes/lote/responsavel/", {"everyone": "1", "query": query, "owner": csm.pk})
    assert set(Customer.objects.filter(owner=csm).values_list("name", flat=True)) == {
        "Metalúrgica Aroeira", "Farmácias Ipê", "Transportadora Serra",
    }  # fmt: skip
    assert "Serra" in door(csm).get("/clientes/").content.decode()


def test_a_viewer_is_no_owner(door, manager, viewer, town):
    answer = door(manager).post(of(town, "serra", "responsavel/"), {"owner": viewer.pk})
    assert answer.status_code == 422


def test_the_same_task_is_written_for_many(door, manager, town):
    ids = [town["serra"].public_id, town["ipe"].public_id]
    door(manager).post("/clientes/lote/tarefa/", {"id": ids, "title": "Convidar"})
    assert Task.objects.filter(title="Convidar").count() == 2
    written = Task.objects.filter(title="Convidar").values_list("customer__name", "owner__name")
    assert set(written) == {
        ("Transportadora Serra", "Bianca Tavares"), ("Farmácias Ipê", "Rafael Nogueira"),
    }  # fmt: skip


def test_tags_come_and_go_and_the_past_keeps_them(door, csm, town):
    browser = door(csm)
    browser.post(of(town, "ipe", "etiquetas/"), {"tag": "vip"})
    browser.post(of(town, "ipe", "etiquetas/"), {"tag": "VIP"})
    assert Tagging.objects.filter(ends_at=None).count() == 1
    assert sheet.row(town["ipe"].pk, now=NOW)["who.tags"] == ["vip"]
    browser.post(of(town, "ipe", "etiquetas/remover/"), {"tag": "vip"})
    assert list(Tagging.objects.values_list("tag", "ends_at")) == [("vip", NOW)]


def test_an_attribute_changes_by_a_new_row(door, csm, town):
    browser = door(csm)
    browser.post(of(town, "aroeira", "atributos/"), {"city": "Blumenau"})
    values = AttributeValue.objects.filter(customer=town["aroeira"]).order_by("pk")
    assert list(values.values_list("value", flat=True)) == ["Joinville", "Blumenau"]
    assert "Blumenau" in browser.get(of(town, "aroeira")).content.decode()
    browser.post(of(town, "aroeira", "atributos/"), {"city": "Blumenau"})
    assert values.count() == 2


def test_a_contact_is_added_found_and_leaves(door, csm, town):
    browser = door(csm)
    data = {"name": "Renata Alves", "phone": "(47) 99123-4567", "email": "Renata@X.com"}
    browser.post(of(town, "ipe", "contatos/novo/"), data)
    person = Contact.objects.get(name="Renata Alves")
    assert (person.email, person.phone_key) == ("renata@x.com", "554791234567")
    assert "Farmácias Ipê" in browser.get("/clientes/?q=renata").content.decode()
    browser.post(of(town, "ipe", f"contatos/{person.pk}/saiu/"))
    person.refresh_from_db()
    assert person.left_at == NOW


def test_the_timeline_tells_everything_dated_newest_first(door, csm, town):
    page = door(csm).get(of(town, "aroeira", "linha-do-tempo/")).content.decode()
    told = re.findall(r"<p><b>([^<]+)</b>", page)
    wanted = [
        "Pedido 77, R$\xa050,00", "Chamado aberto", "Deu nota 2 na pesquisa NPS (0–10)",
        "Tarefa criada", "Virou cliente", "Rafael Nogueira passou a ser responsável",
        "Otávio Lemos virou contato", "Atributos preenchidos", "Contrato começa",
    ]  # fmt: skip
    assert set(wanted) <= set(told)
    days = re.findall(r'<time datetime="([^"]+)"', page)
    assert days == sorted(days, reverse=True)


def test_the_timeline_can_be_narrowed_and_pages_without_gaps(door, csm, town):
    for number in range(120):
        Interaction.objects.create(
            customer=town["ipe"], kind="note", direction="internal", body=f"nota-{number}-",
            happened_at=NOW - timedelta(hours=number // 3), recorded_at=NOW,
        )  # fmt: skip
    browser = door(csm)
    seen = []
    for page in (1, 2, 3):
        answer = browser.get(of(town, "ipe", f"linha-do-tempo/?tipo=contact&page={page}"))
        seen += re.findall(r"nota-(\d+)-", answer.content.decode())
    assert sorted(map(int, seen)) == list(range(120))
    signals = browser.get(of(town, "ipe", "linha-do-tempo/?tipo=signal")).content.decode()
    assert "nota-" not in signals
    assert "Deu nota 10" in signals


def test_an_order_opens_its_lines(door, csm, town):
    page = door(csm).get(of(town, "aroeira", f"pedidos/{town['order'].pk}/")).content.decode()
    assert "2 × Plano Gestão" in page
    assert "R$\xa050,00" in page


def test_empty_parts_say_what_will_stand_there(door, manager, town):
    browser = door(manager)
    assert "Nenhum pedido" in browser.get(of(town, "mudo", "pedidos/")).content.decode()
    assert "Nenhum contrato" in browser.get(of(town, "mudo", "contratos/")).content.decode()
    assert "Nenhum contato ainda" in browser.get(of(town, "mudo", "contatos/")).content.decode()
    assert "Nenhuma tarefa aberta" in browser.get(of(town, "mudo", "notas/")).content.decode()


@pytest.mark.parametrize(
    "part", ["", "linha-do-tempo/", "contatos/", "contratos/", "pedidos/", "notas/"]
)
def test_english_is_complete(door, manager, town, part):
    page = door(manager, "en").get(of(town, "aroeira", part)).content.decode()
    assert "Health" in page
    for word in ("Saúde", "Etapa", "Responsável", "Contrato ", "Nenhum", "Salvar"):
        assert word not in page


def test_the_next_best_action_stands_on_the_page(door, csm, town):
    page = door(csm).get(of(town, "aroeira")).content.decode()
    assert "Próxima melhor ação" in page
    assert "/hoje/" in page


def test_the_palette_finds_customers_and_pages_inside_the_book(door, csm, viewer, town):
    page = door(csm).get("/buscar/?q=aroeira").content.decode()
    assert 'role="option"' in page
    assert "Metalúrgica Aroeira" in page
    assert "Serra" not in door(csm).get("/buscar/?q=serra").content.decode()
    assert "Novo cliente" in door(csm).get("/buscar/").content.decode()
    assert "Novo cliente" not in door(viewer).get("/buscar/").content.decode()
