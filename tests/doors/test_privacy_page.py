"""The page *Privacidade*: who may open it, each step of a request, and what it never shows."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client

from posvenda.base.models import Audit
from posvenda.customers.models import Customer
from posvenda.customers.privacy import exports, purposes, scrubbing
from posvenda.customers.privacy import jobs as privacy_jobs
from posvenda.customers.privacy.models import Consent, Erasure, Incident, Request
from tests.rooms import town

pytestmark = pytest.mark.django_db
PAGES = ("", "pedidos/procurar/", "pedidos/novo/", "consentimentos/", "consentimentos/marketing/")
MORE = ("apagados/", "incidentes/", "incidentes/novo/", "registro/", "registro/tratamento.csv")


@pytest.fixture(autouse=True)
def _moment(monkeypatch, now) -> None:
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())


@pytest.fixture
def bianca(client: Client, manager) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def ana() -> Customer:
    from posvenda.customers import search

    made = town.company("Ana Souza Prado", kind="person", email="ana@exemplo.com.br")
    search.index([made.pk])
    return made


def ask(client: Client, who: Customer | None, kind: str = "erasure", **fields: str) -> Request:
    told = {
        "kind": kind,
        "name": who.name if who else "Zé",
        "asked_by": "self",
        "received_on": "2026-06-15",
        **fields,
    }
    query = f"?cliente={who.public_id}" if who else ""
    answer = client.post(f"/privacidade/pedidos/novo/{query}", told)
    assert answer.status_code == 302, answer.context["form"].errors
    return Request.objects.latest("pk")


def address(request: Request, step: str = "") -> str:
    return f"/privacidade/pedidos/{request.public_id}/{step}"


@pytest.mark.parametrize("page", [*PAGES, *MORE])
def test_every_part_opens_for_who_manages_empty_and_not_for_others(bianca, csm, page) -> None:
    shown = bianca.get(f"/privacidade/{page}")
    assert shown.status_code == 200
    bianca.force_login(csm)
    assert bianca.get(f"/privacidade/{page}").status_code == 403


def test_every_part_has_a_title_of_its_own(bianca) -> None:
    pages = [page for page in (*PAGES, *MORE) if page.endswith("/") or not page]
    texts = [bianca.get(f"/privacidade/{page}").content.decode() for page in pages]
    titles = {text.split("<title>")[1].split(" · Privacidade")[0].strip() for text in texts}
    # Both steps of a new request have its name.
    assert (len(titles), "" in titles) == (len(pages) - 1, False)


def test_a_request_is_found_by_the_person_and_starts_its_clock(bianca, ana) -> None:
    found = bianca.post("/privacidade/pedidos/procurar/", {"q": "prado"})
    assert f"cliente={ana.public_id}" in found.content.decode()
    request = ask(bianca, ana)
    assert request.customer == ana
    assert request.due_on.isoformat() == "2026-06-30"
    shown = bianca.get("/privacidade/").content.decode()
    assert "Ana Souza Prado" in shown


def test_a_record_that_was_taken_back_is_found_by_what_is_whole(bianca, ana, now) -> None:
    """An undone import leaves the record where it was, withdrawn: it may be asked about too."""
    from posvenda.customers import search

    Customer.objects.filter(pk=ana.pk).update(withdrawn_at=now)
    search.forget([ana.pk])
    for told, is_found in (
        ("ANA@exemplo.com.br", True),
        ("ana souza prado", True),
        ("prado", False),
    ):
        page = bianca.post("/privacidade/pedidos/procurar/", {"q": told}).content.decode()
        assert (f"cliente={ana.public_id}" in page) == is_found, told
    told = {"kind": "erasure", "name": ana.name, "asked_by": "self", "received_on": now.date()}
    made = bianca.post(f"/privacidade/pedidos/novo/?cliente={ana.public_id}", told, follow=True)
    assert Request.objects.get().customer_id == ana.pk
    assert ana.get_absolute_url() not in made.content.decode()


def test_a_day_that_has_not_come_is_refused(bianca, ana) -> None:
    told = {"kind": "erasure", "name": "Ana", "asked_by": "self", "received_on": "2026-06-17"}
    answer = bianca.post(f"/privacidade/pedidos/novo/?cliente={ana.public_id}", told)
    assert answer.status_code == 422
    assert not Request.objects.exists()


def test_a_late_request_raises_the_alarm_on_page_and_menu(bianca, ana) -> None:
    request = ask(bianca, ana)
    Request.objects.filter(pk=request.pk).update(due_on="2026-06-10")
    text = bianca.get("/privacidade/").content.decode()
    assert 'class="health risk"' in text
    assert "1 pedido atrasado" in text or "1 request is overdue" in text


def test_the_steps_of_an_erasure_by_one_person(bianca, ana, monkeypatch) -> None:
    monkeypatch.setattr(scrubbing, "scrub", lambda: None)
    request = ask(bianca, ana)
    assert bianca.post(address(request, "apagar/"), {"typed": ana.name}).status_code == 302
    assert not Erasure.objects.exists()
    bianca.post(address(request, "identidade/"), {"proof": "document", "note": "RG"})
    assert "Ana" in bianca.get(address(request)).content.decode()
    wrong = bianca.post(address(request, "apagar/"), {"typed": "outra pessoa"})
    assert wrong.status_code == 422
    bianca.post(address(request, "apagar/"), {"typed": "ANA souza  prado"})
    erasure = Erasure.objects.get()
    moving = bianca.get(address(request), {"seen": "running-False"}, headers={"HX-Request": "true"})
    assert b"<progress" in moving.content
    privacy_jobs.erase.call(erasure.pk)
    privacy_jobs.scrub.call()
    text = bianca.get(address(request)).content.decode()
    assert "Ana" not in text
    proof = json.loads(bianca.get(address(request, "comprovante/")).content)
    assert proof["rows"]["customers.customer"] == 1
    assert "ana@exemplo" not in json.dumps(proof)
    assert "Ana" not in bianca.get("/privacidade/apagados/").content.decode()


def test_a_copy_is_written_after_the_identity_was_verified_and_its_download_is_on_the_trail(
    bianca, ana
) -> None:
    request = ask(bianca, ana, "portability")
    assert bianca.get(address(request, "arquivo/")).status_code == 404
    bianca.post(address(request, "identidade/"), {"proof": "reply", "note": "respondeu"})
    privacy_jobs.export.call(request.pk)
    got = bianca.get(address(request, "arquivo/"))
    packed = b"".join(got.streaming_content)  # type: ignore[attr-defined]
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert "csv/customers.csv" in names
    assert Audit.objects.filter(verb="privacy.downloaded").count() == 1
    bianca.post(address(request, "responder/"), {"answer": "Entregue em mãos"})
    request.refresh_from_db()
    assert request.status == "done"


def test_an_old_copy_is_removed(bianca, ana, now) -> None:
    request = ask(bianca, ana, "access")
    bianca.post(address(request, "identidade/"), {"proof": "reply", "note": "x"})
    privacy_jobs.export.call(request.pk)
    bianca.post(address(request, "responder/"), {"answer": "ok"})
    assert exports.drop_old(now=now + timedelta(days=29)) == 0
    assert exports.drop_old(now=now + timedelta(days=31)) == 1
    assert list(exports.folder().iterdir()) == []


def test_taking_back_writes_into_the_ledger(bianca, ana) -> None:
    request = ask(bianca, ana, "revoke")
    bianca.post(address(request, "identidade/"), {"proof": "reply", "note": "x"})
    bianca.post(address(request, "responder/"), {"answer": "ok", "purposes": ["marketing"]})
    line = Consent.objects.get()
    assert (line.purpose, line.channel, line.is_granted) == ("marketing", "any", False)


def test_somebody_who_is_not_on_record_gets_an_answer_too(bianca) -> None:
    request = ask(bianca, None, "access")
    bianca.post(address(request, "identidade/"), {"proof": "reply", "note": "x"})
    assert bianca.get(address(request)).status_code == 200
    bianca.post(address(request, "responder/"), {"answer": "Nada consta"})
    request.refresh_from_db()
    assert request.status == "done"


def test_a_refusal_needs_a_reason(bianca, ana) -> None:
    request = ask(bianca, ana)
    assert bianca.post(address(request, "recusar/"), {"reason": ""}).status_code == 422
    bianca.post(address(request, "recusar/"), {"reason": "Não provou quem é"})
    request.refresh_from_db()
    assert request.status == "refused"
    assert bianca.get(address(request)).status_code == 200


def test_an_incident_has_three_business_days_and_closes_when_everybody_was_told(bianca) -> None:
    told = {
        "known_on": "2026-06-12",
        "what": "Notebook perdido",
        "is_relevant": "on",
        "people": "9",
    }
    bianca.post("/privacidade/incidentes/novo/", told)
    incident = Incident.objects.get()
    assert incident.due_on.isoformat() == "2026-06-17"
    assert "Notebook" in bianca.get("/privacidade/incidentes/").content.decode()
    done = {**told, "reported_on": "2026-06-15", "told_on": "2026-06-16"}
    bianca.post(f"/privacidade/incidentes/{incident.public_id}/", done)
    incident.refresh_from_db()
    assert incident.closed_at is not None


def test_a_small_agent_has_twice_the_time(bianca, ana) -> None:
    told = {"email": "lgpd@x.com.br", "is_small": "on", "returns": "refused"}
    assert bianca.post("/privacidade/registro/", told).status_code == 302
    assert ask(bianca, ana).due_on.isoformat() == "2026-07-15"


def test_people_need_a_way_to_reach_the_company(bianca) -> None:
    assert bianca.post("/privacidade/registro/", {"returns": "refused"}).status_code == 422


def test_a_new_text_is_a_new_version(bianca) -> None:
    bianca.post("/privacidade/consentimentos/marketing/", {"words": "Quero ofertas."})
    present = purposes.present("marketing")
    assert present is not None
    assert present.name == "marketing@1"
    again = bianca.post("/privacidade/consentimentos/marketing/", {"words": "Quero ofertas."})
    assert again.status_code == 422


def test_a_consent_by_hand_needs_its_proof_and_can_be_taken_back(bianca, ana) -> None:
    page = f"/clientes/{ana.public_id}/consentimentos/"
    told = {
        "said": "sim",
        "purpose": "marketing",
        "channel": "email",
        "happened_on": "2026-06-10",
        "source": "hand",
        "evidence": "",
    }
    assert bianca.post(page, told).status_code == 422
    assert bianca.post(page, {**told, "evidence": "Ficha 12"}).status_code == 302
    assert Consent.objects.get().text == "marketing@0"
    text = bianca.get(page).content.decode()
    assert "consent yes" in text
    bianca.post(f"{page}retirar/", {"purpose": "marketing", "channel": "email"})
    assert [line.is_granted for line in Consent.objects.order_by("pk")] == [True, False]


def test_the_list_asks_the_same_number_of_questions_for_many(
    bianca, ana, django_assert_max_num_queries
) -> None:
    for _each in range(12):
        ask(bianca, ana)
    with django_assert_max_num_queries(24):
        bianca.get("/privacidade/")
