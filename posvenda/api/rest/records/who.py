"""Customers, contacts and subjects as resources."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from posvenda.api.imports.mapping import identifiers
from posvenda.api.rest.problems import Fault
from posvenda.api.rest.records.resource import Context, Item, Reading, Resource, filled
from posvenda.api.rest.schemas import who as shapes
from posvenda.core.facts import Kind
from posvenda.customers.models import (
    Attribute,
    AttributeValue,
    Contact,
    Customer,
    Identity,
    Subject,
    Tagging,
)

NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.RATE, Kind.DAYS)
LENGTH = 500


def show_customers(rows: Sequence[Customer]) -> list[Item]:
    """This will show customers with their tags, attributes and identities."""
    ids = [row.pk for row in rows]
    tags, attributes, identities = _tags(ids), _attributes(ids), _identities(ids)
    return [
        {
            "id": row.public_id,
            "key": row.key,
            "name": row.name,
            "kind": row.kind,
            "tax_id": row.tax_id or None,
            "email": row.email or None,
            "phone": row.phone or None,
            "since": row.happened_at,
            "owner": row.owner.email if row.owner else None,
            "tags": tags[row.pk],
            "attributes": attributes[row.pk],
            "identities": identities[row.pk],
            "created_at": row.recorded_at,
        }
        for row in rows
    ]


def _tags(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    held = Tagging.objects.filter(customer_id__in=ids, ends_at=None).order_by("tag")
    for pk, tag in held.values_list("customer_id", "tag"):
        found[pk].append(tag)
    return found


def _attributes(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    told = AttributeValue.objects.filter(customer_id__in=ids).order_by("happened_at", "id")
    for pk, name, kind, value in told.values_list(
        "customer_id", "attribute__name", "attribute__kind", "value"
    ):
        found[pk][name] = typed(kind, value)
    return defaultdict(
        dict,
        {
            pk: {name: value for name, value in sorted(each.items()) if value is not None}
            for pk, each in found.items()
        },
    )


def typed(kind: str, value: str) -> Any:
    """This will give the JSON value of an attribute's stored text; None for what does not fit."""
    if value == "":
        return None
    if kind == Kind.BOOLEAN:
        return value == "true"
    if kind in NUMBERS:
        try:
            number = float(value)
        except ValueError:
            return None
        if number != number or number in (float("inf"), float("-inf")):
            return None
        return int(number) if number.is_integer() else number
    return value


