"""Who and what a row points to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Store, Who
from posvenda.base import clock
from posvenda.commerce.models import Product

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row


def known_customers(store: Store, rows: "list[Row]", outcome: "Outcome") -> "list[tuple[Row, Who]]":
    """This will pair rows with their customers and refuse rows that name nobody we know."""
    found = store.customers({row["customer"] for row in rows if row.get("customer")})
    pairs = []
    for row in rows:
        who = found.get(row.get("customer") or "")
        if who is None:
            outcome.problems.append(_nobody(store, row))
        else:
            pairs.append((row, who))
    return pairs


def _nobody(store: Store, row: "Row") -> Problem:
    ref = row.get("customer") or ""
    if ref in store.doubtful:
        return doubtful(store, row)
    code = "customer_unknown" if ref else "missing"
    return Problem(row["_line"], code, field="customer", value=ref)


def doubtful(store: Store, row: "Row") -> Problem:
    """This will refuse a row that several customers could be meant by; nobody is chosen."""
    names = {"customers": store.doubtful[row["customer"]]}
    return Problem(
        row["_line"], "customer_doubtful", field="customer", value=row["customer"], params=names
    )


def products(store: Store, rows: "list[Row]") -> dict[str, int]:
    """This will give the ids of the products rows name, creating those that are new."""
    named = [row for row in rows if row.get("product")]
    keys = {row["product"] for row in named}
    known = store.product_ids(keys)
    fresh: dict[str, Row] = {}
    for row in named:
        if row["product"] not in known and not fresh.get(row["product"], {}).get("product_name"):
            fresh[row["product"]] = row
    store.add(
        Product,
        ("key", "name", "kind", "category", "recorded_at"),
        (
            (
                key,
                (row.get("product_name") or key)[:200],
                row.get("product_kind") or Product.Kind.GOODS,
                row.get("product_category") or "",
                store.now,
            )
            for key, row in fresh.items()
        ),
    )
    if fresh:
        store.flush()
    return known | store.product_ids(fresh.keys())


def require(row: "Row", names: Sequence[str], outcome: "Outcome") -> bool:
    """This will refuse a row that lacks one of these fields."""
    for name in names:
        if row.get(name) in (None, ""):
            outcome.problems.append(Problem(row["_line"], "missing", field=name))
            return False
    return True


def moment(value: date | datetime | None) -> datetime | None:
    """This will make a moment of a day: its first instant for the company."""
    if value is None or isinstance(value, datetime):
        return value
    return clock.start_of(value)
