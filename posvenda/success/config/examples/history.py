"""Writes the history of one example as rows, each known when it happened."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import models

from posvenda.base import clock
from posvenda.commerce import usage
from posvenda.commerce.models import Answer, Cancellation, ContractLine, Order, Ticket
from posvenda.conversations.models import Interaction
from posvenda.core.facts import Kind
from posvenda.customers import attributes
from posvenda.customers.models import Attribute, AttributeValue, Contact, Customer, Tagging
from posvenda.success.config.examples.reading import Example, Row

NOON = timedelta(hours=12)


class NoSuchAttribute(ValueError):
    """Raised with the name of an attribute that nobody declared."""


def write(example: Example) -> dict[str, int]:
    """This will write all customers of an example and give their ids by name."""
    return {key: _customer(key, told) for key, told in example.customers.items()}


def _customer(key: str, told: Row) -> int:
    born = _at(told["since"])
    code = f"{key}-{secrets.token_hex(4)}"
    customer = Customer.objects.create(
        key=code, kind=told["kind"], name=told["name"], happened_at=born, recorded_at=born
    )
    for name, value in told["attributes"].items():
        _attribute(customer, name, value, born)
    for tag in told["tags"]:
        Tagging.objects.create(customer=customer, tag=tag, starts_at=born, recorded_at=born)
    for kind, make in MAKERS.items():
        for number, row in enumerate(told[kind]):
            make(customer, f"{code}-{kind}-{number}", row)
    _use(customer, told["usage"])
    return int(customer.pk)


def _attribute(customer: Customer, name: str, value: object, at: datetime) -> None:
    declared = Attribute.objects.filter(name=name).first()
    if declared is None:
        raise NoSuchAttribute(name)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if declared.kind != Kind.MONEY.value:
        text = attributes.stored(declared, text)
    AttributeValue.objects.create(
        customer=customer, attribute=declared, value=text, happened_at=at, recorded_at=at
    )


def _contract(customer: Customer, key: str, row: Row) -> None:
    cancelled = row.get("cancelled")
    _fact(
        ContractLine, customer, key, row["from"],
        starts_on=row["from"], ends_on=row.get("until"), amount_cents=_cents(row.get("amount", 0)),
        period=row.get("period", "month"), seats=row.get("seats"), is_trial=row.get("trial", False),
        cancelled_at=_at(cancelled) if cancelled else None,
    )  # fmt: skip


def _order(customer: Customer, key: str, row: Row) -> None:
    for number, day in enumerate(_days(row)):
        _fact(
            Order, customer, f"{key}-{number}", day,
            number=f"{key}-{number}", amount_cents=_cents(row.get("amount", 0)),
            is_return=row.get("return", False), promised_at=_or_none(row.get("promised")),
            delivered_at=_or_none(row.get("delivered")),
            cancelled_at=_or_none(row.get("cancelled")),
        )  # fmt: skip


def _ticket(customer: Customer, key: str, row: Row) -> None:
    _fact(
        Ticket, customer, key, row["on"],
        number=key, first_reply_at=_or_none(row.get("replied")),
        closed_at=_or_none(row.get("closed")), is_escalated=row.get("escalated", False),
    )  # fmt: skip


def _answer(customer: Customer, key: str, row: Row) -> None:
    _fact(
        Answer, customer, key, row["on"],
        scale=row.get("scale", "nps"), score=float(row["score"]), comment=row.get("comment", ""),
    )  # fmt: skip


def _cancellation(customer: Customer, key: str, row: Row) -> None:
    told = {"reason": row.get("reason", ""), "is_return": row.get("return", False)}
    _fact(Cancellation, customer, key, row["on"], **told)


def _contact(customer: Customer, key: str, row: Row) -> None:
    at, left = _at(row["on"]), _or_none(row.get("left"))
    Contact.objects.create(
        customer=customer, key=key, name=row.get("name", key), happened_at=at, recorded_at=at,
        is_champion=row.get("champion", False), left_at=left, left_recorded_at=left,
    )  # fmt: skip


def _interaction(customer: Customer, key: str, row: Row) -> None:
    at = _at(row["on"])
    Interaction.objects.create(
        customer=customer, key=key, kind=row.get("kind", "note"),
        direction=row.get("direction", "both"), happened_at=at, recorded_at=at,
    )  # fmt: skip


MAKERS: Mapping[str, Any] = {
    "contracts": _contract,
    "orders": _order,
    "tickets": _ticket,
    "answers": _answer,
    "cancellations": _cancellation,
    "contacts": _contact,
    "interactions": _interaction,
}


def _use(customer: Customer, rows: list[Row]) -> None:
    """Every person uses every feature once on every day of the row."""
    events = [
        {
            "key": f"{customer.key}-{number}-{day}-{person}-{feature}",
            "source": "example",
            "customer_id": customer.pk,
            "person": f"{customer.key}-p{person}",
            "event": "use",
            "feature": str(feature),
            "quantity": 1.0,
            "seconds": None,
            "happened_at": _at(day),
            "recorded_at": _at(day),
            "batch_id": None,
        }
        for number, row in enumerate(rows)
        for day in _days(row)
        for person in range(int(row.get("people", 1)))
        for feature in row.get("features", ["use"])
    ]
    if events:
        last = max(_at(day) for row in rows for day in _days(row))
        frame = pl.DataFrame(events, schema_overrides={"seconds": pl.Float64, "batch_id": pl.Int64})
        usage.take(frame, now=last, known=pl.Series([], dtype=pl.Int64))


def _fact(
    model: type[models.Model], customer: Customer, key: str, day: date, **told: object
) -> None:
    at = _at(day)
    model._default_manager.create(
        key=key, customer=customer, happened_at=at, recorded_at=at, digest=key[-32:], **told
    )


def _days(row: Row) -> Iterator[date]:
    """The one day, or every so many days from the first to the last."""
    first = row.get("on") or row["from"]
    last = row.get("on") or row.get("until") or first
    step = timedelta(days=int(row.get("every", 1)))
    while first <= last:
        yield first
        first += step


def _or_none(day: date | None) -> datetime | None:
    return None if day is None else _at(day)


def _at(day: date) -> datetime:
    return clock.start_of(day) + NOON


def _cents(amount: object) -> int:
    return int(Decimal(str(amount)) * 100)
