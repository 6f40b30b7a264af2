"""Interactions: calls, meetings, messages and notes that were kept elsewhere."""

from typing import TYPE_CHECKING, Any

from posvenda.api.imports.families.people import note_changes
from posvenda.api.imports.families.refs import known_customers, moment, require
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.store import Store, Who
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Contact, public_id

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(
    key=lambda row: str(row.get("key") or ""), fields=("customer", "happened_at", "kind", "body")
)
PLAIN = ("kind", "direction", "body", "happened_at")
COLUMNS = (
    "public_id",
    "key",
    "customer",
    "contact",
    "recorded_at",
    "by",
    "batch",
    *PLAIN,
)


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will store interactions of known customers; one known by its key is updated."""
    rows = [row for row in rows if require(row, ("happened_at",), outcome)]
    pairs = known_customers(store, rows, outcome)
    known = {
        row.key: row
        for row in Interaction.objects.filter(key__in=[row["_key"] for row, _ in pairs])
    }
    contacts = _contacts(pairs)
    fresh: dict[str, tuple[Any, ...]] = {}
    for row, who in pairs:
        told = _told(row)
        old = known.get(row["_key"])
        if old is None and row["_key"] not in fresh:
            fresh[row["_key"]] = _columns(store, row, who, contacts, told)
            outcome.new += 1
        elif old is not None and _update(store, old, told):
            outcome.changed += 1
        else:
            outcome.same += 1
    store.add(Interaction, COLUMNS, fresh.values())


def _told(row: "Row") -> dict[str, Any]:
    return {
        "kind": str(row.get("kind") or Interaction.Kind.NOTE),
        "direction": str(row.get("direction") or Interaction.Direction.BOTH),
        "body": str(row.get("body") or ""),
        "happened_at": moment(row["happened_at"]),
    }


def _columns(
    store: Store,
    row: "Row",
    who: Who,
    contacts: dict[tuple[int, str], int],
    told: dict[str, Any],
) -> tuple[Any, ...]:
    return (
        public_id(),
        row["_key"],
        who.id,
        contacts.get((who.id, str(row.get("contact") or ""))),
        store.recorded(told["happened_at"]),
        store.users.get(str(row.get("by") or "").lower()),
        None if store.batch is None else store.batch.pk,
        *(told[name] for name in PLAIN),
    )


def _contacts(pairs: "list[tuple[Row, Who]]") -> dict[tuple[int, str], int]:
    """Contacts of these customers by key, e-mail and name."""
    wanted = {who.id for row, who in pairs if row.get("contact")}
    found = Contact.objects.filter(customer_id__in=wanted)
    return {
        (customer, ref): pk
        for customer, pk, *refs in found.values_list("customer_id", "pk", "name", "email", "key")
        for ref in refs
        if ref
    }


def _update(store: Store, old: Interaction, told: dict[str, Any]) -> bool:
    news = note_changes(store, old, told, customer=old.customer_id)
    if news:
        store.act(lambda: Interaction.objects.filter(pk=old.pk).update(**news))
    return bool(news)
