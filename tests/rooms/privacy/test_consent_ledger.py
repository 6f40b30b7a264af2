"""The ledger of consents is only added to, needs evidence, and is read as of any moment."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from django.db import DatabaseError, transaction

from posvenda.base.models import Audit, User
from posvenda.customers import sheet
from posvenda.customers.actions import MayNotWrite
from posvenda.customers.models import Customer
from posvenda.customers.privacy import consent, purposes
from posvenda.customers.privacy.models import Consent, Source
from tests.rooms import town

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Customer:
    return town.company("Ana Souza", kind="person", email="ana@exemplo.com.br")


def said(now: datetime, *, granted: bool = True, **fields: object) -> consent.Said:
    told = {
        "purpose": "marketing",
        "channel": "email",
        "is_granted": granted,
        "happened_at": now,
        "source": Source.HAND,
        "evidence": "Ficha assinada no balcão, pasta 12",
        "text": "marketing@0",
    }
    return consent.Said(**{**told, **fields})  # type: ignore[arg-type]


def test_a_consent_leaves_a_line_an_audit_row_and_a_change(ana, manager, now) -> None:
    line = consent.record(ana, said(now), by=manager, now=now)
    assert (line.text, line.evidence, line.by) == ("marketing@0", said(now).evidence, manager)
    assert Audit.objects.filter(verb="consent.granted", by=manager).exists()


def test_a_consent_without_evidence_is_refused_and_leaves_no_trace(ana, manager, now) -> None:
    with pytest.raises(consent.NeedsEvidence):
        consent.record(ana, said(now, evidence="  "), by=manager, now=now)
    assert not Consent.objects.exists()


def test_taking_back_needs_no_evidence_and_keeps_what_was_said_before(ana, manager, now) -> None:
    consent.record(ana, said(now), by=manager, now=now)
    later = now + timedelta(days=3)
    consent.revoke(ana, purpose="marketing", channel="any", by=manager, now=later)
    asked = {"purpose": "marketing", "channel": "email"}
    assert consent.may(ana, **asked, as_of=now).is_allowed
    assert consent.may(ana, **asked, as_of=later).reason == "revoked"
    assert Consent.objects.count() == 2


def test_silence_allows_what_has_another_basis_and_forbids_what_needs_consent(ana, now) -> None:
    for purpose, answer in (("service", True), ("research", True), ("marketing", False)):
        found = consent.may(ana, purpose=purpose, channel="email", as_of=now)
        assert found.is_allowed is answer


@pytest.mark.parametrize("change", [{"is_granted": False}, {"evidence": "outra"}, {"text": "x"}])
def test_the_database_refuses_to_rewrite_a_line(ana, manager, now, change) -> None:
    line = consent.record(ana, said(now), by=manager, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(pk=line.pk).update(**change)
    other = town.company("Outra")
    Consent.objects.filter(pk=line.pk).update(customer=other)


def test_a_viewer_and_another_book_may_not_write(ana, viewer, csm, now) -> None:
    for user in (viewer, csm):
        with pytest.raises(MayNotWrite):
            consent.record(ana, said(now), by=user, now=now)


def test_an_unknown_purpose_or_channel_is_refused(ana, manager, now) -> None:
    with pytest.raises(purposes.UnknownPurpose):
        consent.record(ana, said(now, purpose="tudo"), by=manager, now=now)
    with pytest.raises(consent.UnknownChannel):
        consent.record(ana, said(now, purpose="news", channel="phone"), by=manager, now=now)


def test_the_sheet_tells_yes_no_and_unknown_of_any_day(ana, manager, now) -> None:
    consent.record(ana, said(now - timedelta(days=9)), by=manager, now=now - timedelta(days=9))
    consent.revoke(ana, purpose="marketing", channel="email", by=manager, now=now)

    def told(day: date) -> dict[str, object]:
        built = sheet.build(as_of=day)
        return built.select(pl.col("^consent.*$")).row(0, named=True)

    before = told(now.date() - timedelta(days=2))
    assert before["consent.marketing_email"] is True
    assert before["consent.marketing_whatsapp"] is None
    assert told(now.date())["consent.marketing_email"] is False


def test_texts_have_versions_and_a_consent_keeps_the_one_it_was_given_to(
    manager: User, now: datetime
) -> None:
    ours = purposes.present("marketing")
    assert ours is not None
    assert ours.name == "marketing@0"
    assert "posvenda" in purposes.filled(ours, channel="e-mail")
    newer = purposes.publish("marketing", words="Quero as ofertas da casa.", by=manager, now=now)
    assert newer.name == "marketing@1"
    assert [text.version for text in purposes.texts("marketing")] == [1, 0]
    with pytest.raises(purposes.NothingNew):
        purposes.publish("marketing", words="Quero as ofertas da casa.", by=manager, now=now)


RD = [
    {"category": "data_processing", "type": "pre_existent_contract", "status": "granted"},
    {"category": "communications", "type": "consent", "status": "granted"},
]


def test_legal_bases_of_rd_station_become_lines_once(ana, now) -> None:
    first = consent.from_rd_station(ana, RD, happened_at=now, now=now, event="evt-1")
    again = consent.from_rd_station(ana, RD, happened_at=now, now=now, event="evt-2")
    assert [(line.purpose, line.channel, line.is_granted) for line in first] == [
        ("marketing", "email", True)
    ]
    assert again == []
    declined = [{"category": "communications", "type": "consent", "status": "declined"}]
    later = now + timedelta(hours=1)
    assert len(consent.from_rd_station(ana, declined, happened_at=later, now=later)) == 1
    assert not consent.may(ana, purpose="marketing", channel="email", as_of=later).is_allowed


@pytest.mark.parametrize(
    "basis",
    [
        {},
        {"category": "communications"},
        {"category": "communications", "type": "legitimate_interest", "status": "granted"},
        {"category": "communications", "type": "consent", "status": "??"},
        {"category": "", "type": None, "status": "granted"},
    ],
)
def test_other_bases_of_rd_station_are_left_alone(ana, now, basis) -> None:
    assert consent.from_rd_station(ana, [basis], happened_at=now, now=now) == []
