"""Joining two records of one customer, by a person, and taking it back exactly.

Nothing is deleted: the rows of the one go to the other, each written down in the ledger, and the
joined record stays as a name that leads to the one that stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from posvenda.base import audit
from posvenda.base import jobs as schedule
from posvenda.base.models import User
from posvenda.core.identifiers import match_key
from posvenda.customers import actions, holdings, jobs, search
from posvenda.customers.holdings import Holding
from posvenda.customers.identity import ledger
from posvenda.customers.identity.models import Change, Proposal
from posvenda.customers.models import Customer

CHOSEN = ("name", "kind", "tax_id", "email", "phone")


class MayNotJoin(PermissionDenied):
    """Raised when somebody who does not manage tries to join or part records."""


class NotTwo(ValueError):
    """Raised when the two records are one already, or one of them is part of another."""


class NotStanding(ValueError):
    """Raised when a join cannot be undone before a later one: ``by`` is that one."""

    def __init__(self, by: Change) -> None:
        self.by = by
        super().__init__(f"change {by.pk} comes later")


@dataclass(frozen=True)
class Part:
    """How many rows of one table go over, and how many stay with the joined record."""

    holding: Holding
    moving: int
    staying: int


def preview(source: Customer, target: Customer) -> list[Part]:
    """This will count what would move, table by table, tables without rows left out."""
    found = []
    for holding in holdings.moving():
        held = holding.of([source.pk]).count()
        if held:
            moving = len(ledger.movable(holding, source=source.pk, target=target.pk))
            found.append(Part(holding, moving, held - moving))
    return found


@transaction.atomic
def merge(
    source: Customer,
    *,
    into: Customer,
    by: User,
    now: datetime,
    keep: Mapping[str, str] | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> Change:
    """This will make ``source`` part of ``into``, which then holds the rows of both.

    ``keep`` says, for name, kind, tax_id, email and phone, the value that stays; what it does not
    name stays as it is on ``into``, or comes from ``source`` where ``into`` has nothing.
    """
    if not by.may_manage:
        raise MayNotJoin
    source, target = _locked(source, into)
    change = Change.objects.create(
        kind=Change.Kind.MERGE,
        source=source,
        target=target,
        at=now,
        by=by,
        evidence={**(evidence or {}), "marks": ledger.marks()},
        fields=_write(target, _kept(source, target, keep or {})),
    )
    count = 0
    for holding in holdings.moving():
        rows = ledger.movable(holding, source=source.pk, target=target.pk)
        count += ledger.move(
            holding, rows, source=source.pk, target=target.pk, change=change, at=now
        )
    Customer.objects.filter(pk=source.pk).update(merged_into=target)
    _settle_proposal(source, target, Proposal.Status.MERGED, by=by, now=now)
    detail = {"joined": source.public_id, "change": change.pk, "rows": count}
    tell("customer.merged", source, target, by=by, now=now, detail=detail)
    return change


@dataclass(frozen=True)
class Undone:
    """What an undo gave back, by table; what came in since and stays; what had gone elsewhere."""

    back: dict[str, int]
    staying: dict[str, int]
    elsewhere: dict[str, int]


def undo_preview(change: Change) -> Undone:
    """This will say what an undo would do, without doing it."""
    back, staying, elsewhere = {}, {}, {}
    went = ledger.moved(change)
    for holding in holdings.moving():
        rows = went.get(holding.name, set())
        there = still_there(holding, rows, change.target_id)
        follow = ledger.lineage(holding, there, customer=change.target_id)
        since = _since(holding, change) - follow
        back[holding.name] = len(follow)
        staying[holding.name] = len(since)
        elsewhere[holding.name] = len(rows) - len(there)
    return Undone(*({k: v for k, v in each.items() if v} for each in (back, staying, elsewhere)))


@transaction.atomic
def undo(change: Change, *, by: User, now: datetime) -> Undone:
    """This will take a join back: rows, fields and the record are what they were.

    A later version of a row that moved goes back with it. Facts that came in since stay with the
    customer that stood, and are counted. Fields that somebody changed since stay as they are.
    """
    if not by.may_manage:
        raise MayNotJoin
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.undone_at is not None:
        raise NotTwo
    refuse_joined(Customer.objects.get(pk=change.target_id))
    told = undo_preview(change)
    went = ledger.moved(change)
    for holding in holdings.moving():
        there = still_there(holding, went.get(holding.name, set()), change.target_id)
        rows = ledger.lineage(holding, there, customer=change.target_id)
        ledger.move(
            holding,
            rows,
            source=change.target_id,
            target=change.source_id,
            change=change,
            at=now,
        )
    _unwrite(change)
    Customer.objects.filter(pk=change.source_id).update(merged_into=None)
    Change.objects.filter(pk=change.pk).update(undone_at=now, undone_by=by)
    source = Customer.objects.get(pk=change.source_id)
    target = Customer.objects.get(pk=change.target_id)
    _settle_proposal(source, target, Proposal.Status.OPEN, by=None, now=None)
    detail = {"parted": source.public_id, "change": change.pk}
    tell("customer.merge_undone", source, target, by=by, now=now, detail=detail)
    return told


def tell(
    verb: str,
    source: Customer,
    target: Customer,
    *,
    by: User,
    now: datetime,
    detail: Mapping[str, Any],
) -> None:
    """This will leave the trail on both sides, and refresh search and sheet."""
    for customer in (source, target):
        about = f"customer:{customer.public_id}"
        audit.record(verb, about=about, by=by, now=now, detail=detail)
    search.index([source.pk, target.pk])
    actions.changed([source, target], now=now, verb=verb.partition(".")[2])
    schedule.enqueue_once(jobs.refresh)


def _locked(source: Customer, target: Customer) -> tuple[Customer, Customer]:
    """Both rows, locked in one order, so that two people cannot join them both ways."""
    both = Customer.objects.select_for_update().filter(pk__in=(source.pk, target.pk))
    found = {customer.pk: customer for customer in both.order_by("pk")}
    if len(found) != 2 or any(each.merged_into_id for each in found.values()):
        raise NotTwo
    return found[source.pk], found[target.pk]


def _kept(source: Customer, target: Customer, keep: Mapping[str, str]) -> dict[str, Any]:
    """The values of the customer that stands; a value must come from one of the two."""
    kept: dict[str, Any] = {}
    for name in CHOSEN:
        mine, other = getattr(target, name), getattr(source, name)
        kept[name] = keep[name] if keep.get(name) in (mine, other) else mine or other
    kept["phone_key"] = match_key(kept["phone"]) if kept["phone"] else ""
    kept["owner_id"] = target.owner_id or source.owner_id
    kept["happened_at"] = min(target.happened_at, source.happened_at)
    return kept


def _write(target: Customer, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Put the values on the customer, and give what was and what is of those that changed."""
    changed = {
        name: [_plain(getattr(target, name)), _plain(value)]
        for name, value in values.items()
        if getattr(target, name) != value
    }
    if changed:
        Customer.objects.filter(pk=target.pk).update(**{name: values[name] for name in changed})
    return changed


