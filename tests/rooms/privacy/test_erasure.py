"""An erased person is gone from every table; what the law keeps has nobody in it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from posvenda.base.models import Announcement, Audit, DeadLetter
from posvenda.commerce.models import ContractLine, Order, OrderLine
from posvenda.customers import search, sheet
from posvenda.customers.models import Contact, Customer, Identity, Subject
from posvenda.customers.privacy import consent, erasing, requests, scrubbing, tombstones
from posvenda.customers.privacy.models import Consent, Erasure, Request, Tombstone
from posvenda.insights import metrics
from tests.rooms import town
from tests.rooms.privacy.conftest import erase

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_vacuum(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction cannot be vacuumed; the canary test does that on a database of its own."""
    monkeypatch.setattr(scrubbing, "scrub", lambda: None)


def test_nothing_personal_is_left_in_any_table(ana, asked, manager, now) -> None:
    erase(asked, by=manager, now=now)
    for model in (Customer, Contact, Identity, Subject, Consent):
        assert not model.objects.exists(), model
    assert search.search("prado", manager) == []
    assert [letter.body for letter in DeadLetter.objects.all()] == ['{"email":"outra@x.com"}']
    assert not Announcement.objects.filter(customer_ref=ana.pk).exists()
    told = str(list(Audit.objects.values_list("detail", flat=True)))
    assert "Ana" not in told
    assert "vip" not in told


def test_sales_stay_without_the_person(ana, asked, manager, now) -> None:
    erase(asked, by=manager, now=now)
    for model in (Order, OrderLine, ContractLine):
        row = model.objects.get()
        assert row.customer_id is None
    assert Order.objects.get().amount_cents == 8_000
    assert "C-10457" not in Order.objects.get().number


def test_monthly_sales_and_revenue_are_the_same_before_and_after(ana, asked, manager, now) -> None:
    town.contract(town.company("Outra"), reais_a_month=50, starts=date(2026, 1, 1), ends=None)
    span = metrics.Span(date(2026, 1, 1), date(2026, 6, 30))
    before = (metrics.net_sales(span), metrics.month_end_mrr(span))
    erase(asked, by=manager, now=now)
    after = (metrics.net_sales(span), metrics.month_end_mrr(span))
    assert before[0].equals(after[0])
    assert before[1].equals(after[1])


def test_the_request_keeps_the_proof_without_name_and_notes(asked, manager, now) -> None:
    erasure = erase(asked, by=manager, now=now)
    asked.refresh_from_db()
    assert (asked.status, asked.proof) == (Request.Status.DONE, "document")
    assert (asked.name, asked.note, asked.proof_note, asked.customer) == ("", "", "", None)
    assert erasure.finished_at is not None
    assert erasure.found["customers.customer"] == 1


def test_the_preview_says_what_goes_and_what_the_law_keeps(ana, asked) -> None:
    items = {item.name: item for item in erasing.preview(erasing.person_of(asked))}
    kept = {name for name, item in items.items() if item.is_kept}
    assert {"commerce.order", "commerce.orderline", "commerce.contractline"} <= kept
    assert not items["customers.contact"].is_kept


def test_one_person_alone_has_to_type_the_name(asked, manager, now) -> None:
    with pytest.raises(erasing.NotConfirmed):
        erasing.begin(asked, typed="Ana", by=manager, now=now)
    asked.refresh_from_db()
    assert asked.status == Request.Status.VERIFIED
    assert not Erasure.objects.exists()


def test_a_second_person_confirms_without_typing(asked, admin, now) -> None:
    erasing.begin(asked, typed="", by=admin, now=now)
    asked.refresh_from_db()
    assert asked.confirmed_by == admin


def test_only_who_manages_may_erase_and_only_once(asked, csm, manager, now) -> None:
    with pytest.raises(requests.MayNotManage):
        erasing.begin(asked, typed="", by=csm, now=now)
    erasing.begin(asked, typed="Ana Souza Prado", by=manager, now=now)
    with pytest.raises(requests.WrongMoment):
        erasing.begin(asked, typed="Ana Souza Prado", by=manager, now=now)


def test_the_ledger_is_on_the_disk_before_the_first_row_goes(
    asked, manager, now, home: Path
) -> None:
    erasure = erasing.begin(asked, typed="Ana Souza Prado", by=manager, now=now)
    erasing.STEPS["ledger"](erasure, now)
    text = (home / "erasures" / "ledger.jsonl").read_text()
    assert erasure.public_id in text
    assert "prado" not in text.lower()
    assert Customer.objects.exists()
    kinds = set(Tombstone.objects.values_list("kind", flat=True))
    assert kinds == {"document", "email", "phone", "external", "order", "row"}


