"""What people ask for under art. 18: opened, verified, answered, each with its legal deadline."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

import yaml
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from posvenda.base import audit, choices, clock
from posvenda.base.models import User
from posvenda.core import deadlines
from posvenda.core.deadlines import Clock, Rule, Unit
from posvenda.customers.models import Contact, Customer
from posvenda.customers.privacy.models import Incident, Request

FILE = Path(__file__).with_name("deadlines.yaml")
Status = Request.Status
WAITING = (Status.OPEN, Status.VERIFIED, Status.RUNNING)
BY_FILE = (Request.Kind.ACCESS, Request.Kind.FULL, Request.Kind.PORTABILITY)


class MayNotManage(PermissionDenied):
    """Raised when somebody who does not manage touches requests."""


class WrongMoment(ValueError):
    """Raised when a request is not at the step an action belongs to."""


@cache
def rules() -> tuple[Rule, ...]:
    """This will read the dated table of deadlines."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(Rule(**{**each, "unit": Unit(each["unit"])}) for each in told)


def rule(kind: str, *, on: date) -> Rule:
    """This will give the rule of a kind of request that counts on a day."""
    return deadlines.rule(rules(), kind, on=on)


def due_on(kind: str, *, received_on: date) -> date:
    """This will say until when a request (or an incident) has to be answered."""
    years = (received_on.year, received_on.year + 1)
    return deadlines.due_on(
        rule(kind, on=received_on),
        received_on=received_on,
        is_small=bool(choices.get("is_small_agent")),
        holidays=deadlines.national_holidays(years[0]) | deadlines.national_holidays(years[1]),
    )


def clock_of(request: Request, *, today: date) -> Clock:
    """This will read the deadline of a request."""
    closed = clock.day_of(request.closed_at) if request.closed_at else None
    return deadlines.clock(request.due_on, today=today, closed_on=closed)


def overdue(*, today: date) -> QuerySet[Request]:
    """This will find the requests that are late and still unanswered."""
    return Request.objects.filter(status__in=WAITING, due_on__lt=today).order_by()


@transaction.atomic
def open_request(
    *,
    kind: str,
    who: Customer | Contact | None,
    name: str,
    received_on: date,
    by: User,
    now: datetime,
    asked_by: str = Request.Asker.SELF,
    note: str = "",
) -> Request:
    """This will write down that somebody asked, and start the clock on the day it was received."""
    _check(by)
    return _open(kind, who, name, received_on, now=now, by=by, asked_by=asked_by, note=note)


@transaction.atomic
def open_by_door(
    *, kind: str, who: Customer | None, name: str, received_on: date, now: datetime, note: str
) -> Request:
    """This will write down a request that another system hands on; nobody here wrote it."""
    asker = Request.Asker.SELF
    return _open(kind, who, name, received_on, now=now, by=None, asked_by=asker, note=note)


def _open(
    kind: str,
    who: Customer | Contact | None,
    name: str,
    received_on: date,
    *,
    now: datetime,
    by: User | None,
    asked_by: str,
    note: str,
) -> Request:
    contact = who if isinstance(who, Contact) else None
    customer = who.customer if isinstance(who, Contact) else who
    made = Request.objects.create(
        kind=kind,
        customer=customer,
        contact=contact,
        name=name,
        asked_by=asked_by,
        note=note,
        received_on=received_on,
        due_on=due_on(kind, received_on=received_on),
        created_at=now,
        created_by=by,
    )
    _record("privacy.asked", made, by=by, now=now)
    return made


@transaction.atomic
def verify(request: Request, *, proof: str, note: str, by: User, now: datetime) -> None:
    """This will write down how the identity of whoever asked was verified."""
    _check(by)
    _move(request, (Status.OPEN,), Status.VERIFIED)
    request.proof, request.proof_note = proof, note
    request.verified_at, request.verified_by = now, by
    request.save(update_fields=["proof", "proof_note", "verified_at", "verified_by"])
    _record("privacy.verified", request, by=by, now=now, proof=proof)


@transaction.atomic
def start(request: Request, *, by: User, now: datetime) -> None:
    """This will say that the work on a verified request began."""
    _check(by)
    _move(request, (Status.VERIFIED,), Status.RUNNING)
    _record("privacy.started", request, by=by, now=now)


@transaction.atomic
def close(request: Request, *, answer: str, by: User | None, now: datetime) -> None:
    """This will say that a request was answered, and stop its clock."""
    if by is not None:
        _check(by)
    _move(request, (Status.VERIFIED, Status.RUNNING), Status.DONE)
    _end(request, answer, by=by, now=now)
    _record("privacy.answered", request, by=by, now=now)


@transaction.atomic
def refuse(request: Request, *, reason: str, by: User, now: datetime) -> None:
    """This will refuse a request; the reason has to be told to the person (art. 18 § 4)."""
    _check(by)
    _move(request, (Status.OPEN, Status.VERIFIED), Status.REFUSED)
    _end(request, reason, by=by, now=now)
    _record("privacy.refused", request, by=by, now=now)


@transaction.atomic
def report_incident(incident: Incident, *, by: User, now: datetime) -> Incident:
    """This will enter a security incident with its deadline to tell the ANPD and the people."""
    _check(by)
    incident.due_on = due_on("incident", received_on=incident.known_on)
    incident.created_at, incident.by = now, by
    incident.save()
    audit.record("incident.entered", about=f"incident:{incident.public_id}", by=by, now=now)
    return incident


@transaction.atomic
def settle_incident(incident: Incident, *, by: User, now: datetime) -> None:
    """This will keep what became of an incident; it is closed once everybody due was told."""
    _check(by)
    is_told = incident.reported_on is not None and incident.told_on is not None
    incident.closed_at = now if is_told or not incident.is_relevant else None
    incident.save()
    audit.record("incident.changed", about=f"incident:{incident.public_id}", by=by, now=now)


def _check(by: User) -> None:
    if not by.may_manage:
        raise MayNotManage


def _move(request: Request, before: tuple[str, ...], after: str) -> None:
    """One conditional update, so that two people do not both take the same step."""
    moved = Request.objects.filter(pk=request.pk, status__in=before).update(status=after)
    if not moved:
        raise WrongMoment(request.status)
    request.status = after


def _end(request: Request, answer: str, *, by: User | None, now: datetime) -> None:
    request.answer, request.closed_at, request.closed_by = answer, now, by
    request.save(update_fields=["answer", "closed_at", "closed_by"])


def _record(verb: str, request: Request, *, by: User | None, now: datetime, **more: str) -> None:
    detail = {"kind": request.kind, **more}
    audit.record(verb, about=f"request:{request.public_id}", by=by, now=now, detail=detail)
