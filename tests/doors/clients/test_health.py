"""The pages about health: who may see and do what, in how many queries."""

from datetime import date, timedelta

import pytest
from django.test import Client

from posvenda.base.models import Audit
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.cards import actions
from posvenda.success.cards.models import Call, Indicator, Override, Rating
from tests.doors.clients.conftest import NOW, customer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 16)


@pytest.fixture
def firm(town, door):
    """Aroeira with the rules of a software company."""
    definitions.install("saas", now=NOW - timedelta(days=400))
    sheet.refresh(now=NOW)
    return town["aroeira"]


def _post(browser: Client, firm, part: str, **data):
    return browser.post(f"/clientes/{firm.public_id}/saude/{part}/", data)


def test_the_page_compares_with_thirty_days_ago_at_first(firm, door, csm):
    page = door(csm).get(f"/clientes/{firm.public_id}/saude/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Por que mudou?" in text
    assert 'value="2026-05-17"' in text
    assert "somam exatamente" in text


def test_two_other_days_come_as_a_part(firm, door, csm):
    address = f"/clientes/{firm.public_id}/saude/mudanca/?de=2026-01-10&ate=2026-06-10"
    part = door(csm).get(address, headers={"hx-request": "true"})
    text = part.content.decode()
    assert part.status_code == 200
    assert "<html" not in text
    assert "10/01/2026" in text
    whole = door(csm).get(address).content.decode()
    assert "<html" in whole
    assert "10/01/2026" in whole


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("de=2026-06-10&ate=2026-06-10", "O primeiro dia precisa vir antes do segundo."),
        ("de=2026-06-10&ate=2027-06-10", "dia ainda não chegou."),
        ("de=ontem&ate=2026-06-10", "data"),
    ],
)
def test_days_that_cannot_be_are_told(firm, door, csm, days, told):
    page = door(csm).get(f"/clientes/{firm.public_id}/saude/mudanca/?{days}")
    assert page.status_code == 200
    assert told in page.content.decode()


def test_people_override_rate_expect_and_raise(firm, door, csm):
    browser = door(csm)
    until = TODAY + timedelta(days=20)
    asked = {"kind": "cap", "value": 30, "until_on": until, "reason": "Diretor saiu"}
    assert _post(browser, firm, "ajuste", **asked).status_code == 302
    assert _post(browser, firm, "avaliacao", name="relationship", value="2").status_code == 302
    assert _post(browser, firm, "previsao", says="leaves").status_code == 302
    assert _post(browser, firm, "sinal", nature="risk", title="Sumiram").status_code == 302
    assert Override.objects.get().by == csm
    assert Rating.objects.get().value == 2
    assert Call.objects.get().band in {"risk", "warn", "good", "unknown"}
    assert Indicator.objects.get().owner == csm
    verbs = set(Audit.objects.filter(by=csm).values_list("verb", flat=True))
    assert {"health.overridden", "health.rated", "health.called", "signal.raised"} <= verbs
    page = browser.get(f"/clientes/{firm.public_id}/saude/").content.decode()
    assert "Diretor saiu" in page
    assert "no máximo 30" in page
    assert "Sumiram" in page


def test_what_is_not_sound_is_told_beside_its_field(firm, door, csm):
    browser = door(csm)
    asked = {"kind": "cap", "value": 300, "until_on": TODAY, "reason": ""}
    page = _post(browser, firm, "ajuste", **asked)
    assert page.status_code == 422
    assert "Escolha um dia depois de hoje" in page.content.decode()
    assert _post(browser, firm, "avaliacao", name="tempo", value="2").status_code == 422
    assert _post(browser, firm, "previsao", says="talvez").status_code == 422
    assert _post(browser, firm, "sinal", nature="risk", title="").status_code == 422
    for table in (Override, Rating, Call, Indicator):
        assert not table.objects.exists()


