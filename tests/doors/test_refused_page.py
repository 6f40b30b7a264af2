"""*Recusados*: every door under one roof, mended in place, nothing taken in twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from posvenda.api import menu
from posvenda.api.imports import kept, run
from posvenda.api.imports.plan import Options, plan
from posvenda.api.imports.reading import files
from posvenda.api.models import ImportRun, Mending, Refusal
from posvenda.api.refused import again, groups, mending
from posvenda.base import deadletters
from posvenda.base.deadletters import Door, Refused, StillRefused
from posvenda.base.models import Audit, DeadLetter
from posvenda.commerce.models import OrderLine
from tests.visits import visit

NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)
HEADER = "pedido;data;cod_cliente;produto;qtd;preco_unitario\n"
pytestmark = pytest.mark.django_db


def bring(path: Path, text: str) -> ImportRun:
    path.write_text(text)
    made = kept.begin(by=None, now=NOW, is_history=False)
    kept.keep(made, plan(files.gather(path), Options(record="order_line")))
    ImportRun.objects.filter(pk=made.pk).update(status=ImportRun.Status.QUEUED)
    claimed = run.claim(made.pk, now=NOW)
    assert claimed is not None
    run.perform(claimed, now=NOW, clock=lambda: NOW)
    path.unlink()
    return claimed


@pytest.fixture
def orders(tmp_path):
    """Two good lines and two bad ones, of a file that is gone."""
    return bring(
        tmp_path / "vendas.csv",
        HEADER
        + "1;04/05/2026;C1;P1;1;10,00\n"
        + "1;04/05/2026;C1;P1;1;10,00\n"
        + "2;amanhã;C1;P1;1;10,00\n"
        + "3;04/05/2026;C2;P1;um;10,00\n",
    )


@pytest.fixture
def page(client: Client, manager):
    client.force_login(manager)
    return client


def test_reasons_are_counted_and_name_the_way_out(page, orders):
    shown = page.get("/recusados/").content.decode()
    assert "Não é uma data" in shown
    assert "vendas.csv" in shown
    group = page.get(f"/recusados/?door=import&source={orders.public_id}&code=not_a_date")
    text = group.content.decode()
    assert "amanhã" in text
    assert "vendas.csv, linha 4" in text


def test_a_mended_row_goes_in_under_its_run_though_the_file_is_gone(page, orders, manager):
    row = Refusal.objects.get(code="not_a_date")
    answer = page.post(
        f"/recusados/linha/{row.pk}/", {"c1": "05/05/2026"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    line = OrderLine.objects.get(order_key="2")
    assert line.batch_id == orders.batch_id
    assert line.happened_at == datetime(2026, 5, 5, 3, tzinfo=UTC)
    row.refresh_from_db()
    assert (row.status, row.by, row.row[1]) == ("retried", manager, "05/05/2026")
    file = orders.files.get()
    assert (file.rows_new, file.rows_refused) == (3, 1)
    assert Audit.objects.filter(verb="import.row_mended", by=manager).count() == 1
    assert page.post(f"/recusados/linha/{row.pk}/", {"c1": "05/05/2026"}).status_code == 404
    assert OrderLine.objects.count() == 3


def test_a_row_mended_into_one_that_is_there_counts_as_one_more(orders, manager):
    row = Refusal.objects.select_related("file__run__batch").get(code="not_a_date")
    again.take_in(row, ["1", "04/05/2026", "C1", "P1", "1", "10,00"], by=manager, now=NOW)
    assert OrderLine.objects.filter(order_key="1").count() == 3
    assert again.take_in(row, row.row, by=manager, now=NOW) is None
    assert OrderLine.objects.filter(order_key="1").count() == 3


def test_a_row_that_is_still_wrong_says_so_and_leaves_no_trace(page, orders):
    row = Refusal.objects.get(code="not_a_date")
    answer = page.post(
        f"/recusados/linha/{row.pk}/", {"c1": "32/05/2026"}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert "data “32/05/2026”" in text
    assert 'value="32/05/2026"' in text
    row.refresh_from_db()
    assert (row.status, row.row[1]) == ("open", "amanhã")
    assert OrderLine.objects.count() == 2


def test_a_key_the_run_took_in_already_is_refused_again(tmp_path, manager):
    path = tmp_path / "c.csv"
    path.write_text(
        "numero;cliente;produto;inicio;fim;valor\n"
        "1;Ana;P;01/01/2026;31/12/2026;100\n"
        "2;Ana;P;01/01/2026;31/12/2026;cem\n"
    )
    fields = {
        "numero": "key",
        "cliente": "customer",
        "inicio": "starts_on",
        "fim": "ends_on",
        "valor": "amount",
    }
    made = kept.begin(by=None, now=NOW, is_history=False)
    kept.keep(made, plan(files.gather(path), Options(record="contract", fields=fields)))
    ImportRun.objects.filter(pk=made.pk).update(status=ImportRun.Status.QUEUED)
    claimed = run.claim(made.pk, now=NOW)
    run.perform(claimed, now=NOW, clock=lambda: NOW)
    row = Refusal.objects.select_related("file__run__batch").get(is_warning=False)
    with pytest.raises(StillRefused, match="1"):
        again.take_in(
            row, ["1", "Ana", "P", "01/01/2026", "31/12/2026", "999"], by=manager, now=NOW
        )
    again.take_in(row, ["2", "Ana", "P", "01/01/2026", "31/12/2026", "100"], by=manager, now=NOW)
    assert menu.refused(visit(NOW.date())) is None


def test_rows_of_a_rehearsal_and_of_an_undone_import_are_not_shown(page, orders):
    ImportRun.objects.update(status=ImportRun.Status.UNDONE)
    assert menu.refused(visit(NOW.date())) is None
    ImportRun.objects.update(status=ImportRun.Status.DONE, batch=None)
    assert menu.refused(visit(NOW.date())) is None
    assert "Nada foi recusado" in page.get("/recusados/").content.decode()


@pytest.fixture
def door(monkeypatch):
    """A door that takes only texts with the word good, and counts them."""
    taken = []

    def retry(letter, body, now):
        if "good" not in body:
            raise StillRefused("the word good is missing; write it")
        taken.append(body)

    monkeypatch.setitem(
        deadletters._doors,
        "test",
        Door(name="test", label="Porta", sentence=lambda letter: "sem a palavra", retry=retry),
    )
    wrong = [Refused(body=f'{{"n": {n}}}', code="odd", item=f"item {n}") for n in range(3)]
    deadletters.keep(wrong, door="test", source="app", now=NOW)
    return taken


def test_a_letter_is_mended_in_place(page, door):
    letter = DeadLetter.objects.first()
    first = page.post(
        f"/recusados/carta/{letter.pk}/", {"body": "{}"}, headers={"HX-Request": "true"}
    )
    assert "the word good is missing" in first.content.decode()
    page.post(f"/recusados/carta/{letter.pk}/", {"body": '{"a": "good"}'})
    assert door == ['{"a": "good"}']
    assert groups.letters().count() == 2


def test_all_of_one_reason_go_at_once_and_twice_is_once(page, door, manager):
    DeadLetter.objects.filter(item="item 1").update(body="good")
    made = mending.begin("retry", door="test", source="app", code="odd", by=manager, now=NOW)
    claimed = mending.claim(made.pk, now=NOW)
    mending.perform(claimed, clock=lambda: NOW)
    assert (claimed.total, claimed.done, claimed.settled) == (3, 3, 1)
    assert door == ["good"]
    assert mending.claim(made.pk, now=NOW + timedelta(hours=1)) is None
    page.post("/recusados/todos/", {"door": "test", "source": "app", "code": "odd", "act": "drop"})
    second = Mending.objects.last()
    mending.perform(mending.claim(second.pk, now=NOW), clock=lambda: NOW)
    assert menu.refused(visit(NOW.date())) is None
    assert DeadLetter.objects.filter(status="dropped").count() == 2


def test_the_download_can_be_imported_again(page, orders, tmp_path):
    answer = page.get("/recusados/recusados.csv?door=import")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Não é uma data" in text or "não é uma data" in text.lower()
    mended = text.replace("amanhã", "05/05/2026").replace(";um;", ";1;")
    again_ = bring(tmp_path / "recusados.csv", mended)
    assert (again_.files.get().rows_new, again_.files.get().rows_refused) == (2, 0)
    assert OrderLine.objects.count() == 4


def test_only_people_who_manage_may_open_it(client, csm):
    client.force_login(csm)
    for address in ("/recusados/", "/recusados/recusados.csv"):
        assert client.get(address).status_code == 403


def test_the_list_asks_the_database_a_fixed_number_of_questions(
    page, orders, door, django_assert_max_num_queries
):
    with django_assert_max_num_queries(24):
        page.get("/recusados/")
