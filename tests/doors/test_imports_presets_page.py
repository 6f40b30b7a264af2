"""Questions on the step Columns, and presets on the page and in the terminal."""

import argparse
from pathlib import Path

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from posvenda.api import jobs
from posvenda.api.imports import cli
from posvenda.api.models import ImportRun, SavedMapping, SavedPreset
from posvenda.commerce.models import Order
from posvenda.customers.models import Customer

pytestmark = pytest.mark.django_db
HEADER = "Pedido;Data;Cód. cliente;Valor"
ROWS = ["1;03/04/2026;C1;1.234", "2;05/06/2026;C2;-2.500", "3;07/08/2026;;10.000"]


@pytest.fixture
def page(client: Client, manager):
    client.force_login(manager)
    return client


def sheet(*rows, header=HEADER, name="vendas.csv"):
    return SimpleUploadedFile(name, ("\n".join([header, *rows]) + "\n").encode())


def upload(page, *rows, **how):
    page.post("/importar/", {"files": [sheet(*rows, **how)]})
    run = ImportRun.objects.latest("id")
    jobs.inspect.func(run.pk)
    return run, page.get(f"/importar/{run.public_id}/").content.decode()


def choose(page, run, **choices):
    page.post(f"/importar/{run.public_id}/colunas/", choices)
    return page.get(f"/importar/{run.public_id}/").content.decode()


def through(page, run, **choices):
    choose(page, run, act="check", **choices)
    jobs.check.func(run.pk)
    page.post(f"/importar/{run.public_id}/comecar/")
    jobs.perform.func(run.pk)


def test_the_step_columns_asks_and_tells_what_it_saw(page):
    _run, text = upload(page, *ROWS)
    assert "Em 03/04/2026, o que vem primeiro: o dia ou o mês?" in text
    assert "3 de abril de 2026" in text
    assert "4 de março de 2026" in text
    assert "Quanto é 1.234?" in text
    assert "O que é um valor abaixo de zero, como -2.500?" in text
    assert "Linhas sem cliente: 1. Elas entram?" in text
    assert "33,3% vazio" in text
    assert "Valores abaixo de zero: 1, como -2.500" in text
    assert not Customer.objects.exists()


def test_answers_are_kept_used_and_remembered(page):
    run, _text = upload(page, *ROWS)
    said = {"t0-dates": "mdy", "t0-decimal": ".", "t0-negative": "correction", "t0-nobody": "out"}
    through(page, run, **said)
    orders = {o.number: o for o in Order.objects.all()}
    assert set(orders) == {"1", "2"}
    assert (orders["1"].amount_cents, orders["2"].amount_cents) == (123, -250)
    assert orders["1"].happened_at.date().isoformat() == "2026-03-04"
    assert not orders["2"].is_return
    assert SavedMapping.objects.count() == 1
    again, text = upload(page, "4;03/04/2026;C1;1.234")
    assert "o que vem primeiro" not in text
    through(page, again)
    assert Order.objects.get(number="4").amount_cents == 123


def test_without_an_answer_the_marked_one_counts(page):
    run, text = upload(page, *ROWS)
    assert text.count("checked") >= 4
    through(page, run)
    orders = {o.number: o for o in Order.objects.all()}
    assert (orders["1"].amount_cents, orders["2"].is_return) == (123_400, True)
    assert orders["3"].customer is None


def test_an_answer_nobody_offered_is_not_taken(page):
    run, _text = upload(page, *ROWS)
    choose(page, run, act="change", **{"t0-time_zone": "Mars/Base", "t0-negative": "gift"})
    formats = run.files.get().mapping["formats"]
    assert formats["negative"] == "return"
    assert "time_zone" not in formats


def test_a_mapping_is_saved_as_a_preset_and_recognises_the_next_file(page):
    header = "Ref;Quem;Quando;Quanto;Obs"
    run, _text = upload(page, "1;Ana;13/04/2026;10,50;x", header=header)
    choose(page, run, act="change", **{"t0-record": "order"})
    columns = {"t0-c0": "number", "t0-c1": "customer", "t0-c2": "happened_at", "t0-c3": "amount"}
    text = choose(page, run, act="save-0", **columns, **{"t0-preset": "Vendas do balcão"})
    assert "Modelo “Vendas do balcão” guardado." in text
    assert "Reconhecido: Vendas do balcão" in text
    _run, text = upload(page, "2;Bia;14/04/2026;7,00;y;z", header="extra;" + header)
    assert "Reconhecido: Vendas do balcão" in text


