"""Undo and compare: page and command say the same, and only people who manage may use them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posvenda.api import jobs
from posvenda.api.imports import after, cli, kept, run
from posvenda.api.imports.compare import compare
from posvenda.api.imports.plan import Options, plan
from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import ImportRun
from posvenda.base.models import Audit
from posvenda.commerce.models import ContractLine
from posvenda.customers.models import Customer

NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)
HEADER = "numero;cliente;produto;inicio;fim;valor\n"
FIELDS = {
    "numero": "key",
    "cliente": "customer",
    "produto": "product",
    "inicio": "starts_on",
    "fim": "ends_on",
    "valor": "amount",
}
pytestmark = pytest.mark.django_db


def bring(
    path: Path, hours: int = 0, record: str = "contract", text: str = "", **rows
) -> ImportRun:
    body = "".join(
        f"{number[1:]};{who};Plano;01/01/2026;31/12/2026;{value}\n"
        for number, (who, value) in rows.items()
    )
    path.write_text(text or HEADER + body)
    now = NOW + timedelta(hours=hours)
    made = kept.begin(by=None, now=now, is_history=False)
    fields = FIELDS if record == "contract" else {}
    kept.keep(made, plan(files.gather(path), Options(record=record, fields=fields)))
    ImportRun.objects.filter(pk=made.pk).update(status=ImportRun.Status.QUEUED)
    claimed = run.claim(made.pk, now=now)
    assert claimed is not None
    run.perform(claimed, now=now, clock=lambda: now)
    path.unlink()
    return claimed


@pytest.fixture
def two(tmp_path):
    """Two imports of contracts: one line the same, one changed, one gone, one new."""
    first = bring(tmp_path / "a.csv", c1=("Ana", 100), c2=("Ana", 200), c3=("Bia", 300))
    second = bring(tmp_path / "b.csv", 1, c1=("Ana", 100), c2=("Ana", 250), c4=("Caio", 400))
    return first, second


def test_the_preview_counts_what_goes_and_what_stays(client, manager, two):
    client.force_login(manager)
    first, _second = two
    text = client.get(f"/importar/{first.public_id}/desfazer/").content.decode()
    assert "Desfazer importação" in text
    assert '<td class="num">1</td><td class="num">2</td>' in text
    assert ContractLine.objects.filter(superseded_at=None, is_retracted=False).count() == 4


def test_the_page_undoes_and_says_what_came_of_it(client, manager, two):
    client.force_login(manager)
    first, second = two
    assert "/desfazer/" in client.get("/importar/").content.decode()
    client.post(f"/importar/{first.public_id}/desfazer/")
    first.refresh_from_db()
    assert first.status == ImportRun.Status.UNDOING
    assert "Desfazendo" in client.get(f"/importar/{first.public_id}/").content.decode()
    jobs.undo.call(first.pk)
    text = client.get(f"/importar/{first.public_id}/").content.decode()
    assert "Importação desfeita" in text
    live = ContractLine.objects.filter(superseded_at=None, is_retracted=False)
    assert sorted(live.values_list("key", "batch")) == [
        ("1", second.batch_id),
        ("2", second.batch_id),
        ("4", second.batch_id),
    ]
    assert sorted(Customer.objects.values_list("name", flat=True)) == [
        "Cliente Ana",
        "Cliente Caio",
    ]
    assert Audit.objects.filter(verb__in=("import.undo", "import.undone")).count() == 2
    assert "desfeita" in client.get("/importar/").content.decode()
    again = client.post(f"/importar/{first.public_id}/desfazer/")
    assert again.status_code == 302
    jobs.undo.call(first.pk)


def test_two_imports_are_compared_field_by_field_with_their_money(client, manager, two):
    (table,) = compare(*two)
    assert (table.new, table.changed, table.gone, table.same) == (1, 1, 1, 1)
    (total,) = table.totals
    assert (total.first, total.second) == (60_000, 75_000)
    changed = table.rows[0]
    assert (changed.key, [(f.first, f.second) for f in changed.fields]) == (
        "2",
        [("200.00", "250.00")],
    )
    client.force_login(manager)
    a, b = (each.public_id for each in two)
    text = client.get(f"/importar/comparar/?a={a}&b={b}").content.decode()
    assert "250.00" in text
    assert "R$\xa0750" in text


def test_a_file_that_told_the_same_again_compares_as_the_same(tmp_path):
    first = bring(tmp_path / "a.csv", c1=("Ana", 100), c2=("Ana", 200))
    second = bring(tmp_path / "b.csv", 1, c2=("Ana", 200), c1=("Ana", 100))
    (table,) = compare(first, second)
    assert (table.new, table.changed, table.gone, table.same) == (0, 0, 0, 2)
    whole = bring(tmp_path / "c.csv", 2, c2=("Ana", 200), c1=("Ana", 100))
    (table,) = compare(first, whole)
    assert table.same == 2


def test_imports_of_different_records_cannot_be_compared(tmp_path, two):
    other = bring(tmp_path / "t.csv", 2, "customer", text="codigo;nome\nX;Xavier\n")
    with pytest.raises(Unusable, match="comparadas"):
        compare(two[0], other)


def test_people_are_compared_by_who_is_told_and_what_changed(tmp_path):
    first = bring(tmp_path / "a.csv", 0, "customer", text="codigo;nome\n1;Ana\n2;Bia\n")
    second = bring(tmp_path / "b.csv", 1, "customer", text="codigo;nome\n1;Ana Lima\n3;Caio\n")
    table = next(each for each in compare(first, second) if each.name == "customer")
    assert (table.new, table.changed, table.gone, table.same) == (1, 1, 1, 0)
    assert [(f.first, f.second) for f in table.rows[0].fields] == [("Ana", "Ana Lima")]
    assert table.is_partial


def command(*words: str):
    import argparse

    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return cli.run(parser.parse_args(words), now=NOW + timedelta(days=1))


def test_the_command_lists_compares_and_undoes(two, capsys):
    first, second = two
    assert command("--list") == 0
    assert first.public_id in capsys.readouterr().out
    assert command("--compare", first.public_id, second.public_id) == 0
    assert "1 novos, 1 mudaram, 1 sumiram, 1 iguais" in capsys.readouterr().out
    assert command("--undo", first.public_id) == 0
    assert "desfeita" in capsys.readouterr().out
    assert command("--undo", first.public_id) == after.UNUSABLE
    assert command("--undo", "nada") == after.UNUSABLE
    assert command() == after.UNUSABLE


def test_only_people_who_manage_may_undo_or_compare(client, csm, two):
    client.force_login(csm)
    address = f"/importar/{two[0].public_id}/desfazer/"
    assert client.get(address).status_code == client.post(address).status_code == 403
    assert client.get("/importar/comparar/").status_code == 403
    for page in ("/importar/leituras/", "/importar/leituras/nova/folder/"):
        assert client.get(page).status_code == 403
