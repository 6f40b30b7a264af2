"""Files brought in and taken back, for the tests of undo."""

from datetime import UTC, datetime
from pathlib import Path

from posvenda.api.imports import kept, run
from posvenda.api.imports.plan import Options, plan
from posvenda.api.imports.reading import files
from posvenda.api.imports.undo import run as undo
from posvenda.api.models import ImportRun

NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)
Status = ImportRun.Status


def bring(path: Path, text: str, record: str, now: datetime, **more) -> ImportRun:
    path.write_text(text)
    return bring_in(path, record, now, **more)


def bring_in(path: Path, record: str, now: datetime, **more) -> ImportRun:
    """This will import a file, or every file of a folder in one run."""
    made = kept.begin(by=None, now=now, is_history=more.pop("is_history", False))
    kept.keep(made, plan(files.gather(path), Options(record=record, **more)))
    ImportRun.objects.filter(pk=made.pk).update(status=Status.QUEUED)
    claimed = run.claim(made.pk, now=now)
    assert claimed is not None
    run.perform(claimed, now=now, clock=lambda: now)
    return claimed


def take_back(done: ImportRun, now: datetime) -> ImportRun:
    assert undo.ask(done, by=None, now=now)
    claimed = undo.claim(done.pk, now=now)
    assert claimed is not None
    undo.perform(claimed, now=now, clock=lambda: now)
    claimed.refresh_from_db()
    assert claimed.status == Status.UNDONE
    return claimed


CONTRACTS = "numero;cliente;produto;inicio;fim;valor\n"
FIELDS = {
    "fields": {
        "numero": "key",
        "cliente": "customer",
        "produto": "product",
        "inicio": "starts_on",
        "fim": "ends_on",
        "valor": "amount",
    }
}


def contract(number: str, customer: str, value: str) -> str:
    return f"{number};{customer};Plano;01/01/2026;31/12/2026;{value}\n"


def same(one, other) -> None:
    """Cell by cell, so that a difference is named."""
    assert one.height == other.height
    for row, was in zip(one.to_dicts(), other.to_dicts(), strict=True):
        assert {k: v for k, v in row.items() if v != was[k]} == {}, was["who.key"]


def lines(model) -> dict:
    found = model.objects.filter(superseded_at=None, is_retracted=False)
    return {row.key: row for row in found}


PEOPLE = "codigo;nome;email;plano;tags;id_erp\n"
WHO = {
    "fields": {
        "codigo": "key",
        "nome": "name",
        "email": "email",
        "plano": "attr.plano",
        "tags": "tags",
        "id_erp": "id.erp",
    }
}
