"""Support tickets, and the satisfaction score that came with them."""

from datetime import timedelta
from typing import TYPE_CHECKING

from posvenda.api.imports.families import answers
from posvenda.api.imports.families.refs import known_customers, moment, require
from posvenda.api.imports.families.settle import Draft, settle
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Store
from posvenda.commerce.models import Answer, Ticket

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(
    key=lambda row: str(row.get("key") or ""), fields=("customer", "happened_at", "subject")
)
COLUMNS = ("number", "subject", "priority", "first_reply_at", "closed_at", "is_escalated")


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will store tickets and their CSAT answers."""
    rows = [row for row in rows if require(row, ("happened_at",), outcome)]
    drafts, scores = [], []
    for row, who in known_customers(store, rows, outcome):
        if not answers.is_in_range(row, answers.CSAT, outcome):
            continue
        at, closed = moment(row["happened_at"]), moment(row.get("closed_at"))
        assert at is not None
        reply = moment(row.get("first_reply_at"))
        if reply is None and row.get("first_reply_minutes") is not None:
            reply = at + timedelta(minutes=float(row["first_reply_minutes"]))
        if closed is not None and closed < at:
            outcome.problems.append(
                Problem(
                    row["_line"],
                    "closed_before_open",
                    field="closed_at",
                    value=closed.isoformat(),
                    is_warning=True,
                )
            )
        values = (
            str(row.get("key") or "")[:80],
            str(row.get("subject") or "")[:300],
            str(row.get("priority") or "")[:16],
            reply,
            closed,
            bool(row.get("is_escalated")),
        )
        drafts.append(Draft(row["_key"], who.id, at, values))
        if row.get("score") is not None:
            told = (str(answers.CSAT), float(row["score"]), "", "")
            scores.append(Draft(f"ticket:{row['_key']}", who.id, closed or at, told))
    settle(store, Ticket, COLUMNS, drafts, outcome)
    settle(store, Answer, answers.COLUMNS, scores)
