"""Asaas: charges and subscriptions of Brazil. Source: docs.asaas.com (webhooks).

Only an answer of 200 counts there, fifteen failures pause the queue, and events are kept for 14
days; the id of the event recognises one that comes again. The payment states follow each other in
no promised order, so the event's own date decides, then the place of the state in its life.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from posvenda.api.webhooks import signing
from posvenda.api.webhooks.providers.provider import (
    Head,
    Json,
    NotUnderstood,
    Provider,
    Row,
    Told,
    Tools,
    cents,
    day,
    filled,
    moment,
    need,
    refund,
    sale,
    text,
    words,
)
from posvenda.api.webhooks.signing import Raw

PAID = ("PAYMENT_CONFIRMED", "PAYMENT_RECEIVED", "PAYMENT_RECEIVED_IN_CASH")
BACK = ("PAYMENT_REFUNDED", "PAYMENT_PARTIALLY_REFUNDED", "PAYMENT_CHARGEBACK_REQUESTED")
RANKS = {kind: 10 + place for place, kind in enumerate((*PAID, *BACK))} | {
    "PAYMENT_CREATED": 0,
    "PAYMENT_UPDATED": 1,
    "PAYMENT_OVERDUE": 5,
    "SUBSCRIPTION_UPDATED": 1,
    "SUBSCRIPTION_INACTIVATED": 2,
    "SUBSCRIPTION_DELETED": 3,
}
QUIET = words(
    "PAYMENT_CREATED PAYMENT_UPDATED PAYMENT_DELETED PAYMENT_RESTORED PAYMENT_AUTHORIZED "
    "PAYMENT_AWAITING_RISK_ANALYSIS PAYMENT_APPROVED_BY_RISK_ANALYSIS PAYMENT_ANTICIPATED "
    "PAYMENT_REPROVED_BY_RISK_ANALYSIS PAYMENT_REFUND_IN_PROGRESS PAYMENT_BANK_SLIP_VIEWED "
    "PAYMENT_CHECKOUT_VIEWED PAYMENT_CHARGEBACK_DISPUTE PAYMENT_AWAITING_CHARGEBACK_REVERSAL "
    "PAYMENT_DUNNING_REQUESTED PAYMENT_DUNNING_RECEIVED PAYMENT_REFUND_DENIED"
)
CYCLES = {
    "MONTHLY": ("month", 1, 1),
    "BIMONTHLY": ("month", 1, 2),
    "QUARTERLY": ("quarter", 1, 1),
    "SEMIANNUALLY": ("semester", 1, 1),
    "YEARLY": ("year", 1, 1),
    "WEEKLY": ("month", 52, 12),
    "BIWEEKLY": ("month", 26, 12),
}


def head(data: Json, raw: Raw) -> Head:
    """This will read the event's id and kind."""
    return Head(kind=text(data, "event"), id=text(data, "id"))


def tell(data: Json, head: Head, at: datetime, tools: Tools) -> Told | None:
    """This will turn an event into rows."""
    when = moment(data["dateCreated"], "dateCreated") if data.get("dateCreated") else at
    rank = RANKS.get(head.kind, 2)
    if head.kind.startswith("SUBSCRIPTION_"):
        told = need(data, "subscription")
        rows = _subscription(told, head.kind, when)
        return Told(about=f"subscription:{need(told, 'id')}", moment=when, rank=rank, rows=rows)
    told = need(data, "payment")
    number = str(need(told, "id"))
    rows = _payment(told, number, head.kind, when)
    return Told(about=f"payment:{number}", moment=when, rank=rank, rows=rows)


def _payment(told: Json, number: str, kind: str, when: datetime) -> tuple[tuple[str, Row], ...]:
    who = str(need(told, "customer"))
    if kind == "PAYMENT_OVERDUE":
        return (("customer", {"key": who, "attr.payment_status": "overdue", "_at": when}),)
    if kind not in (*PAID, *BACK):
        raise NotUnderstood("kind_unknown", "event", kind)
    paid_on = told.get("confirmedDate") or told.get("paymentDate") or told.get("clientPaymentDate")
    at = moment(paid_on, "paymentDate") if paid_on else when
    amount = cents(need(told, "value"), "value")
    rows = sale(number, at, amount, [], customer=who, currency="BRL")
    if kind in BACK:
        back = cents(_refunded(told), "refunds") or amount
        return (*rows, *refund(number, when, back, customer=who, currency="BRL"))
    return (("customer", {"key": who, "attr.payment_status": "paid", "_at": when}), *rows)


def _refunded(told: Json) -> float:
    found = told.get("refunds")
    done = found if isinstance(found, list) else []
    return sum(each.get("value") or 0 for each in done if isinstance(each, dict))


def _subscription(told: Json, kind: str, when: datetime) -> tuple[tuple[str, Row], ...]:
    cycle = text(told, "cycle")
    if cycle not in CYCLES:
        raise NotUnderstood("period_unknown", "subscription.cycle", cycle)
    period, times, per = CYCLES[cycle]
    is_over = kind in ("SUBSCRIPTION_DELETED", "SUBSCRIPTION_INACTIVATED")
    end = told.get("endDate")
    amount = cents(need(told, "value"), "subscription.value")
    row = filled(
        key=need(told, "id"),
        customer=str(need(told, "customer")),
        starts_on=_started(told),
        ends_on=day(when.isoformat(), "dateCreated") if is_over else end and day(end, "endDate"),
        cancelled_at=when if is_over else None,
        amount=round(amount * times / per),
        currency="BRL",
        period=period,
        product=text(told, "description")[:120],
        product_kind="plan" if text(told, "description") else "",
    )
    return (("contract", row),)


def _started(told: Json) -> object:
    written = need(told, "dateCreated")
    parts = str(written).split("/")
    return day("-".join(reversed(parts)) if len(parts) == 3 else written, "dateCreated")


PROVIDER = Provider(
    name="asaas",
    label="Asaas",
    steps=_(
        "In Asaas: Integrations → Webhooks → Add. Paste the address, choose the events of "
        "charges and subscriptions, and paste the authentication token shown here."
    ),
    secret_label=_("Authentication token"),
    verify=lambda raw, secret: signing.token("asaas-access-token", raw, secret),
    head=head,
    tell=tell,
    makes_secret=True,
    quiet=QUIET,
)
