"""The pages Eventos: what arrives, what waits, the rules, the catalogue, the people."""

import argparse
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from posvenda.base import keys
from posvenda.base.models import Audit, Definition
from posvenda.commerce import offering
from posvenda.commerce.models import Inbox, UsageDay
from posvenda.commerce.store import LateUse
from posvenda.commerce.tracking import flushing, jobs
from posvenda.commerce.tracking.models import Held, Replay
from posvenda.customers import search, sheet
from posvenda.customers.models import Customer, Identity
from posvenda.success import cli
from posvenda.ui import formats

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def source(db, now):
    key, _text = keys.issue(kind="write", label="Meu app", scopes=["track"], by=None, now=now)
    return key


def send(source, now, *items):
    told = [{"type": "track", "event": "Invoice Sent", "messageId": f"m{n}", **each}
            for n, each in enumerate(items, start=Inbox.objects.count() * 1000)]  # fmt: skip
    Inbox.objects.create(
        key=f"b{len(told)}-{told[0]['messageId']}",
        source=source,
        received_at=now,
        items=len(told),
        body=json.dumps({"batch": told, "sentAt": now.isoformat()}).encode(),
    )
    flushing.flush(now=now)


def read(page, path, **words):
    answer = page.get(path, words)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


ADDRESSES = ("", "esperando/", "pessoas/", "corrigidos/", "regras/", "recursos/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_people_who_manage_may_see_them(client, csm, viewer, address):
    for user in (csm, viewer):
        client.force_login(user)
        assert client.get(f"/eventos/{address}").status_code == 403
        assert client.post("/eventos/regras/", {"text": "x"}).status_code == 403


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_shows_without_any_event(page, address):
    read(page, f"/eventos/{address}")


def test_every_tab_has_a_title_of_its_own(page):
    titles = {
        read(page, f"/eventos/{each}").split("<title>")[1].split("<")[0] for each in ADDRESSES
    }
    assert len(titles) == len(ADDRESSES)


def test_days_that_came_late_are_listed_with_the_day_we_learnt(page, source, now, monkeypatch):
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())
    assert "Nenhum dia foi corrigido" in read(page, "/eventos/corrigidos/")
    Customer.objects.create(key="acme", name="Acme", happened_at=now, recorded_at=now)
    past = (now - timedelta(days=3)).isoformat()
    send(source, now, *({"userId": "u1", "groupId": "acme", "timestamp": past} for _ in range(2)))
    send(source, now, {"userId": "u1", "groupId": "acme", "timestamp": now.isoformat()})
    text = read(page, "/eventos/corrigidos/")
    days = [formats.date_short(now.date() - timedelta(days=d), "pt_BR") for d in (3, 0)]
    row = text.split("<tbody>")[1].split("</tbody>")[0]
    assert [one in row for one in days] == [True, True]
    assert row.count("<tr>") == 1
    assert ">2</td>" in row


def test_many_corrected_days_come_in_pages(page):
    LateUse.objects.bulk_create(
        LateUse(
            day=20_000 + n, learnt_day=20_100, events=1, last_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
        for n in range(60)
    )
    with CaptureQueriesContext(connection) as few:
        first = read(page, "/eventos/corrigidos/")
    assert first.count('<th scope="row">') == 50
    assert page.get("/eventos/corrigidos/?page=2").content.decode().count('<th scope="row">') == 10
    assert len(few) <= 12


def test_the_first_page_leads_to_the_keys(page):
    assert 'href="/chaves/"' in read(page, "/eventos/")


def test_the_first_page_says_what_became_of_what_came(page, source, now, monkeypatch):
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())
    Customer.objects.create(key="acme", name="Acme", happened_at=now, recorded_at=now)
    send(source, now, {"userId": "u1", "groupId": "acme"}, {"userId": "u2"}, {"event": ""})
    text = read(page, "/eventos/")
    assert "Meu app" in text
    assert "Invoice Sent" in text
    assert "/recusados/?door=tracking" in text
    assert "<b>3 itens</b>" in text


def test_the_number_of_queries_does_not_grow(page, source, now):
    def counted():
        found = []
        for address in ("", "esperando/", "pessoas/"):
            page.get(f"/eventos/{address}")
            with CaptureQueriesContext(connection) as asked:
                read(page, f"/eventos/{address}")
            found.append(len(asked))
        return found

    send(source, now, {"userId": "u0", "groupId": "g0"})
    before = counted()
    for n in range(1, 9):
        send(source, now, {"userId": f"u{n}", "groupId": f"g{n}", "event": f"Event {n}"})
    assert counted() == before
    assert max(before) <= 24


def test_a_person_says_whose_waiting_events_are(page, source, now):
    send(source, now, *({"userId": f"u{n}", "groupId": "acme-42"} for n in range(3)))
    acme = Customer.objects.create(key="a", name="Acme Ltda", happened_at=now, recorded_at=now)
    search.index([acme.pk])
    assert "acme-42" in read(page, "/eventos/esperando/")
    found = read(page, "/eventos/esperando/", de="acme-42", q="acme")
    assert "Estes 3 eventos de “acme-42” são de" in found
    assert acme.public_id in found
    page.post("/eventos/esperando/", {"de": "acme-42", "cliente": acme.public_id})
    jobs.attach.func()
    assert Identity.objects.get().value == "acme-42"
    assert UsageDay.objects.filter(customer_ref=acme.pk).count() == 3
    assert Audit.objects.filter(verb="tracking.given").exists()
    assert "Nada esperando" in read(page, "/eventos/esperando/")


