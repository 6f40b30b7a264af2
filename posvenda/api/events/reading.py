"""What the pages *Eventos* show, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from posvenda.base.models import AccessKey, DeadLetter
from posvenda.commerce import offering
from posvenda.commerce.models import Inbox
from posvenda.commerce.store import LateUse
from posvenda.commerce.tracking.models import Actor, Arrival, EventName, Group, Held
from posvenda.commerce.tracking.resolving import SCHEME
from posvenda.core.features import Features
from posvenda.customers.models import Identity

Outcome = Arrival.Outcome
SHOWN = (Outcome.TAKEN, Outcome.WAITING, Outcome.STAFF, Outcome.REFUSED)


@dataclass
class Source:
    """One key and what came by it in a day."""

    key: AccessKey
    counts: dict[str, int] = field(default_factory=dict)
    last_hour: int = 0
    last_at: datetime | None = None

    @property
    def total(self) -> int:
        """Everything that came, refused and repeated items included."""
        return sum(self.counts.values())

    @property
    def cells(self) -> list[tuple[str, int]]:
        """The columns of the table, with their headings."""
        return [(str(outcome.label), self.counts.get(outcome, 0)) for outcome in SHOWN]


@dataclass(frozen=True)
class Overview:
    """The first page: by source, and in all."""

    sources: list[Source]
    totals: dict[str, int]
    last_hour: int
    in_inbox: int
    waiting: int
    staff: int
    open_letters: int

    @property
    def total(self) -> int:
        """Everything that came in a day."""
        return sum(self.totals.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing ever came."""
        return not (self.total or self.in_inbox or any(s.last_at for s in self.sources))


def overview(*, now: datetime) -> Overview:
    """This will count what arrived in 24 hours; the hours are whole ones."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    keys = AccessKey.objects.filter(kind=AccessKey.Kind.WRITE).order_by("label")
    sources = {key.pk: Source(key) for key in keys}
    day = Arrival.objects.filter(hour__gt=hour - timedelta(hours=24))
    for source, outcome, count, last in day.values_list("source", "outcome").annotate(
        n=Sum("count"), recent=Sum("count", filter=Q(hour__gte=hour), default=0)
    ):
        sources[source].counts[outcome] = count
        sources[source].last_hour += last
    lasts = Arrival.objects.values_list("source").annotate(last=Max("hour"))
    for source, last in lasts:
        sources[source].last_at = max(last, sources[source].key.used_at or last)
    totals: dict[str, int] = defaultdict(int)
    for each in sources.values():
        for outcome, count in each.counts.items():
            totals[outcome] += count
    held = dict(Held.objects.values_list("reason").annotate(n=Count("pk")))
    letters = DeadLetter.objects.filter(door="tracking", status=DeadLetter.Status.OPEN)
    return Overview(
        sources=list(sources.values()),
        totals=totals,
        last_hour=sum(each.last_hour for each in sources.values()),
        in_inbox=Inbox.objects.aggregate(n=Sum("items", default=0))["n"],
        waiting=held.get(Held.Reason.CUSTOMER, 0),
        staff=held.get(Held.Reason.STAFF, 0),
        open_letters=letters.count(),
    )


def names(search: str = "") -> QuerySet[EventName]:
    """This will list event names, the last seen first."""
    found = EventName.objects.order_by("-last_seen_at", "pk")
    if search:
        found = found.filter(Q(event__icontains=search) | Q(label__icontains=search))
    return found


def meant(labels: list[str]) -> dict[str, str]:
    """This will name, for labels, the features of the catalogue they mean."""
    features = offering.in_force()
    return {label: ", ".join(_names(features, label)) for label in labels}


def _names(features: Features, label: str) -> list[str]:
    return [str(feature.name) for feature in features if feature.is_meant_by(label)]


def unmatched() -> Any:
    """This will count waiting events by the group, or else the user, they name."""
    nothing = Value("")
    return (
        Held.objects.filter(reason=Held.Reason.CUSTOMER)
        .annotate(
            ref=Coalesce(NullIf("group_ref", nothing), NullIf("actor__user_ref", nothing), nothing)
        )
        .values("ref")
        .annotate(
            events=Count("pk"),
            people=Count("actor", distinct=True),
            groups=Count("pk", filter=~Q(group_ref="")),
            first_at=Min("happened_at"),
            last_at=Max("happened_at"),
            mail=Max("actor__email"),
        )
        .order_by("-events", "ref")
    )


def group_names(refs: list[str]) -> dict[str, str]:
    """This will give the names that groups told."""
    named = Group.objects.filter(ref__in=refs).exclude(name="")
    return dict(named.values_list("ref", "name"))


def given(refs: list[str]) -> dict[str, str]:
    """This will name the customers that a person gave these groups or users to."""
    told = Identity.objects.filter(scheme=SCHEME, value__in=refs)
    return dict(told.values_list("value", "customer__name"))


def people(*, search: str = "", customer: str = "", staff: bool = False) -> QuerySet[Actor]:
    """This will list people, the last seen first."""
    found = Actor.objects.select_related("customer").order_by("-last_seen_at", "pk")
    if customer:
        found = found.filter(customer__public_id=customer)
    if staff:
        found = found.filter(is_staff=True)
    if search:
        found = found.filter(
            Q(user_ref__icontains=search)
            | Q(email__icontains=search)
            | Q(name__icontains=search)
            | Q(group_ref__icontains=search)
        )
    return found


def corrected() -> QuerySet[LateUse]:
    """This will list past days that late events corrected, those learnt last first."""
    return LateUse.objects.order_by("-learnt_day", "-day")