def _identities(ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = defaultdict(dict)
    known = Identity.objects.filter(customer_id__in=ids).order_by("scheme", "value")
    for pk, scheme, value in known.values_list("customer_id", "scheme", "value"):
        found[pk].setdefault(scheme, []).append(value)
    return found


def read_customer(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of a customer."""
    row = filled(item, "key", "name", "kind", "since", "tags")
    row |= identifiers_of(item, reading, context)
    for name, value in (item.get("attributes") or {}).items():
        told = attribute(name, value, reading, context)
        if told is not None:
            row[f"attr.{name}"] = told
    for scheme, value in (item.get("identities") or {}).items():
        row[f"id.{scheme}"] = value.replace("\0", "").strip()
    if not any(row.get(name) for name in ("key", "tax_id", "email", "name")):
        reading.faults.append(Fault("nobody", pointer=""))
    reading.add("customer", row)


def identifiers_of(item: Item, reading: Reading, context: Context) -> Item:
    """This will read tax id, e-mail, telephone and owner of an item."""
    found = {
        "tax_id": _read(item, reading, "tax_id", identifiers.tax_id_cell),
        "email": _read(item, reading, "email", identifiers.email_cell),
        "phone": _read(item, reading, "phone", partial(identifiers.phone_cell, ddd=context.ddd)),
        "owner": _owner(item, reading, context),
    }
    return {name: value for name, value in found.items() if value is not None}


def _read(item: Item, reading: Reading, name: str, read: Any) -> Any:
    value = item.get(name)
    return None if value is None else reading.cell(name, value, read)


def _owner(item: Item, reading: Reading, context: Context) -> str | None:
    owner = item.get("owner")
    if owner and owner.strip().lower() not in context.owners:
        reading.fault("owner", "owner_unknown", owner, owner=owner)
    return owner.strip().lower() if owner else None


def attribute(name: str, value: Any, reading: Reading, context: Context) -> Any:
    """This will read the value of an attribute, which must fit the kind it was declared with."""
    if value is None:
        return None
    declared = context.attributes.get(name)
    found = _day(value) if declared is None or declared.kind == Kind.DATE else value
    if declared is not None and not _fits(found, declared):
        where = f"attributes/{name}"
        reading.fault(where, "attribute_type", value, name=name, kind=declared.kind)
        return None
    if isinstance(found, str):
        found = found.replace("\0", "").strip()
        if len(found) > LENGTH:
            reading.fault(f"attributes/{name}", "too_long", found, limit=LENGTH, length=len(found))
        return found or None
    return Decimal(repr(found)).normalize() if isinstance(found, float) else found


def _day(value: Any) -> Any:
    """A text that is a date of the calendar, as a date."""
    if not isinstance(value, str) or len(value) != 10:
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _fits(value: Any, declared: Attribute) -> bool:
    match declared.kind:
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.DATE:
            return isinstance(value, date)
        case Kind.CHOICE:
            return isinstance(value, str) and (
                not declared.choices or value in map(str, declared.choices)
            )
        case Kind.INTEGER | Kind.DAYS | Kind.MONEY:
            return isinstance(value, int) and not isinstance(value, bool)
        case Kind.NUMBER | Kind.RATE:
            return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def show_contacts(rows: Sequence[Contact]) -> list[Item]:
    """This will show contacts."""
    return [
        {
            "id": CONTACTS.id_of(row),
            "key": row.key,
            "customer": row.customer.public_id,
            "name": row.name,
            "role": row.role or None,
            "email": row.email or None,
            "phone": row.phone or None,
            "is_champion": row.is_champion,
            "left_at": row.left_at,
            "created_at": row.recorded_at,
        }
        for row in rows
    ]


def read_contact(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of a contact."""
    row = filled(item, "key", "customer", "name", "role", "is_champion", "left_at")
    told = identifiers_of({k: v for k, v in item.items() if k != "owner"}, reading, context)
    reading.add("contact", row | told)


def show_subjects(rows: Sequence[Subject]) -> list[Item]:
    """This will show subjects."""
    return [
        {
            "id": SUBJECTS.id_of(row),
            "key": row.key,
            "customer": row.customer.public_id,
            "kind": row.kind,
            "name": row.name,
            "born_on": row.born_on,
            "detail": row.detail,
            "created_at": row.recorded_at,
        }
        for row in rows
    ]


def read_subject(item: Item, reading: Reading, context: Context) -> None:
    """This will make the loader's row of a subject."""
    row = filled(item, "key", "customer", "name", "kind", "born_on")
    for name, value in (item.get("detail") or {}).items():
        row[f"detail.{name.replace(chr(0), '')[:80]}"] = value.replace("\0", "").strip()
    reading.add("subject", row)


CUSTOMERS = Resource(
    name="customers",
    one="customer",
    record="customer",
    group="customers",
    model=Customer,
    shape=shapes.Customer,
    new=shapes.CustomerIn,
    patch=shapes.CustomerPatch,
    show=show_customers,
    read=read_customer,
    address="public_id",
    is_removable=False,
    has_customer=False,
    sorts={"id": "pk", "name": "name", "since": "happened_at", "created_at": "recorded_at"},
    key_limit=120,
    related=("owner",),
)
CONTACTS = Resource(
    name="contacts",
    one="contact",
    record="contact",
    group="customers",
    model=Contact,
    shape=shapes.Contact,
    new=shapes.ContactIn,
    patch=shapes.ContactPatch,
    show=show_contacts,
    read=read_contact,
    key_limit=160,
)
SUBJECTS = Resource(
    name="subjects",
    one="subject",
    record="subject",
    group="customers",
    model=Subject,
    shape=shapes.Subject,
    new=shapes.SubjectIn,
    patch=shapes.SubjectPatch,
    show=show_subjects,
    read=read_subject,
    key_limit=160,
)
