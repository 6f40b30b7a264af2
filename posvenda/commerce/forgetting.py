"""Where this room may hold somebody who is erased beside its tables: the lake, waiting batches."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from posvenda.base import clock
from posvenda.commerce import usage
from posvenda.commerce.models import Inbox
from posvenda.commerce.store import SeenKey, StagedEvents
from posvenda.commerce.tracking.models import Actor, ActorRef, Group, Held
from posvenda.customers.holdings import Elsewhere
from posvenda.customers.privacy.person import Person
from posvenda.customers.privacy.places import Place, holding

READ = 200


def events(customer_ids: Sequence[int]) -> None:
    """This will erase the usage events of customers for good."""
    usage.forget(customer_ids, now=clock.now())


def told(customer_ids: Sequence[int]) -> Iterator[Mapping[str, Any]]:
    """This will give the events of customers for an export; people in them are numbers."""
    ids = ", ".join(str(int(each)) for each in customer_ids) or "NULL"
    found = usage.query(
        "SELECT event_id AS key, person, event, feature, quantity::DOUBLE AS quantity,"  # noqa: S608
        " seconds, happened_at, properties"
        f" FROM events WHERE customer_id IN ({ids}) ORDER BY happened_at, event_id"
    )
    yield from found.iter_rows(named=True)


def people(person: Person) -> int:
    """This will forget the people of the product who are the person, with all they did.

    Of a customer those that belong to it, and whoever carries one of its identifiers.
    """
    traits = ("person", "user_ref", "anonymous_ref", "email", "name", "traits", "group_ref")
    found = set(holding(Actor, person, *traits))
    if person.contact is None:
        found |= set(Actor.objects.filter(customer__in=person.ids).values_list("pk", flat=True))
    refs = ActorRef.objects.filter(pk__in=holding(ActorRef, person, "ref"))
    found |= set(refs.values_list("actor_id", flat=True))
    names = list(Actor.objects.filter(pk__in=found).values_list("person", flat=True))
    if names:
        usage.forget_people(names, now=clock.now())
    with transaction.atomic():
        Held.objects.filter(actor__in=found).delete()
        Actor.objects.filter(pk__in=found).delete()
        held = Held.objects.filter(pk__in=holding(Held, person, "group_ref", "clues", "body"))
        return len(found) + held.delete()[0]


def groups(person: Person) -> int:
    """This will forget groups of the product that carry the person's identifiers or name."""
    found = holding(Group, person, "ref", "name", "traits")
    return Group.objects.filter(pk__in=found).delete()[0]


def waiting(person: Person) -> int:
    """This will take items that name the person out of batches that wait; the others stay."""
    count = 0
    for pk, body in Inbox.objects.order_by("pk").values_list("pk", "body").iterator(READ):
        count += _lighten(pk, bytes(body), person)
    return count


def _lighten(pk: int, body: bytes, person: Person) -> int:
    try:
        told: Any = json.loads(body)
    except ValueError:
        told = body.decode("utf-8", "replace")
    if not person.is_inside(told):
        return 0
    items = told.get("batch") if isinstance(told, dict) else None
    if not isinstance(items, list):
        return Inbox.objects.filter(pk=pk).delete()[0]
    rest = [item for item in items if not person.is_inside(item)]
    shell = {**told, "batch": rest}
    with transaction.atomic():
        if not rest or person.is_inside(shell):
            Inbox.objects.filter(pk=pk).delete()
        else:
            written = json.dumps(shell, separators=(",", ":")).encode()
            Inbox.objects.filter(pk=pk).update(body=written, items=len(rest))
    return len(items) - len(rest)


USAGE = Elsewhere(name="commerce.usage", label=_("Use of the product"), forget=events, read=told)
PLACES = (
    Place(
        name="commerce.people",
        label=_("People who use the product, and their events"),
        forget=people,
        tables=(Actor, ActorRef, Held, StagedEvents, SeenKey),
    ),
    Place(name="commerce.groups", label=_("Groups of the product"), forget=groups, tables=(Group,)),
    Place(
        name="commerce.inbox",
        label=_("Batches of events that wait"),
        forget=waiting,
        tables=(Inbox,),
    ),
)
