"""The door: only signed bytes are kept, once; the answer comes before anything is understood."""

import base64
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from standardwebhooks import Webhook

from posvenda.api.models import WebhookDelivery, WebhookEndpoint
from posvenda.api.webhooks import door, endpoints, signing
from posvenda.api.webhooks.providers import PROVIDERS
from posvenda.base.models import User
from tests.doors.webhooks.conftest import signed

pytestmark = pytest.mark.django_db
BY_TOKEN = ("asaas", "hotmart", "rdstation")  # a token signs no body
SPOILT = [
    (provider, spoil)
    for provider in sorted(PROVIDERS)
    for spoil in ("secret", "missing", "empty", *(() if provider in BY_TOKEN else ("body", "bit")))
]
BODY = b'{"id": "evt_1", "type": "customer.created", "event": "PAYMENT_RECEIVED"}'


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_a_signed_delivery_is_kept_as_it_came(provider: str, make, send) -> None:
    endpoint, secret = make(provider)
    assert send(endpoint, secret, BODY).json() == {"ok": True}
    kept = WebhookDelivery.objects.get()
    assert (bytes(kept.body), kept.status) == (BODY, "waiting")
    assert secret not in str(kept.headers)


@pytest.mark.parametrize(("provider", "spoil"), SPOILT)
def test_a_forged_delivery_is_turned_away_and_only_counted(
    provider: str, spoil: str, make, post, now: datetime
) -> None:
    endpoint, secret = make(provider)
    other = base64.b64encode(b"another secret of this length!!!").decode()
    key = other if spoil == "secret" else secret
    headers = signed(provider, key, BODY, now)
    match spoil:
        case "missing":
            headers = {}
        case "empty":
            headers = dict.fromkeys(headers, "")
        case "bit":
            headers = {k: v.replace("v1", "v2").replace("sha", "sho") for k, v in headers.items()}
            if provider == "nuvemshop":
                headers = {k: v[::-1] for k, v in headers.items()}
    body = BODY.replace(b"evt_1", b"evt_2") if spoil == "body" else BODY
    assert post(endpoint, body, headers).status_code == 401
    endpoint.refresh_from_db()
    assert (WebhookDelivery.objects.count(), endpoint.forged) == (0, 1)


@pytest.mark.parametrize("provider", ["stripe", "signed"])
@pytest.mark.parametrize("age", [-301, 301, 86_400])
def test_an_old_signature_is_turned_away(
    provider: str, age: int, make, post, now: datetime
) -> None:
    endpoint, secret = make(provider)
    headers = signed(provider, secret, BODY, now - timedelta(seconds=age))
    assert post(endpoint, BODY, headers).status_code == 401


def test_another_endpoints_secret_opens_nothing(make, post, now: datetime) -> None:
    (first, secret), (second, _) = make("signed"), make("signed")
    headers = signed("signed", secret, BODY, now)
    assert post(first, BODY, headers).status_code == 200
    assert post(second, BODY, headers).status_code == 401


def test_the_same_delivery_again_is_one_row(make, send) -> None:
    endpoint, secret = make("stripe")
    for _ in range(3):
        assert send(endpoint, secret, BODY).status_code == 200
    assert WebhookDelivery.objects.get().again == 2


def test_two_endpoints_may_have_the_same_event(make, send) -> None:
    for endpoint, secret in (make("stripe"), make("stripe")):
        send(endpoint, secret, BODY)
    assert WebhookDelivery.objects.count() == 2


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"{}" * 2, b'{"a":' * 5_000]
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes, make, send) -> None:
    endpoint, secret = make("stripe")
    assert send(endpoint, secret, body).status_code == 400
    assert not WebhookDelivery.objects.exists()


def test_deep_json_is_refused(make, send) -> None:
    endpoint, secret = make("stripe")
    deep: object = "x"
    for _ in range(200):
        deep = {"a": [deep]}
    assert send(endpoint, secret, deep).status_code == 400


def test_a_large_body_is_refused(make, send) -> None:
    endpoint, secret = make("stripe")
    assert send(endpoint, secret, b" " * (door.BODY_LIMIT + 1)).status_code == 413


def test_a_paused_or_unknown_address_is_not_there(make, send, admin: User, now: datetime) -> None:
    endpoint, secret = make("stripe")
    endpoints.switch(endpoint, is_active=False, by=admin, now=now)
    assert send(endpoint, secret, BODY).status_code == 404
    assert (
        send(WebhookEndpoint(public_id="x" * 16, provider="stripe"), "s", BODY).status_code == 404
    )


def test_after_a_renewal_the_former_secret_counts_for_a_day(
    make, post, admin: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, old = make("signed")
    new = endpoints.renew(endpoint, secret="", by=admin, now=now)
    for number, secret in enumerate((old, new)):
        headers = signed("signed", secret, BODY, now, name=f"m{number}")
        assert post(endpoint, BODY, headers).status_code == 200
    later = now + timedelta(hours=24)
    monkeypatch.setenv("POSVENDA_NOW", later.isoformat())
    assert post(endpoint, BODY, signed("signed", old, BODY, later)).status_code == 401
    assert post(endpoint, BODY, signed("signed", new, BODY, later)).status_code == 200


def test_a_busy_database_asks_the_provider_to_come_again(
    make, send, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, secret = make("asaas")

    def busy(*args: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(door, "_keep", busy)
    answer = send(endpoint, secret, BODY)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_no_secret_lies_open_in_the_database(make) -> None:
    endpoint, _secret = make("nuvemshop", secret="very-secret-1", access_token="very-secret-2")
    endpoint.refresh_from_db()
    assert "very-secret" not in str(vars(endpoint))


def test_the_door_costs_few_queries(make, send, django_assert_max_num_queries) -> None:
    endpoint, secret = make("stripe")
    with django_assert_max_num_queries(6):
        send(endpoint, secret, BODY)


def test_the_library_of_the_standard_signs_what_we_accept(now: datetime) -> None:
    secret = "whsec_" + base64.b64encode(os.urandom(24)).decode()
    body = json.dumps({"type": "order.upserted", "data": {"rows": []}})
    moment = datetime.now(UTC)
    mark = Webhook(secret).sign(msg_id="msg_7", timestamp=moment, data=body)
    headers = {
        "webhook-id": "msg_7",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": mark,
    }
    raw: Callable[[bytes], signing.Raw] = lambda data: signing.Raw(data, headers, moment)  # noqa: E731
    signing.standard(raw(body.encode()), secret)
    with pytest.raises(signing.Forged):
        signing.standard(raw(body.encode() + b" "), secret)
