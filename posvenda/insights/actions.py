"""What a person decides about an action of the queue: done, postponed, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from posvenda.base import audit
from posvenda.base.announcements import announce
from posvenda.base.models import User
from posvenda.conversations.models import Interaction
from posvenda.customers import sheet
from posvenda.customers.models import Contact, Customer
from posvenda.insights.models import Decision


class MayNotAct(PermissionDenied):
    """Raised when somebody who only looks tries to decide."""


class AlreadyDone(ValueError):
    """Raised when the action was done shortly before; ``decision`` is that one."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__(decision.public_id)


@dataclass(frozen=True)
class Report:
    """How an action went: by which way, with whom, what was said."""

    kind: str
    contact: Contact | None
    note: str


@transaction.atomic
def done(
    customer: Customer,
    play: str,
    report: Report,
    *,
    expected_cents: int,
    rest_days: int,
    by: User,
    now: datetime,
) -> Decision:
    """This will note what was said and take the action off the queue for ``rest_days``."""
    _refuse_lookers(by)
    _refuse_twice(customer, play, since=now - timedelta(days=rest_days))
    is_note = report.kind == Interaction.Kind.NOTE
    Interaction.objects.create(
        customer=customer,
        contact=report.contact,
        kind=report.kind,
        direction=Interaction.Direction.INTERNAL if is_note else Interaction.Direction.OUT,
        body=report.note,
        happened_at=now,
        recorded_at=now,
        by=by,
    )
    decision = Decision.objects.create(
        customer=customer,
        play=play,
        verdict=Decision.Verdict.DONE,
        expected_cents=expected_cents,
        at=now,
        by=by,
    )
    _tell(decision, "action.done", by=by, now=now)
    announce("action.done", now=now, customer_id=customer.pk, payload={"play": play})
    return decision


@transaction.atomic
def snooze(
    customer: Customer, play: str, *, until: date, expected_cents: int, by: User, now: datetime
) -> Decision:
    """This will keep an action off the queue until a day."""
    _refuse_lookers(by)
    decision = Decision.objects.create(
        customer=customer,
        play=play,
        verdict=Decision.Verdict.SNOOZED,
        until_on=until,
        expected_cents=expected_cents,
        at=now,
        by=by,
    )
    _tell(decision, "action.snoozed", by=by, now=now)
    return decision


@transaction.atomic
def undo(decision: Decision, *, by: User, now: datetime) -> bool:
    """This will put the action back on the queue; notes stay. It says whether anything changed."""
    _refuse_lookers(by)
    changed = Decision.objects.filter(pk=decision.pk, undone_at=None).update(undone_at=now)
    if changed:
        _tell(decision, "action.undone", by=by, now=now)
    return bool(changed)


def _refuse_lookers(by: User) -> None:
    if not by.may_write:
        raise MayNotAct


def _refuse_twice(customer: Customer, play: str, *, since: datetime) -> None:
    earlier = Decision.objects.filter(
        customer=customer,
        play=play,
        verdict=Decision.Verdict.DONE,
        undone_at=None,
        at__gte=since,
    ).first()
    if earlier:
        raise AlreadyDone(earlier)


def _tell(decision: Decision, verb: str, *, by: User, now: datetime) -> None:
    """The trail, and the sheet: what was said changes the facts of contact."""
    customer = decision.customer
    audit.record(
        verb,
        about=f"customer:{customer.public_id}",
        by=by,
        now=now,
        detail={"play": decision.play, "decision": decision.public_id},
    )
    sheet.touch([customer.pk], now=now)
