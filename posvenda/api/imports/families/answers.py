"""Answers to satisfaction surveys, and reviews."""

from typing import TYPE_CHECKING

from posvenda.api.imports.families.refs import moment, require
from posvenda.api.imports.families.settle import Draft, settle
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Old, Store
from posvenda.commerce.models import Answer, Order

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

CSAT = Answer.Scale.CSAT
RANGES = {Answer.Scale.NPS: (0, 10), Answer.Scale.CSAT: (1, 5), Answer.Scale.CES: (1, 7)}
IDENTITY = Identity(
    key=lambda row: str(row.get("key") or ""),
    fields=("customer", "order", "scale", "score", "comment", "happened_at"),
)
COLUMNS = ("scale", "score", "comment", "order_key")


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will store answers; one that names an order belongs to the order's customer."""
    rows = [
        row
        for row in rows
        if require(row, ("happened_at", "score"), outcome)
        and is_in_range(row, row.get("scale") or CSAT, outcome)
    ]
    people = store.customers({row["customer"] for row in rows if row.get("customer")})
    orders = store.facts(Order, {row["order"] for row in rows if row.get("order")})
    drafts = []
    for row in rows:
        who = people.get(row.get("customer") or "")
        order = orders.get(row.get("order") or "")
        if _is_lost(row, who is not None, order, outcome):
            continue
        at = moment(row["happened_at"])
        assert at is not None
        customer = who.id if who is not None else order.customer_id if order else None
        told = (
            str(row.get("scale") or CSAT),
            float(row["score"]),
            str(row.get("comment") or ""),
            str(row.get("order") or ""),
        )
        drafts.append(Draft(row["_key"], customer, at, told))
    settle(store, Answer, COLUMNS, drafts, outcome)


def is_in_range(row: "Row", scale: str, outcome: "Outcome") -> bool:
    """This will refuse a score outside its scale."""
    low, high = RANGES[Answer.Scale(scale)]
    score = row.get("score")
    if score is None or low <= score <= high:
        return True
    outcome.problems.append(
        Problem(
            row["_line"],
            "score_range",
            field="score",
            value=str(score),
            params={"low": low, "high": high},
        )
    )
    return False


def _is_lost(row: "Row", has_customer: bool, order: Old | None, outcome: "Outcome") -> bool:
    """Whether neither a customer nor an order is known; such a row is refused."""
    if has_customer or order is not None:
        return False
    field = "customer" if row.get("customer") or not row.get("order") else "order"
    code = f"{field}_unknown" if row.get(field) else "missing"
    outcome.problems.append(
        Problem(row["_line"], code, field=field, value=str(row.get(field) or ""))
    )
    return True
