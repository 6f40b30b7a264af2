"""Tickets, satisfaction answers, cancellations and interactions as resources."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from posvenda.api.rest.records.resource import Context, Item, Reading, Resource, filled
from posvenda.api.rest.records.sales import MOMENTS
from posvenda.api.rest.schemas import told as shapes
from posvenda.commerce.models import Answer, Cancellation, Ticket
from posvenda.conversations.models import Interaction


def show_tickets(rows: Sequence[Ticket]) -> list[Item]:
    """This will show tickets with the satisfaction that came with them."""
    keys = [f"ticket:{row.key}" for row in rows]
    given = Answer.objects.filter(key__in=keys, superseded_at=None, is_retracted=False)
    scores = dict(given.values_list("key", "score"))
    return [
        {
            "id": TICKETS.id_of(row),
            "key": row.key,
            "customer": row.customer.public_id if row.customer else None,
            "subject": row.subject or None,
            "priority": row.priority or None,
            "happened_at": row.happened_at,
            "first_reply_at": row.first_reply_at,
            "closed_at": row.closed_at,
            "is_escalated": row.is_escalated,
            "score": scores.get(f"ticket:{row.key}"),
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


def read_ticket(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of a ticket."""
    row = filled(
        item,
        "key",
        "customer",
        "subject",
        "priority",
        "happened_at",
        "first_reply_at",
        "closed_at",
    )
    row |= {"score": _score(item), "is_escalated": item.get("is_escalated")}
    reading.add("ticket", row)


def _score(item: Item) -> Decimal | None:
    score = item.get("score")
    return None if score is None else Decimal(str(score)).normalize() + 0


def show_answers(rows: Sequence[Answer]) -> list[Item]:
    """This will show answers."""
    return [
        {
            "id": ANSWERS.id_of(row),
            "key": row.key,
            "customer": row.customer.public_id if row.customer else None,
            "order": row.order_key or None,
            "scale": row.scale,
            "score": row.score,
            "comment": row.comment or None,
            "happened_at": row.happened_at,
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


def read_answer(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of an answer."""
    row = filled(item, "key", "customer", "order", "scale", "comment", "happened_at")
    reading.add("answer", row | {"score": _score(item)})


def show_cancellations(rows: Sequence[Cancellation]) -> list[Item]:
    """This will show cancellations."""
    return [
        {
            "id": CANCELLATIONS.id_of(row),
            "key": row.key,
            "customer": row.customer.public_id if row.customer else None,
            "happened_at": row.happened_at,
            "reason": row.reason or None,
            "comment": row.comment or None,
            "is_return": row.is_return,
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


def read_cancellation(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of a cancellation."""
    row: dict[str, Any] = filled(item, "key", "customer", "happened_at", "reason", "comment")
    reading.add("cancellation", row | {"is_return": item.get("is_return")})


def show_interactions(rows: Sequence[Interaction]) -> list[Item]:
    """This will show interactions."""
    return [
        {
            "id": row.public_id,
            "key": row.key,
            "customer": row.customer.public_id,
            "kind": row.kind,
            "direction": row.direction,
            "happened_at": row.happened_at,
            "body": row.body or None,
            "contact": row.contact.name if row.contact else None,
            "by": row.by.email if row.by else None,
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


def read_interaction(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of an interaction."""
    row = filled(
        item, "key", "customer", "kind", "direction", "happened_at", "body", "contact", "by"
    )
    author = item.get("by")
    if author and author.strip().lower() not in context.users:
        reading.fault("by", "owner_unknown", author, owner=author)
    reading.add("interaction", row)


TICKETS = Resource(
    name="tickets",
    one="ticket",
    record="ticket",
    group="service",
    model=Ticket,
    shape=shapes.Ticket,
    new=shapes.TicketIn,
    patch=shapes.TicketPatch,
    show=show_tickets,
    read=read_ticket,
    is_versioned=True,
    has_moment=True,
    sorts=MOMENTS,
)
ANSWERS = Resource(
    name="answers",
    one="answer",
    record="answer",
    group="service",
    model=Answer,
    shape=shapes.Answer,
    new=shapes.AnswerIn,
    patch=shapes.AnswerPatch,
    show=show_answers,
    read=read_answer,
    is_versioned=True,
    has_moment=True,
    sorts=MOMENTS,
)
CANCELLATIONS = Resource(
    name="cancellations",
    one="cancellation",
    record="cancellation",
    group="service",
    model=Cancellation,
    shape=shapes.Cancellation,
    new=shapes.CancellationIn,
    patch=shapes.CancellationPatch,
    show=show_cancellations,
    read=read_cancellation,
    is_versioned=True,
    has_moment=True,
    sorts=MOMENTS,
)
INTERACTIONS = Resource(
    name="interactions",
    one="interaction",
    record="interaction",
    group="service",
    model=Interaction,
    shape=shapes.Interaction,
    new=shapes.InteractionIn,
    patch=shapes.InteractionPatch,
    show=show_interactions,
    read=read_interaction,
    address="public_id",
    has_moment=True,
    sorts={"id": "pk", "happened_at": "happened_at", "recorded_at": "recorded_at"},
    related=("customer", "contact", "by"),
)
