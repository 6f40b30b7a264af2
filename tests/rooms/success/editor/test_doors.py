"""The pages: read by everyone, edited by managers, nothing lost, published by a person."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from posvenda.base.models import Announcement, Definition, User
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.editor import actions, form, laid_out
from posvenda.success.editor.models import CardDraft

pytestmark = pytest.mark.django_db
CARDS, EDIT, PREVIEW = "/saude/fichas/", "/saude/fichas/editar/", "/saude/fichas/previa/"


@pytest.fixture
def boss(client: Client, manager: User) -> Client:
    """A browser in which the manager is signed in."""
    client.force_login(manager)
    return client


def _text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def _posted(draft: CardDraft, **changed: str) -> dict[str, str]:
    laid = laid_out.form(form.read(draft.text), sheet.catalogue())
    fields = laid_out.posted(laid) | {k.replace("__", "."): v for k, v in changed.items()}
    return {"text": draft.text, "revision": str(draft.revision), **fields}


@pytest.mark.parametrize("role", ["admin", "manager", "csm", "viewer"])
def test_everyone_reads_the_cards_in_force(
    client: Client, role: str, book: list[Customer], request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    text = _text(client.get(CARDS))
    assert "Variação de pessoas ativas" in text
    assert "quanto mais, melhor" in text
    assert ("Começar um rascunho" in text) == (role in ("admin", "manager"))
    assert client.get("/saude/fichas/versoes/?de=0&ate=0").status_code == 200


@pytest.mark.parametrize("role", ["csm", "viewer"])
def test_nobody_else_edits_or_publishes(
    client: Client, role: str, manager: User, now: datetime, request: pytest.FixtureRequest
) -> None:
    actions.start(by=manager, now=now)
    client.force_login(request.getfixturevalue(role))
    assert client.get(EDIT).status_code == 403
    assert client.get(PREVIEW).status_code == 403
    for url in (EDIT, "comecar/", "rascunho/", "publicar/"):
        path = url if url == EDIT else CARDS + url
        assert client.post(path, {"revision": "1", "text": "x"}).status_code == 403
    assert CardDraft.objects.get().revision == 1
    assert not Definition.objects.exists()


def test_without_a_draft_the_editor_leads_back(boss: Client) -> None:
    assert boss.get(EDIT).url == CARDS
    assert boss.get(PREVIEW).url == CARDS
    assert boss.post(CARDS + "publicar/", {"revision": "1"}).url == CARDS


def test_a_weight_changed_in_the_form_is_in_the_text(boss: Client, book: list[Customer]) -> None:
    assert boss.post(CARDS + "comecar/").url == EDIT
    draft = CardDraft.objects.get()
    sent = _posted(draft, cards__0__groups__2__measures__0__weight="61,5")
    boss.post(f"{EDIT}?modo=formulario", {**sent, "verb": "trocar"})
    assert "weight: 61.5" in _text(boss.get(f"{EDIT}?modo=texto"))
    assert form.has_comments(draft.text)
    assert not form.has_comments(CardDraft.objects.get().text)


def test_saving_a_form_nobody_touched_keeps_the_comments(
    boss: Client, book: list[Customer]
) -> None:
    boss.post(CARDS + "comecar/")
    draft = CardDraft.objects.get()
    assert "tem comentários" in _text(boss.get(EDIT))
    boss.post(f"{EDIT}?modo=formulario", {**_posted(draft), "verb": "salvar"})
    assert CardDraft.objects.get().text == draft.text
    assert CardDraft.objects.get().revision == draft.revision


def test_buttons_add_move_and_remove(boss: Client, book: list[Customer]) -> None:
    boss.post(CARDS + "comecar/")
    draft = CardDraft.objects.get()
    sent = _posted(draft, cards__0__groups__0__new="usage.events_28d")
    went = boss.post(f"{EDIT}?modo=formulario", {**sent, "verb": "add_measure:cards.0.groups.0"})
    assert went.url.endswith("#cards0groups0")
    group = form.read(CardDraft.objects.get().text)["groups"][0]
    assert group["measures"][-1]["fact"] == "usage.events_28d"
    boss.post(
        f"{EDIT}?modo=formulario",
        {**_posted(CardDraft.objects.get()), "verb": "remove:cards.0.groups.0.measures.0"},
    )
    group = form.read(CardDraft.objects.get().text)["groups"][0]
    assert group["measures"][0]["fact"] == "adoption.breadth_rate"


def test_faults_are_shown_at_their_place_and_nothing_is_lost(
    boss: Client, book: list[Customer]
) -> None:
    boss.post(CARDS + "comecar/")
    draft = CardDraft.objects.get()
    sent = _posted(draft, cards__0__groups__2__measures__0__weight="muito")
    boss.post(f"{EDIT}?modo=formulario", {**sent, "verb": "salvar"})
    text = _text(boss.get(EDIT))
    assert "groups[2].measures[0].weight" in text
    assert 'value="muito"' in text
    assert "Aqui vai um número." in text
    assert "Corrija as falhas antes" in _text(boss.get(PREVIEW))


def test_text_that_is_no_yaml_is_kept_and_shown_as_text(boss: Client, book: list[Customer]) -> None:
    boss.post(CARDS + "comecar/")
    boss.post(f"{EDIT}?modo=texto", {"text": "name: [\r\n<b>x", "revision": "1"})
    text = _text(boss.get(EDIT))
    assert "Isto não é YAML" in text
    assert "name: [ &lt;b&gt;x" in text
    assert CardDraft.objects.get().text == "name: [\n<b>x"


def test_who_saves_second_sees_it_and_loses_nothing(boss: Client, book: list[Customer]) -> None:
    boss.post(CARDS + "comecar/")
    boss.post(f"{EDIT}?modo=texto", {"text": "name: first", "revision": "1"})
    answer = boss.post(f"{EDIT}?modo=texto", {"text": "name: second", "revision": "1"})
    assert answer.status_code == 409
    assert "name: second" in _text(answer)
    assert 'name="revision" value="2"' in _text(answer)
    assert CardDraft.objects.get().text == "name: first"


def test_a_draft_behind_says_so_and_can_be_put_on_top(
    boss: Client, book: list[Customer], now: datetime
) -> None:
    boss.post(CARDS + "comecar/")
    draft = CardDraft.objects.get()
    definitions.publish("scorecard", "saas", draft.text + "\n# mine\n", now=now)
    assert "agora vale a versão 1" in _text(boss.get(PREVIEW))
    boss.post(CARDS + "rascunho/", {"verb": "basear", "revision": "1"})
    assert CardDraft.objects.get().base_version == 1
    boss.post(CARDS + "rascunho/", {"verb": "descartar", "revision": "2"})
    assert not CardDraft.objects.exists()


def test_from_edit_to_preview_to_publication_to_another_score(
    boss: Client, book: list[Customer], manager: User, now: datetime
) -> None:
    before = dict(
        sheet.lazy(now=now).frame.select("customer_id", "health.score").collect().iter_rows()
    )
    boss.post(CARDS + "comecar/")
    sent = _posted(CardDraft.objects.get(), cards__0__groups__2__measures__0__weight="300")
    went = boss.post(f"{EDIT}?modo=formulario", {**sent, "verb": "previa"})
    assert went.url == PREVIEW
    text = _text(boss.get(PREVIEW))
    assert "Costa Dourada" in text
    assert "R$ 5.480" in text.replace("\xa0", " ")
    revision = CardDraft.objects.get().revision
    boss.post(CARDS + "publicar/", {"revision": str(revision), "note": "Cancelar pesa mais"})
    row = Definition.objects.get(version=1)
    assert row.by == manager
    assert Announcement.objects.filter(kind="config.published").exists()
    text = _text(boss.get(CARDS))
    assert "Cancelar pesa mais" in text
    assert "Versão 0" in text
    sheet.refresh(now=now)
    after = dict(
        sheet.lazy(now=now).frame.select("customer_id", "health.score").collect().iter_rows()
    )
    assert before[book[1].pk] is None
    assert after[book[1].pk] < 30
    assert "300" in _text(boss.get("/saude/fichas/versoes/?de=0&ate=1"))


def test_a_preview_somebody_did_not_see_is_not_published(
    boss: Client, book: list[Customer]
) -> None:
    boss.post(CARDS + "comecar/")
    boss.post(f"{EDIT}?modo=texto", {"text": "name: x", "revision": "1"})
    assert boss.post(CARDS + "publicar/", {"revision": "1"}).url == PREVIEW
    assert not Definition.objects.exists()


def test_an_older_version_comes_back_as_a_draft(
    boss: Client, book: list[Customer], now: datetime
) -> None:
    definitions.publish("scorecard", "saas", "name: old", now=now)
    definitions.publish("scorecard", "saas", "name: new", now=now)
    boss.post(CARDS + "comecar/", {"versao": "1"})
    draft = CardDraft.objects.get()
    assert (draft.text, draft.base_version) == ("name: old", 2)
    assert boss.post(CARDS + "comecar/", {"versao": "7"}).status_code == 404


def test_an_empty_company_has_its_pages(boss: Client, now: datetime) -> None:
    assert boss.get(CARDS).status_code == 200
    boss.post(CARDS + "comecar/")
    assert boss.get(EDIT).status_code == 200
    assert "Ainda não há dados para experimentar" in _text(boss.get(PREVIEW))


@pytest.mark.parametrize(
    "url", [CARDS, EDIT, PREVIEW, PREVIEW + "?quem=todos", "/saude/fichas/versoes/"]
)
def test_pages_ask_the_database_a_fixed_number_of_times(
    boss: Client, book: list[Customer], url: str, django_assert_max_num_queries: Any
) -> None:
    boss.post(CARDS + "comecar/")
    sent = _posted(CardDraft.objects.get(), cards__0__groups__2__measures__0__weight="300")
    boss.post(f"{EDIT}?modo=formulario", {**sent, "verb": "salvar"})
    boss.get(url)
    with django_assert_max_num_queries(25):
        assert boss.get(url).status_code == 200
