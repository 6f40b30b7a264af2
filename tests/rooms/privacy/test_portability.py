"""A person's copy holds everything; an installation that imports it knows the same facts."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.db import transaction

from posvenda.api.imports import kept, plan
from posvenda.api.imports import run as runs
from posvenda.api.imports.reading import files
from posvenda.api.models import ImportRun, Refusal
from posvenda.base.models import Batch, DeadLetter
from posvenda.commerce import usage
from posvenda.customers import holdings
from posvenda.customers.models import Customer
from posvenda.customers.privacy import exports
from posvenda.customers.privacy.models import Consent
from posvenda.customers.privacy.person import Person
from tests.rooms import town

pytestmark = pytest.mark.django_db


def use(customer: Customer, *days: date) -> None:
    """Some events of two people."""
    at = [town.at(day) for day in days for _person in range(2)]
    rows = {
        "key": [f"e{n}" for n in range(len(at))],
        "customer_id": [customer.pk] * len(at),
        "person": ["ana@x.com", "bruno@x.com"] * len(days),
        "feature": ["Agenda", "Caixa"] * len(days),
        "quantity": [1.0, 2.5] * len(days),
        "seconds": [30, None] * len(days),
        "happened_at": at,
        "recorded_at": at,
        "batch_id": [None] * len(at),
        "source": ["test"] * len(at),
        "event": ["used"] * len(at),
        "kind": ["track"] * len(at),
        "properties": [None] * len(at),
    }
    kinds = {"batch_id": pl.Int64, "properties": pl.String}
    with transaction.atomic():
        usage.take(pl.DataFrame(rows, schema_overrides=kinds), now=at[-1])


def bring(packed: bytes, folder: Path, *, now: datetime) -> None:
    """Imports every CSV of the copy, as a person would."""
    folder.mkdir()
    sources = []
    archive = zipfile.ZipFile(io.BytesIO(packed))
    for name in archive.namelist():
        if name.endswith(".csv"):
            path = folder / Path(name).name
            path.write_bytes(archive.read(name))
            sources += files.gather(path)
    run = kept.begin(by=None, now=now, is_history=False)
    kept.keep(run, plan.plan(sources, plan.Options()))
    ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.RUNNING)
    runs.perform(run, now=now, clock=lambda: now)
    refused = Refusal.objects.values_list("file__name", "code", "field", "value")
    assert list(refused) == []
    assert all(file.is_finished for file in run.files.all())


def empty() -> None:
    """Another installation: nobody there, no lake."""
    from posvenda.commerce.models import Product
    from posvenda.customers.models import Attribute

    for holding in reversed(holdings.every()):
        holding.model._default_manager.all().delete()
    for model in (Product, Attribute, DeadLetter, Batch):
        model.objects.all().delete()


def test_an_import_of_the_copy_gives_the_same_facts(ana, manager, now, tmp_path, home, settings):
    use(ana, date(2026, 6, 1), date(2026, 6, 9), date(2026, 6, 10))
    before = exports.digest(ana, now=now)
    known = told(ana, now)
    packed = exports.build(Person(ana), now=now)
    key = ana.key
    empty()
    settings.HOME = tmp_path / "another"
    (settings.HOME / "lake").mkdir(parents=True)
    bring(packed, tmp_path / "brought", now=now)
    again = Customer.objects.get()
    assert (again.key, again.name) == (key, "Ana Souza Prado")
    assert told(again, now) == known
    assert exports.digest(again, now=now) == before


def told(customer: Customer, now: datetime) -> dict[str, object]:
    from posvenda.base import clock
    from posvenda.customers import sheet

    row = sheet.build(as_of=clock.day_of(now), customers=[customer.pk]).row(0, named=True)
    return {name: str(value) for name, value in row.items() if exports._is_own(name)}


def test_the_digest_moves_with_any_fact(ana, now) -> None:
    before = exports.digest(ana, now=now)
    town.ticket(ana, date(2026, 6, 1))
    assert exports.digest(ana, now=now) != before


def test_everything_declared_is_in_the_copy(ana, now) -> None:
    use(ana, date(2026, 6, 1))
    archive = zipfile.ZipFile(io.BytesIO(exports.build(Person(ana), now=now)))
    whole = json.loads(archive.read("pessoa.json"))
    exported = {each.name for each in holdings.every() if each.exported}
    assert exported | {"commerce.usage"} <= set(whole["held"])
    text = json.dumps(whole, ensure_ascii=False)
    for word in ("52998224725", "Vila Canário", "Paçoca", "Não gostei do Bruno", "cus_Ana9921"):
        assert word in text
    assert whole["held"]["commerce.order"]["kept_by_law"]
    assert {each["basis"].partition(" ")[0] for each in whole["purposes"]} >= {
        "consent",
        "contract",
    }


def test_the_same_data_gives_the_same_bytes_and_two_people_are_never_mixed(ana, now) -> None:
    other = town.company("Outra Pessoa Qualquer", kind="person", email="outra@exemplo.com.br")
    town.answer(other, date(2026, 5, 1), 4, comment="segredo da outra")
    first = exports.build(Person(ana), now=now)
    assert first == exports.build(Person(ana), now=now)
    archive = zipfile.ZipFile(io.BytesIO(first))
    for name in archive.namelist():
        assert b"segredo" not in archive.read(name)
        assert b"outra@exemplo" not in archive.read(name)


def test_a_contact_gets_what_is_about_the_contact_only(now) -> None:
    acme = town.company("Acme Ltda")
    person = town.contact(acme, "Carla Dias Nunes", email="carla@acme.com.br")
    town.contact(acme, "Otávio Reis", email="otavio@acme.com.br")
    archive = zipfile.ZipFile(io.BytesIO(exports.build(Person(acme, person), now=now)))
    text = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "carla@acme.com.br" in text
    assert "otavio" not in text


def test_consents_come_back_with_their_proof_once(ana, now, tmp_path) -> None:
    packed = exports.build(Person(ana), now=now)
    bring(packed, tmp_path / "brought", now=now + timedelta(days=1))
    assert Consent.objects.count() == 1
