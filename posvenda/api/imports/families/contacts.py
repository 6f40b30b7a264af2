"""Contacts: the people to talk to at a customer."""

from typing import TYPE_CHECKING

from posvenda.api.imports.families.people import Shape, load_people
from posvenda.api.imports.families.refs import moment
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.store import Store, Who
from posvenda.core.identifiers import match_key
from posvenda.customers.models import Contact

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(
    key=lambda row: str(
        row.get("key")
        or (
            f"{row.get('customer')}/{row.get('email') or row.get('name')}"
            if row.get("customer")
            else ""
        )
    ),
    may_repeat=True,
)


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will create or complete contacts of known customers."""
    for row in rows:
        row["name"] = row.get("name") or row.get("email")
    load_people(store, rows, outcome, SHAPE)


def _fields(row: "Row", who: Who) -> dict[str, object]:
    phone = row.get("phone") or ""
    return {
        "name": str(row["name"])[:200],
        "role": str(row.get("role") or "")[:120],
        "email": row.get("email") or "",
        "phone": phone,
        "phone_key": match_key(phone) if phone else "",
        "is_champion": row.get("is_champion"),
        "left_at": moment(row.get("left_at")),
    }


SHAPE = Shape(
    Contact, _fields, defaults={"is_champion": False}, stamps={"left_at": "left_recorded_at"}
)
