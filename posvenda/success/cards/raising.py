"""Signals that rules raise: once while they hold, closed by themselves when they no longer do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
from django.db import transaction

from posvenda.base import rows
from posvenda.core.health import raised
from posvenda.customers.catalogue import catalogue
from posvenda.customers.models import public_id
from posvenda.customers.sheet import stale
from posvenda.success import definitions
from posvenda.success.cards.models import Indicator

# After a person closed one, the same rule stays quiet about the customer for a while.
QUIET_DAYS = 30
COLUMNS = ("public_id", "customer", "nature", "rule", "title", "raised_at", "outcome", "note")


def raise_all(frame: pl.LazyFrame, *, as_of: date, now: datetime) -> int:
    """This will raise what rules newly find and close what no longer holds; how many were raised.

    Running it again changes nothing. Who has left raises nothing.
    """
    rules = {rule.name: rule for rule in definitions.cards().indicators}
    wanted = sorted({"customer_id", *(f for rule in rules.values() for f in rule.facts)})
    sheet = frame.filter(pl.col("health.frozen_on").is_null()).select(wanted).collect()
    told = set(raised(sheet, list(rules.values()), catalogue(), as_of=as_of).iter_rows())
    still = _open_ones()
    quiet = _quiet(now)
    fresh = sorted(told - set(still) - quiet)
    over = [pk for pair, pk in still.items() if pair not in told]
    for start in range(0, len(fresh), rows.CHUNK):
        part = fresh[start : start + rows.CHUNK]
        with transaction.atomic():
            rows.insert(
                Indicator,
                COLUMNS,
                (
                    (public_id(), customer, rules[name].nature, name, "", now, "", "")
                    for customer, name in part
                ),
                ignore=True,
            )
            stale([customer for customer, _name in part], now=now)
    _clear(over, now=now)
    return len(fresh)


def _open_ones() -> dict[tuple[int, str], int]:
    held = Indicator.objects.filter(resolved_at=None).exclude(rule="")
    return {(c, rule): pk for c, rule, pk in held.values_list("customer_id", "rule", "pk")}


def _quiet(now: datetime) -> set[tuple[int, str]]:
    """What a person closed lately; a rule that cleared by itself may be raised again at once."""
    since = now - timedelta(days=QUIET_DAYS)
    by_hand = Indicator.objects.filter(resolved_at__gte=since).exclude(
        outcome=Indicator.Outcome.CLEARED
    )
    return set(by_hand.values_list("customer_id", "rule"))


def _clear(over: list[int], *, now: datetime) -> None:
    for start in range(0, len(over), rows.CHUNK // 5):
        part = over[start : start + rows.CHUNK // 5]
        with transaction.atomic():
            held = Indicator.objects.filter(pk__in=part, resolved_at=None)
            stale(list(held.values_list("customer_id", flat=True)), now=now)
            held.update(resolved_at=now, outcome=Indicator.Outcome.CLEARED)
