"""Values without versions that a batch changed in place: what they are without it.

A value is left when something else gave it since (a later import, a person), or when a standing
batch tells the same. Otherwise it becomes what the newest standing batch told, else what was there
before any import changed it, else the value of a row nobody told anything of.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from posvenda.api.imports.families import customers, interactions, products
from posvenda.api.imports.told import mark, plain
from posvenda.api.imports.undo.standing import Standing
from posvenda.api.models import Change
from posvenda.base import choices
from posvenda.commerce.models import Product
from posvenda.conversations.models import Interaction
from posvenda.core.identifiers import match_key
from posvenda.customers.models import Contact, Customer, Ownership, Revision, Subject
from posvenda.success import definitions

Write = Callable[[Any, str, Any, datetime], None]


def _set(row: Any, name: str, value: Any, now: datetime) -> None:
    """Write one value, with what hangs on it."""
    column = type(row)._meta.get_field(name)
    news: dict[str, Any] = {name: column.to_python(value)}
    if name == "phone":
        news["phone_key"] = match_key(value) if value else ""
    if name == "left_at":
        news["left_recorded_at"] = now if value else None
    type(row)._base_manager.filter(pk=row.pk).update(**news)


def revise(row: Customer, name: str, now: datetime) -> None:
    """This will keep what a value was until now, for questions about what was known before."""
    before = str(plain(getattr(row, name)))
    Revision.objects.create(customer=row, field=name, before=before, at=now)


def _set_customer(row: Customer, name: str, value: Any, now: datetime) -> None:
    if name != "owner":
        revise(row, name, now)
        _set(row, name, value, now)
        return
    Ownership.objects.filter(customer=row, ends_at=None).update(ends_at=now)
    Ownership.objects.create(customer=row, user_id=value, starts_at=now, recorded_at=now)
    Customer.everything.filter(pk=row.pk).update(owner_id=value)


@dataclass(frozen=True)
class Table:
    """A table of rows changed in place: its values, and what they are when nobody told them."""

    name: str
    model: type[models.Model]
    fields: tuple[str, ...]
    default: Callable[[Any, str], Any]
    write: Write = field(default=_set)


def _customer_default(row: Customer, name: str) -> Any:
    if name == "name":
        return customers.placeholder(row.key)
    if name == "kind":
        return str(definitions.read_pack(choices.get("pack")).customers)
    return None if name == "owner" else ""


def _contact_default(row: Contact, name: str) -> Any:
    return {"name": row.name, "is_champion": False, "left_at": None}.get(name, "")


def _kept(row: Any, name: str) -> Any:
    return plain(getattr(row, name))


def _subject_default(row: Subject, name: str) -> Any:
    return {"born_on": None, "detail": {}}.get(name, getattr(row, name))


TABLES: tuple[Table, ...] = (
    Table(
        "customer", Customer, (*customers.PLAIN, "owner"), _customer_default, write=_set_customer
    ),
    Table(
        "contact",
        Contact,
        ("name", "role", "email", "phone", "is_champion", "left_at"),
        _contact_default,
    ),
    Table("subject", Subject, ("kind", "name", "born_on", "detail"), _subject_default),
    Table("interaction", Interaction, interactions.PLAIN, _kept),
    Table("product", Product, products.PLAIN, _kept),
)
BY_NAME: Mapping[str, Table] = {table.name: table for table in TABLES}


@dataclass(frozen=True)
class _Told:
    """The changes of one value, oldest first: all taken ones, those that count, those not taken."""

    every: list[Change]
    counting: list[Change]
    ignored: list[Change]


def settle(
    table: Table,
    rows: Sequence[Any],
    standing: Standing,
    *,
    now: datetime,
    fields: Mapping[str, Collection[str]] | None = None,
    is_created: bool = False,
) -> dict[str, int]:
    """This will give these rows the values they have without the batch.

    ``fields`` limits it to some values of a key. ``is_created``: the batch made these rows, so that
    values nobody changed since are its own.
    """
    told = _history(table, [row.key for row in rows], standing)
    decided = []
    for row in rows:
        for name in table.fields if fields is None else fields.get(row.key, ()):
            if name in table.fields:
                decided.append((row, name, told[row.key, name]))
    marks = {
        mark(table.name, row.key, name, str(_value(row, name))): None for row, name, _ in decided
    }
    vouched = standing.vouchers(marks)
    counts = {"undone": 0, "kept": 0}
    for row, name, chain in decided:
        verdict = _verdict(table, row, name, chain, standing, vouched, is_created=is_created)
        if verdict is None:
            counts["kept"] += 1
        elif verdict[0] != _value(row, name):
            table.write(row, name, verdict[0], now)
            counts["undone"] += 1
    return counts


def _history(
    table: Table, keys: Sequence[str], standing: Standing
) -> defaultdict[tuple[str, str], _Told]:
    told: defaultdict[tuple[str, str], _Told] = defaultdict(lambda: _Told([], [], []))
    changes = list(Change.objects.filter(table=table.name, key__in=keys).order_by("id"))
    untaken = told_still([change for change in changes if not change.is_applied], standing)
    for change in changes:
        chain = told[change.key, change.field]
        if not change.is_applied:
            if change.pk in untaken:
                chain.ignored.append(change)
            continue
        chain.every.append(change)
        if change.undone_at is None:
            chain.counting.append(change)
    return told


def told_still(changes: Sequence[Change], standing: Standing) -> set[int]:
    """This will give the entries that a standing batch made, or tells again."""
    marks = {
        change.pk: mark(change.table, change.key, change.field, str(change.after))
        for change in changes
        if not standing.holds(change.batch_id)
    }
    found = standing.vouchers(set(marks.values()))
    return {c.pk for c in changes if c.pk not in marks or marks[c.pk] in found}


def _value(row: Any, name: str) -> Any:
    return row.owner_id if name == "owner" else plain(getattr(row, name))


def _verdict(
    table: Table,
    row: Any,
    name: str,
    chain: _Told,
    standing: Standing,
    vouched: Mapping[int, int],
    *,
    is_created: bool,
) -> tuple[Any] | None:
    """The value the row should have, in a tuple, or None to leave what is there."""
    now = _value(row, name)
    last = chain.counting[-1] if chain.counting else None
    if last is not None and (standing.holds(last.batch_id) or last.after != now):
        return None
    if last is None and not is_created:
        return None
    voucher = standing.whole.get(table.name)
    voucher = voucher or vouched.get(mark(table.name, row.key, name, str(now)))
    if voucher is not None:
        if last is not None:
            Change.objects.filter(pk=last.pk).update(batch_id=voucher)
        return None
    return (_without(table, row, name, chain, standing, is_created=is_created),)


def _without(
    table: Table, row: Any, name: str, chain: _Told, standing: Standing, *, is_created: bool
) -> Any:
    held = [change for change in chain.counting if standing.holds(change.batch_id)]
    if held:
        return held[-1].after
    if chain.every and not is_created:
        return chain.every[0].before
    return chain.ignored[-1].after if chain.ignored else table.default(row, name)
