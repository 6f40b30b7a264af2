"""Where a person may be found in free form: texts, files, queues. Rooms hand their places in.

Tables with rows *about* a customer are declared as holdings; here are the others, where somebody
is only found by reading: a refused row, a letter to mend, a waiting batch, a file that was brought.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from posvenda.base.models import Announcement, Audit, Batch, DeadLetter
from posvenda.customers.models import Segment
from posvenda.customers.privacy.models import Incident
from posvenda.customers.privacy.person import Person

READ = 2_000
WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


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
    rows = model._base_manager.filter(**only).order_by("pk").values_list("pk", *fields)
    return [pk for pk, *told in rows.iterator(READ) if person.is_inside(told)]


def count(place: Place, person: Person) -> int:
    """This will say how many rows of a place name the person, and change nothing."""
    return sum(len(holding(table, person, *texts_of(table))) for table in place.tables)


def texts_of(model: type[models.Model]) -> tuple[str, ...]:
    """This will list the columns of a table that may hold anybody's words."""
    told = [field for field in model._meta.concrete_fields if isinstance(field, WORDS)]
    return tuple(f.name for f in told if not f.choices and f.name != "public_id")


def redacting(model: type[models.Model], *fields: str) -> Callable[[Person], int]:
    """This will give what takes the person's words out of these columns and leaves the rest."""
    return lambda person: redact(model, person, *fields)


def redact(model: type[models.Model], person: Person, *fields: str) -> int:
    """This will take the person's words out of the rows that hold them and say how many did."""
    found = holding(model, person, *fields)
    limits = {name: getattr(model._meta.get_field(name), "max_length", None) for name in fields}
    for pk in found:
        with transaction.atomic():
            row = model._base_manager.select_for_update().get(pk=pk)
            news = {name: _without(getattr(row, name), person) for name in fields}
            cut = {n: v[: limits[n]] if isinstance(v, str) else v for n, v in news.items()}
            model._base_manager.filter(pk=pk).update(**cut)
    return len(found)


def _without(value: Any, person: Person) -> Any:
    """A value of JSON without the person, at any depth and in names of keys."""
    match value:
        case str():
            return person.redacted(value)
        case dict():
            return {person.redacted(k): _without(each, person) for k, each in value.items()}
        case list():
            return [_without(each, person) for each in value]
        case int() | float() if not isinstance(value, bool) and person.is_in(str(value)):
            return None
    return value


def letters(person: Person) -> int:
    """This will throw away letters to mend that name the person."""
    found = holding(DeadLetter, person, "body", "item", "value", "params", "source")
    with transaction.atomic():
        return DeadLetter.objects.filter(pk__in=found).delete()[0]


def tasks(person: Person) -> int:
    """This will throw away what finished jobs were given, answered and complained about."""
    ended = {"status__in": ("SUCCESSFUL", "FAILED")}
    fields = ("args_kwargs", "return_value", "traceback", "exception_class_path")
    found = holding(DBTaskResult, person, *fields, **ended)
    return int(DBTaskResult.objects.filter(pk__in=found).delete()[0])


def _texts(name: str, label: Any, model: type[models.Model], *fields: str) -> Place:
    return Place(name=name, label=label, forget=redacting(model, *fields), tables=(model,))


OURS = (
    Place(name="base.letters", label=_("Letters to mend"), forget=letters, tables=(DeadLetter,)),
    Place(name="base.tasks", label=_("Finished jobs"), forget=tasks, tables=(DBTaskResult,)),
    _texts("base.trail", _("Trail of changes"), Audit, "about", "detail"),
    _texts("base.news", _("News"), Announcement, "payload"),
    _texts("base.batches", _("Names of imports"), Batch, "label"),
    _texts("customers.segments", _("Conditions of segments"), Segment, "name", "condition"),
    _texts("privacy.incidents", _("Incidents"), Incident, "what", "data", "measures"),
)
