"""A run keeps its progress with its rows: it stops, goes on, survives a kill and another writer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError

from posvenda.api import jobs
from posvenda.api.imports import kept, load, one_file, run
from posvenda.api.imports.plan import Options, plan
from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.store import Store
from posvenda.api.models import ImportRun, Refusal
from posvenda.base import clock
from posvenda.base.models import Announcement, Audit
from posvenda.commerce.models import ContractLine, Order, OrderLine
from posvenda.customers.models import Customer

NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)
Status = ImportRun.Status
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    """Parts of ten rows, so that a small file has many."""
    monkeypatch.setattr(one_file, "chunk_of", lambda record: 10)


def begun(path: Path, *, status: str = Status.QUEUED, **options) -> ImportRun:
    made = kept.begin(by=None, now=NOW, is_history=False)
    kept.keep(made, plan(files.gather(path), Options(**options)))
    ImportRun.objects.filter(pk=made.pk).update(status=status)
    return made


def perform(made: ImportRun, **options) -> ImportRun:
    claimed = run.claim(made.pk, now=NOW)
    assert claimed is not None
    run.perform(claimed, now=NOW, clock=options.pop("clock", lambda: NOW), **options)
    claimed.refresh_from_db()
    return claimed


def orders(path: Path, count: int = 95) -> Path:
    """Lines with equal ones among them, and one in nine with a bad date."""
    rows = [
        f"{n // 3};{'soon' if n % 9 == 8 else '04/05/2026'};C{n % 7};P{n % 2};1;10,00"
        for n in range(count)
    ]
    path.write_text("pedido;data;cod_cliente;produto;qtd;preco_unitario\n" + "\n".join(rows) + "\n")
    return path


def test_a_run_counts_announces_and_leaves_a_trail(tmp_path):
    done = perform(begun(orders(tmp_path / "vendas.csv")))
    assert done.status == Status.DONE
    file = done.files.get()
    assert (file.rows_read, file.rows_new, file.rows_refused) == (95, 85, 10)
    assert file.is_finished
    assert Refusal.objects.filter(code="not_a_date", field="data", value="soon").count() == 10
    assert Announcement.objects.filter(kind="import.finished").count() == 1
    assert Audit.objects.filter(verb="import.finished").count() == 1


def test_a_killed_run_goes_on_at_the_committed_row_and_gives_the_same(tmp_path, monkeypatch):
    path = orders(tmp_path / "vendas.csv")
    calm = perform(begun(path)).files.get()
    stored = sorted(OrderLine.objects.values_list("key", flat=True))
    for model in (OrderLine, Order, Customer, Refusal):
        model.objects.all().delete()
    ImportRun.objects.all().delete()

    made = begun(path)
    real, parts = Store.flush, []

    def dying(self, also=None):
        parts.append(also)
        if len([part for part in parts if part]) == 5:
            raise KeyboardInterrupt
        real(self, also)

    monkeypatch.setattr(Store, "flush", dying)
    with pytest.raises(KeyboardInterrupt):
        perform(made)
    monkeypatch.setattr(Store, "flush", real)
    made.refresh_from_db()
    assert made.status == Status.RUNNING
    assert made.files.get().rows_read == 40
    assert run.claim(made.pk, now=NOW) is None

    read: list[int] = []
    later = NOW + timedelta(seconds=60)
    claimed = run.claim(made.pk, now=later)
    assert claimed is not None
    run.perform(claimed, now=later, clock=lambda: later, report=lambda f: read.append(f.rows_read))
    file = made.files.get()
    assert read[0] == 50
    assert sorted(OrderLine.objects.values_list("key", flat=True)) == stored
    assert (file.rows_read, file.rows_new, file.rows_refused) == (
        calm.rows_read,
        calm.rows_new,
        calm.rows_refused,
    )
    assert Refusal.objects.count() == 10


def test_a_run_stops_between_parts_and_goes_on(tmp_path):
    made = begun(orders(tmp_path / "vendas.csv"))

    def stop_at_thirty(file):
        if file.rows_read == 30:
            run.stop(made)

    stopped = perform(made, report=stop_at_thirty)
    assert stopped.status == Status.STOPPED
    assert 30 <= stopped.files.get().rows_read < 95
    assert run.queue(stopped, now=NOW)
    done = perform(made)
    assert (done.status, done.files.get().rows_read) == (Status.DONE, 95)
    assert OrderLine.objects.count() == 85


def test_two_workers_do_not_perform_one_run(tmp_path, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    made = begun(orders(tmp_path / "vendas.csv"))
    assert run.claim(made.pk, now=NOW) is not None
    assert run.claim(made.pk, now=NOW) is None
    with pytest.raises(run.StillRunning):
        jobs.perform.func(made.pk)


def test_another_writer_in_between_is_noticed_and_the_part_decided_again(tmp_path, monkeypatch):
    made = begun(orders(tmp_path / "vendas.csv"))
    real, failed = Store.flush, []

    def late(self, also=None):
        if also is not None and not failed:
            failed.append(True)
            raise IntegrityError("somebody was first")
        real(self, also)

    monkeypatch.setattr(Store, "flush", late)
    done = perform(made)
    file = done.files.get()
    assert (file.rows_read, file.rows_new, file.rows_refused) == (95, 85, 10)


def test_the_same_bytes_are_not_read_again_and_others_are(tmp_path):
    path = tmp_path / "contratos.csv"
    path.write_text("contrato;cliente;inicio;fim;valor\nC1;7;01/06/2026;31/05/2027;10,00\n")
    perform(begun(path))
    again = perform(begun(path)).files.get()
    assert (again.rows_read, again.rows_same) == (1, 1)
    assert "same_as" in again.preview
    path.write_text("contrato;cliente;inicio;fim;valor\nC1;7;01/06/2026;31/05/2027;12,00\n")
    changed = perform(begun(path)).files.get()
    assert changed.rows_changed == 1
    assert ContractLine.objects.count() == 2


def test_refused_rows_come_in_when_what_they_missed_is_there(tmp_path):
    tickets = tmp_path / "chamados.csv"
    tickets.write_text("chamado;cliente;assunto;aberto em\n1;7;Nota;04/05/2026\n")
    assert perform(begun(tickets)).files.get().rows_refused == 1
    customers = tmp_path / "clientes.csv"
    customers.write_text("codigo;nome\n7;Padaria\n")
    perform(begun(customers))
    assert perform(begun(tickets)).files.get().rows_new == 1


def test_a_folder_is_loaded_in_the_order_of_what_refers_to_what(tmp_path):
    (tmp_path / "a_chamados.csv").write_text(
        "chamado;cliente;assunto;aberto em\n1;7;Nota;04/05/2026\n"
    )
    (tmp_path / "z_clientes.csv").write_text("codigo;razao social\n7;Padaria\n")
    (tmp_path / "x_estranho.csv").write_text("foo;bar\n1;2\n3;4\n")
    made = begun(tmp_path, status=Status.UPLOADED)
    claimed = run.claim(made.pk, now=NOW, status=Status.CHECKING)
    assert claimed is not None
    run.rehearse(claimed, now=NOW, clock=lambda: NOW)
    checked = [file.preview["check"]["rows_new"] for file in made.files.order_by("position")]
    assert checked == [1, 1, 0]
    done = perform(begun(tmp_path))
    assert [file.record for file in done.files.order_by("position")] == [
        "customer",
        "ticket",
        "ignored",
    ]
    assert sum(file.rows_refused for file in done.files.all()) == 0


def test_a_rehearsal_sees_the_effect_on_revenue(tmp_path):
    path = tmp_path / "contratos.csv"
    row = "C1;7;01/06/2026;31/05/2027;{};mensal\n"
    header = "contrato;cliente;inicio;fim;valor;periodo\n"
    path.write_text(header + row.format("1.000,00"))
    perform(begun(path))
    path.write_text(header + row.format("1.500,00"))
    made = begun(path, status=Status.UPLOADED)
    claimed = run.claim(made.pk, now=NOW, status=Status.CHECKING)
    run.rehearse(claimed, now=NOW, clock=lambda: NOW)
    made.refresh_from_db()
    assert made.status == Status.CHECKED
    assert made.summary["mrr"] == {"before": {"BRL": 100_000}, "after": {"BRL": 150_000}}
    assert made.files.get().preview["check"]["tally"] == {"amount_jump": 1}
    assert ContractLine.objects.count() == 1


def test_warnings_are_counted_all_and_kept_a_thousand(tmp_path, monkeypatch):
    monkeypatch.setattr(one_file, "WARNINGS_KEPT", 20)
    path = tmp_path / "vendas.csv"
    rows = "".join(f"{n};04/05/2026;;P;1;10,00\n" for n in range(50))
    path.write_text("pedido;data;cod_cliente;produto;qtd;preco_unitario\n" + rows)
    file = perform(begun(path)).files.get()
    assert (file.rows_warned, file.tally) == (50, {"no_customer": 50})
    assert Refusal.objects.count() == 20


def test_a_file_that_turns_out_broken_fails_with_its_sentence(tmp_path):
    path = orders(tmp_path / "vendas.csv")
    made = begun(path)
    path.unlink()
    with pytest.raises(Unusable):
        perform(made)
    made.refresh_from_db()
    assert made.status == Status.FAILED
    assert made.problem


def test_parts_are_short(tmp_path):
    assert load.chunk_of("order_line") <= 5_000
