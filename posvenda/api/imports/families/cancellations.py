"""Cancellations: a customer said they leave, with the reason given."""

from typing import TYPE_CHECKING

from posvenda.api.imports.families.refs import known_customers, moment, require
from posvenda.api.imports.families.settle import Draft, settle
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.store import Store
from posvenda.commerce.models import Cancellation

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(
    key=lambda row: str(row.get("key") or ""), fields=("customer", "happened_at", "reason")
)
COLUMNS = ("reason", "comment", "is_return")


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will store cancellations of known customers."""
    rows = [row for row in rows if require(row, ("happened_at",), outcome)]
    drafts = []
    for row, who in known_customers(store, rows, outcome):
        at = moment(row["happened_at"])
        assert at is not None
        told = (
            str(row.get("reason") or "")[:80],
            str(row.get("comment") or ""),
            bool(row.get("is_return")),
        )
        drafts.append(Draft(row["_key"], who.id, at, told))
    settle(store, Cancellation, COLUMNS, drafts, outcome)
