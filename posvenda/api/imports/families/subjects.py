"""Subjects: pets, children, patients, vehicles, equipment of a customer."""

from typing import TYPE_CHECKING

from posvenda.api.imports.families.people import Shape, load_people
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.store import Store, Who
from posvenda.customers.models import Subject, SubjectKind

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(
    key=lambda row: str(
        row.get("key")
        or (f"{row.get('customer')}/{row.get('name')}" if row.get("customer") else "")
    ),
    may_repeat=True,
)


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will create or complete subjects of known customers."""
    load_people(store, rows, outcome, SHAPE)


def _fields(row: "Row", who: Who) -> dict[str, object]:
    return {
        "kind": str(row.get("kind") or SubjectKind.PET),
        "name": str(row["name"])[:120],
        "born_on": row.get("born_on"),
        "detail": {
            name.removeprefix("detail."): str(value)
            for name, value in row.items()
            if name.startswith("detail.") and value not in (None, "")
        },
    }


SHAPE = Shape(Subject, _fields, {"detail": {}})
