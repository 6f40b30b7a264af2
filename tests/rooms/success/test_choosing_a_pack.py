"""The kind of company: chosen by the first data, changed by an administrator."""

from datetime import datetime

import pytest
from django.test import Client

from posvenda.base import choices
from posvenda.base.models import Announcement, Definition, User
from posvenda.commerce.models import ContractLine, Order
from posvenda.customers.models import Customer
from posvenda.success import definitions

pytestmark = pytest.mark.django_db


def _sold(now: datetime) -> None:
    Order.objects.create(key="1", number="1", digest="1", happened_at=now, recorded_at=now)


def test_orders_without_contracts_make_it_a_shop(now: datetime) -> None:
    _sold(now)
    assert definitions.settle() == "loja"


def test_contracts_make_it_a_subscription_company(now: datetime) -> None:
    _sold(now)
    ana = Customer.objects.create(key="a", name="Ana", happened_at=now, recorded_at=now)
    ContractLine.objects.create(
        customer=ana,
        key="1",
        digest="1",
        amount_cents=1,
        starts_on=now.date(),
        happened_at=now,
        recorded_at=now,
    )
    assert definitions.settle() == "saas"


def test_a_choice_that_was_made_stands(now: datetime) -> None:
    choices.put("pack", "saas")
    _sold(now)
    assert definitions.settle() == "saas"


def test_without_data_nothing_is_chosen() -> None:
    definitions.settle()
    assert not choices.is_made("pack")


def test_an_administrator_changes_it_and_the_sheet_follows(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert "Loja" in client.get("/configuracoes/ramo/").content.decode()
    client.post("/configuracoes/ramo/", {"pack": "loja"})
    assert choices.get("pack") == "loja"
    assert Definition.objects.filter(name="loja").count() == 4
    assert Announcement.objects.filter(kind="config.published").exists()


@pytest.mark.parametrize("role", ["manager", "csm", "viewer"])
def test_nobody_else_may(client: Client, role: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(role))
    assert client.post("/configuracoes/ramo/", {"pack": "loja"}).status_code == 403
    assert not choices.is_made("pack")


def test_choosing_the_same_again_keeps_the_card_people_published(
    client: Client, admin: User, now: datetime
) -> None:
    client.force_login(admin)
    client.post("/configuracoes/ramo/", {"pack": "loja"})
    definitions.publish("scorecard", "loja", "name: ours", now=now, by=admin)
    client.post("/configuracoes/ramo/", {"pack": "loja"})
    newest = Definition.objects.filter(kind="scorecard").order_by("-version").first()
    assert newest is not None
    assert newest.text == "name: ours"
