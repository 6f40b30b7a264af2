"""Reads for *Sinais* and the customer's page: open signals, overrides, disagreements, ratings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from posvenda.base.models import User
from posvenda.core.health.calls import disagree
from posvenda.core.health.card import Measure
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.cards.models import Call, Indicator, Override, Rating

MOST = 200


def signals(user: User) -> QuerySet[Indicator]:
    """This will give the signals of the customers a person may see, the newest first."""
    seen = Customer.objects.visible_to(user)
    held = Indicator.objects.filter(customer__in=seen)
    return held.select_related("customer", "owner", "raised_by").order_by("-raised_at", "-pk")


def waiting(signals: QuerySet[Indicator], *, today: date) -> QuerySet[Indicator]:
    """This will leave the signals that are open and not silenced at present."""
    is_heard = Q(silent_until=None) | Q(silent_until__lte=today)
    return signals.filter(is_heard, resolved_at=None)


def overrides(user: User, *, now: datetime, today: date) -> QuerySet[Override]:
    """This will give the overrides in force or to come, the one that ends first on top."""
    later = Override.objects.filter(
        Q(happened_at__gt=OuterRef("happened_at"))
        | Q(happened_at=OuterRef("happened_at"), pk__gt=OuterRef("pk")),
        customer=OuterRef("customer"),
        happened_at__lte=now,
    )
    held = Override.objects.filter(
        customer__in=Customer.objects.visible_to(user), until_on__gt=today
    ).exclude(kind=Override.Kind.END)
    return held.exclude(Exists(later)).select_related("customer", "by").order_by("until_on", "pk")


def override_of(customer: Customer, *, now: datetime, today: date) -> Override | None:
    """This will give the override in force for a customer."""
    told = Override.objects.filter(customer=customer, happened_at__lte=now)
    newest = told.select_related("by").order_by("happened_at", "recorded_at", "pk").last()
    if newest is None or newest.kind == Override.Kind.END or newest.until_on is None:
        return None
    return newest if newest.until_on > today else None


@dataclass(frozen=True)
class Disagreement:
    """A person and the score expect opposite things of the same customer."""

    call: Call
    band: str
    score: float | None


def calls(user: User, *, today: date) -> list[Call]:
    """This will give everybody's newest call on decisions still to come, the nearest first."""
    later = Call.objects.filter(
        Q(happened_at__gt=OuterRef("happened_at"))
        | Q(happened_at=OuterRef("happened_at"), pk__gt=OuterRef("pk")),
        customer=OuterRef("customer"),
    )
    held = Call.objects.filter(
        Q(decides_on=None) | Q(decides_on__gte=today),
        customer__in=Customer.objects.visible_to(user),
    ).exclude(says=Call.Says.UNSURE)
    newest = held.exclude(Exists(later)).select_related("customer", "by")
    return list(newest.order_by("decides_on", "pk"))


def disagreements(
    told: list[Call], shown: Mapping[int, tuple[float | None, str]]
) -> list[Disagreement]:
    """This will leave the calls that the present band (by customer: score, band) contradicts."""
    found = []
    for call in told:
        score, band = shown.get(call.customer_id, (None, "unknown"))
        if disagree(call.says, band):
            found.append(Disagreement(call, band, score))
    return found[:MOST]


@dataclass(frozen=True)
class Rated:
    """One rating the cards ask for, with the newest answer about a customer."""

    name: str
    measure: Measure
    last: Rating | None

    @property
    def label(self) -> str:
        """What the card calls it."""
        return str(self.measure.label or self.name)


def ratings(customer: Customer) -> list[Rated]:
    """This will give every rating the cards ask for, with the newest answer."""
    asked = definitions.cards().judgements
    held = Rating.objects.filter(customer=customer, name__in=list(asked)).select_related("by")
    last = {each.name: each for each in held.order_by("happened_at", "recorded_at", "pk")}
    return [Rated(name, measure, _standing(last.get(name))) for name, measure in asked.items()]


def _standing(rating: Rating | None) -> Rating | None:
    return None if rating is None or rating.value is None else rating


def last_call(customer: Customer) -> Call | None:
    """This will give what was expected last of a customer."""
    held = Call.objects.filter(customer=customer).select_related("by")
    return held.order_by("happened_at", "recorded_at", "pk").last()