def _unwrite(change: Change) -> None:
    """Put back what was, where what this join wrote still stands.

    Where a later join wrote over it, that one shall put back what was before this one.
    """
    target = Customer.objects.get(pk=change.target_id)
    back = {}
    for name, (before, after) in change.fields.items():
        if _plain(getattr(target, name)) == after:
            back[name] = before
        else:
            _hand_down(change, name, before, after)
    if back:
        Customer.objects.filter(pk=target.pk).update(**back)


def _hand_down(change: Change, name: str, before: Any, after: Any) -> None:
    later = Change.objects.filter(
        Q(at__gt=change.at) | Q(at=change.at, pk__gt=change.pk),
        kind=Change.Kind.MERGE,
        target=change.target_id,
        undone_at=None,
    )
    for each in later.order_by("at", "pk"):
        if name in each.fields and each.fields[name][0] == after:
            each.fields[name][0] = before
            each.save(update_fields=["fields"])
            return


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def refuse_joined(*customers: Customer) -> None:
    """This will refuse when one of these records became part of another since: undo that first."""
    joined = [each.pk for each in customers if each.merged_into_id]
    later = Change.objects.filter(kind=Change.Kind.MERGE, source__in=joined, undone_at=None)
    found = later.order_by("-at").first()
    if found is not None:
        raise NotStanding(found)


def still_there(holding: Holding, rows: set[int], customer: int) -> set[int]:
    """This will name those of the rows that a customer has at present."""
    held: set[int] = set()
    ordered = sorted(rows)
    for start in range(0, len(ordered), ledger.PART):
        part = ordered[start : start + ledger.PART]
        mine = holding.of([customer]).filter(pk__in=part)
        held.update(mine.values_list("pk", flat=True))
    return held


def _since(holding: Holding, change: Change) -> set[int]:
    """Rows of the customer that stands which are younger than the change."""
    last = change.evidence.get("marks", {}).get(holding.name, 0)
    return set(holding.of([change.target_id]).filter(pk__gt=last).values_list("pk", flat=True))


def _settle_proposal(
    source: Customer,
    target: Customer,
    status: Proposal.Status,
    *,
    by: User | None,
    now: datetime | None,
) -> None:
    one, other = sorted((source.pk, target.pk))
    found = Proposal.objects.filter(one=one, other=other)
    found.update(status=status, decided_at=now, decided_by=by)
