"""Taking out of a record what belongs to somebody else, to a new customer or to another one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from posvenda.base.models import User
from posvenda.customers import holdings
from posvenda.customers.holdings import Holding
from posvenda.customers.identity import ledger, merging
from posvenda.customers.identity.merging import MayNotJoin, NotTwo, Undone
from posvenda.customers.identity.models import Change
from posvenda.customers.models import Customer, Ownership, public_id

Picked = Mapping[str, Collection[int]]


class NothingPicked(ValueError):
    """Raised when no row was chosen."""


class NotTheirs(ValueError):
    """Raised when a chosen row does not belong to the customer."""


def pickable() -> tuple[Holding, ...]:
    """This will list the tables whose rows people may pick one by one."""
    return tuple(holding for holding in holdings.moving() if holding.shown is not None)


@transaction.atomic
def split(
    customer: Customer,
    *,
    picked: Picked,
    by: User,
    now: datetime,
    name: str = "",
    into: Customer | None = None,
) -> Change:
    """This will give chosen rows to another customer, or to a new one of this name.

    Every version of a fact goes along, and so do an order's items.
    """
    if not by.may_manage:
        raise MayNotJoin
    rows = _complete(customer, picked)
    is_new = into is None
    target = into or _made(customer, name, by=by, now=now)
    if target.pk == customer.pk or target.merged_into_id or customer.merged_into_id:
        raise NotTwo
    change = Change.objects.create(
        kind=Change.Kind.SPLIT,
        source=customer,
        target=target,
        at=now,
        by=by,
        is_new=is_new,
        evidence={"marks": ledger.marks()},
    )
    count = 0
    for holding, ids in rows:
        count += ledger.move(
            holding, ids, source=customer.pk, target=target.pk, change=change, at=now
        )
    if is_new:
        _begin(target, rows)
    detail = {"target": target.public_id, "change": change.pk, "rows": count}
    merging.tell("customer.split", customer, target, by=by, now=now, detail=detail)
    return change


@transaction.atomic
def undo(change: Change, *, by: User, now: datetime) -> Undone:
    """This will give the rows back; a record that was made for them closes when it is empty.

    Facts that came in since stay where they came in, and then the record stays too.
    """
    if not by.may_manage:
        raise MayNotJoin
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.undone_at is not None:
        raise NotTwo
    ends = Customer.objects.in_bulk([change.source_id, change.target_id])
    source, target = ends[change.source_id], ends[change.target_id]
    merging.refuse_joined(source, target)
    told = merging.undo_preview(change)
    went = ledger.moved(change)
    for holding in holdings.moving():
        there = merging.still_there(holding, went.get(holding.name, set()), target.pk)
        rows = ledger.lineage(holding, there, customer=target.pk)
        ledger.move(holding, rows, source=target.pk, target=source.pk, change=change, at=now)
    is_emptied = change.is_new and not told.staying
    if is_emptied:
        Customer.objects.filter(pk=target.pk).update(merged_into=source)
    Change.objects.filter(pk=change.pk).update(undone_at=now, undone_by=by, is_emptied=is_emptied)
    detail = {"target": target.public_id, "change": change.pk}
    merging.tell("customer.split_undone", source, target, by=by, now=now, detail=detail)
    return told


def _complete(customer: Customer, picked: Picked) -> list[tuple[Holding, set[int]]]:
    """The chosen rows with all their versions and what they carry along, checked to be theirs."""
    tables = {holding.name: holding for holding in holdings.moving()}
    wanted: dict[str, set[int]] = {}
    for table, ids in picked.items():
        holding, chosen = tables[table], set(ids)
        if len(merging.still_there(holding, chosen, customer.pk)) != len(chosen):
            raise NotTheirs(table)
        every = ledger.lineage(holding, chosen, customer=customer.pk)
        wanted.setdefault(table, set()).update(every)
        carried: Mapping[str, Collection[int]] = holding.carries(every) if holding.carries else {}
        for other, along in carried.items():
            mine = merging.still_there(tables[other], set(along), customer.pk)
            wanted.setdefault(other, set()).update(mine)
    if not any(wanted.values()):
        raise NothingPicked
    return [(tables[table], ids) for table, ids in wanted.items() if ids]


def _made(customer: Customer, name: str, *, by: User, now: datetime) -> Customer:
    address = public_id()
    made = Customer.objects.create(
        public_id=address,
        key=address,
        kind=customer.kind,
        name=name.strip()[:200] or customer.name,
        owner=customer.owner,
        happened_at=now,
        recorded_at=now,
    )
    if customer.owner_id:
        Ownership.objects.create(
            customer=made, user_id=customer.owner_id, starts_at=now, recorded_at=now
        )
    return made


def _begin(made: Customer, rows: list[tuple[Holding, set[int]]]) -> None:
    """A new record begins with the first thing that happened to it."""
    first: list[Any] = [made.happened_at]
    for holding, ids in rows:
        if any(field.name == "happened_at" for field in holding.model._meta.fields):
            found = holding.model._default_manager.filter(pk__in=ids).order_by("happened_at")
            first += found.values_list("happened_at", flat=True)[:1]
    Customer.objects.filter(pk=made.pk).update(happened_at=min(first))
