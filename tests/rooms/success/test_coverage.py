"""Whom we know at a customer: roles, two-way contact, one thread, champions who are gone."""

from datetime import date, datetime, timedelta

import pytest
import yaml

from posvenda.base import announcements, choices, clock
from posvenda.base.models import Announcement, User
from posvenda.conversations.models import Interaction
from posvenda.customers import actions, sheet, timeline
from posvenda.customers.models import Contact, Customer
from posvenda.success import definitions
from posvenda.success.coverage import champions, history, wanted
from posvenda.success.coverage.models import ChampionGone
from posvenda.success.texts import LANGUAGES, texts_in, with_texts
from tests.rooms import town

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 16)


@pytest.fixture
def aroeira(now: datetime, manager: User) -> Customer:
    """A company with a champion who decides, somebody who works with it, and no talks yet."""
    definitions.install("saas", now=now)
    made = town.company("Aroeira", owner=manager)
    town.contract(made, reais_a_month=900, starts=date(2025, 1, 10), ends=date(2027, 1, 10))
    town.contact(made, "Cláudia Fontes", role="Diretora financeira", is_champion=True)
    town.contact(made, "Renata Alves", role="Analista")
    return made


def talk(customer: Customer, days: int, *, name: str = "", **fields: str) -> None:
    contact = Contact.objects.filter(customer=customer, name=name).first()
    moment = town.at(TODAY - timedelta(days=days))
    Interaction.objects.create(
        customer=customer, contact=contact, body="", happened_at=moment, recorded_at=moment,
        **{"kind": "email", "direction": "in", **fields},
    )  # fmt: skip


def row() -> dict[str, object]:
    return sheet.build(as_of=TODAY).row(0, named=True)


def test_roles_are_filled_by_titles_and_by_the_champion(aroeira: Customer) -> None:
    found = row()
    assert found["who.roles_missing"] == ["manager"]
    assert found["who.roles_filled_rate"] == pytest.approx(4 / 5)
    Contact.objects.filter(name="Renata Alves").update(left_at=town.at(TODAY))
    assert row()["who.roles_missing"] == ["manager", "user"]


def test_people_and_packs_without_wanted_roles_are_unknown(aroeira: Customer) -> None:
    Customer.objects.update(kind="person")
    assert row()["who.roles_filled_rate"] is None
    Customer.objects.update(kind="company")
    choices.put("pack", "loja")
    assert wanted.in_force() == ()
    assert row()["who.roles_filled_rate"] is None


def test_what_only_we_sent_is_no_two_way_contact(aroeira: Customer) -> None:
    talk(aroeira, 3, direction="out")
    talk(aroeira, 2, direction="internal", kind="meeting")
    found = row()
    assert (found["contact.silence_days"], found["contact.two_way_days"]) == (3, None)
    talk(aroeira, 20, direction="in")
    talk(aroeira, 9, direction="out", kind="meeting")
    found = row()
    assert (found["contact.two_way_days"], found["contact.two_way_on"]) == (9, date(2026, 6, 7))


def test_one_voice_in_90_days_hangs_by_one_thread(aroeira: Customer) -> None:
    talk(aroeira, 3)
    found = row()
    assert found["contact.two_way_people_90d"] is None
    assert found["who.is_single_threaded"] is None
    talk(aroeira, 5, name="Renata Alves")
    talk(aroeira, 100, name="Cláudia Fontes")
    assert row()["who.is_single_threaded"] is True
    talk(aroeira, 89, name="Cláudia Fontes")
    found = row()
    assert (found["contact.two_way_people_90d"], found["who.is_single_threaded"]) == (2, False)


def test_a_champion_who_left_is_noted_told_and_shown_once(
    aroeira: Customer, manager: User, now: datetime
) -> None:
    sheet.refresh(now=now)
    claudia = Contact.objects.get(name="Cláudia Fontes")
    actions.contact_left(claudia, has_left=True, by=manager, now=now)
    announcements.deliver(now=now)
    gone = ChampionGone.objects.get()
    assert (gone.customer, gone.contact, gone.how, gone.on) == (aroeira, claudia, "left", TODAY)
    told = Announcement.objects.get(kind="champion.gone")
    assert told.customer_ref == aroeira.pk
    assert told.payload == {"contact": claudia.pk, "how": "left", "on": TODAY.isoformat()}
    assert champions.note_gone([aroeira.pk], now=now + timedelta(days=1)) == 0
    entries = [entry.title for entry in history.gone(aroeira, now, 10)]
    assert entries == ["Cláudia Fontes, que defendia o produto, saiu"]
    shown = timeline.stretch(aroeira, now=now, group="signal").entries
    assert entries[0] in [entry.title for entry in shown]
    assert row()["who.champion_gone_days"] == 0


def test_who_was_marked_by_mistake_did_not_go(
    aroeira: Customer, manager: User, now: datetime
) -> None:
    claudia = Contact.objects.get(name="Cláudia Fontes")
    actions.contact_left(claudia, has_left=True, by=manager, now=now)
    announcements.deliver(now=now)
    actions.contact_left(claudia, has_left=False, by=manager, now=now)
    announcements.deliver(now=now)
    assert not ChampionGone.objects.exists()


def test_a_departure_of_long_ago_is_no_news(aroeira: Customer, now: datetime) -> None:
    Contact.objects.filter(name="Cláudia Fontes").update(
        left_at=now - timedelta(days=61), left_recorded_at=now
    )
    assert champions.note_gone([aroeira.pk], now=now) == 0
    assert row()["who.champion_gone_days"] == 61
    assert not Announcement.objects.filter(kind="champion.gone").exists()


def test_a_contact_who_was_no_champion_leaves_without_news(
    aroeira: Customer, manager: User, now: datetime
) -> None:
    renata = Contact.objects.get(name="Renata Alves")
    actions.contact_left(renata, has_left=True, by=manager, now=now)
    announcements.deliver(now=now)
    assert not ChampionGone.objects.exists()


def test_a_new_sheet_notes_who_is_gone(
    aroeira: Customer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    Contact.objects.filter(name="Cláudia Fontes").update(
        left_at=now - timedelta(days=4), left_recorded_at=now
    )
    sheet.refresh(now=now)
    assert champions.note.call() == 1
    assert ChampionGone.objects.get().on == TODAY - timedelta(days=4)


@pytest.mark.parametrize("pack", definitions.names())
def test_wanted_roles_are_written_in_both_languages(pack: str) -> None:
    path = definitions.FOLDER / pack / "stakeholders.yaml"
    if not path.exists():
        assert wanted.of_pack(pack) == ()
        return
    texts = texts_in(with_texts(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert len(texts) == len(wanted.of_pack(pack))
    assert all(text.texts.get(each) for _at, text in texts for each in LANGUAGES)
