"""*Hoje* through the browser's eyes: what is printed, who may act, what an answer swaps."""

import html
import json
import re
from datetime import datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse

from posvenda.base import clock
from posvenda.base.models import User
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Customer
from posvenda.insights import today
from posvenda.insights.models import Decision
from posvenda.journeys.models import Task
from posvenda.success import definitions

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MOST_QUERIES = 24


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock of the requests stands still."""
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())


def _page(client: Client, user: User, address: str = "/", language: str = "pt-br") -> str:
    client.force_login(user)
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def _act(customer: Customer, play: str) -> str:
    return reverse("today_act", args=[customer.public_id, play])


def _later(customer: Customer, play: str) -> str:
    return reverse("today_later", args=[customer.public_id, play])


def test_the_page_says_whom_to_act_on_and_why(
    client: Client,
    book: SimpleNamespace,
    csm: User,
) -> None:
    page = _page(client, csm)
    assert "Bom dia, Rafael" in page
    assert "Terça-feira, 16/06/2026. Quatro ações na fila, na ordem" in page
    assert "Marque uma conversa com Otávio Lemos, agora que Cláudia Fontes saiu" in page
    assert "Cláudia Fontes, que defendia o produto, saiu há 14 dias." in page
    assert "R$\u00a0117.600" in page
    assert "renova em 63 dias" in page
    assert "“A conciliação falha todo mês.”" in page
    assert "Cooperativa Vale Verde" not in page
    assert page.count("btn primary") == 1


def test_the_page_speaks_english(
    client: Client,
    book: SimpleNamespace,
    csm: User,
) -> None:
    page = _page(client, csm, language="en")
    assert "Good morning, Rafael" in page
    assert "Four actions in the queue, in the order of what changes the result the most" in page
    assert "Meet Otávio Lemos, now that Cláudia Fontes has left" in page
    assert not re.search(r"\{[a-z._|]+\}", page)


def test_the_formula_shows_the_numbers_of_its_own_row(
    client: Client,
    book: SimpleNamespace,
    csm: User,
    now: datetime,
) -> None:
    page = _page(client, csm)
    asked = today.ask(now=now, today=clock.day_of(now))
    row = asked.waiting(csm, is_team=False).filter(pl.col("customer_id") == book.hotel.pk)
    assert row["expected_cents"].item() == pytest.approx(6_576_000 * 0.35)
    assert "R$\u00a065.760 × 35% = R$\u00a023.016" in page
    assert "35% é uma suposição deste pacote" in page
    assert "não foi medida com os seus clientes" in page


def test_the_side_shows_the_day_the_tasks_and_the_book_by_currency(
    client: Client,
    book: SimpleNamespace,
    csm: User,
    now: datetime,
) -> None:
    Task.objects.create(
        customer=book.school,
        title="Revisão trimestral",
        due_on=clock.day_of(now) - timedelta(1),
        owner=csm,
        created_at=now,
    )
    page = _page(client, csm)
    assert "<b>0 de 4</b> concluídas" in page
    assert "Revisão trimestral" in page
    assert "R$\u00a019.880<br>US$\u00a01.000" in page


def test_a_manager_chooses_between_the_own_book_and_the_team(
    client: Client,
    book: SimpleNamespace,
    manager: User,
    csm: User,
) -> None:
    mine = _page(client, manager)
    assert "Cooperativa Vale Verde" in mine
    assert "Metalúrgica Aroeira" not in mine
    assert "Metalúrgica Aroeira" in _page(client, manager, "/?who=team")
    assert "Minha carteira" not in _page(client, csm, "/?who=team")
    assert "Cooperativa Vale Verde" not in _page(client, csm, "/?who=team")


def test_a_viewer_sees_everybody_and_no_action(
    client: Client,
    book: SimpleNamespace,
    viewer: User,
) -> None:
    page = _page(client, viewer)
    assert "Metalúrgica Aroeira" in page
    assert "data-do" not in page
    assert "data-later" not in page
    assert client.get(_act(book.aroeira, "champion_left")).status_code == 403
    assert client.post(_later(book.hotel, "save_cancellation")).status_code == 403
    assert not Decision.objects.exists()


def test_a_csm_cannot_act_on_the_customer_of_somebody_else(
    client: Client,
    book: SimpleNamespace,
    csm: User,
    manager: User,
    now: datetime,
) -> None:
    client.force_login(csm)
    address = _act(book.farm, "open_renewal")
    assert client.get(address).status_code == 404
    assert client.post(address, {"kind": "call"}).status_code == 404
    assert client.post(_later(book.farm, "open_renewal"), {"days": "1"}).status_code == 404
    theirs = Decision.objects.create(
        customer=book.farm, play="open_renewal", verdict="done", at=now, by=manager
    )
    assert client.post(reverse("today_undo", args=[theirs.public_id])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.undone_at is None


def test_the_dialog_has_the_message_and_links_that_carry_it(
    client: Client,
    book: SimpleNamespace,
    csm: User,
) -> None:
    dialog = _page(client, csm, _act(book.aroeira, "champion_left"))
    assert "Oi, Otávio. Aqui é Rafael, da posvenda." in dialog
    assert "https://wa.me/5547991234567?text=Oi%2C%20Ot%C3%A1vio." in dialog
    assert "tel:+5547991234567" in dialog
    assert "mailto:otavio@aroeira.example?subject=Vamos%20nos%20conhecer" in dialog
    assert "Cláudia Fontes</span>" not in dialog


def test_done_takes_the_action_off_and_can_be_undone(
    client: Client,
    book: SimpleNamespace,
    csm: User,
) -> None:
    client.force_login(csm)
    address = _act(book.aroeira, "champion_left")
    said = {"contact": book.otavio.pk, "kind": "meeting", "note": "Marcado para quinta."}
    answer = client.post(address, said, headers=HTMX)
    assert answer.status_code == 200
    assert "agora que Cláudia Fontes saiu" not in answer.content.decode()
    events = json.loads(answer["HX-Trigger"])
    assert set(events) == {"dialog-close", "toast"}
    assert Interaction.objects.get(kind="meeting").body == "Marcado para quinta."
    back = client.post(events["toast"]["undo"], {"next": "/?who=mine"})
    assert (back.status_code, back["Location"]) == (302, "/?who=mine")
    page = _page(client, csm)
    assert "agora que Cláudia Fontes saiu" in page
    assert "A anotação continua no histórico." in page


def test_undo_never_leads_to_a_foreign_site(
    client: Client,
    book: SimpleNamespace,
    csm: User,
    now: datetime,
) -> None:
    client.force_login(csm)
    client.post(_later(book.hotel, "save_cancellation"), {"days": "3"})
    decision = Decision.objects.get()
    assert decision.until_on == clock.day_of(now) + timedelta(3)
    back = client.post(
        reverse("today_undo", args=[decision.public_id]), {"next": "https://evil.example/"}
    )
    assert back["Location"] == "/"


def test_a_second_done_says_who_was_first(
    client: Client,
    book: SimpleNamespace,
    csm: User,
    manager: User,
) -> None:
    address = _act(book.hotel, "save_cancellation")
    client.force_login(csm)
    client.post(address, {"kind": "call"}, headers=HTMX)
    client.force_login(manager)
    answer = client.post(address, {"kind": "call"}, headers=HTMX)
    told = json.loads(answer["HX-Trigger"])["toast"]
    assert told["text"] == "Rafael Nogueira já concluiu esta ação."
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("days", ["0", "2", "365", "x", ""])
def test_only_the_offered_days_can_be_postponed(
    client: Client,
    book: SimpleNamespace,
    csm: User,
    days: str,
) -> None:
    client.force_login(csm)
    answer = client.post(_later(book.hotel, "save_cancellation"), {"days": days})
    assert answer.status_code == 400
    assert not Decision.objects.exists()


def test_an_unknown_play_and_a_get_that_would_write_are_refused(
    client: Client,
    book: SimpleNamespace,
    csm: User,
) -> None:
    client.force_login(csm)
    assert client.get(_act(book.hotel, "no-such-play")).status_code == 404
    assert client.get(_later(book.hotel, "save_cancellation")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(csm)
    answer = strict.post(_later(book.hotel, "save_cancellation"), {"days": "1"})
    assert answer.status_code == 403


def test_a_contact_of_another_customer_is_refused(
    client: Client,
    book: SimpleNamespace,
    csm: User,
) -> None:
    client.force_login(csm)
    answer = client.post(
        _act(book.hotel, "save_cancellation"), {"contact": book.otavio.pk, "kind": "call"}
    )
    assert answer.status_code == 422
    assert not Decision.objects.exists()


def test_an_empty_house_invites_to_import(client: Client, manager: User, viewer: User) -> None:
    assert "Aqui você verá com quem falar hoje, e por quê" in _page(client, manager)
    assert "Ninguém importou clientes ainda" in _page(client, viewer)


def test_a_finished_queue_says_what_comes_next(
    client: Client,
    book: SimpleNamespace,
    manager: User,
    now: datetime,
) -> None:
    client.force_login(manager)
    client.post(_later(book.farm, "open_renewal"), {"days": "7"})
    page = _page(client, manager, "/?who=mine")
    assert "Fila concluída" in page
    assert "A próxima ação adiada volta em 7 dias." in page


def test_a_shop_has_its_own_words(client: Client, csm: User, now: datetime) -> None:
    from datetime import date

    from posvenda.customers import sheet
    from tests.rooms import town

    definitions.install("loja", now=now)
    ana = town.company("Ana Lima", owner=csm, kind="person", phone="(11) 91234-5678")
    town.orders(ana, *town.every(30, until=date(2026, 4, 30), times=6), reais=250)
    sheet.refresh(now=now)
    page = _page(client, csm)
    assert "Ligue para Ana antes que deixe de comprar" in page
    assert "há 47 dias; o intervalo normal é de 30 dias." in page
    assert "próxima compra esperada há 17 dias" in page
    assert "Vendas em 12 meses" in page
    dialog = _page(client, csm, _act(ana, "call_big_lapsing"))
    assert "https://wa.me/5511912345678?text=" in dialog


def test_the_page_asks_the_database_few_questions(
    client: Client,
    book: SimpleNamespace,
    csm: User,
    django_assert_max_num_queries,
) -> None:
    _page(client, csm)
    with django_assert_max_num_queries(MOST_QUERIES):
        again = client.get("/")
    assert again.status_code == 200
