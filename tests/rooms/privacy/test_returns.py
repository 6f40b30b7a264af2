"""Whoever was erased does not come back with a file, and what stays out is not kept."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from posvenda.api.imports import kept, plan
from posvenda.api.imports import run as runs
from posvenda.api.imports.load import Loader
from posvenda.api.imports.reading import files
from posvenda.api.models import ImportFile, ImportRun, Refusal
from posvenda.base import choices
from posvenda.commerce.models import Answer, Order
from posvenda.customers.models import Contact, Customer
from posvenda.customers.privacy import scrubbing
from posvenda.customers.privacy.models import Consent
from tests.rooms import town
from tests.rooms.privacy.conftest import erase

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(ana, asked, manager, now, monkeypatch) -> str:
    """The key of an order of somebody who was erased."""
    monkeypatch.setattr(scrubbing, "scrub", lambda: None)
    erase(asked, by=manager, now=now)
    return str(Order.objects.get().key)


def load(record: str, *rows: dict[str, Any], now: datetime) -> Any:
    numbered = [{"_line": line, **row} for line, row in enumerate(rows, 2)]
    return Loader(None, now=now).apply(record, numbered)


@pytest.mark.parametrize(
    ("record", "row"),
    [
        ("customer", {"key": "C-10457", "name": "Ana"}),
        ("customer", {"key": "novo", "tax_id": "52998224725"}),
        ("customer", {"key": "novo", "email": "ana.prado@exemplo.com.br"}),
        ("customer", {"key": "novo", "phone": "+5511987654321"}),
        ("customer", {"key": "novo", "id.stripe": "cus_Ana9921"}),
        ("order", {"number": "9", "customer": "C-10457", "amount": 10}),
        ("order", {"number": "9", "customer": "x", "customer.tax_id": "52998224725", "amount": 1}),
        ("ticket", {"key": "T9", "customer": "ana.prado@exemplo.com.br", "subject": "oi"}),
        ("usage", {"key": "u1", "customer": "x", "person": "bruno@exemplo.com.br"}),
    ],
)
def test_a_row_with_an_erased_identifier_stays_out_with_the_day(gone, now, record, row) -> None:
    outcome = load(record, {"happened_at": now, **row}, now=now)
    assert [(p.code, p.params, p.value) for p in outcome.problems] == [
        ("erased", {"day": "16/06/2026"}, "")
    ]
    assert not Customer.objects.exists()


def test_a_review_that_names_only_an_erased_order_stays_out(gone, now) -> None:
    row = {"key": "r1", "order": gone, "score": 1, "comment": "Sou a Ana", "happened_at": now}
    assert load("answer", row, now=now).problems[0].code == "erased"
    assert not Answer.objects.exists()


def test_others_come_in_beside_them(gone, now) -> None:
    rows = [{"key": "C-10457", "name": "Ana"}, {"key": "C-2", "name": "Outra"}]
    outcome = load("customer", *rows, now=now)
    assert (outcome.new, outcome.refused) == (1, 1)
    assert Customer.objects.get().key == "C-2"


def test_where_people_may_return_only_what_is_newer_comes_in(gone, now) -> None:
    choices.put("erased_returns", "fresh")
    old = {"number": "1", "customer": "C-10457", "amount": 5, "happened_at": now - timedelta(1)}
    new = {"number": "2", "customer": "C-10457", "amount": 7, "happened_at": now + timedelta(1)}
    outcome = load("order", old, new, now=now + timedelta(days=2))
    assert [p.code for p in outcome.problems] == ["erased"]
    back = Customer.objects.get()
    assert list(Order.objects.filter(customer=back).values_list("number", flat=True)) == ["2"]


def test_neither_refused_rows_nor_examples_keep_who_was_refused(gone, now, tmp_path) -> None:
    text = (
        "codigo;nome;email;cadastro;observacao\n"
        "C-10457;Ana Souza Prado;ana.prado@exemplo.com.br;01/02/2026;canario um\n"
        "C-7;Ana Souza Prado;ana.prado@exemplo.com.br;32/13/2026;canario dois\n"
        "C-8;Outra;outra@exemplo.com.br;99/99/2026;fica\n"
    )
    path = tmp_path / "clientes.csv"
    path.write_text(text)
    run = kept.begin(by=None, now=now, is_history=False)
    kept.keep(run, plan.plan(files.gather(path), plan.Options(record="customer")))
    ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.RUNNING)
    runs.perform(run, now=now, clock=lambda: now)
    told = str(list(Refusal.objects.values())) + str(list(ImportFile.objects.values("preview")))
    assert "canario" not in told
    assert "prado" not in told.lower()
    codes = list(Refusal.objects.order_by("line").values_list("code", flat=True))
    assert codes[0] == "erased"
    assert "fica" in str(Refusal.objects.get(line=4).row)


def test_who_is_erased_leaves_refused_rows_too(ana, asked, manager, now, monkeypatch) -> None:
    monkeypatch.setattr(scrubbing, "scrub", lambda: None)
    run = ImportRun.objects.create(created_at=now, status="done")
    file = ImportFile.objects.create(
        run=run,
        position=0,
        name="a.csv",
        path="/nowhere",
        size=1,
        sha256="0",
        preview={
            "columns": {
                "obs": {"kind": "text", "filled": 1, "distinct": 1, "examples": ["canário"]}
            },
            "rows": [["Ana Souza Prado", "canário"]],
        },
    )
    dated = {"file": file, "line": 3, "field": "valor", "code": "not_a_number"}
    Refusal.objects.create(**dated, value="x", row=["529.982.247-25", "canário"])
    Refusal.objects.create(**dated, value="x", row=["111.444.777-35", "outra"])
    erase(asked, by=manager, now=now)
    assert [row.row for row in Refusal.objects.order_by("pk")] == [[], ["111.444.777-35", "outra"]]
    file.refresh_from_db()
    assert "canário" not in str(file.preview)


def consent(**fields: Any) -> dict[str, Any]:
    told = {
        "customer": "acme",
        "purpose": "marketing",
        "channel": "email",
        "is_granted": True,
        "evidence": "planilha do evento, linha 4",
        "happened_at": town.at(date(2026, 3, 1)),
    }
    return {**told, **fields}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"evidence": ""}, "no_evidence"),
        ({"purpose": "tudo"}, "unknown_purpose"),
        ({"channel": "phone", "purpose": "news"}, "unknown_channel"),
        ({"customer": "ninguem"}, "customer_unknown"),
        ({"is_granted": None}, "missing"),
    ],
)
@pytest.mark.django_db
def test_a_consent_by_import_needs_proof_purpose_and_channel(now, fields, code) -> None:
    town.company("Acme", key="acme")
    outcome = load("consent", consent(**fields), now=now)
    assert [p.code for p in outcome.problems] == [code]
    assert not Consent.objects.exists()


def test_consents_come_in_once_and_belong_to_contacts(now) -> None:
    acme = town.company("Acme", key="acme")
    person = town.contact(acme, "Carla", email="carla@acme.com.br")
    rows = [consent(), consent(contact="carla@acme.com.br"), consent(is_granted=False, evidence="")]
    assert load("consent", *rows, now=now).new == 3
    assert load("consent", *rows, now=now).same == 3
    assert list(Consent.objects.order_by("pk").values_list("contact", flat=True)) == [
        None,
        person.pk,
        None,
    ]
    assert Contact.objects.count() == 1
