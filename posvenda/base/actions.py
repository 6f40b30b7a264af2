"""Writes of the base room: people and choices."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction

from posvenda.base import audit, choices
from posvenda.base.models import User


@transaction.atomic
def save_person(person: User, *, password: str, by: User, now: datetime) -> User:
    """This will keep a person and a new password when one is given.

    A new password, another role or a switched-off account ends the person's sessions.
    """
    before = User.objects.filter(pk=person.pk).values("role", "is_active").first()
    if password:
        person.set_password(password)
    person.save()
    changed = before is not None and (
        before["role"] != person.role or before["is_active"] != person.is_active
    )
    if changed and not person.is_active:
        _end_sessions(person)
    audit.record(
        "user.changed" if before else "user.added",
        about=f"user:{person.pk}",
        by=by,
        now=now,
        detail={"role": person.role, "is_active": person.is_active, "password": bool(password)},
    )
    return person


@transaction.atomic
def save_choices(values: dict[str, Any], *, by: User, now: datetime) -> None:
    """This will keep choices of the installation."""
    for name, value in values.items():
        choices.put(name, value)
    audit.record("settings.changed", about="installation", by=by, now=now, detail=values)


def _end_sessions(person: User) -> None:
    ids = [s.pk for s in Session.objects.iterator() if _belongs(s, person)]
    Session.objects.filter(pk__in=ids).delete()


def _belongs(session: Session, person: User) -> bool:
    return str(session.get_decoded().get("_auth_user_id")) == str(person.pk)
