"""A small software company: two books, one customer in danger, one without any fact."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from posvenda.base import clock
from posvenda.commerce.models import Answer, ContractLine, Order, OrderLine, Product, Ticket
from posvenda.customers import search, sheet
from posvenda.customers.models import Attribute, AttributeValue, Contact, Customer, Ownership
from posvenda.journeys.models import Task

NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=700)


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def fact(**fields):
    """What every dated fact needs besides its own fields."""
    return {"recorded_at": NOW, "digest": "", **fields}


def customer(name, owner, **fields):
    """A customer that has been there for two years."""
    key = f"K{Customer.objects.count():03}"
    made = Customer.objects.create(
        name=name, key=key, owner=owner, happened_at=OLD, recorded_at=OLD, **fields
    )
    Ownership.objects.create(customer=made, user=owner, starts_at=OLD, recorded_at=OLD)
    return made


def contract(who, key, cents, *, ends_on=date(2026, 8, 1), currency="BRL"):
    """One line of a contract by the month, two years old."""
    plan, _ = Product.objects.get_or_create(
        key="plan", defaults={"name": "Plano Gestão", "recorded_at": OLD}
    )
    return ContractLine.objects.create(
        **fact(key=key, customer=who, happened_at=OLD),
        number=key,
        product=plan,
        starts_on=date(2024, 8, 1),
        ends_on=ends_on,
        amount_cents=cents,
        currency=currency,
        seats=10,
    )


@pytest.fixture
def town(csm, manager):
    """Aroeira (in danger) and Ipê belong to the CSM, Serra and Mudo to the manager."""
    aroeira = customer("Metalúrgica Aroeira", csm, tax_id="12ABC34501DE35")
    ipe = customer("Farmácias Ipê", csm)
    serra = customer("Transportadora Serra", manager)
    mudo = customer("Mudo & Filhos <b>", manager)
    contract(aroeira, "c1", 980_000)
    contract(ipe, "c2", 710_000, ends_on=date(2027, 3, 1))
    contract(serra, "c3", 745_000, ends_on=date(2026, 12, 1))
    Answer.objects.create(
        **fact(key="a1", customer=aroeira, happened_at=NOW - timedelta(days=20)),
        scale="nps",
        score=2,
        comment="A conciliação dá trabalho",
    )
    Answer.objects.create(
        **fact(key="a2", customer=ipe, happened_at=NOW - timedelta(days=20)), scale="nps", score=10
    )
    for number in range(2):
        Ticket.objects.create(
            **fact(key=f"t{number}", customer=aroeira, happened_at=NOW - timedelta(days=9)),
            subject="Não abre",
        )
    Contact.objects.create(
        customer=aroeira, key="p1", name="Otávio Lemos", happened_at=OLD, recorded_at=OLD
    )
    order = Order.objects.create(
        **fact(key="o1", customer=aroeira, happened_at=NOW - timedelta(days=3)), number="77"
    )
    OrderLine.objects.create(
        **fact(key="l1", customer=aroeira, happened_at=order.happened_at),
        order_key="o1",
        product=Product.objects.get(),
        quantity=2,
        amount_cents=5_000,
    )
    city = Attribute.objects.create(name="city", label="City", kind="text")
    AttributeValue.objects.create(
        customer=aroeira, attribute=city, value="Joinville", happened_at=OLD, recorded_at=OLD
    )
    Task.objects.create(
        customer=aroeira, title="Ligar", created_at=OLD, due_on=date(2026, 6, 10), owner=csm
    )
    search.index_all()
    sheet.refresh(now=NOW)
    return {"aroeira": aroeira, "ipe": ipe, "serra": serra, "mudo": mudo, "order": order}


@pytest.fixture
def door(town):
    """This will give a browser in which somebody has signed in."""

    def opened(user, language="pt-br"):
        browser = Client(headers={"accept-language": language})
        browser.force_login(user)
        return browser

    return opened
