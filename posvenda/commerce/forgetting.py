"""Where this room may hold somebody who is erased beside its tables: the lake, waiting batches."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from posvenda.commerce import usage
from posvenda.commerce.models import Inbox
from posvenda.customers.holdings import Elsewhere
from posvenda.customers.privacy.person import Person
from posvenda.customers.privacy.places import Place

READ = 200


def events(customer_ids: Sequence[int]) -> None:
    """This will erase the usage events of customers for good."""
    usage.lake().forget(customer_ids)


def told(customer_ids: Sequence[int]) -> Iterator[Mapping[str, Any]]:
    """This will give the events of customers for an export; people in them are numbers."""
    ids = ", ".join(str(int(each)) for each in customer_ids) or "NULL"
    found = usage.lake().query(
        "SELECT event_id AS key, person, feature, quantity::DOUBLE AS quantity, seconds,"  # noqa: S608
        f" happened_at FROM events WHERE customer_id IN ({ids}) ORDER BY happened_at, event_id"
    )
    yield from found.iter_rows(named=True)


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
        name="commerce.inbox",
        label=_("Batches of events that wait"),
        forget=waiting,
        tables=(Inbox,),
    ),
)
