"""What other parts of the house keep beside the tables about customers goes with the person."""

from datetime import timedelta

import pytest

from posvenda.api.models import ImportFile, ImportRun, SavedMapping, Snapshot, Source, SourceFile
from posvenda.base.models import Announcement, Audit, Batch
from posvenda.customers import patches, sheet
from posvenda.customers.models import Contact, Customer, Segment, Sheet
from posvenda.customers.privacy import erasing, exports, requests, scrubbing
from posvenda.customers.privacy.models import Incident, Request
from posvenda.customers.privacy.person import Person
from tests.rooms import town
from tests.rooms.privacy.conftest import erase

pytestmark = pytest.mark.django_db
MAIL = "ana.prado@exemplo.com.br"


@pytest.fixture(autouse=True)
def _no_vacuum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "scrub", lambda: None)


def test_rows_an_undone_import_took_back_go_too(ana, asked, manager, now) -> None:
    Contact.objects.filter(customer=ana).update(withdrawn_at=now)
    Customer.objects.filter(pk=ana.pk).update(withdrawn_at=now)
    erase(asked, by=manager, now=now)
    assert not Customer.everything.exists()
    assert not Contact.everything.exists()


def test_a_contact_that_was_taken_back_goes_alone(manager, now) -> None:
    firm = town.company("Clínica Azul")
    town.contact(firm, "Caio Lima Serra", email="caio@exemplo.com.br")
    Contact.objects.update(withdrawn_at=now)
    ask = requests.open_request(
        kind=Request.Kind.ERASURE, who=Contact.everything.get(), name="Caio Lima Serra", note="",
        received_on=now.date(), by=manager, now=now,
    )  # fmt: skip
    requests.verify(ask, proof="document", note="", by=manager, now=now)
    erase(ask, by=manager, now=now, typed="Caio Lima Serra")
    assert not Contact.everything.exists()
    assert Customer.objects.get() == firm


def test_a_restored_row_that_was_taken_back_is_erased_again(ana, asked, manager, now) -> None:
    from posvenda.customers.privacy.models import Erasure, Tombstone

    keys = {name: getattr(ana, name) for name in ("public_id", "key", "name", "email")}
    erase(asked, by=manager, now=now)
    Tombstone.objects.all().delete()
    Erasure.objects.all().delete()
    town.company(**keys, withdrawn_at=now)
    assert erasing.replay(now=now + timedelta(days=1)) == 1
    assert not Customer.everything.exists()


def test_a_patch_of_the_sheet_is_written_anew(ana, asked, manager, now) -> None:
    other = town.company("Outra")
    sheet.refresh(now=now)
    sheet.stale([ana.pk, other.pk], now=now)
    patches.lay(now=now)
    erase(asked, by=manager, now=now)
    last = sheet.newest()
    assert last is not None
    patch = sheet.patch_of(last)
    assert patch is not None
    assert patch["customer_id"].to_list() == [other.pk]
    there = b"".join(path.read_bytes() for path in sheet.folder().iterdir())
    assert b"Souza" not in there
    assert Sheet.objects.get().patch in {path.name for path in sheet.folder().iterdir()}


def test_names_of_files_lose_the_person_and_stay(ana, asked, manager, now) -> None:
    batch = Batch.objects.create(kind="import", label=f"pedidos {MAIL}.csv", started_at=now)
    run = ImportRun.objects.create(batch=batch, created_at=now, summary={"uploads": [{MAIL: 1}]})
    ImportFile.objects.create(
        run=run, position=0, name=f"{MAIL}.csv", path="x", size=1, sha256="x",
        dialect={"columns": ["nome", "Ana Souza Prado"]},
    )  # fmt: skip
    source = Source.objects.create(
        kind="folder", address="/x", name="ERP", created_at=now,
        mappings={"a": {"codigo": "customer"}, "b": {MAIL: "email"}}, problem={"detail": MAIL},
    )  # fmt: skip
    SourceFile.objects.create(source=source, name=f"{MAIL}.csv", seen_at=now)
    SavedMapping.objects.create(header="h", record="customer", mapping={MAIL: "email"}, at=now)
    erase(asked, by=manager, now=now)
    batch.refresh_from_db()
    run.refresh_from_db()
    source.refresh_from_db()
    file = ImportFile.objects.get()
    assert batch.label == "pedidos [apagado].csv"
    assert run.summary == {"uploads": [{"[apagado]": 1}]}
    assert (file.name, file.dialect["columns"]) == ("[apagado].csv", ["nome", "[apagado]"])
    assert source.mappings == {"a": {"codigo": "customer"}}
    assert source.problem == {"detail": "[apagado]"}
    assert not SourceFile.objects.exists()
    assert not SavedMapping.objects.exists()


def test_conditions_news_incidents_and_the_trail_lose_the_person(ana, asked, manager, now) -> None:
    Segment.objects.create(name="Ela", condition=f'who.key == "{ana.key}"', created_at=now)
    Announcement.objects.create(kind="x", payload={"who": [MAIL, 7]}, at=now)
    told = {"known_on": now.date(), "due_on": now.date(), "created_at": now}
    Incident.objects.create(what=f"Vazou {MAIL}", **told)
    Audit.objects.create(at=now, verb="x", about=f"contact:{ana.key}", detail={"file": MAIL})
    erase(asked, by=manager, now=now)
    assert Segment.objects.get().condition == 'who.key == "[apagado]"'
    assert Announcement.objects.get(kind="x").payload == {"who": ["[apagado]", 7]}
    assert Incident.objects.get().what == "Vazou [apagado]"
    trail = Audit.objects.get(verb="x")
    assert (trail.about, trail.detail) == ("contact:[apagado]", {"file": "[apagado]"})


def test_a_question_for_another_day_that_names_the_person_goes(ana, asked, manager, now) -> None:
    from posvenda.base import keys

    access = keys.issue(kind="api", label="ERP", scopes=[], by=manager, now=now)[0]
    for where in (f'who.name == "{ana.name}"', ""):
        Snapshot.objects.create(access=access, as_of=now.date(), where=where, created_at=now)
    erase(asked, by=manager, now=now)
    assert Snapshot.objects.get().where == ""


def test_the_copy_tells_what_was_taken_back_and_where_else_the_name_stands(ana, now) -> None:
    town.contact(ana, "Dora Prado Lima")
    Contact.objects.filter(name="Dora Prado Lima").update(withdrawn_at=now)
    told = exports.everything(Person(ana), now=now)
    held = told["held"]["customers.contact"]
    assert [row["name"] for row in held["rows"]] == ["Bruno Prado Lima"]
    assert [row["name"] for row in held["former"]] == ["Dora Prado Lima"]
    places = {each["place"]: each["rows"] for each in told["also_named_in"]}
    assert 1 in places.values()