@pytest.mark.parametrize("killed", list(erasing.STEPS))
def test_a_killed_worker_goes_on_where_it_was(asked, manager, now, monkeypatch, killed) -> None:
    erasure = erasing.begin(asked, typed="Ana Souza Prado", by=manager, now=now)
    real = erasing.STEPS[killed]

    def dies(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setitem(erasing.STEPS, killed, dies)
    with pytest.raises(KeyboardInterrupt):
        erasing.carry_out(erasure.pk, now=now)
    monkeypatch.setitem(erasing.STEPS, killed, real)
    erasing.carry_out(erasure.pk, now=now)
    assert erasing.complete(now=now) == 1
    erasure.refresh_from_db()
    assert erasure.finished_at is not None
    assert not Customer.objects.exists()


def test_the_sheets_on_the_disk_lose_the_row(ana, asked, manager, now) -> None:
    other = town.company("Outra Pessoa")
    made = sheet.refresh(now=now)
    file = sheet.folder() / made.file
    assert b"Ana Souza Prado" in file.read_bytes()
    erase(asked, by=manager, now=now)
    found = list(sheet.folder().iterdir())
    assert not any(b"Ana Souza Prado" in path.read_bytes() for path in found)
    assert sheet.row(other.pk, now=now) is not None
    assert sheet.row(ana.pk, now=now) is None


def test_an_erased_identifier_is_known_in_every_way_of_writing_it(asked, manager, now) -> None:
    erase(asked, by=manager, now=now)
    for ref in (
        ("document", "529.982.247-25"),
        ("email", " Ana.Prado@EXEMPLO.com.br"),
        ("phone", "5511987654321"),
        ("phone", "+55 11 98765-4321"),
        ("external", "cus_Ana9921"),
        ("email", "bruno@exemplo.com.br"),
    ):
        assert tombstones.erased_at([ref]) == now, ref
    assert tombstones.erased_at([("email", "outra@exemplo.com.br")]) is None


def test_whoever_returns_starts_without_history_and_is_not_written_to(asked, manager, now) -> None:
    erase(asked, by=manager, now=now)
    later = now + timedelta(days=30)
    back = town.company("Ana Prado", kind="person", email="ana.prado@exemplo.com.br")
    asks = {"purpose": "marketing", "channel": "email", "as_of": later}

    def said(source: str) -> consent.Said:
        return consent.Said(
            purpose="marketing",
            channel="email",
            is_granted=True,
            happened_at=later,
            source=source,
            evidence="lista",
        )

    consent.record(back, said("import"), by=None, now=later)
    assert consent.may(back, **asks).reason == "never_asked"
    assert not consent.may(back, **{**asks, "purpose": "research"}).is_allowed
    consent.record(back, said("form"), by=None, now=later)
    assert consent.may(back, **asks).is_allowed


def test_of_a_company_only_the_contact_goes(manager, now) -> None:
    acme = town.company("Acme Ltda", key="ACME-1")
    person = town.contact(acme, "Carla Dias Nunes", email="carla@acme.com.br")
    other = town.contact(acme, "Otávio Reis", email="otavio@acme.com.br")
    town.answer(acme, date(2026, 5, 1), 9, comment="A Carla Dias Nunes ajudou muito")
    note = town.call(acme, date(2026, 5, 2))
    note.contact = person
    note.save()
    request = requests.open_request(
        kind="erasure", who=person, name="Carla", received_on=now.date(), by=manager, now=now
    )
    requests.verify(request, proof="reply", note="", by=manager, now=now)
    erase(request, by=manager, now=now, typed="Carla Dias Nunes")
    assert list(Contact.objects.all()) == [other]
    assert Customer.objects.get() == acme
    assert not type(note).objects.filter(pk=note.pk).exists()
    comment = acme_answer().comment
    assert comment == "A [apagado] ajudou muito"


def acme_answer():  # type: ignore[no-untyped-def]
    from posvenda.commerce.models import Answer

    return Answer.objects.get()


def test_an_older_database_is_erased_again_from_the_list(ana, asked, manager, now) -> None:
    """What restore does: the rows are back, the tables of erasures know nothing."""
    erasure = erase(asked, by=manager, now=now)
    Tombstone.objects.all().delete()
    Erasure.objects.all().delete()
    back = town.company(
        "Ana Souza Prado", kind="person", key="C-10457", public_id=ana.public_id, email="nova@x.com"
    )
    other = town.company("Outra Pessoa")
    assert erasing.replay(now=now + timedelta(days=1)) == 1
    assert list(Customer.objects.all()) == [other]
    assert Erasure.objects.get().public_id == erasure.public_id
    assert Erasure.objects.get().at == erasure.at
    assert erasing.replay(now=now + timedelta(days=2)) == 0
    assert not Customer.objects.filter(pk=back.pk).exists()


def test_a_record_made_after_the_erasure_is_not_erased_again(asked, manager, now) -> None:
    erase(asked, by=manager, now=now)
    Tombstone.objects.all().delete()
    Erasure.objects.all().delete()
    later = now + timedelta(days=3)
    back = town.company("Ana", kind="person", email="ana.prado@exemplo.com.br", since=later)
    assert erasing.replay(now=later) == 0
    assert Customer.objects.get() == back
    assert tombstones.erased_at([("email", "ana.prado@exemplo.com.br")]) == now


def test_what_else_the_person_asked_for_is_closed(ana, asked, manager, now) -> None:
    other = requests.open_request(
        kind="full", who=ana, name="Ana", received_on=now.date(), by=manager, now=now
    )
    erase(asked, by=manager, now=now)
    other.refresh_from_db()
    assert (other.status, other.name) == (Request.Status.DONE, "")
    assert requests.overdue(today=now.date() + timedelta(days=60)).count() == 0


def test_the_free_space_is_overwritten_once_for_many(manager, admin, now, monkeypatch) -> None:
    times = []
    monkeypatch.setattr(scrubbing, "scrub", lambda: times.append(1))
    for name in ("Um Dois Silva", "Tres Quatro Lima"):
        person = town.company(name, kind="person")
        request = requests.open_request(
            kind="erasure", who=person, name=name, received_on=now.date(), by=manager, now=now
        )
        requests.verify(request, proof="reply", note="", by=manager, now=now)
        erasing.carry_out(erasing.begin(request, typed="", by=admin, now=now).pk, now=now)
    assert erasing.complete(now=now) == 2
    assert erasing.complete(now=now) == 0
    assert times == [1]
