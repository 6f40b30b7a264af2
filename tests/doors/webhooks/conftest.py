"""Endpoints of each provider, and senders that sign like the provider does."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from posvenda.api.models import WebhookEndpoint
from posvenda.api.webhooks import endpoints, processing
from posvenda.base.models import User

STRIPE_SECRET = "whsec_of_stripe"
Send = Callable[..., Any]


@pytest.fixture
def make(admin: User, now: datetime) -> Callable[..., tuple[WebhookEndpoint, str]]:
    def make(provider: str, secret: str = "s3cret", **options: str) -> tuple[WebhookEndpoint, str]:
        return endpoints.create(
            provider=provider,
            label=provider,
            secret=secret,
            options=options,
            quiet_hours=None,
            by=admin,
            now=now,
        )

    return make


@pytest.fixture
def client(client: Client, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Client:
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())
    return client


@pytest.fixture
def post(client: Client) -> Send:
    def post(endpoint: WebhookEndpoint, body: bytes, headers: dict[str, str]) -> Any:
        return client.post(
            f"/webhooks/in/{endpoint.public_id}/",
            body,
            content_type="application/json",
            headers=headers,
        )

    return post


@pytest.fixture
def send(post: Send, now: datetime) -> Send:
    """Send a payload as the provider of the endpoint would, rightly signed."""

    def send(endpoint: WebhookEndpoint, secret: str, payload: Any, **more: str) -> Any:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return post(endpoint, body, signed(endpoint.provider, secret, body, now, **more))

    return send


def signed(
    provider: str, secret: str, body: bytes, now: datetime, *, name: str = "msg_1"
) -> dict[str, str]:
    """This will give the headers that the provider would send."""
    moment = str(int(now.timestamp()))
    match provider:
        case "stripe":
            mark = _hex(secret.encode(), f"{moment}.".encode() + body)
            return {"Stripe-Signature": f"t={moment},v1=00{mark[2:]},v1={mark}"}
        case "signed":
            key = base64.b64decode(secret.removeprefix("whsec_"))
            digest = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
            mark = base64.b64encode(digest).decode()
            return {
                "webhook-id": name,
                "webhook-timestamp": moment,
                "webhook-signature": f"v1,AAAA v1,{mark}",
            }
        case "nuvemshop":
            return {"x-linkedstore-hmac-sha256": _hex(secret.encode(), body)}
        case "asaas":
            return {"asaas-access-token": secret}
        case "hotmart":
            return {"X-HOTMART-HOTTOK": secret}
    return {"X-Posvenda-Token": secret}


def _hex(key: bytes, message: bytes) -> str:
    return hmac.new(key, message, hashlib.sha256).hexdigest()


@pytest.fixture
def take_in(now: datetime) -> Callable[[], int]:
    return lambda: processing.process(clock=lambda: now)