def test_a_viewer_reads_and_writes_nothing(firm, door, viewer):
    browser = door(viewer)
    text = browser.get(f"/clientes/{firm.public_id}/saude/").content.decode()
    assert "Limitar ou fixar a nota" not in text
    for part, data in (
        ("ajuste", {"kind": "cap", "value": 1, "until_on": TODAY, "reason": "x"}),
        ("avaliacao", {"name": "relationship", "value": "1"}),
        ("previsao", {"says": "leaves"}),
        ("sinal", {"nature": "risk", "title": "x"}),
    ):
        assert _post(browser, firm, part, **data).status_code == 403
    signal = Indicator.objects.create(customer=firm, nature="risk", title="x", raised_at=NOW)
    assert "Tratar" not in browser.get("/saude/sinais/").content.decode()
    told = browser.post(f"/saude/sinais/{signal.public_id}/", {"verb": "resolvido"})
    assert told.status_code == 403
    assert Indicator.objects.get().resolved_at is None


def test_another_persons_customer_does_not_exist(firm, town, door, csm):
    browser, other = door(csm), town["serra"]
    assert browser.get(f"/clientes/{other.public_id}/saude/").status_code == 404
    htmx = {"hx-request": "true"}
    address = f"/clientes/{other.public_id}/saude/mudanca/"
    assert browser.get(address, headers=htmx).status_code == 404
    assert _post(browser, other, "sinal", nature="risk", title="x").status_code == 404
    signal = Indicator.objects.create(customer=other, nature="risk", title="Alheio", raised_at=NOW)
    assert "Alheio" not in browser.get("/saude/sinais/").content.decode()
    assert browser.post(f"/saude/sinais/{signal.public_id}/").status_code == 404
    assert browser.post(f"/saude/sinais/{other.public_id}/ficha-volta/").status_code == 404


def test_a_signal_is_handled_from_the_list(firm, door, csm, manager):
    browser = door(csm)
    signal = Indicator.objects.create(customer=firm, nature="risk", title="Sumiu", raised_at=NOW)
    address = f"/saude/sinais/{signal.public_id}/"
    assert "Sumiu" in browser.get("/saude/sinais/").content.decode()
    browser.post(address, {"verb": "responsavel", "owner": manager.pk})
    browser.post(address, {"verb": "silenciar", "days": "30"})
    signal.refresh_from_db()
    assert (signal.owner, signal.silent_until) == (manager, TODAY + timedelta(days=30))
    assert "Sumiu" not in browser.get("/saude/sinais/").content.decode()
    assert "Sumiu" in browser.get("/saude/sinais/?tipo=silenced").content.decode()
    back = browser.post(address, {"verb": "resolvido", "volta": "https://evil.example/"})
    assert back["location"] == "/saude/sinais/"
    signal.refresh_from_db()
    assert (signal.outcome, signal.resolved_by) == ("handled", csm)


def test_overrides_and_disagreements_are_listed(firm, door, csm):
    until = TODAY + timedelta(days=20)
    actions.override(firm, kind="set", value=20, reason="Aviso", until_on=until, by=csm, now=NOW)
    actions.call(firm, says="stays", by=csm, now=NOW, decides_on=date(2026, 8, 1))
    browser = door(csm)
    text = browser.get("/saude/sinais/").content.decode()
    assert "exatamente 20" in text
    assert "Vai renovar" in text
    assert "poucos para julgar" not in text
    browser.post(f"/saude/sinais/{firm.public_id}/ficha-volta/")
    assert "exatamente 20" not in browser.get("/saude/sinais/").content.decode()


def test_the_list_asks_as_often_for_many_as_for_few(firm, door, csm, django_assert_max_num_queries):
    browser = door(csm)
    until = TODAY + timedelta(days=20)
    for number in range(12):
        other = customer(f"Firma {number}", csm)
        Indicator.objects.create(customer=other, nature="risk", title="x", raised_at=NOW)
        actions.override(other, kind="cap", value=9, reason="x", until_on=until, by=csm, now=NOW)
        actions.call(other, says="stays", by=csm, now=NOW, decides_on=date(2026, 8, 1))
    sheet.refresh(now=NOW + timedelta(minutes=2))
    browser.get("/saude/sinais/")
    with django_assert_max_num_queries(40):
        browser.get("/saude/sinais/")
