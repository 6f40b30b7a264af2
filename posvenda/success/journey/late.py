"""Late facts: who learnt something about a day that was over, so that the past is replayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Min, Model, Q

from posvenda.base import clock
from posvenda.commerce.facts import DATED
from posvenda.commerce.store import EPOCH, LateUse
from posvenda.conversations.models import Interaction
from posvenda.customers.identity.models import Change
from posvenda.customers.models import Customer

DAY = timedelta(days=1)
# Beyond this part of all customers the replay takes everybody.
MANY_RATE = 0.2


@dataclass(frozen=True)
class Late:
    """Whose past changed (None: perhaps everybody's), and from which day on."""

    customers: tuple[int, ...] | None
    since: date


def learnt(*, after: datetime) -> Late | None:
    """This will say whose past is told differently since a moment; None when nobody's is."""
    days: dict[int, date] = {}
    for customer, at in _found(after):
        day = clock.day_of(at)
        days[customer] = min(day, days.get(customer, day))
    use = _use(after)
    if not days and use is None:
        return None
    since = min([*days.values(), *([use] if use else [])])
    is_many = len(days) > MANY_RATE * Customer.objects.count()
    return Late(None if use or is_many else tuple(sorted(days)), since)


def _found(after: datetime) -> Iterator[tuple[int, datetime]]:
    for model in (*DATED, Interaction):
        query = model._base_manager.filter(_is_late(model, after)).exclude(customer=None)
        yield from query.order_by().values_list("customer_id").annotate(first=Min("happened_at"))
    for source, target in Change.objects.filter(
        Q(at__gt=after) | Q(undone_at__gt=after)
    ).values_list("source_id", "target_id"):
        both = Customer.objects.filter(pk__in=[source, target]).aggregate(first=Min("happened_at"))
        if both["first"]:
            yield from ((source, both["first"]), (target, both["first"]))


def _is_late(model: type[Model], after: datetime) -> Q:
    """Told at least a day later, replaced, taken back, or brought by an import of the past."""
    names = {field.name for field in model._meta.fields}
    found = Q(recorded_at__gt=after, happened_at__lt=F("recorded_at") - DAY)
    for gone in ("superseded_at", "withdrawn_at"):
        if gone in names:
            found |= Q(**{f"{gone}__gt": after})
    if "batch" in names:
        found |= Q(batch__started_at__gt=after, happened_at__lt=F("batch__started_at") - DAY)
    return found


def _use(after: datetime) -> date | None:
    first = LateUse.objects.filter(last_at__gt=after).aggregate(first=Min("day"))["first"]
    return None if first is None else EPOCH + timedelta(days=first)