def test_blank_columns_at_the_right_end_are_not_shown(page):
    _run, text = upload(page, "1;13/04/2026;C1;10,00;;", header=HEADER + ";;")
    assert "<code>Valor</code>" in text
    assert "<code>#5</code>" not in text


def test_a_preset_needs_a_name(page):
    run, _text = upload(page, *ROWS)
    assert "Dê um nome ao modelo." in choose(page, run, act="save-0", **{"t0-preset": "  "})
    assert "Dê um nome" in choose(page, run, act="save-9", **{"t0-preset": "x"})
    assert not SavedPreset.objects.exists()


PRESET = """title: Balcão <b>
header: [Ref, Quem, Quando]
outputs:
  - record: order
    columns: {Ref: number, Quem: customer, Quando: happened_at, Quanto: amount}
"""


def bring(page, text):
    file = SimpleUploadedFile("balcao.yaml", text.encode())
    return page.post("/importar/modelos/", {"file": file})


def test_presets_come_and_go_as_files(page):
    assert "Você ainda não tem modelos" in page.get("/importar/modelos/").content.decode()
    assert bring(page, PRESET).status_code == 302
    text = page.get("/importar/modelos/").content.decode()
    assert "Balcão &lt;b&gt;" in text
    assert "Stripe: assinaturas" in text
    saved = SavedPreset.objects.get()
    answer = page.get(f"/importar/modelos/{saved.name}.yaml")
    assert answer.content.decode() == PRESET
    assert "attachment" in answer["Content-Disposition"]
    assert page.post(f"/importar/modelos/{saved.name}/apagar/").status_code == 302
    assert not SavedPreset.objects.exists()


def test_presets_of_the_product_can_be_downloaded_but_not_deleted(page):
    answer = page.get("/importar/modelos/hotmart_sales.yaml")
    assert yaml.safe_load(answer.content)["family"] == "hotmart"
    assert page.post("/importar/modelos/hotmart_sales/apagar/").status_code == 404
    assert page.get("/importar/modelos/nothing.yaml").status_code == 404


def test_a_file_that_is_no_preset_is_refused_with_the_reason(page):
    answer = bring(page, "title: x\nheader: [a]\noutputs: [{record: spaceship}]\n")
    assert answer.status_code == 422
    assert "não existe o tipo de registro spaceship" in answer.content.decode()
    assert page.post("/importar/modelos/").status_code == 422
    assert not SavedPreset.objects.exists()


def test_only_people_who_manage_see_presets(client, csm):
    client.force_login(csm)
    assert client.get("/importar/modelos/").status_code == 403
    assert client.get("/importar/modelos/olist_orders.yaml").status_code == 403
    assert client.post("/importar/modelos/x/apagar/").status_code == 403


def test_more_presets_are_listed_with_as_many_queries(page, django_assert_num_queries):
    bring(page, PRESET)
    page.get("/importar/modelos/")
    with CaptureQueriesContext(connection) as one:
        page.get("/importar/modelos/")
    count = len(one)
    for number in range(6):
        bring(page, PRESET.replace("Balcão <b>", f"Balcão {number}"))
    page.get("/importar/modelos/")
    with django_assert_num_queries(count):
        page.get("/importar/modelos/")


def command(*words: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return parser.parse_args([str(word) for word in words])


def test_the_terminal_profiles_a_file_and_writes_nothing(tmp_path: Path, now, capsys):
    path = tmp_path / "vendas.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    assert cli.run(command("--profile", path), now=now) == 0
    text = capsys.readouterr().out
    assert "! Valores abaixo de zero: 1, como -2.500" in text
    assert "* --date-order dmy" in text
    assert "--negative correction" in text
    assert "Nada foi gravado." in text
    assert not ImportRun.objects.exists()
    assert not Customer.objects.exists()


def test_the_terminal_takes_a_preset_file_and_answers(tmp_path: Path, now, capsys):
    preset, path = tmp_path / "balcao.yaml", tmp_path / "a.csv"
    preset.write_text(PRESET, encoding="utf-8")
    path.write_text("Ref;Quem;Quando;Quanto\n1;Ana;03/04/2026;-1.234\n", encoding="utf-8")
    words = ("--preset-file", preset, "--date-order", "mdy", "--negative", "correction", path)
    assert cli.run(command(*words), now=now) == 0
    order = Order.objects.get()
    assert (order.happened_at.date().isoformat(), order.is_return) == ("2026-03-04", False)
    assert SavedPreset.objects.get().name == "balcao-b"
    preset.write_text("title: x\n", encoding="utf-8")
    assert cli.run(command("--preset-file", preset, path), now=now) == 2
    assert "balcao.yaml" in capsys.readouterr().err
    assert cli.run(command("--negative", "gift", path), now=now) == 2