def test_nobody_is_given_events_without_a_customer(page, source, now):
    send(source, now, {"userId": "u1", "groupId": "acme-42"})
    page.post("/eventos/esperando/", {"de": "acme-42", "cliente": "nobody"})
    assert not Identity.objects.exists()


def test_people_show_the_rule_that_decided(page, source, now):
    acme = Customer.objects.create(key="acme", name="Acme", happened_at=now, recorded_at=now)
    send(source, now, {"userId": "joana.silva", "groupId": "acme"}, {"userId": "pedro.lima"})
    text = read(page, "/eventos/pessoas/", cliente=acme.public_id)
    assert "joana.silva" in text
    assert "pedro.lima" not in text
    assert "grupo" in text


def test_bad_rules_are_refused_with_their_path_and_change_nothing(page):
    answer = page.post("/eventos/regras/", {"text": "customer: [{by: moon}]", "act": "publish"})
    assert answer.status_code == 422
    assert "customer[0].by" in answer.content.decode()
    assert not Definition.objects.exists()
    assert not Replay.objects.exists()


def test_a_trial_shows_what_rules_would_change_and_changes_nothing(page, source, now):
    Customer.objects.create(key="acme", name="Acme", happened_at=now, recorded_at=now)
    send(source, now, {"userId": "u1", "groupId": "acme", "properties": {"module": "x"}})
    since = (now - timedelta(days=30)).date().isoformat()
    text = "customer: [{by: group}]\nuse: [{property: module}]\n"
    page.post("/eventos/regras/", {"text": text, "act": "try", "since": since})
    jobs.replay.func(Replay.objects.get().pk)
    shown = read(page, "/eventos/regras/")
    assert "De 1 eventos guardados, 1 mudariam, em 1 clientes" in shown
    assert not Definition.objects.exists()
    page.post("/eventos/regras/", {"text": text, "act": "publish", "since": since})
    jobs.replay.func(Replay.objects.latest("pk").pk)
    assert "De 1 eventos guardados, 1 mudaram, em 1 clientes" in read(page, "/eventos/regras/")
    assert Definition.objects.get().version == 1


def test_a_feature_is_added_and_taken_out(page):
    page.post(
        "/eventos/recursos/",
        {
            "act": "add",
            "name": "Notas fiscais",
            "means": "Invoice *, nota",
            "when": "who.contacts > 1",
        },
    )
    text = read(page, "/eventos/recursos/")
    assert "Notas fiscais" in text
    assert "Invoice *, nota" in text
    page.post("/eventos/recursos/", {"act": "remove", "key": "notas_fiscais"})
    assert "Notas fiscais" not in read(page, "/eventos/recursos/")
    assert Definition.objects.filter(kind="features").count() == 2


def test_a_feature_with_a_bad_condition_is_refused(page):
    answer = page.post(
        "/eventos/recursos/", {"act": "add", "name": "Notas", "when": "health.score > 3"}
    )
    assert answer.status_code == 422
    assert "health.score" in answer.content.decode()
    assert not Definition.objects.exists()


def test_a_test_event_goes_through_and_leaves_no_use(page, source, now, monkeypatch):
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())
    answer = page.post("/eventos/teste/", follow=True)
    assert "a caminho" in answer.content.decode()
    jobs.flush.func()
    name = Held.objects.get().key
    assert "O evento de teste passou" in read(page, "/eventos/", teste=name)
    assert not Held.objects.exists()
    assert not UsageDay.objects.exists()


def test_the_texts_can_be_taken_along(page):
    assert "by: group" in read(page, "/eventos/texto/tracking.yaml")
    assert "features: []" in read(page, "/eventos/texto/features.yaml")
    assert page.get("/eventos/texto/scorecard.yaml").status_code == 404


def test_the_customers_page_names_the_features_that_matter(page, source, now, monkeypatch):
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())
    acme = Customer.objects.create(key="acme", name="Acme", happened_at=now, recorded_at=now)
    send(source, now, {"userId": "u1", "groupId": "acme"})
    text = "features: [{key: a, name: Notas, means: ['Invoice *']}, {key: b, name: Filiais}]"
    offering.publish(text, by=None, now=now)
    sheet.refresh(now=now)
    shown = read(page, f"/clientes/{acme.public_id}/")
    assert "Usa 50% dos recursos que importam" in shown
    assert "Filiais" in shown
    assert f"/eventos/pessoas/?cliente={acme.public_id}" in shown


def test_the_command_line_takes_both_texts_out_and_in(db, now, tmp_path, capsys):
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)

    def run(*words):
        return cli.run(parser.parse_args([*words, str(tmp_path)]), now=now)

    assert run("export") == 0
    assert "by: group" in (tmp_path / "tracking.yaml").read_text()
    (tmp_path / "features.yaml").write_text("features: [{key: a, when: health.score > 1}]")
    assert run("apply") == 2
    assert "features.yaml: features[0].when" in capsys.readouterr().err
    assert not Definition.objects.exists()
    (tmp_path / "features.yaml").write_text("features: [{key: a}]")
    assert run("apply") == 0
    assert [feature.key for feature in offering.in_force()] == ["a"]
