"""Writes about tasks: what a person has to do for a customer."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from posvenda.base import audit, rows
from posvenda.base.models import User
from posvenda.customers.actions import changed, check
from posvenda.customers.models import Customer, public_id
from posvenda.journeys.models import Task

CHUNK = 1_000


def add_task(
    customer: Customer,
    *,
    title: str,
    by: User,
    now: datetime,
    due_on: date | None = None,
    body: str = "",
    owner: User | None = None,
) -> Task:
    """This will add a task; without an owner it is for the customer's owner, else for ``by``."""
    add_tasks([customer], title=title, by=by, now=now, due_on=due_on, body=body, owner=owner)
    return Task.objects.filter(customer=customer, created_at=now, created_by=by).latest("pk")


class NothingToDo(ValueError):
    """Raised when a task says nothing."""


def add_tasks(
    customers: Sequence[Customer],
    *,
    title: str,
    by: User,
    now: datetime,
    due_on: date | None = None,
    body: str = "",
    owner: User | None = None,
) -> None:
    """This will add the same task for many customers, in short transactions of 1,000."""
    check(customers, by=by)
    if not title.strip():
        raise NothingToDo
    for start in range(0, len(customers), CHUNK):
        chunk = customers[start : start + CHUNK]
        with transaction.atomic():
            rows.insert(
                Task,
                _COLUMNS,
                (
                    (
                        public_id(), c.pk, title.strip(), body.strip(), due_on,
                        (owner.pk if owner else c.owner_id) or by.pk, now, by.pk,
                    )
                    for c in chunk
                ),
            )  # fmt: skip
            detail = {"customers": [c.pk for c in chunk], "title": title.strip()}
            audit.record("task.added", about=_about(chunk), by=by, now=now, detail=detail)
            changed(chunk, now=now, verb="task")


@transaction.atomic
def edit_task(
    task: Task,
    *,
    title: str,
    due_on: date | None,
    body: str,
    owner: User | None,
    by: User,
    now: datetime,
) -> None:
    """This will change what a task says, when it is due and whose it is."""
    check([task.customer], by=by)
    if not title.strip():
        raise NothingToDo
    task.title, task.due_on, task.body, task.owner = title.strip(), due_on, body.strip(), owner
    task.save(update_fields=["title", "due_on", "body", "owner"])
    _record("task.edited", task, by=by, now=now)


class AlreadyFinished(ValueError):
    """Raised when a task was finished before."""


@transaction.atomic
def finish(task: Task, *, by: User, now: datetime) -> None:
    """This will tick a task off."""
    check([task.customer], by=by)
    if not Task.objects.filter(pk=task.pk, done_at=None).update(done_at=now, done_by=by):
        raise AlreadyFinished
    _record("task.finished", task, by=by, now=now)


class StillOpen(ValueError):
    """Raised when a task that is open is to be opened again."""


@transaction.atomic
def reopen(task: Task, *, by: User, now: datetime) -> None:
    """This will take the tick off again."""
    check([task.customer], by=by)
    closed = Task.objects.filter(pk=task.pk).exclude(done_at=None)
    if not closed.update(done_at=None, done_by=None):
        raise StillOpen
    _record("task.reopened", task, by=by, now=now)


def _record(verb: str, task: Task, *, by: User, now: datetime) -> None:
    detail = {"task": task.public_id}
    audit.record(verb, about=_about([task.customer]), by=by, now=now, detail=detail)
    changed([task.customer], now=now, verb="task")


def _about(customers: Sequence[Customer]) -> str:
    if len(customers) == 1:
        return f"customer:{customers[0].public_id}"
    return f"customers:{len(customers)}"


_COLUMNS = (
    "public_id", "customer", "title", "body", "due_on", "owner", "created_at", "created_by",
)  # fmt: skip
