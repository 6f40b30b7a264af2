"""Stripe: customers, subscriptions and charges. Source: docs.stripe.com/api/events.

Every event carries the whole object, so the newest event of an object holds. Charges are sales and
refunds their returns; invoices only say whether the customer pays, for each paid one has a charge.
Amounts come in the smallest unit of the currency.
"""

from datetime import datetime
from typing import Any

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
    epoch,
    filled,
    look,
    need,
    refund,
    sale,
    telephone,
    text,
    words,
)
from posvenda.api.webhooks.signing import Raw
from posvenda.core.money import half_even

WHOLE = words("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf")
THOUSANDTHS = words("bhd jod kwd omr tnd")
PERIODS = {
    ("month", 1): "month",
    ("month", 3): "quarter",
    ("month", 6): "semester",
    ("month", 12): "year",
    ("year", 1): "year",
}
TIMES_A_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}
RANKS = {"created": 0, "succeeded": 1, "updated": 2, "paid": 2, "refunded": 3, "deleted": 4}
QUIET = words(
    "charge.captured charge.pending charge.failed charge.dispute.created "
    "charge.dispute.closed checkout.session.completed invoice.created invoice.finalized "
    "invoice.updated invoice.sent invoice.upcoming invoice.payment_succeeded "
    "payment_intent.created payment_intent.succeeded payment_intent.payment_failed "
    "payment_method.attached customer.source.created price.created price.updated plan.created "
    "plan.updated customer.subscription.trial_will_end refund.created refund.updated "
    "payout.paid payout.created balance.available"
)


def head(data: Json, raw: Raw) -> Head:
    """This will read the event's id and kind."""
    return Head(kind=text(data, "type"), id=text(data, "id"))


def tell(data: Json, head: Head, at: datetime, tools: Tools) -> Told | None:
    """This will turn an event into rows."""
    told = need(data, "data", "object")
    moment = epoch(need(data, "created"), "created")
    family = head.kind.rpartition(".")[0]
    read = READERS.get(family)
    if read is None:
        raise NotUnderstood("kind_unknown", "type", head.kind)
    rank = RANKS.get(head.kind.rpartition(".")[2], 1)
    about = f"{family}:{need(told, 'id')}"
    return Told(about=about, moment=moment, rank=rank, rows=tuple(read(told, head.kind, moment)))


def _customer(told: Json, kind: str, moment: datetime) -> list[tuple[str, Row]]:
    if kind == "customer.deleted":
        return []
    row = filled(
        key=need(told, "id"),
        name=text(told, "name") or text(told, "email"),
        email=text(told, "email"),
        phone=telephone(text(told, "phone")),
        since=epoch(told["created"], "created") if told.get("created") else None,
    )
    return [("customer", {**row, "id.stripe": need(told, "id")})]


def _subscription(told: Json, kind: str, moment: datetime) -> list[tuple[str, Row]]:
    items = need(told, "items", "data")
    if not isinstance(items, list):
        raise NotUnderstood("not_a_list", "items.data")
    if told.get("status") in ("incomplete", "incomplete_expired"):
        return []
    ended = told.get("ended_at") or told.get("cancel_at")
    shared = filled(
        customer=_id(need(told, "customer")),
        starts_on=_day(told, "start_date"),
        ends_on=epoch(ended, "ended_at").date() if ended else None,
        cancelled_at=_moment(told, "canceled_at"),
        is_trial=told.get("status") == "trialing",
        is_auto_renewed=not told.get("cancel_at_period_end"),
    )
    return [
        ("contract", {**shared, **_item(item, str(told["id"]), number)})
        for number, item in enumerate(items)
    ]


def _item(item: Json, subscription: str, number: int) -> Row:
    price = item.get("price") or item.get("plan") or {}
    currency = text(price, "currency").upper()
    amount = price.get("unit_amount", price.get("amount"))
    if amount is None:
        raise NotUnderstood("no_price", "items.data.price.unit_amount")
    quantity = item.get("quantity") or 1
    every = look(price, "recurring") or price
    interval, count = text(every, "interval") or "month", int(every.get("interval_count") or 1)
    cents = _cents(amount, currency) * quantity
    period = PERIODS.get((interval, count))
    if period is None:
        if interval not in TIMES_A_YEAR:
            raise NotUnderstood("period_unknown", "recurring.interval", interval)
        cents, period = half_even(cents * TIMES_A_YEAR[interval], 12 * count), "month"
    product = _id(price.get("product")) or text(price, "id")
    return filled(
        key=subscription if number == 0 else f"{subscription}/{text(item, 'id')}",
        amount=cents,
        currency=currency,
        period=period,
        seats=quantity if quantity > 1 else None,
        product=product,
        product_name=text(price, "nickname"),
        product_kind="plan" if product else "",
    )


def _charge(told: Json, kind: str, moment: datetime) -> list[tuple[str, Row]]:
    if not told.get("paid", True) or told.get("status") not in (None, "succeeded"):
        return []
    currency, number = text(told, "currency").upper(), str(told["id"])
    buyer = text(told, "billing_details", "email") or text(told, "receipt_email")
    shared = filled(
        currency=currency,
        customer=_id(told.get("customer")) or buyer,
        customer__email=buyer,
        customer__name=text(told, "billing_details", "name"),
    )
    at = epoch(need(told, "created"), "created")
    rows = list(sale(number, at, _cents(need(told, "amount"), currency), [], **shared))
    if told.get("amount_refunded"):
        back = _cents(told["amount_refunded"], currency)
        rows += refund(number, moment, back, currency=currency, customer=shared.get("customer"))
    return rows


def _invoice(told: Json, kind: str, moment: datetime) -> list[tuple[str, Row]]:
    states = {"invoice.paid": "paid", "invoice.payment_failed": "failed"}
    state = states.get(kind)
    if state is None or not told.get("customer"):
        return []
    return [
        ("customer", {"key": _id(told["customer"]), "attr.payment_status": state, "_at": moment})
    ]


def _product(told: Json, kind: str, moment: datetime) -> list[tuple[str, Row]]:
    if kind == "product.deleted":
        return []
    return [("product", filled(key=need(told, "id"), name=text(told, "name"), kind="plan"))]


READERS: dict[str, Any] = {
    "customer": _customer,
    "customer.subscription": _subscription,
    "charge": _charge,
    "invoice": _invoice,
    "product": _product,
}


def _cents(amount: object, currency: str) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise NotUnderstood("not_a_number", "amount", amount)
    if currency.lower() in WHOLE:
        return amount * 100
    return half_even(amount, 10) if currency.lower() in THOUSANDTHS else amount


def _id(found: object) -> str:
    """An id, or the id of an object that was sent whole."""
    return text(found, "id") if isinstance(found, dict) else str(found or "")


def _moment(told: Json, name: str) -> datetime | None:
    return epoch(told[name], name) if told.get(name) else None


def _day(told: Json, name: str) -> Any:
    return epoch(need(told, name), name).date()


PROVIDER = Provider(
    name="stripe",
    label="Stripe",
    steps=_(
        "In Stripe: Developers → Webhooks → Add endpoint. Paste the address, choose customer.*, "
        "customer.subscription.*, charge.* and invoice.*, then copy the signing secret here."
    ),
    secret_label=_("Signing secret (whsec_…)"),
    verify=signing.stripe,
    head=head,
    tell=tell,
    quiet=QUIET,
)
