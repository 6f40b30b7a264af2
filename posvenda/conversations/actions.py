"""Writes about what was said: notes, calls and meetings a person writes down."""

from datetime import datetime

from django.db import transaction

from posvenda.base import audit
from posvenda.base.models import User
from posvenda.conversations.models import Interaction
from posvenda.customers.actions import MayNotWrite, changed, check
from posvenda.customers.models import Contact, Customer


class NothingWritten(ValueError):
    """Raised when a note has no text."""


@transaction.atomic
def note(
    customer: Customer,
    *,
    body: str,
    by: User,
    now: datetime,
    kind: str = Interaction.Kind.NOTE,
    happened_at: datetime | None = None,
    contact: Contact | None = None,
) -> Interaction:
    """This will keep a note, or a call, meeting or message written down afterwards."""
    check([customer], by=by)
    text = body.strip()
    if not text:
        raise NothingWritten
    inner = Interaction.Direction.INTERNAL
    written = Interaction.objects.create(
        customer=customer,
        contact=contact,
        kind=kind,
        direction=inner if kind == Interaction.Kind.NOTE else Interaction.Direction.BOTH,
        body=text,
        happened_at=happened_at or now,
        recorded_at=now,
        by=by,
    )
    _record("interaction.written", written, by=by, now=now)
    changed([customer], now=now, verb="interaction")
    return written


class NotYourNote(MayNotWrite):
    """Raised when somebody takes back what another person wrote."""


@transaction.atomic
def remove(written: Interaction, *, by: User, now: datetime) -> None:
    """This will take back what this person wrote; the trail keeps that it was there."""
    check([written.customer], by=by)
    if written.by_id != by.pk and not by.may_manage:
        raise NotYourNote
    _record("interaction.removed", written, by=by, now=now)
    customer = written.customer
    written.delete()
    changed([customer], now=now, verb="interaction")


def _record(verb: str, written: Interaction, *, by: User, now: datetime) -> None:
    about = f"customer:{written.customer.public_id}"
    detail = {"interaction": written.public_id, "kind": written.kind}
    audit.record(verb, about=about, by=by, now=now, detail=detail)
