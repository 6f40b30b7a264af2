"""Nuvemshop: orders and customers of a shop. Source: tiendanube.github.io/api-documentation.

A delivery names only the shop, the kind and an id, so the object is fetched; what is fetched is the
present state, whatever order the deliveries come in. The three LGPD deliveries become requests on
the page *Privacidade*.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from posvenda.api.webhooks import signing
from posvenda.api.webhooks.providers.provider import (
    Head,
    Json,
    NotUnderstood,
    Option,
    Provider,
    Row,
    Told,
    Tools,
    cents,
    filled,
    look,
    moment,
    need,
    refund,
    sale,
    tax_id,
    telephone,
    text,
    words,
)
from posvenda.api.webhooks.signing import Raw

API = "https://api.nuvemshop.com.br/v1"
QUIET = words(
    "app/uninstalled app/suspended app/resumed category/created category/updated "
    "category/deleted product/deleted customer/deleted domain/updated "
    "order/custom_fields_updated order_custom_field/created order_custom_field/updated "
    "order_custom_field/deleted store/redact"
)
PRIVACY = {"customers/redact": "erasure", "customers/data_request": "access"}


def head(data: Json, raw: Raw) -> Head:
    """This will read the kind; nothing in a delivery says whether it came before."""
    return Head(kind=text(data, "event"))


def tell(data: Json, head: Head, at: datetime, tools: Tools) -> Told | None:
    """This will fetch the object and turn it into rows."""
    if head.kind in PRIVACY:
        return _privacy(data, head.kind, at)
    family, number = head.kind.partition("/")[0], str(need(data, "id"))
    reader = READERS.get(family)
    if reader is None:
        raise NotUnderstood("kind_unknown", "event", head.kind)
    shop = text(data, "store_id")
    wanted = tools.options.get("store_id", "")
    if wanted and shop != wanted:
        raise NotUnderstood("other_shop", "store_id", shop)
    base = (tools.options.get("api") or API).rstrip("/")
    headers = {"Authentication": f"bearer {tools.options.get('access_token', '')}".strip()}
    told = tools.get_json(f"{base}/{shop}/{family}s/{number}", headers)
    return Told(about=f"{family}:{number}", moment=at, rows=tuple(reader(told)))


def _order(told: Json) -> list[tuple[str, Row]]:
    number = str(told.get("number") or need(told, "id"))
    status, payment = text(told, "status"), text(told, "payment_status")
    if payment not in ("paid", "refunded", "partially_refunded", "voided", "authorized"):
        return []
    currency = text(told, "currency") or "BRL"
    amount = cents(need(told, "total"), "total")
    buyer = _buyer(told)
    at = moment(told.get("paid_at") or need(told, "created_at"), "created_at")
    gone = told.get("cancelled_at")
    is_gone = status == "cancelled" or payment == "voided"
    rows = list(
        sale(
            number,
            at,
            amount,
            _lines(told, amount),
            currency=currency,
            status=status,
            delivered_at=_moment(told, "delivered_at"),
            cancelled_at=(moment(gone, "cancelled_at") if gone else at) if is_gone else None,
            **buyer,
        )
    )
    if payment == "refunded" and not is_gone:
        when = moment(gone, "cancelled_at") if gone else _moment(told, "updated_at") or at
        rows += refund(number, when, amount, currency=currency, customer=buyer["customer"])
    return rows


def _lines(told: Json, amount: int) -> list[Row]:
    """The products, then shipping and discounts as one charge, so that the lines add up."""
    lines = [
        filled(
            line=str(number),
            product=text(each, "sku") or text(each, "product_id"),
            product_name=_name(each.get("name")),
            amount=round(cents(each.get("price") or 0, "products.price") * _count(each)),
            quantity=_count(each),
        )
        for number, each in enumerate(told.get("products") or (), start=1)
    ]
    rest = amount - sum(line.get("amount", 0) for line in lines)
    if lines and rest:
        lines.append(
            {
                "line": "rest",
                "product": "frete-e-descontos",
                "product_kind": "charge",
                "product_name": "Frete e descontos",
                "amount": rest,
            }
        )
    return lines


def _count(line: Json) -> int:
    try:
        return int(line.get("quantity") or 1)
    except (TypeError, ValueError):
        raise NotUnderstood("not_a_number", "products.quantity", line.get("quantity")) from None


def _name(written: Any) -> str:
    """A name, or the first of a name in several languages."""
    found = (
        written.get("pt") or next(iter(written.values()), "")
        if isinstance(written, dict)
        else written
    )
    return str(found or "")[:200]


def _buyer(told: Json) -> Row:
    who = look(told, "customer") or {}
    email = (text(who, "email") or text(told, "contact_email")).lower()
    document = tax_id(text(who, "identification") or text(told, "contact_identification"))
    ref = email or document or text(who, "id")
    if not ref:
        raise NotUnderstood("missing", "customer.email")
    return filled(
        customer=ref,
        customer__name=text(who, "name") or text(told, "contact_name"),
        customer__email=email,
        customer__tax_id=document,
        customer__phone=telephone(text(who, "phone") or text(told, "contact_phone")),
    )


def _customer(told: Json) -> list[tuple[str, Row]]:
    email, document = text(told, "email").lower(), tax_id(text(told, "identification"))
    row = filled(
        key=email or document or need(told, "id"),
        name=text(told, "name"),
        email=email,
        tax_id=document,
        phone=telephone(text(told, "phone")),
        since=_moment(told, "created_at"),
    )
    return [("customer", {**row, "id.nuvemshop": text(told, "id")})]


def _product(told: Json) -> list[tuple[str, Row]]:
    return [("product", filled(key=str(need(told, "id")), name=_name(told.get("name"))))]


def _moment(told: Json, name: str) -> datetime | None:
    return moment(told[name], name) if told.get(name) else None


def _privacy(data: Json, kind: str, at: datetime) -> Told:
    who = look(data, "customer") or {}
    ask = filled(
        kind=PRIVACY[kind],
        email=text(who, "email").lower(),
        tax_id=tax_id(text(who, "identification")),
        phone=telephone(text(who, "phone")),
        external_id=text(who, "id"),
        source="Nuvemshop",
    )
    return Told(about=f"privacy:{text(who, 'id')}:{kind}", moment=at, asks=(("privacy", ask),))


READERS: dict[str, Any] = {"order": _order, "customer": _customer, "product": _product}

PROVIDER = Provider(
    name="nuvemshop",
    label="Nuvemshop",
    steps=_(
        "Create an app in the partners' portal and install it in your shop. Paste the address "
        "as a webhook of order/* and customer/*, and fill in the app's secret and token."
    ),
    secret_label=_("App secret (client secret)"),
    verify=lambda raw, secret: signing.hex_of_body("x-linkedstore-hmac-sha256", raw, secret),
    head=head,
    tell=tell,
    options=(
        Option(name="store_id", label=_("Number of the shop")),
        Option(name="access_token", label=_("Access token of the app"), is_secret=True),
        Option(name="api", label=_("Address of the API"), default=API),
    ),
    quiet=QUIET,
)
