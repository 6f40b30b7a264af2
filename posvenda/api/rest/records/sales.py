"""Products, orders with their lines, and contracts as resources."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from posvenda.api.imports.mapping import values
from posvenda.api.rest.records.resource import LINES, Context, Item, Reading, Resource, filled
from posvenda.api.rest.schemas import sales as shapes
from posvenda.base import clock
from posvenda.commerce.models import ContractLine, Order, OrderLine, Product


def show_products(rows: Sequence[Product]) -> list[Item]:
    """This will show products."""
    return [
        {
            "id": PRODUCTS.id_of(row),
            "key": row.key,
            "name": row.name,
            "kind": row.kind,
            "category": row.category or None,
            "created_at": row.recorded_at,
        }
        for row in rows
    ]


def read_product(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of a product."""
    reading.add("product", filled(item, "key", "name", "kind", "category"))


def show_orders(rows: Sequence[Order]) -> list[Item]:
    """This will show orders with their lines."""
    lines = _lines([row.key for row in rows])
    return [
        {
            "id": ORDERS.id_of(row),
            "key": row.key,
            "customer": row.customer.public_id if row.customer else None,
            "happened_at": row.happened_at,
            "amount_cents": row.amount_cents,
            "currency": row.currency,
            "status": row.status or None,
            "promised_at": row.promised_at,
            "delivered_at": row.delivered_at,
            "cancelled_at": row.cancelled_at,
            "is_return": row.is_return,
            "lines": lines[row.key],
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


def _lines(keys: Sequence[str]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    current = OrderLine.objects.filter(
        order_key__in=keys, superseded_at=None, is_retracted=False
    ).order_by("order_key", "key")
    for row in current.values_list(
        "order_key", "key", "product__key", "quantity", "amount_cents", "currency"
    ):
        order, key, product, quantity, cents, currency = row
        found[order].append(
            {
                "key": key,
                "product": product,
                "quantity": float(quantity),
                "amount_cents": cents,
                "currency": currency,
            }
        )
    return found


def read_order(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's rows of an order and its lines."""
    row = filled(
        item,
        "customer",
        "happened_at",
        "currency",
        "status",
        "promised_at",
        "delivered_at",
        "cancelled_at",
    )
    row |= {"number": item.get("key"), "amount": item.get("amount_cents")}
    row["is_return"] = bool(item.get("is_return"))
    reading.add("order", row)
    seen: set[str] = set()
    for place, line in enumerate(item.get("lines") or ()):
        if line.get("amount_cents") is None and line.get("unit_price") is None:
            reading.fault(f"lines/{place}/amount_cents", "required")
        if line.get("key") in seen:
            code, key = "duplicate_key", line["key"]
            reading.fault(f"lines/{place}/key", code, key, key=key)
        seen |= {line["key"]} if line.get("key") else set()
        reading.add("order_line", _line_row(line, row), part=place + 1)


def _line_row(line: Item, order: Item) -> Item:
    row: Item = {
        name: order[name] for name in ("customer", "happened_at", "currency") if name in order
    }
    row["line"] = line.get("key")
    row |= filled(line, "product", "product_name")
    if line.get("quantity") is not None:
        row["quantity"] = values.number(round(line["quantity"], 3))
    if line.get("amount_cents") is not None:
        row["amount"] = line["amount_cents"]
    if line.get("unit_price") is not None:
        row["unit_price"] = Decimal(line["unit_price"])
    row["is_return"] = order["is_return"]
    return row


def part_of(line: int) -> tuple[int, int]:
    """This will say to which item, and to which line of it, a loader's line belongs."""
    return divmod(line, LINES)


def show_contracts(rows: Sequence[ContractLine]) -> list[Item]:
    """This will show contract lines."""
    return [
        {
            "id": CONTRACTS.id_of(row),
            "key": row.key,
            "customer": row.customer.public_id if row.customer else None,
            "product": row.product.key if row.product else None,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "amount_cents": row.amount_cents,
            "currency": row.currency,
            "period": row.period,
            "seats": row.seats,
            "is_trial": row.is_trial,
            "is_auto_renewed": row.is_auto_renewed,
            "notice_days": row.notice_days,
            "signed_on": clock.day_of(row.happened_at),
            "cancelled_at": row.cancelled_at,
            "recorded_at": row.recorded_at,
        }
        for row in rows
    ]


CONTRACT = (
    "key",
    "customer",
    "product",
    "product_name",
    "starts_on",
    "ends_on",
    "currency",
    "period",
    "seats",
    "is_auto_renewed",
    "notice_days",
    "signed_on",
    "cancelled_at",
)


def read_contract(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of a contract line."""
    row: dict[str, Any] = filled(item, *CONTRACT)
    row |= {"amount": item["amount_cents"], "is_trial": item.get("is_trial")}
    reading.add("contract", row)


MOMENTS = {"key": "key", "happened_at": "happened_at", "recorded_at": "recorded_at"}
PRODUCTS = Resource(
    name="products",
    one="product",
    record="product",
    group="sales",
    model=Product,
    shape=shapes.Product,
    new=shapes.ProductIn,
    patch=shapes.ProductPatch,
    show=show_products,
    read=read_product,
    is_removable=False,
    has_customer=False,
    key_limit=120,
    related=(),
)
ORDERS = Resource(
    name="orders",
    one="order",
    record="order",
    group="sales",
    model=Order,
    shape=shapes.Order,
    new=shapes.OrderIn,
    patch=shapes.OrderPatch,
    show=show_orders,
    read=read_order,
    is_versioned=True,
    has_moment=True,
    sorts=MOMENTS,
)
CONTRACTS = Resource(
    name="contracts",
    one="contract",
    record="contract",
    group="sales",
    model=ContractLine,
    shape=shapes.Contract,
    new=shapes.ContractIn,
    patch=shapes.ContractPatch,
    show=show_contracts,
    read=read_contract,
    is_versioned=True,
    has_moment=True,
    sorts=MOMENTS,
    related=("customer", "product"),
)
