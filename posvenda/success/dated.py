"""What the lifecycle puts on a customer's timeline, read only from the tables that hold anything.

One question says which of them do; most customers have rows in few.
"""

import heapq
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry, Source
from posvenda.success.coverage.history import gone
from posvenda.success.coverage.models import ChampionGone
from posvenda.success.journey import told as journey
from posvenda.success.journey.models import Crossing, StageChange
from posvenda.success.plans import told as plans
from posvenda.success.plans.models import Mark, Plan

Load = Callable[[Customer, datetime, int], Iterable[Entry]]
HELD: tuple[tuple["QuerySet[Any]", str, Load], ...] = (
    (ChampionGone.objects.all(), "customer", gone),
    (StageChange.objects.exclude(is_start=True), "customer", journey.stages),
    (Crossing.objects.filter(is_first=False), "customer", journey.crossings),
    (Plan.objects.all(), "customer", plans.plans),
    (Mark.objects.all(), "milestone__plan__customer", plans.marks),
)


def dated(customer: Customer, until: datetime, count: int) -> Iterable[Entry]:
    """This will tell stages, pace, plans and champions, newest first."""
    asked = [Exists(rows.filter(**{of: OuterRef("pk")})) for rows, of, _load in HELD]
    held = Customer.everything.filter(pk=customer.pk).values_list(*asked).get()
    told = [load for (_rows, _of, load), is_held in zip(HELD, held, strict=True) if is_held]
    lists = [load(customer, until, count) for load in told]
    return heapq.merge(*lists, key=lambda entry: entry.at, reverse=True)


SOURCES = (Source("success.dated", "signal", dated),)
