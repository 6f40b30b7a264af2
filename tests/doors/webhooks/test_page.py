"""The page *Webhooks*: made, renewed, paused, looked at, sent through again; only by managers."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from posvenda.api.models import WebhookDelivery, WebhookEndpoint
from posvenda.api.webhooks import silence
from posvenda.api.webhooks.providers import PROVIDERS
from posvenda.base.models import Audit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_only_managers_see_webhooks(client: Client, csm: User) -> None:
    client.force_login(csm)
    for address in ("/webhooks/", "/webhooks/novo/stripe/"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_an_address_is_made_and_its_secret_shown_once(name: str, boss: Client) -> None:
    assert boss.get(f"/webhooks/novo/{name}/").status_code == 200
    given = {"label": "Loja", "secret": "whsec_abcd", "option_access_token": "tok-value"}
    page = boss.post(f"/webhooks/novo/{name}/", given)
    endpoint = WebhookEndpoint.objects.get()
    assert f"/webhooks/in/{endpoint.public_id}/" in page.content.decode()
    assert ('id="secret"' in page.content.decode()) is PROVIDERS[name].makes_secret
    assert page["Cache-Control"] == "no-store"
    later = boss.get(f"/webhooks/{endpoint.public_id}/").content.decode()
    assert "whsec_abcd" not in later
    assert "tok-value" not in later
    assert Audit.objects.filter(verb="webhook.created").exists()


def test_a_cut_off_secret_is_refused(boss: Client) -> None:
    page = boss.post("/webhooks/novo/stripe/", {"label": "x", "secret": "whsec_abc"})
    assert (page.status_code, WebhookEndpoint.objects.count()) == (422, 0)


def test_deliveries_are_listed_filtered_and_sent_through_again(
    boss: Client, make, send, take_in, django_assert_max_num_queries: Any
) -> None:
    endpoint, secret = make("stripe")
    for number in range(60):
        body = {
            "id": f"e{number}",
            "type": "radar.x",
            "created": 1,
            "data": {"object": {"id": "x"}},
        }
        send(endpoint, secret, body)
    take_in()
    address = f"/webhooks/{endpoint.public_id}/"
    with django_assert_max_num_queries(18):
        page = boss.get(address).content.decode()
    assert page.count("radar.x") >= 50
    assert "Não conhecemos o tipo" in page
    done = boss.get(address + "?status=done").content.decode()
    assert "radar.x" not in done
    one = WebhookDelivery.objects.first()
    assert one is not None
    detail = boss.get(f"{address}{one.pk}/").content.decode()
    assert "&quot;radar.x&quot;" in detail
    boss.post(address + "repetir/", {"delivery": one.pk})
    assert WebhookDelivery.objects.filter(status="waiting").count() == 1
    boss.post(address + "repetir/", {"status": "refused"})
    assert WebhookDelivery.objects.filter(status="waiting").count() == 60
    assert Audit.objects.filter(verb="webhook.replayed").count() == 2


def test_pause_change_and_renewal_leave_a_trail(boss: Client, make) -> None:
    endpoint, _ = make("nuvemshop", store_id="5", access_token="tok")
    address = f"/webhooks/{endpoint.public_id}/"
    boss.post(address + "pausa/")
    boss.post(address + "mudar/", {"label": "Outra", "quiet_hours": "48", "option_store_id": "6"})
    boss.post(address + "segredo/", {"secret": "novo"})
    endpoint.refresh_from_db()
    assert (endpoint.label, endpoint.quiet_hours, endpoint.is_active) == ("Outra", 48, False)
    verbs = set(Audit.objects.values_list("verb", flat=True))
    assert {"webhook.paused", "webhook.changed", "webhook.renewed"} <= verbs


def test_silence_longer_than_said_is_an_alarm_on_page_and_menu(
    boss: Client, make, send, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, secret = make("asaas")
    WebhookEndpoint.objects.update(quiet_hours=48)
    send(endpoint, secret, {"id": "1", "event": "PAYMENT_CREATED"})
    assert "em silêncio há" not in boss.get("/webhooks/").content.decode()
    monkeypatch.setenv("POSVENDA_NOW", (now + timedelta(hours=49)).isoformat())
    assert "em silêncio há" in boss.get("/webhooks/").content.decode()
    late = now + timedelta(hours=49)
    assert [e.pk for e in silence.watch(now=late)] == [endpoint.pk]
    menu = boss.get("/").content.decode()
    assert re.search(r'href="/webhooks/"[^>]*>.*?Webhooks.*?>1<', menu, re.S)
    WebhookEndpoint.objects.update(is_active=False)
    assert silence.watch(now=late) == []
    endpoint.refresh_from_db()
    assert not endpoint.is_silent


def test_the_own_rhythm_says_what_silence_is_usual(now: datetime) -> None:
    hourly = [now + timedelta(hours=n) for n in range(20)]
    assert silence.usual(hourly) == timedelta(days=1)
    assert silence.usual(hourly[:19]) is None
    gap = [*hourly, hourly[-1] + timedelta(hours=30)]
    assert silence.usual(gap) == timedelta(hours=90)
