"""The page of a customer shows adoption and people: full, empty, unknown, in both languages."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from django.db import transaction

from posvenda.base import choices
from posvenda.commerce import offering, usage
from posvenda.conversations.models import Interaction
from posvenda.customers import sheet
from posvenda.customers.models import Contact
from tests.doors.clients.conftest import NOW, OLD

pytestmark = pytest.mark.django_db
CATALOGUE = """
features:
  - {key: folha, name: Folha}
  - {key: ponto, name: Ponto}
"""


def use(customer, person, *, first=200, last=1):
    """Somebody uses the product every day from ``first`` to ``last`` days ago."""
    days = [NOW - timedelta(days=n) for n in range(last, first)]
    moments = [datetime(day.year, day.month, day.day, 15, tzinfo=UTC) for day in days]
    frame = pl.DataFrame(
        {
            "key": [f"{customer.pk}-{person}-{moment.isoformat()}" for moment in moments],
            "customer_id": customer.pk,
            "person": person,
            "feature": "folha",
            "quantity": 1.0,
            "seconds": pl.Series([None] * len(moments), dtype=pl.Int64),
            "happened_at": moments,
            "recorded_at": moments,
            "batch_id": pl.Series([None] * len(moments), dtype=pl.Int64),
        }
    )
    with transaction.atomic():
        usage.take(frame, now=NOW)


@pytest.fixture
def aroeira(town):
    """Four people use it: one is a contact, the champion stopped 30 days ago."""
    made = town["aroeira"]
    people = {
        "ana@x.example": ("Ana Lima", "Analista", False),
        "carla@x.example": ("Carla Dias", "Diretora", True),
    }
    for mail, (name, role, is_champion) in people.items():
        Contact.objects.create(
            customer=made, key=mail, name=name, role=role, email=mail, is_champion=is_champion,
            happened_at=OLD, recorded_at=OLD,
        )  # fmt: skip
    for person in ("ana@x.example", "p2", "p3"):
        use(made, person)
    use(made, "carla@x.example", last=30)
    Interaction.objects.create(
        customer=made, contact=Contact.objects.get(name="Ana Lima"), kind="call", direction="both",
        happened_at=NOW - timedelta(days=12), recorded_at=NOW,
    )  # fmt: skip
    offering.publish(CATALOGUE, by=None, now=NOW)
    sheet.refresh(now=NOW)
    return made


def section(page, name):
    return page.split(f'aria-labelledby="{name}"')[1].split("</section>")[0]


def test_adoption_shows_rate_habit_verdict_features_and_people(door, manager, aroeira):
    page = door(manager).get(f"/clientes/{aroeira.public_id}/").content.decode()
    shown = section(page, "use")
    for text in (
        "Pessoas ativas por semana sobre as 10 licenças de hoje, 26 semanas",
        "<dd>30%<small>de 10 licenças</small>",
        "3 pessoas ativas nesta semana, 25% abaixo das 4 usuais aqui.",
        "Há poucas contas parecidas para comparar a semana.",
        "Semanas seguidas com uso",
        "Usa 50% dos recursos que importam",
        "Ponto",
        "Ana Lima",
        "candidato a defensor",
        "parou de vir",
        "não é contato",
    ):
        assert text in shown, text
    assert "carla@x.example" not in shown


def test_people_shows_roles_two_way_contact_and_what_is_thin(door, manager, aroeira):
    page = door(manager).get(f"/clientes/{aroeira.public_id}/").content.decode()
    shown = section(page, "stakeholders")
    for text in (
        "60% dos papéis preenchidos",
        "ninguém ainda",
        "falou há 12 dias",
        "ainda sem conversa de ida e volta",
        "Quem defende o produto não usa há 30 dias, e os outros continuam.",
        "Só uma pessoa falou conosco em 90 dias.",
        "usa: 8 de 8 semanas",
    ):
        assert text in shown, text


def test_a_customer_without_use_says_so_and_what_is_missing(door, manager, town):
    page = door(manager).get(f"/clientes/{town['mudo'].public_id}/").content.decode()
    assert "Nenhum uso registrado" in section(page, "use")
    assert "0% dos papéis preenchidos" in section(page, "stakeholders")
    assert "Ninguém com quem falar ainda" in section(page, "stakeholders")


def test_a_shop_has_neither_section(door, manager, town):
    choices.put("pack", "loja")
    page = door(manager).get(f"/clientes/{town['aroeira'].public_id}/").content.decode()
    assert "stakeholders" not in page
    assert "Valor por mês" in section(page, "use")


def test_both_sections_are_whole_in_english(door, manager, aroeira):
    page = door(manager, "en").get(f"/clientes/{aroeira.public_id}/").content.decode()
    shown = section(page, "use") + section(page, "stakeholders")
    assert "champion candidate" in shown
    assert "talked 12 days ago" in shown
    for word in ("Pessoa", "semana", "papéis", "ninguém", "Quem"):
        assert word not in shown, word


def test_the_full_page_asks_few_questions(door, manager, aroeira, django_assert_max_num_queries):
    browser = door(manager)
    browser.get(f"/clientes/{aroeira.public_id}/")
    with django_assert_max_num_queries(30):
        assert browser.get(f"/clientes/{aroeira.public_id}/").status_code == 200


def test_new_facts_are_columns_and_filters_of_the_list(door, manager, aroeira):
    browser = door(manager)
    query = {"where": "who.champion_gone_days is known and adoption.power_users >= 3"}
    page = browser.get("/clientes/", query).content.decode()
    assert "Metalúrgica Aroeira" in page
    assert "Farmácias Ipê" not in page.split("<tbody")[1]
