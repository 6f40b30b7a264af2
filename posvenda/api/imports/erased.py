"""Rows about people who were erased at their request do not come back with the next file.

A row is known by any identifier it carries. It stays out with the day of the erasure and without
its content, which is not kept anywhere. Where the company lets people return ("fresh"), rows that
are dated after the erasure come in, and older ones still stay out.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from posvenda.api.imports.problems import Problem
from posvenda.api.imports.reading import table
from posvenda.api.imports.reading.table import Table
from posvenda.base import choices, clock
from posvenda.customers.privacy import tombstones
from posvenda.customers.privacy.tombstones import DOCUMENT, EMAIL, ORDER, PHONE, Ref

Row = dict[str, Any]
CODE = "erased"
PART = 2_000
KINDS: Mapping[str, str] = {
    "tax_id": DOCUMENT,
    "customer.tax_id": DOCUMENT,
    "email": EMAIL,
    "customer.email": EMAIL,
    "phone": PHONE,
    "customer.phone": PHONE,
}
KEYS = ("customer", "person", "contact")


def screen(record: str, rows: list[Row]) -> tuple[list[Row], list[Problem]]:
    """This will part rows that may come in from those of erased people."""
    told = [(row, list(_refs(record, row))) for row in rows]
    known = tombstones.erased(ref for _row, refs in told for ref in refs)
    if not known:
        return rows, []
    is_fresh = choices.get("erased_returns") == "fresh"
    rest, problems = [], []
    for row, refs in told:
        at = max((known[ref] for ref in refs if ref in known), default=None)
        if at is None or (is_fresh and _is_later(row, at)):
            rest.append(row)
        else:
            day = clock.day_of(at).strftime("%d/%m/%Y")
            problems.append(Problem(row["_line"], CODE, params={"day": day}))
    return rest, problems


def _refs(record: str, row: Row) -> Iterator[Ref]:
    for name, kind in KINDS.items():
        if row.get(name):
            yield kind, str(row[name])
    keys = [str(row[name]) for name in KEYS if row.get(name)]
    keys += [str(value) for name, value in row.items() if name.startswith("id.") and value]
    if record == "customer" and row.get("_key"):
        keys.append(str(row["_key"]))
    for key in keys:
        yield from tombstones.shapes(key)
    if record == "answer" and row.get("order"):
        yield ORDER, str(row["order"])


def _is_later(row: Row, erased_at: datetime) -> bool:
    """Whether a row tells of a time after the erasure; one without a date tells of the present."""
    at = row.get("happened_at") or row.get("starts_on") or row.get("since")
    if at is None:
        return True
    if isinstance(at, datetime):
        return at > erased_at
    return isinstance(at, date) and at > clock.day_of(erased_at)


def lines_of(raw: Mapping[int, Sequence[Any]]) -> set[int]:
    """This will name the lines, of those that stay out for any reason, that hold erased people."""
    told = {
        line: [
            ref for cell in cells if cell not in (None, "") for ref in tombstones.shapes(str(cell))
        ]
        for line, cells in raw.items()
    }
    known = tombstones.erased(ref for refs in told.values() for ref in refs)
    return {line for line, refs in told.items() if any(ref in known for ref in refs)}


def stands_in(looked: Table) -> bool:
    """This will say whether a file holds anybody who was erased; without any it is not read."""
    if not tombstones.is_any():
        return False
    with table.rows(looked) as body:
        while part := [cells for _line, cells, _trouble in islice(body, PART)]:
            if lines_of(dict(enumerate(part))):
                return True
    return False


def without(rows: Sequence[list[Any]]) -> list[list[Any]]:
    """This will leave erased people out of the examples by which a file is judged and shown."""
    hidden = lines_of(dict(enumerate(rows)))
    return [cells for number, cells in enumerate(rows) if number not in hidden]
