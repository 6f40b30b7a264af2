"""A person with something in every table."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from posvenda.base.models import DeadLetter, User
from posvenda.commerce.models import OrderLine, Product
from posvenda.conversations.models import Interaction
from posvenda.customers import actions, search
from posvenda.customers.models import (
    Attribute,
    AttributeValue,
    Contact,
    Customer,
    Identity,
    Subject,
)
from posvenda.customers.privacy import consent, erasing, requests
from posvenda.customers.privacy.models import Erasure, Request
from posvenda.journeys.models import Task
from tests.rooms import town

DAY = date(2026, 5, 4)


@pytest.fixture
def ana(manager: User, now: datetime) -> Customer:
    """Ana Souza Prado, who bought, wrote, complained and has a dog."""
    ana = town.company(
        "Ana Souza Prado",
        kind="person",
        key="C-10457",
        email="ana.prado@exemplo.com.br",
        tax_id="52998224725",
        phone="+5511987654321",
        phone_key="551187654321",
    )
    town.contact(ana, "Bruno Prado Lima", email="bruno@exemplo.com.br")
    at = town.at(DAY)
    Identity.objects.create(customer=ana, scheme="stripe", value="cus_Ana9921", recorded_at=at)
    dated = {"happened_at": at, "recorded_at": at}
    Subject.objects.create(
        customer=ana,
        key="C-10457/Paçoca",
        kind="pet",
        name="Paçoca",
        detail={"breed": "SRD"},
        **dated,
    )
    city, _ = Attribute.objects.get_or_create(name="bairro", label="Bairro", kind="text")
    AttributeValue.objects.create(customer=ana, attribute=city, value="Vila Canário", **dated)
    town.contract(ana, reais_a_month=120, starts=date(2026, 1, 1), ends=date(2027, 1, 1))
    order = town.orders(ana, DAY, reais=80)[0]
    product, _ = Product.objects.get_or_create(
        key="SKU-1", defaults={"name": "Ração", "recorded_at": at}
    )
    OrderLine.objects.create(
        key=f"{order.key}/1",
        customer=ana,
        order_key=order.key,
        product=product,
        quantity=1,
        amount_cents=8_000,
        digest="-",
        **dated,
    )
    town.ticket(ana, DAY)
    town.answer(ana, DAY, 3, comment="Não gostei do Bruno")
    town.call(ana, DAY, by=manager)
    Task.objects.create(customer=ana, title="Ligar para Ana", created_at=at)
    said = consent.Said(
        purpose="marketing",
        channel="email",
        is_granted=True,
        happened_at=at,
        source="form",
        evidence="Formulário do site",
        text="marketing@0",
    )
    consent.record(ana, said, by=manager, now=now)
    actions.tag(ana, tag="vip", by=manager, now=now)
    DeadLetter.objects.create(
        door="tracking", at=at, body='{"email":"ANA.PRADO@exemplo.com.br"}', code="x"
    )
    DeadLetter.objects.create(door="tracking", at=at, body='{"email":"outra@x.com"}', code="x")
    search.index([ana.pk])
    return ana


@pytest.fixture
def asked(ana: Customer, manager: User, now: datetime) -> Request:
    """Her request to be erased, verified by the manager."""
    request = requests.open_request(
        kind=Request.Kind.ERASURE,
        who=ana,
        name="Ana Souza Prado",
        note="Pediu no balcão, CPF 529.982.247-25",
        received_on=now.date(),
        by=manager,
        now=now,
    )
    requests.verify(request, proof="document", note="RG 12.345", by=manager, now=now)
    return request


def erase(request: Request, *, by: User, now: datetime, typed: str = "ana souza prado") -> Erasure:
    """This will confirm and carry out, as the worker does."""
    erasure = erasing.begin(request, typed=typed, by=by, now=now)
    erasing.carry_out(erasure.pk, now=now + timedelta(minutes=1))
    erasing.complete(now=now + timedelta(minutes=2))
    erasure.refresh_from_db()
    return erasure


def fields(model: Any, **only: Any) -> dict[str, Any]:
    """This will give the columns of the one row there is."""
    row: dict[str, Any] = model.objects.filter(**only).values().get()
    return row


__all__ = ["Contact", "Interaction", "erase", "fields"]
