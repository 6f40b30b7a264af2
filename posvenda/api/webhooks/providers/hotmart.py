"""Hotmart, webhook version 2.0.0: sales of courses and memberships.

A purchase that is approved and later complete is one sale: both name one transaction, and the
transaction is the order's number. Source: developers.hotmart.com (webhook 2.0.0).
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
    epoch,
    filled,
    look,
    need,
    refund,
    sale,
    tax_id,
    telephone,
    text,
    words,
)
from posvenda.api.webhooks.signing import Raw

SOLD = {"PURCHASE_APPROVED": 1, "PURCHASE_COMPLETE": 2}
BACK = {"PURCHASE_PROTEST": 3, "PURCHASE_REFUNDED": 4, "PURCHASE_CHARGEBACK": 5}
QUIET = words(
    "PURCHASE_CANCELED PURCHASE_EXPIRED PURCHASE_DELAYED PURCHASE_BILLET_PRINTED "
    "PURCHASE_OUT_OF_SHOPPING_CART SWITCH_PLAN UPDATE_SUBSCRIPTION_CHARGE_DATE "
    "CLUB_FIRST_ACCESS CLUB_MODULE_COMPLETED"
)


def head(data: Json, raw: Raw) -> Head:
    """This will read the event's id and kind."""
    return Head(kind=text(data, "event"), id=text(data, "id"))


def tell(data: Json, head: Head, at: datetime, tools: Tools) -> Told | None:
    """This will turn an event into rows."""
    told = need(data, "data")
    when = epoch(need(data, "creation_date"), "creation_date", per_second=1000)
    if head.kind == "SUBSCRIPTION_CANCELLATION":
        return _left(told, when)
    rank = (SOLD | BACK).get(head.kind)
    if rank is None:
        raise NotUnderstood("kind_unknown", "event", head.kind)
    number = str(need(told, "purchase", "transaction"))
    rows = _purchase(told, number, head.kind, when)
    return Told(about=f"purchase:{number}", moment=when, rank=rank, rows=rows)


def _purchase(told: Json, number: str, kind: str, when: datetime) -> tuple[tuple[str, Row], ...]:
    purchase = need(told, "purchase")
    sold = purchase.get("approved_date") or purchase.get("order_date")
    at = epoch(sold, "purchase.approved_date", per_second=1000) if sold else when
    amount = cents(need(told, "purchase", "price", "value"), "purchase.price.value")
    currency = text(purchase, "price", "currency_value") or "BRL"
    buyer = _buyer(need(told, "buyer"))
    line = filled(
        line="1",
        amount=amount,
        product=text(told, "product", "id"),
        product_name=text(told, "product", "name"),
    )
    rows = sale(number, at, amount, [line], currency=currency, **buyer)
    if kind in ("PURCHASE_REFUNDED", "PURCHASE_CHARGEBACK"):
        back = refund(
            number,
            when,
            amount,
            currency=currency,
            customer=buyer["customer"],
            product=text(told, "product", "id"),
        )
        return (*rows, *back)
    if kind == "PURCHASE_PROTEST":
        ticket = filled(
            key=f"{number}:protest",
            customer=buyer["customer"],
            subject="Pedido de reembolso",
            happened_at=when,
        )
        return (*rows, ("ticket", ticket))
    return rows


def _buyer(told: Json) -> Row:
    email = text(told, "email").lower()
    document = tax_id(text(told, "document"))
    if not (email or document):
        raise NotUnderstood("missing", "buyer.email")
    return filled(
        customer=email or document,
        customer__name=text(told, "name"),
        customer__email=email,
        customer__tax_id=document,
        customer__phone=telephone(text(told, "checkout_phone")),
    )


def _left(told: Json, when: datetime) -> Told:
    subscriber = look(told, "subscriber") or look(told, "subscription", "subscriber") or {}
    email = (text(subscriber, "email") or text(told, "buyer", "email")).lower()
    if not email:
        raise NotUnderstood("missing", "data.subscriber.email")
    code = text(subscriber, "code") or email
    cancelled = told.get("cancellation_date")
    at = epoch(cancelled, "cancellation_date", per_second=1000) if cancelled else when
    row = filled(key=f"hotmart:{code}", customer=email, happened_at=at, reason="Hotmart")
    return Told(about=f"subscription:{code}", moment=when, rows=(("cancellation", row),))


PROVIDER = Provider(
    name="hotmart",
    label="Hotmart",
    steps=_(
        "In Hotmart: Tools → Webhook → Add, version 2.0.0. Paste the address, choose the "
        "events of purchases and subscriptions, then copy your hottok here."
    ),
    secret_label=_("Hottok"),
    verify=lambda raw, secret: signing.token("x-hotmart-hottok", raw, secret),
    head=head,
    tell=tell,
    quiet=QUIET,
)
