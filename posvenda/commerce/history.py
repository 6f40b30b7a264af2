"""What this room remembers of a customer: orders, contracts, tickets, answers, cancellations."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet, Sum
from django.utils.translation import get_language

from posvenda.base import clock
from posvenda.base.said import said as _
from posvenda.commerce.models import (
    Answer,
    Cancellation,
    ContractLine,
    Fact,
    Order,
    OrderLine,
    Ticket,
)
from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry, Source
from posvenda.ui import formats

F = TypeVar("F", bound=Fact)
GOOD_ANSWERS = {"nps": 9, "csat": 4, "ces": 5}
BAD_ANSWERS = {"nps": 6, "csat": 2, "ces": 3}


def orders(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell purchases, returns and cancelled orders with their amount."""
    found = list(current(Order, customer, until)[:count])
    amounts = amounts_of(found)
    for order in found:
        amount = formats.money(
            amounts.get(order.key), get_language() or "en", currency=order.currency
        )
        values = {"number": order.number, "amount": amount}
        yield Entry(
            at=order.happened_at,
            group="business",
            icon="undo-2" if order.is_return else "shopping-bag",
            kind=_("return") if order.is_return else _("order"),
            title=_order_title(order) % values,
            text=order.status,
        )


def amounts_of(orders: Sequence[Order]) -> dict[str, int | None]:
    """This will give the amount of each order: its lines' sum, else its own."""
    keys = [order.key for order in orders]
    lines = OrderLine.objects.filter(order_key__in=keys, superseded_at=None, is_retracted=False)
    sums = dict(lines.order_by().values_list("order_key").annotate(total=Sum("amount_cents")))
    return {order.key: sums.get(order.key, order.amount_cents) for order in orders}


def contracts(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell when contract lines began and ended, and who asked to end them."""
    lines = ContractLine.objects.filter(
        customer=customer, superseded_at=None, is_retracted=False
    ).select_related("product")
    found = [
        entry
        for line in lines.order_by("-starts_on", "-pk")[:count]
        for entry in _contract(line)
        if entry.at <= until
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def tickets(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell requests for help and when they were solved."""
    found = []
    for ticket in current(Ticket, customer, until)[:count]:
        is_urgent = ticket.is_escalated
        title = _("Ticket escalated") if is_urgent else _("Ticket opened")
        name = ticket.subject or ticket.number
        found.append(_signal(ticket.happened_at, "life-buoy", _("support"), title, name))
        if ticket.closed_at and ticket.closed_at <= until:
            found.append(
                _signal(ticket.closed_at, "circle-check", _("support"), _("Ticket solved"), name)
            )
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def answers(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell satisfaction answers with their comment."""
    locale = get_language() or "en"
    for answer in current(Answer, customer, until)[:count]:
        values = {
            "score": formats.number(answer.score, locale),
            "survey": answer.get_scale_display(),
        }
        yield Entry(
            at=answer.happened_at,
            group="signal",
            icon="star",
            kind=_("opinion"),
            title=_("Gave %(score)s in the %(survey)s survey") % values,
            text=f"“{answer.comment}”" if answer.comment else "",
            band=_answer_band(answer),
        )


def cancellations(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell that the customer asked to leave, and why."""
    for row in current(Cancellation, customer, until)[:count]:
        title = _("Took the cancellation back") if row.is_return else _("Asked to cancel")
        text = " · ".join(part for part in (row.reason, row.comment) if part)
        yield _signal(row.happened_at, "triangle-alert", _("cancellation"), title, text, "risk")


def current(model: type[F], customer: Customer, until: datetime) -> QuerySet[F]:
    """This will give the facts that hold now, newest first."""
    rows = model._default_manager.filter(customer=customer, superseded_at=None, is_retracted=False)
    return rows.filter(happened_at__lte=until).order_by("-happened_at", "-pk")


def _order_title(order: Order) -> str:
    if order.cancelled_at:
        return _("Order %(number)s, %(amount)s, cancelled")
    if order.is_return:
        return _("Return %(number)s, %(amount)s")
    return _("Order %(number)s, %(amount)s")


def _contract(line: ContractLine) -> Iterator[Entry]:
    amount = formats.money(line.amount_cents, get_language() or "en", currency=line.currency)
    name = line.product.name if line.product else line.number
    text = f"{name} · {amount} {line.get_period_display()}"
    moments = [(clock.start_of(line.starts_on), _("Contract begins"))]
    if line.ends_on:
        moments.append((clock.start_of(line.ends_on), _("Contract ends")))
    if line.cancelled_at:
        moments.append((line.cancelled_at, _("Contract cancelled")))
    for at, title in moments:
        yield Entry(
            at=at, group="business", icon="repeat", kind=_("contract"), title=title, text=text
        )


def _signal(at: datetime, icon: str, kind: str, title: str, text: str, band: str = "") -> Entry:
    return Entry(at=at, group="signal", icon=icon, kind=kind, title=title, text=text, band=band)


def _answer_band(answer: Answer) -> str:
    if answer.score >= GOOD_ANSWERS[answer.scale]:
        return "good"
    return "risk" if answer.score <= BAD_ANSWERS[answer.scale] else ""


SOURCES = (
    Source("commerce.orders", "business", orders),
    Source("commerce.contracts", "business", contracts),
    Source("commerce.tickets", "signal", tickets),
    Source("commerce.answers", "signal", answers),
    Source("commerce.cancellations", "signal", cancellations),
)
