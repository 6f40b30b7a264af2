"""How customers hang together: households, who pays for whom, who answers for whom, branches."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from posvenda.base import audit
from posvenda.base.models import User
from posvenda.customers import actions
from posvenda.customers.identity.models import Relation
from posvenda.customers.models import Customer, Subject

Kind = Relation.Kind
# The same tie told from its other end.
BACK: dict[str, Any] = {
    Kind.HOUSEHOLD: pgettext_lazy("relation", "lives with"),
    Kind.PAYER: pgettext_lazy("relation", "is paid for by"),
    Kind.GUARDIAN: pgettext_lazy("relation", "is answered for by"),
    Kind.BRANCH: pgettext_lazy("relation", "is head office of"),
}


class SameCustomer(ValueError):
    """Raised when a customer is to be tied to itself."""


@dataclass(frozen=True)
class Tie:
    """One relation as one of its ends sees it."""

    relation: Relation
    other: Customer
    words: Any


@transaction.atomic
def relate(
    customer: Customer,
    other: Customer,
    *,
    kind: str,
    by: User,
    now: datetime,
    starts_on: date,
    subject: Subject | None = None,
) -> Relation:
    """This will tie two customers from a day on; a tie that stands already stays as it is."""
    actions.check([customer, other], by=by)
    if customer.pk == other.pk:
        raise SameCustomer
    ends = Q(customer=customer, other=other)
    if kind == Kind.HOUSEHOLD:
        ends |= Q(customer=other, other=customer)
    there = Relation.objects.filter(ends, kind=kind, subject=subject, ends_on=None).first()
    if there is not None:
        return there
    tie = Relation.objects.create(
        customer=customer,
        other=other,
        kind=kind,
        subject=subject,
        starts_on=starts_on,
        recorded_at=now,
        source="person",
        by=by,
    )
    _tell("customer.related", tie, by=by, now=now)
    return tie


@transaction.atomic
def end(relation: Relation, *, by: User, now: datetime, ends_on: date) -> None:
    """This will end a tie on a day; the days before keep it."""
    actions.check([relation.customer, relation.other], by=by)
    if relation.ends_on is None:
        relation.ends_on = max(ends_on, relation.starts_on)
        relation.ended_recorded_at = now
        relation.save(update_fields=["ends_on", "ended_recorded_at"])
        _tell("customer.unrelated", relation, by=by, now=now)


def ties(customer: Customer, *, on: date) -> list[Tie]:
    """This will list the ties of a customer on a day, with the other end and the words for it."""
    found = Relation.objects.filter(Q(customer=customer) | Q(other=customer), starts_on__lte=on)
    standing = found.filter(Q(ends_on=None) | Q(ends_on__gt=on))
    rows = standing.select_related("customer", "other", "subject").order_by("kind", "pk")
    return [_seen_by(customer, tie) for tie in rows if tie.customer_id != tie.other_id]


def _seen_by(customer: Customer, tie: Relation) -> Tie:
    if tie.customer_id == customer.pk:
        return Tie(tie, tie.other, Kind(tie.kind).label)
    return Tie(tie, tie.customer, BACK[tie.kind])


def _tell(verb: str, tie: Relation, *, by: User, now: datetime) -> None:
    for mine, other in ((tie.customer, tie.other), (tie.other, tie.customer)):
        about = f"customer:{mine.public_id}"
        detail = {"kind": tie.kind, "other": other.public_id}
        audit.record(verb, about=about, by=by, now=now, detail=detail)
    actions.changed([tie.customer, tie.other], now=now, verb=verb.partition(".")[2])
