"""What became of calls: on the day of decision, was the customer still under a paid contract?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from posvenda.base import clock
from posvenda.commerce.models import ContractLine, Period
from posvenda.core.health.calls import HitRate, came_true, of_band
from posvenda.success.cards.models import Call


@dataclass(frozen=True)
class Record:
    """How often people and the score were right about the same decisions; open ones wait."""

    people: HitRate
    score: HitRate
    decided: int
    waiting: int


def record(customers: QuerySet[Any, Any] | None, *, today: date) -> Record:
    """This will hold the last call before each decision against what happened on its day.

    ``customers`` narrows to those a person may see (None: all). An unsure call, and a band that
    predicts nothing, are left out of the own rate.
    """
    last = _last_calls(customers)
    over = [call for call in last if call.decides_on is not None and call.decides_on < today]
    there = _still_there([(call.customer_id, call.decides_on) for call in over])
    verdicts = [(call, there[call.customer_id, call.decides_on]) for call in over]
    people = [came_true(call.says, is_still_there=stays) for call, stays in verdicts]
    score = [came_true(of_band(call.band), is_still_there=stays) for call, stays in verdicts]
    return Record(_rate(people), _rate(score), len(over), len(last) - len(over))


def _last_calls(customers: QuerySet[Any, Any] | None) -> list[Call]:
    held = Call.objects.order_by("happened_at", "recorded_at", "pk")
    if customers is not None:
        held = held.filter(customer_id__in=customers)
    newest: dict[tuple[int, date | None], Call] = {}
    for call in held.iterator():
        if call.decides_on is None or clock.day_of(call.happened_at) <= call.decides_on:
            newest[call.customer_id, call.decides_on] = call
    return list(newest.values())


def _still_there(asked: list[tuple[int, date | None]]) -> dict[tuple[int, date | None], bool]:
    """Whether a paid recurring line was in force on each day, by what is known now."""
    ids = {customer for customer, _day in asked}
    held = ContractLine.objects.filter(
        customer_id__in=ids, superseded_at=None, is_retracted=False, is_trial=False
    ).exclude(period=Period.ONCE)
    lines: dict[int, list[tuple[date, date | None]]] = {}
    for line in held.values_list("customer_id", "starts_on", "ends_on", "cancelled_at"):
        customer, starts, ends, cancelled = line
        end = ends or (clock.day_of(cancelled) if cancelled else None)
        lines.setdefault(customer, []).append((starts, end))
    return {
        (customer, day): any(
            starts <= day and (end is None or end > day) for starts, end in lines.get(customer, ())
        )
        for customer, day in asked
        if day is not None
    }


def _rate(verdicts: list[bool | None]) -> HitRate:
    told = [each for each in verdicts if each is not None]
    return HitRate(sum(told), len(told))
