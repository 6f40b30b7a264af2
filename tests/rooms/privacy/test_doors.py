"""Events, letters and webhooks: the erased stay out, shop systems hand requests in."""

import json
from datetime import timedelta
from typing import Any

import pytest

from posvenda.api import privacy as doors
from posvenda.api.models import WebhookDelivery, WebhookEndpoint
from posvenda.base import deadletters, keys
from posvenda.base.deadletters import Refused
from posvenda.base.models import DeadLetter
from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking import flushing
from posvenda.commerce.tracking.models import Actor, Held
from posvenda.customers.privacy import scrubbing
from posvenda.customers.privacy.models import Consent, Request
from posvenda.customers.privacy.person import Person
from tests.rooms import town
from tests.rooms.privacy.conftest import erase

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(ana, asked, manager, now, monkeypatch) -> None:
    monkeypatch.setattr(scrubbing, "scrub", lambda: None)
    erase(asked, by=manager, now=now)


def send(manager: Any, now: Any, *items: dict[str, Any]) -> None:
    source = keys.issue(kind="write", label="site", scopes=[], by=manager, now=now)[0]
    body = json.dumps({"batch": items}).encode()
    Inbox.objects.create(key="b", source=source, received_at=now, items=len(items), body=body)
    flushing.flush(now=now)


@pytest.mark.parametrize(
    "who",
    [
        {"userId": "ana.prado@exemplo.com.br"},
        {"userId": "C-10457"},
        {"userId": "7", "traits": {"email": "Ana.Prado@exemplo.com.br"}},
        {"userId": "7", "traits": {"phone": "+55 11 98765-4321"}},
    ],
)
def test_events_of_the_erased_leave_only_the_reason(gone, manager, now, who) -> None:
    item = {"type": "identify", "messageId": "m1", "timestamp": now.isoformat(), **who}
    other = {"type": "track", "messageId": "m2", "event": "Agenda", "userId": "outra"}
    send(manager, now, item, {**other, "timestamp": now.isoformat()})
    letter = DeadLetter.objects.get(code="erased")
    assert (letter.body, letter.value) == ("", "")
    assert list(Actor.objects.values_list("user_ref", flat=True)) == ["outra"]
    assert "prado" not in str(list(DeadLetter.objects.values())).lower()


def test_a_letter_of_any_door_about_the_erased_is_emptied(gone, now) -> None:
    told = [
        Refused(body='{"cpf": "529.982.247-25", "obs": "segredo"}', code="bad", value="segredo"),
        Refused(body='{"cpf": "111.444.777-35"}', code="bad"),
    ]
    deadletters.keep(told, door="webhook", source="x", now=now)
    first, second = DeadLetter.objects.order_by("-pk")[:2][::-1]
    assert (first.code, first.body, first.value) == ("erased", "", "")
    assert "111.444" in second.body


def test_people_and_waiting_events_of_the_person_go(ana, asked, manager, now, monkeypatch) -> None:
    monkeypatch.setattr(scrubbing, "scrub", lambda: None)
    stamp = {"timestamp": now.isoformat()}
    send(
        manager,
        now,
        {
            "type": "identify",
            "messageId": "1",
            "userId": "9",
            "traits": {"email": ana.email},
            **stamp,
        },
        {"type": "track", "messageId": "2", "event": "Agenda", "userId": "9", **stamp},
        {"type": "track", "messageId": "3", "event": "Agenda", "userId": "outra", **stamp},
    )
    assert Actor.objects.count() == 2
    erase(asked, by=manager, now=now)
    assert list(Actor.objects.values_list("user_ref", flat=True)) == ["outra"]
    assert set(Held.objects.values_list("actor__user_ref", flat=True)) <= {"outra"}


def test_stored_deliveries_that_name_the_person_go(ana, now) -> None:
    endpoint = WebhookEndpoint.objects.create(
        provider="stripe", label="s", sealed_secret="", created_at=now
    )
    for number, mail in enumerate([ana.email, "outra@exemplo.com.br"]):
        WebhookDelivery.objects.create(
            endpoint=endpoint,
            key=str(number),
            received_at=now,
            body=json.dumps({"email": mail}).encode(),
        )
    assert doors.deliveries(Person(ana)) == 1
    assert WebhookDelivery.objects.get().key == "1"


def test_a_shop_system_hands_a_request_in_once(ana, now) -> None:
    ask = {"kind": "erasure", "email": ana.email, "external_id": "55", "source": "Nuvemshop"}
    for _each in range(2):
        doors.request_told(ask, now)
    request = Request.objects.get()
    assert (request.customer, request.kind, request.status) == (ana, "erasure", "open")
    assert request.created_by is None


def test_a_request_about_nobody_on_record_is_kept_too(now) -> None:
    ask = {"kind": "access", "email": "x@y.com", "external_id": "9", "source": "Nuvemshop"}
    doors.request_told(ask, now)
    doors.request_told(ask, now)
    assert Request.objects.get().customer is None


def test_a_consent_of_rd_station_finds_its_customer(now) -> None:
    someone = town.company("Someone", email="some@one.com")
    base = {"category": "communications", "type": "consent", "status": "granted"}
    told = {"email": "some@one.com", "at": now - timedelta(days=1), "base": base}
    doors.consent_told(told, now)
    doors.consent_told(told, now)
    doors.consent_told({**told, "email": "nobody@one.com"}, now)
    assert Consent.objects.get().customer == someone
