"""Orders and their lines, with returns.

Lines imply their order: it begins with its earliest line, and the order's own row replaces what
lines implied. A line without a moment takes it from its order, and a line without a customer from
the order's own row; never from its neighbours, for then the result would hang on what came first.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from posvenda.api.imports.families import customers
from posvenda.api.imports.families.refs import moment, products, require
from posvenda.api.imports.families.settle import Draft, settle
from posvenda.api.imports.identity import Identity, digest
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Old, Store, Who
from posvenda.base import clock
from posvenda.commerce.models import Order, OrderLine

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

VALUES = ("number", "customer", "happened_at", "amount", "currency", "status")
IDENTITY = Identity(key=lambda row: str(row.get("number") or ""), fields=VALUES)
LINE_IDENTITY = Identity(
    key=lambda row: f"{row['order']}/{row['line']}" if row.get("line") and row.get("order") else "",
    fields=("order", "happened_at", "product", "product_name", "quantity", "unit_price", "amount"),
)
COLUMNS = (
    "number",
    "is_return",
    "amount_cents",
    "currency",
    "status",
    "promised_at",
    "delivered_at",
    "cancelled_at",
)
LINE_COLUMNS = ("order_key", "product", "quantity", "amount_cents", "currency")
IMPLIED = "~"
NUMBER_LIMIT = 80


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will store orders; their customers are created when nobody has heard of them."""
    rows = [row for row in rows if require(row, ("happened_at",), outcome)]
    for row in rows:
        row["happened_at"] = moment(row["happened_at"])
    people = customers.imply(store, rows, outcome)
    drafts = []
    for row in rows:
        delivered = moment(row.get("delivered_at"))
        if delivered is not None and delivered < row["happened_at"]:
            _warn(outcome, row, "delivered_before_ordered", "delivered_at")
        drafts.append(
            Draft(
                row["_key"],
                _id(people, row),
                row["happened_at"],
                (
                    (row.get("number") or row["_key"])[:NUMBER_LIMIT],
                    bool(row.get("is_return")),
                    row.get("amount"),
                    row.get("currency") or "BRL",
                    row.get("status") or "",
                    moment(row.get("promised_at")),
                    delivered,
                    moment(row.get("cancelled_at")),
                ),
            )
        )
    settle(store, Order, COLUMNS, drafts, outcome)


def load_lines(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will store order lines and the orders they imply."""
    for row in rows:
        row["happened_at"] = moment(row.get("happened_at"))
        row["_order"] = _order_key(row)
    rows = [row for row in rows if _has_amount(row, outcome)]
    orders = store.facts(Order, {row["_order"] for row in rows}, ("is_return",))
    rows = [row for row in rows if _is_placed(row, orders, outcome)]
    people = customers.imply(store, rows, outcome)
    goods = products(store, rows)
    settle(store, Order, COLUMNS, _implied(rows, orders, people), old=orders)
    drafts = [_line(row, orders, people, goods) for row in rows]
    for row, draft in zip(rows, drafts, strict=True):
        if draft.customer_id is None:
            _warn(outcome, row, "no_customer", "customer")
    settle(store, OrderLine, LINE_COLUMNS, drafts, outcome)


def _order_key(row: "Row") -> str:
    """The number, or the visit: one customer on one day."""
    if row.get("order"):
        return str(row["order"])
    if row["happened_at"] is None:
        return ""
    who = row.get("customer") or row["_key"]
    return f"auto:{who}:{clock.day_of(row['happened_at']).isoformat()}"


def _has_amount(row: "Row", outcome: "Outcome") -> bool:
    if row.get("amount") is None and row.get("unit_price") is None:
        outcome.problems.append(Problem(row["_line"], "missing", field="amount"))
        return False
    return True


def _is_placed(row: "Row", orders: Mapping[str, Old], outcome: "Outcome") -> bool:
    """Whether the row says when, or belongs to an order that does."""
    if row["_order"] in orders or row["happened_at"] is not None:
        return True
    outcome.problems.append(
        Problem(row["_line"], "order_unknown", field="order", value=str(row.get("order") or ""))
    )
    return False


def _implied(
    rows: "list[Row]", orders: Mapping[str, Old], people: Mapping[str, Who]
) -> list[Draft]:
    """Orders that only their lines tell of: new ones, and those that began earlier than known."""
    first: dict[str, Row] = {}
    for row in rows:
        before, at = first.get(row["_order"]), row["happened_at"]
        if at is None:
            continue
        if before is None:
            first[row["_order"]] = dict(row)
        else:
            before["happened_at"] = min(before["happened_at"], at)
            before["customer"] = before.get("customer") or row.get("customer")
            before["is_return"] = before.get("is_return") and row.get("is_return")
    drafts = []
    for key, row in first.items():
        old, who, at = orders.get(key), _id(people, row), row["happened_at"]
        is_return = bool(row.get("is_return"))
        if old is not None:
            if not old.digest.startswith(IMPLIED):
                continue
            who, at = old.customer_id or who, min(old.happened_at, at)
            is_return = is_return and bool(old.more["is_return"])
        number = str(row.get("order") or key)[:NUMBER_LIMIT]
        values = (number, is_return, None, row.get("currency") or "BRL", "", None, None, None)
        drafts.append(Draft(key, who, at, values, partial(_implied_stamp, at, values)))
    return drafts


def _implied_stamp(at: Any, values: tuple[Any, ...], who: int | None) -> str:
    return IMPLIED + digest(who, at, *values)[1:]


def _line_stamp(at: Any, values: tuple[Any, ...], who: int | None) -> str:
    return digest(who, at, *values)


def _line(
    row: "Row", orders: Mapping[str, Old], people: Mapping[str, Who], goods: Mapping[str, int]
) -> Draft:
    old = orders.get(row["_order"])
    quantity, cents = _figures(row, is_return=_is_return(row, old))
    who = _id(people, row)
    if who is None and old is not None and not old.digest.startswith(IMPLIED):
        who = old.customer_id
    at = row["happened_at"]
    if at is None and old is not None:
        at = old.happened_at
    product = goods.get(row.get("product") or "")
    values = (row["_order"], product, quantity, cents, row.get("currency") or "BRL")
    told = (row["_order"], row.get("product"), quantity, cents, values[4])
    return Draft(row["_key"], who, at, values, partial(_line_stamp, at, told))


def _is_return(row: "Row", order: Old | None) -> bool:
    if row.get("is_return") is None and order is not None:
        return bool(order.more.get("is_return"))
    return bool(row.get("is_return"))


def _figures(row: "Row", *, is_return: bool) -> tuple[Decimal, int]:
    """Quantity and whole cents, below zero in a return. A price is a Decimal or whole cents."""
    quantity = row.get("quantity")
    quantity = Decimal(1) if quantity is None else quantity
    cents = row.get("amount")
    if cents is None:
        price = row["unit_price"]
        exact = quantity * (price if isinstance(price, int) else price * 100)
        cents = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    if is_return and quantity > 0:
        quantity, cents = -quantity, -abs(cents)
    return quantity, cents


def _id(people: Mapping[str, Who], row: "Row") -> int | None:
    who = people.get(row.get("customer") or "")
    return None if who is None else who.id


def _warn(outcome: "Outcome", row: "Row", code: str, field: str, **params: Any) -> None:
    outcome.problems.append(
        Problem(
            row["_line"],
            code,
            field=field,
            value=str(row.get(field) or ""),
            params=params,
            is_warning=True,
        )
    )
