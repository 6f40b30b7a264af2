"""Orders that only their lines tell of, worked out again from the lines that still stand."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from posvenda.api.imports.families.orders import IMPLIED, NUMBER_LIMIT
from posvenda.api.imports.identity import digest
from posvenda.api.imports.undo import facts
from posvenda.api.imports.undo.facts import Version
from posvenda.api.imports.undo.standing import Standing
from posvenda.commerce.models import Order, OrderLine

EMPTY = ("promised_at", "delivered_at", "cancelled_at")
LINE = ("order_key", "customer_id", "happened_at", "quantity", "currency", "batch_id")


def affected(batch: int, *, after: str, limit: int) -> list[str]:
    """This will give the next order keys a batch told of, in their order."""
    lines = OrderLine.objects.filter(batch=batch, order_key__gt=after).order_by("order_key")
    own = Order.objects.filter(batch=batch, key__gt=after).order_by("key")
    keys = {
        *lines.values_list("order_key", flat=True).distinct()[:limit],
        *own.values_list("key", flat=True).distinct()[:limit],
    }
    return sorted(keys)[:limit]


def resettle(keys: list[str], standing: Standing, *, now: datetime) -> int:
    """This will write the implied orders of these keys as their standing lines tell them."""
    lines: dict[str, list[Any]] = defaultdict(list)
    live = OrderLine.objects.filter(order_key__in=keys, superseded_at=None, is_retracted=False)
    for line in live.order_by("id").values(*LINE):
        lines[line["order_key"]].append(line)
    names = [field.attname for field in Order._meta.concrete_fields]
    orders = Order.objects.filter(key__in=keys, superseded_at=None).values(*names)
    changed = []
    for order in orders:
        told = lines.get(order["key"])
        version = _version(order, told, standing, now)
        if version is not None and version["digest"] != order["digest"]:
            changed.append((order["id"], version))
    Order.objects.filter(pk__in=[pk for pk, _ in changed]).update(superseded_at=now)
    facts.write(Order, [version for _, version in changed])
    return len(changed)


def _version(
    order: Version, lines: list[Any] | None, standing: Standing, now: datetime
) -> Version | None:
    """What the order should be, or None when it is not for its lines to say."""
    if order["is_retracted"]:
        is_open = not standing.holds(order["batch_id"])
    else:
        is_open = order["digest"].startswith(IMPLIED)
    if not is_open:
        return None
    if not lines:
        return facts.retraction(order, now=now, batch=standing.batch.pk)
    return _implied(order, lines, now)


def _implied(order: Version, lines: list[Any], now: datetime) -> Version:
    at = min(line["happened_at"] for line in lines)
    who = next((line["customer_id"] for line in lines if line["customer_id"]), None)
    number, currency = order["key"][:NUMBER_LIMIT], lines[0]["currency"]
    is_return = all(line["quantity"] < 0 for line in lines)
    stamp = digest(who, at, number, is_return, None, currency, "", None, None, None)
    return {
        **order,
        **dict.fromkeys(EMPTY),
        "customer_id": who,
        "happened_at": at,
        "recorded_at": now,
        "superseded_at": None,
        "is_retracted": False,
        "digest": IMPLIED + stamp[1:],
        "batch_id": lines[0]["batch_id"],
        "number": number,
        "is_return": is_return,
        "amount_cents": None,
        "currency": currency,
        "status": "",
    }
