"""The pages Eventos in a real Chromium: a test event, whose events are, rules tried, a feature."""

import os
import subprocess
import sys
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from posvenda.demo.signin import LEADERS, PASSWORD
from tests.browser.conftest import MOMENT, Site, open_page, sign_in
from tests.browser.test_walk import LOOKS, _is_sound

pytestmark = [pytest.mark.browser, pytest.mark.onedb]

# What a program would send: one known customer, a group nobody knows, an item without a name.
SENT = """
import django; django.setup()
import json
from datetime import datetime
from posvenda.base import keys
from posvenda.base.models import AccessKey
from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking import flushing
from posvenda.customers.models import Customer
now = datetime.fromisoformat({moment!r})
key = AccessKey.objects.filter(label="App web").first()
key = key or keys.issue(kind="write", label="App web", scopes=["track"], by=None, now=now)[0]
known = Customer.objects.order_by("pk").first().key
key_of = lambda user: user + "-{look}"
sent = [("u1", known, "Invoice Sent"), ("u2", "acme-{look}", "Report Opened"), ("u3", known, "")]
items = [
    {{"type": "track", "event": event, "userId": user, "groupId": group, "messageId": key_of(user)}}
    for user, group, event in sent
]
body = json.dumps({{"batch": items, "sentAt": now.isoformat()}}).encode()
Inbox.objects.create(key="{look}", source=key, received_at=now, items=3, body=body)
flushing.flush(now=now)
"""


def _send(site: Site, look: str) -> None:
    env = os.environ | {
        "POSVENDA_HOME": str(site.home),
        "POSVENDA_NOW": MOMENT,
        "DJANGO_SETTINGS_MODULE": "posvenda.config.settings",
    }
    env.pop("DATABASE_URL", None)
    code = SENT.format(moment=MOMENT, look=look)
    subprocess.run([sys.executable, "-c", code], env=env, check=True)


def _until_gone(page: Page, text: str, *, within: int) -> None:
    """The worker takes waiting events in: look again until they are gone from the page."""
    deadline = time.monotonic() + within
    while text in page.inner_text("main table, main .empty") and time.monotonic() < deadline:
        assert "a caminho de" in page.inner_text("main table")
        time.sleep(1)
        page.reload()
    assert text not in page.inner_text("main table, main .empty")


@pytest.mark.parametrize("look", LOOKS)
def test_events_get_their_meaning(chromium: Browser, saas: Site, look: str) -> None:
    page = open_page(chromium, **LOOKS[look])
    sign_in(page, saas, LEADERS["saas"], PASSWORD)
    _send(saas, look)
    page.goto(f"{saas.url}/eventos/")
    _is_sound(page)
    page.click("form[action='/eventos/teste/'] button")
    expect(page.locator("#test")).to_contain_text("passou", timeout=30_000)
    _is_sound(page)

    page.goto(f"{saas.url}/eventos/esperando/?de=acme-{look}")
    page.fill("#q", "a")
    expect(page.locator("#found button").first).to_be_visible(timeout=10_000)
    _is_sound(page)
    page.locator("#found button").first.click()
    _until_gone(page, f"acme-{look}", within=60)
    page.goto(f"{saas.url}/eventos/pessoas/")
    expect(page.locator("main")).to_contain_text("grupo")
    _is_sound(page)

    page.goto(f"{saas.url}/eventos/recursos/")
    _is_sound(page)
    page.fill("#name", f"Notas {look}")
    page.fill("#means", "Invoice *")
    page.click("aside button.primary")
    expect(page.locator("table")).to_contain_text(f"Notas {look}")
    _is_sound(page)

    page.goto(f"{saas.url}/eventos/regras/")
    _is_sound(page)
    page.fill("#text", "customer: [{by: moon}]")
    page.click("button[value=try]")
    expect(page.locator("[role=alert]")).to_contain_text("customer[0].by")
    page.problems.clear()  # type: ignore[attr-defined]
    page.fill("#text", "customer: [{by: group}]\nstaff: {users: [u1]}\n")
    page.click("button[value=try]")
    expect(page.locator("#replays")).to_contain_text("eventos guardados", timeout=60_000)
    _is_sound(page)
    page.context.close()
