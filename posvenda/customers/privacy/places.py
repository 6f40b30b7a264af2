"""Where a person may be found in free form: texts, files, queues. Rooms hand their places in.

Tables with rows *about* a customer are declared as holdings; here are the others, where somebody
is only found by reading: a refused row, a letter to mend, a waiting batch, a file that was brought.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from posvenda.base.models import DeadLetter
from posvenda.customers.privacy.person import Person

READ = 2_000


@dataclass(frozen=True, kw_only=True)
class Place:
    """One such place: ``forget`` takes the person out and says how many pieces it took.

    It may be called twice for one person (a worker was killed) and must bear it.
    """

    name: str
    label: Any
    forget: Callable[[Person], int]
    tables: tuple[type[models.Model], ...] = ()


_places: dict[str, Place] = {}


def declare(*places: Place) -> None:
    """This will put places on the list; the same name again replaces the earlier one."""
    for place in places:
        _places[place.name] = place


def every() -> tuple[Place, ...]:
    """This will list the places."""
    return tuple(_places.values())


def holding(model: type[models.Model], person: Person, *fields: str, **only: Any) -> list[Any]:
    """This will read a table whole and give the ids of rows in which the person is found."""
    rows = model._default_manager.filter(**only).order_by("pk").values_list("pk", *fields)
    return [pk for pk, *told in rows.iterator(READ) if person.is_inside(told)]


def letters(person: Person) -> int:
    """This will throw away letters to mend that name the person."""
    found = holding(DeadLetter, person, "body", "item", "value", "params", "source")
    with transaction.atomic():
        return DeadLetter.objects.filter(pk__in=found).delete()[0]


def tasks(person: Person) -> int:
    """This will throw away what finished jobs were given, answered and complained about."""
    from django_tasks_db.models import DBTaskResult

    ended = {"status__in": ("SUCCESSFUL", "FAILED")}
    fields = ("args_kwargs", "return_value", "traceback", "exception_class_path")
    found = holding(DBTaskResult, person, *fields, **ended)
    return int(DBTaskResult.objects.filter(pk__in=found).delete()[0])


OURS = (
    Place(name="base.letters", label=_("Letters to mend"), forget=letters, tables=(DeadLetter,)),
    Place(name="base.tasks", label=_("Finished jobs"), forget=tasks),
)
