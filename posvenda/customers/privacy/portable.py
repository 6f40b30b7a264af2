"""The files of a person's export: plain CSV that our own import, or anybody's spreadsheet, reads.

Which table becomes which file stands in ``portable.yaml``. The customer's own file gathers what is
kept in several tables: identities, present tags and attributes.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from posvenda.customers import attributes, holdings
from posvenda.customers.models import Contact, Customer, Identity, Tagging
from posvenda.customers.privacy.person import Person

FILE = Path(__file__).with_name("portable.yaml")
# Of an event: what heads the line, and what only the JSON tells as it was sent.
TOLD = ("key", "event", "properties")
Table = tuple[list[str], list[list[str]]]


@cache
def shapes() -> Mapping[str, Mapping[str, Any]]:
    """This will read how the files are laid out."""
    told: Mapping[str, Mapping[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return told


def tables(person: Person) -> dict[str, Table]:
    """This will give every file of a person that has rows: its header and its lines."""
    found = {"customers": _customer(person.customer)} if person.contact is None else {}
    by_name = {each.name: each for each in holdings.every()}
    for name, shape in shapes().items():
        table = _table(by_name[shape["holding"]], shape, person)
        if table[1]:
            found[name] = table
    if person.contact is None:
        for place in holdings.elsewhere():
            rows = list(place.read(person.ids)) if place.read else []
            if rows:
                found[place.name.rpartition(".")[2]] = _events(rows, person.customer)
    return found


def as_csv(table: Table) -> bytes:
    """This will write a table as CSV (UTF-8 with a mark, so that spreadsheets read accents)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table[0])
    writer.writerows(table[1])
    return text.getvalue().encode("utf-8-sig")


def _customer(customer: Customer) -> Table:
    ids = Identity.objects.filter(customer=customer).order_by("scheme", "value")
    present = Tagging.objects.filter(customer=customer, ends_at=None).order_by("tag")
    told: dict[str, Any] = {
        "posvenda_customer": customer.key,
        "name": customer.name,
        "kind": customer.kind,
        "tax_id": customer.tax_id,
        "email": customer.email,
        "phone": customer.phone,
        "since": customer.happened_at,
        "tags": ",".join(present.values_list("tag", flat=True)),
    }
    told |= {f"id.{scheme}": value for scheme, value in ids.values_list("scheme", "value")}
    told |= {f"attr.{name}": value for name, value in attributes.current(customer).items()}
    return list(told), [[written(value) for value in told.values()]]


def _table(holding: holdings.Holding, shape: Mapping[str, Any], person: Person) -> Table:
    columns: Mapping[str, str] = shape["columns"]
    rows = rows_of(holding, person)
    links = {field.partition(".")[0] for field in columns.values() if "." in field}
    if links:
        rows = rows.select_related(*links)
    spread: str = shape.get("spread", "")
    several = list(rows.order_by("pk"))
    more = sorted({name for row in several for name in _spread(row, spread)})
    header = [*columns, *(f"{spread}.{name}" for name in more)]
    lines = [
        [
            *(written(_value(row, field, person)) for field in columns.values()),
            *(written(_spread(row, spread).get(name)) for name in more),
        ]
        for row in several
    ]
    return header, lines


def _spread(row: Any, name: str) -> Mapping[str, Any]:
    """The JSON of a row whose names become columns."""
    return (getattr(row, name) or {}) if name else {}


def rows_of(holding: holdings.Holding, person: Person) -> Any:
    """This will give the rows that count now: no former versions, nothing that was withdrawn."""
    names = {field.name for field in holding.model._meta.fields}
    rows = _held(holding, person)
    if "superseded_at" in names:
        rows = rows.filter(superseded_at=None)
    if "is_retracted" in names:
        rows = rows.filter(is_retracted=False)
    if "withdrawn_at" in names and holding.model is not Customer:
        rows = rows.filter(withdrawn_at=None)
    return rows


def former(holding: holdings.Holding, person: Person) -> Any:
    """This will give the rows that are held and do not count any more."""
    return _held(holding, person).exclude(pk__in=rows_of(holding, person).values("pk"))


def _held(holding: holdings.Holding, person: Person) -> Any:
    names = {field.name for field in holding.model._meta.fields}
    if person.contact is None:
        return holding.of(person.ids)
    every = holding.model._base_manager
    if holding.model is Contact:
        return every.filter(pk=person.contact.pk)
    return every.filter(contact=person.contact) if "contact" in names else every.none()


def _value(row: Any, field: str, person: Person) -> Any:
    if field == "$customer":
        return person.customer.key
    way, _colon, name = field.rpartition(":")
    match way:
        case "cents":
            cents = getattr(row, name)
            return None if cents is None else Decimal(cents) / 100
        case "day":
            return timezone.localtime(getattr(row, name)).date()
        case "line":
            return str(getattr(row, name)).removeprefix(f"{row.order_key}/")
        case "keyed":
            return getattr(row, name) or row.public_id
    for part in field.split("."):
        row = getattr(row, part, None)
    return row


def written(value: Any) -> str:
    """This will write a value as our import reads it: ISO dates, dots in numbers, words for yes."""
    match value:
        case None:
            return ""
        case bool():
            return "sim" if value else "não"
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
    return str(value)


def _events(rows: Sequence[Mapping[str, Any]], customer: Customer) -> Table:
    header = ["posvenda_event", "customer", *(name for name in rows[0] if name not in TOLD)]
    return header, [_line(row, customer) for row in rows]


def _line(row: Mapping[str, Any], customer: Customer) -> list[str]:
    rest: Iterable[Any] = (value for name, value in row.items() if name not in TOLD)
    return [written(row["key"]), customer.key, *map(written, rest)]
