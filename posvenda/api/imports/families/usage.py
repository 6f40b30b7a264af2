"""Usage events: they go to the event store; here they find their customer."""

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from posvenda.api.imports.families import customers
from posvenda.api.imports.families.refs import moment, require
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Old, Store
from posvenda.base import clock
from posvenda.commerce.models import ContractLine

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(
    key=lambda row: str(row.get("key") or ""),
    fields=("customer", "contract", "person", "feature", "quantity", "happened_at"),
)
SCHEMA: dict[str, Any] = {
    "key": pl.String,
    "customer_id": pl.Int64,
    "person": pl.String,
    "feature": pl.String,
    "quantity": pl.Float64,
    "seconds": pl.Int64,
    "happened_at": pl.Datetime("us", "UTC"),
    "recorded_at": pl.Datetime("us", "UTC"),
    "batch_id": pl.Int64,
}


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will hand usage events to the event store, each with the customer it belongs to."""
    rows = [row for row in rows if require(row, ("happened_at",), outcome)]
    for row in rows:
        row["happened_at"] = moment(row["happened_at"])
    contracts = store.facts(
        ContractLine,
        {row["contract"] for row in rows if row.get("contract")},
        ("starts_on", "ends_on"),
    )
    people = customers.imply(store, rows, outcome)
    events = []
    first: dict[int, Any] = {}
    for row in rows:
        who = people.get(row.get("customer") or "")
        contract = contracts.get(row.get("contract") or "")
        customer = who.id if who is not None else contract.customer_id if contract else None
        if customer is None:
            _refuse(row, outcome)
            continue
        if contract is not None:
            _compare(row, contract, outcome)
        at = row["happened_at"]
        first[customer] = min(first.get(customer, at), at)
        events.append(_event(store, row, customer))
    store.lower(first)
    store.record_usage(pl.DataFrame(events, schema=SCHEMA, orient="row"), outcome)


def _event(store: Store, row: "Row", customer: int) -> tuple[Any, ...]:
    quantity, seconds = row.get("quantity"), row.get("seconds")
    return (
        row["_key"],
        customer,
        row.get("person") or None,
        row.get("feature") or None,
        None if quantity is None else float(quantity),
        None if seconds is None else round(seconds),
        row["happened_at"],
        store.recorded(row["happened_at"]),
        None if store.batch is None else store.batch.pk,
    )


def _refuse(row: "Row", outcome: "Outcome") -> None:
    field = "contract" if row.get("contract") else "customer"
    code = f"{field}_unknown" if row.get(field) else "missing"
    outcome.problems.append(
        Problem(row["_line"], code, field=field, value=str(row.get(field) or ""))
    )


def _compare(row: "Row", contract: Old, outcome: "Outcome") -> None:
    """Warn of use outside its contract; it is imported all the same."""
    day: date = clock.day_of(row["happened_at"])
    starts_on, ends_on = contract.more["starts_on"], contract.more["ends_on"]
    if starts_on <= day and (ends_on is None or day < ends_on):
        return
    period = f"{starts_on.isoformat()} – {ends_on.isoformat() if ends_on else '…'}"
    outcome.problems.append(
        Problem(
            row["_line"],
            "outside_contract",
            field="happened_at",
            value=day.isoformat(),
            params={"contract": contract.key, "period": period},
            is_warning=True,
        )
    )
