"""A few customers with facts written by hand, for the rooms that judge and rank."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from posvenda.base.models import User
from posvenda.commerce.models import Answer, Cancellation, ContractLine, Order, Ticket
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Contact, Customer, Ownership

_numbers = count(1)


def at(day: date | datetime) -> datetime:
    """This will give noon of a day in São Paulo."""
    return (
        day if isinstance(day, datetime) else datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    )


def company(
    name: str, *, owner: User | None = None, since: date = date(2025, 1, 10), **fields: Any
) -> Customer:
    """This will add a customer."""
    made = Customer.objects.create(
        key=fields.pop("key", name.lower().replace(" ", "-")),
        name=name,
        kind=fields.pop("kind", "company"),
        owner=owner,
        happened_at=at(since),
        recorded_at=at(since),
        **fields,
    )
    Ownership.objects.create(
        customer=made, user=owner, starts_at=made.happened_at, recorded_at=made.recorded_at
    )
    return made


def contact(customer: Customer, name: str, **fields: Any) -> Contact:
    """This will add somebody to talk to."""
    left = fields.pop("left", None)
    return Contact.objects.create(
        customer=customer,
        key=f"{customer.key}/{name}",
        name=name,
        happened_at=customer.happened_at,
        recorded_at=customer.recorded_at,
        left_at=at(left) if left else None,
        **fields,
    )


def _fact(model: Any, customer: Customer, day: date, **fields: Any) -> Any:
    return model.objects.create(
        key=f"{model.__name__}-{next(_numbers)}",
        customer=customer,
        happened_at=at(day),
        recorded_at=at(day),
        digest="-",
        **fields,
    )


def contract(
    customer: Customer, *, reais_a_month: int, starts: date, ends: date, **fields: Any
) -> ContractLine:
    """This will add a contract line with a monthly amount."""
    return _fact(
        ContractLine,
        customer,
        starts,
        starts_on=starts,
        ends_on=ends,
        amount_cents=reais_a_month * 100,
        period="month",
        **fields,
    )


def cancels(customer: Customer, day: date) -> Cancellation:
    """This will have the customer ask to cancel."""
    return _fact(Cancellation, customer, day, reason="price")


def ticket(customer: Customer, day: date) -> Ticket:
    """This will open a ticket."""
    return _fact(Ticket, customer, day, subject="Conciliação")


def answer(
    customer: Customer, day: date, score: float, *, scale: str = "nps", comment: str = ""
) -> Answer:
    """This will add an answer to a survey."""
    return _fact(Answer, customer, day, scale=scale, score=score, comment=comment)


def orders(customer: Customer, *days: date, reais: int = 100, **fields: Any) -> list[Order]:
    """This will add purchases of one amount."""
    return [
        _fact(
            Order, customer, day, number=f"{customer.key}-{day}", amount_cents=reais * 100, **fields
        )
        for day in days
    ]


def call(customer: Customer, day: date, by: User | None = None) -> Interaction:
    """This will note a call."""
    return Interaction.objects.create(
        customer=customer,
        kind="call",
        direction="out",
        body="Conversa",
        happened_at=at(day),
        recorded_at=at(day),
        by=by,
    )


def every(days: int, *, until: date, times: int) -> list[date]:
    """This will give dates at one interval, the last one at ``until``."""
    return [until - timedelta(days=days * n) for n in reversed(range(times))]
