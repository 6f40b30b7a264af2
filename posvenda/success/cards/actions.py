"""Writes about health by people: override, rate, call, and what is done about a signal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from posvenda.base import audit, clock
from posvenda.base.models import User
from posvenda.customers.actions import changed, check
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.cards.models import Call, Indicator, Override, Rating

LONGEST_DAYS = 365


class BadOverride(ValueError):
    """Raised when an override has no reason, no number from 0 to 100, or no sound days."""


@transaction.atomic
def override(
    customer: Customer,
    *,
    kind: str,
    value: int,
    reason: str,
    until_on: date,
    by: User,
    now: datetime,
    starts_on: date | None = None,
) -> Override:
    """This will cap or set the score from today, or a later day, until a day within a year.

    It takes the place of an earlier one. Nothing starts in the past: what was shown stands.
    """
    check([customer], by=by)
    today = clock.day_of(now)
    starts = starts_on or today
    is_sound = today <= starts < until_on <= starts + timedelta(days=LONGEST_DAYS)
    if kind not in (Override.Kind.CAP, Override.Kind.SET) or not is_sound:
        raise BadOverride("days")
    if not reason.strip() or not 0 <= value <= 100:
        raise BadOverride("reason")
    made = Override.objects.create(
        customer=customer,
        kind=kind,
        value=value,
        reason=reason.strip(),
        until_on=until_on,
        by=by,
        happened_at=now if starts == today else clock.start_of(starts),
        recorded_at=now,
    )
    detail = {"kind": kind, "value": value, "reason": made.reason, "until": until_on.isoformat()}
    _recorded("health.overridden", customer, by=by, now=now, detail=detail)
    return made


@transaction.atomic
def end_override(customer: Customer, *, by: User, now: datetime) -> None:
    """This will have the scorecard speak again, from now on."""
    check([customer], by=by)
    Override.objects.create(
        customer=customer, kind=Override.Kind.END, by=by, happened_at=now, recorded_at=now
    )
    _recorded("health.override_ended", customer, by=by, now=now, detail={})


class NoSuchRating(ValueError):
    """Raised when no card asks for a rating of this name, or the number is not 1 to 5."""


@transaction.atomic
def rate(
    customer: Customer, *, name: str, value: int | None, by: User, now: datetime, note: str = ""
) -> Rating:
    """This will add a person's rating from 1 to 5; None takes the last one back."""
    check([customer], by=by)
    if name not in definitions.cards().judgements or not (value is None or 1 <= value <= 5):
        raise NoSuchRating(name)
    made = Rating.objects.create(
        customer=customer,
        name=name,
        value=value,
        note=note.strip(),
        by=by,
        happened_at=now,
        recorded_at=now,
    )
    _recorded("health.rated", customer, by=by, now=now, detail={"name": name, "value": value})
    return made


@transaction.atomic
def call(
    customer: Customer,
    *,
    says: str,
    by: User,
    now: datetime,
    note: str = "",
    decides_on: date | None = None,
    score: float | None = None,
    band: str = "unknown",
) -> Call:
    """This will keep what a person expects, beside what the score shows at this moment."""
    check([customer], by=by)
    made = Call.objects.create(
        customer=customer,
        says=Call.Says(says),
        note=note.strip(),
        decides_on=decides_on,
        score=score,
        band=band,
        card=definitions.judgement().label,
        by=by,
        happened_at=now,
        recorded_at=now,
    )
    _recorded("health.called", customer, by=by, now=now, detail={"says": says, "band": band})
    return made


class NoTitle(ValueError):
    """Raised when a signal raised by hand does not say what it is."""


@transaction.atomic
def raise_by_hand(
    customer: Customer, *, nature: str, title: str, by: User, now: datetime
) -> Indicator:
    """This will raise a risk or an opportunity that a person saw."""
    check([customer], by=by)
    if not title.strip():
        raise NoTitle
    made = Indicator.objects.create(
        customer=customer,
        nature=Indicator.Nature(nature),
        title=title.strip(),
        raised_at=now,
        raised_by=by,
        owner=customer.owner,
    )
    detail = {"signal": made.public_id, "nature": nature, "title": made.title}
    _recorded("signal.raised", customer, by=by, now=now, detail=detail)
    return made


class AlreadyResolved(ValueError):
    """Raised when somebody closed the signal before."""


@transaction.atomic
def assign(signal: Indicator, *, owner: User | None, by: User, now: datetime) -> None:
    """This will say who looks after a signal."""
    _open_one(signal, by=by)
    Indicator.objects.filter(pk=signal.pk).update(owner=owner)
    detail = {"signal": signal.public_id, "owner": owner and owner.pk}
    _recorded("signal.assigned", signal.customer, by=by, now=now, detail=detail)


@transaction.atomic
def silence(signal: Indicator, *, until: date, by: User, now: datetime) -> None:
    """This will keep a signal off the list until a day; it stays open."""
    _open_one(signal, by=by)
    Indicator.objects.filter(pk=signal.pk).update(silent_until=until)
    detail = {"signal": signal.public_id, "until": until.isoformat()}
    _recorded("signal.silenced", signal.customer, by=by, now=now, detail=detail)


@transaction.atomic
def resolve(signal: Indicator, *, outcome: str, by: User, now: datetime, note: str = "") -> None:
    """This will close a signal: handled, or not a signal at all."""
    _open_one(signal, by=by)
    closed = Indicator.objects.filter(pk=signal.pk, resolved_at=None).update(
        resolved_at=now, resolved_by=by, outcome=Indicator.Outcome(outcome), note=note.strip()
    )
    if not closed:
        raise AlreadyResolved(signal.public_id)
    detail = {"signal": signal.public_id, "outcome": outcome}
    _recorded("signal.resolved", signal.customer, by=by, now=now, detail=detail)


def _open_one(signal: Indicator, *, by: User) -> None:
    check([signal.customer], by=by)
    if signal.resolved_at is not None:
        raise AlreadyResolved(signal.public_id)


def _recorded(
    verb: str, customer: Customer, *, by: User, now: datetime, detail: Mapping[str, object]
) -> None:
    about = f"customer:{customer.public_id}"
    audit.record(verb, about=about, by=by, now=now, detail=detail)
    changed([customer], now=now, verb=verb)
