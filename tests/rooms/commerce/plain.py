"""Every fact of commerce computed a second time, plainly, one customer at a time, for tests.

Reads a log of ``Told`` in which each key has one version, and gives {fact: value} for one customer.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import mean, median
from typing import Any

from posvenda.base import clock
from tests.rooms.customers.logs import AS_OF, END, Told

YEARLY = {"month": 12, "quarter": 4, "semester": 2, "year": 1}
Values = dict[str, Any]


def happened(log: Sequence[Told], customer: str | None, *kinds: str) -> list[Told]:
    return [
        each
        for each in log
        if each.kind in kinds
        and customer in (None, each.customer)
        and each.happened_at < END
        and not each.is_retracted
    ]


def age(moment: datetime) -> int:
    return (AS_OF - clock.day_of(moment)).days


def seen(moment: datetime | None) -> datetime | None:
    """A date inside a row is not known before it comes."""
    return moment if moment is not None and moment < END else None


def currency(log: Sequence[Told], customer: str) -> str:
    rows = happened(log, customer, "contract", "order", "line")
    names = [each.values().get("currency", "BRL") for each in rows]
    return min(set(names), key=lambda name: (-names.count(name), name)) if names else "BRL"


def tickets(log: Sequence[Told], customer: str) -> Values:
    rows = happened(log, customer, "ticket")
    still = [each for each in rows if seen(each.values()["closed_at"]) is None]
    recent = [each for each in rows if age(each.happened_at) < 90]
    replies = [
        (reply - each.happened_at).total_seconds() / 60
        for each in recent
        if (reply := seen(each.values()["first_reply_at"])) is not None
    ]
    work = [
        (closed - each.happened_at).total_seconds() / 3600
        for each in rows
        if (closed := seen(each.values()["closed_at"])) is not None and age(closed) < 90
    ]
    return {
        "tickets.open": len(still),
        "tickets.open_over_5d": sum(age(each.happened_at) > 5 for each in still),
        "tickets.opened_28d": sum(age(each.happened_at) < 28 for each in rows),
        "tickets.opened_90d": len(recent),
        "tickets.escalated_90d": sum(each.values()["is_escalated"] for each in recent),
        "tickets.first_reply_minutes": median(replies) if replies else None,
        "tickets.resolution_hours": median(work) if work else None,
    }


def satisfaction(log: Sequence[Told], customer: str) -> Values:
    rows = sorted(happened(log, customer, "answer"), key=lambda each: (each.happened_at, each.key))
    nps = [each for each in rows if each.values()["scale"] == "nps"]
    csat = [each for each in rows if each.values()["scale"] == "csat"]
    year = [each.values()["score"] for each in csat if age(each.happened_at) < 365]
    said = [each.values()["comment"] for each in rows if each.values()["comment"]]
    return {
        "nps.last_score": nps[-1].values()["score"] if nps else None,
        "nps.days_since": age(nps[-1].happened_at) if nps else None,
        "csat.last_score": csat[-1].values()["score"] if csat else None,
        "csat.days_since": age(csat[-1].happened_at) if csat else None,
        "csat.mean_365d": mean(year) if year else None,
        "satisfaction.answers": len(rows),
        "satisfaction.last_comment": said[-1] if said else None,
    }


def orders(log: Sequence[Told], customer: str) -> Values:
    own = currency(log, customer)
    lines = happened(log, customer, "line")
    counted, back, gone = [], [], []
    for each in happened(log, customer, "order"):
        cancelled = each.values()["status"] == "canceled" or seen(each.values()["cancelled_at"])
        cents = _amount(each, lines, own)
        pair = (each, -abs(cents) if each.values()["is_return"] and cents is not None else cents)
        (gone if cancelled else back if each.values()["is_return"] else counted).append(pair)
    days = sorted({clock.day_of(each.happened_at) for each, _ in counted})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    rhythm = median(gaps) if len(days) >= 3 else None
    bought = [cents for _, cents in counted if cents is not None]
    net = [(each, cents or 0) for each, cents in counted + back]
    due, late = _deliveries([each for each, _ in counted])
    returned = [age(each.happened_at) for each, _ in back]
    silence = (AS_OF - days[-1]).days if days else None
    return {
        "orders.count": len(counted),
        "orders.count_365d": sum(age(each.happened_at) < 365 for each, _ in counted),
        "orders.first_on": days[0] if days else None,
        "orders.second_on": sorted(set(days))[1] if len(set(days)) > 1 else None,
        "orders.last_on": days[-1] if days else None,
        "orders.recency_days": silence,
        "orders.value": sum(cents for _, cents in net),
        "orders.value_365d": sum(cents for each, cents in net if age(each.happened_at) < 365),
        "orders.average": mean(bought) if bought else None,
        "orders.median_interval_days": rhythm,
        "orders.overdue_ratio": silence / rhythm if rhythm and silence is not None else None,
        "orders.next_expected_on": days[-1] + timedelta(days=round(rhythm)) if rhythm else None,
        "orders.returns": len(back),
        "orders.cancelled": len(gone),
        "orders.days_since_return": min(returned) if returned else None,
        "orders.late_deliveries": len(late) if due else None,
        "orders.late_rate": len(late) / due if due else None,
        "orders.days_since_late": (AS_OF - max(late)).days if late else None,
        "orders.monthly_value": _months(net) if net else None,
    }


def contract(log: Sequence[Told], customer: str) -> Values:
    own = currency(log, customer)
    lines = [_line(each) for each in happened(log, customer, "contract")]
    lines = [line for line in lines if line is not None]
    alive = [line for line in lines if _in_force(line, AS_OF)]
    paid = [line for line in lines if not line["is_trial"]]
    money = _mrr(paid, AS_OF, own), _mrr(paid, AS_OF - timedelta(days=90), own)
    seats = [line["seats"] for line in alive if line["seats"] is not None]
    begun = [line["starts_on"] for line in paid if line["starts_on"] <= AS_OF]
    status = _status(paid)
    renews, is_auto = _renewal([line for line in paid if not _is_over(line, AS_OF)])
    asked = _asked(log, customer, lines) if status == "customer" else None
    return {
        "contract.status": status,
        "contract.mrr": money[0],
        "contract.arr": money[0] * 12,
        "contract.lines": len(alive),
        "contract.seats": sum(seats) if seats else None,
        "contract.first_started_on": min(begun) if begun else None,
        "contract.renews_on": renews,
        "contract.days_to_renewal": (renews - AS_OF).days if renews else None,
        "contract.is_auto_renewed": is_auto,
        "contract.is_trial": any(line["is_trial"] for line in alive),
        "contract.cancel_requested_days": asked,
        "contract.is_cancelling": asked is not None,
        "contract.mrr_change_90d_rate": money[0] / money[1] - 1 if money[1] > 0 else None,
    }


def usage(log: Sequence[Told], customer: str) -> Values | None:
    rows = happened(log, customer, "usage")
    if not rows:
        return None

    def people(first: int, last: int) -> int | None:
        if not any(each.values()["person"] for each in rows):
            return None
        return len({each.values()["person"] for each in _within(rows, first, last)} - {None})

    def uses(first: int, last: int) -> int:
        return sum(each.values()["quantity"] or 1 for each in _within(rows, first, last))

    def features(last: int, found: Sequence[Told]) -> int:
        return len({each.values()["feature"] for each in _within(found, 0, last)} - {None})

    offered = features(90, happened(log, None, "usage"))
    before = people(28, 56), uses(28, 56)
    return {
        "usage.active_people_7d": people(0, 7),
        "usage.active_people_7d_before": people(28, 35),
        "usage.active_people_28d": people(0, 28),
        "usage.active_people_90d": people(0, 90),
        "usage.events_7d": uses(0, 7),
        "usage.events_28d": uses(0, 28),
        "usage.events_90d": uses(0, 90),
        "usage.active_days_28d": len({age(each.happened_at) for each in _within(rows, 0, 28)}),
        "usage.people_change_rate": (people(0, 28) or 0) / before[0] - 1 if before[0] else None,
        "usage.events_change_rate": uses(0, 28) / before[1] - 1 if before[1] else None,
        "usage.days_since_last": min(age(each.happened_at) for each in rows),
        "usage.weekly_people": None
        if people(0, 1) is None
        else [float(people(7 * week, 7 * week + 7) or 0) for week in reversed(range(26))],
        "adoption.features_28d": features(28, rows),
        "adoption.features_90d": features(90, rows),
        "adoption.breadth_rate": features(90, rows) / offered if offered else None,
    }


def contact(log: Sequence[Told], customer: str) -> Values:
    rows = [
        each
        for each in happened(log, customer, "interaction")
        if each.values()["direction"] != "internal"
    ]
    days = [clock.day_of(each.happened_at) for each in rows]
    return {
        "contact.last_on": max(days) if days else None,
        "contact.silence_days": (AS_OF - max(days)).days if days else None,
        "contact.interactions_90d": sum((AS_OF - day).days < 90 for day in days),
    }


def _within(rows: Sequence[Told], first: int, last: int) -> list[Told]:
    return [each for each in rows if first <= age(each.happened_at) < last]


def _amount(order: Told, lines: Sequence[Told], own: str) -> int | None:
    amount = order.values()["amount_cents"]
    if amount is not None:
        return amount if order.values()["currency"] == own else None
    parts = [
        line.values()["amount_cents"]
        for line in lines
        if line.values()["order_key"] == order.key and line.values()["currency"] == own
    ]
    return sum(parts) if parts else None


def _deliveries(rows: Sequence[Told]) -> tuple[int, list[date]]:
    """How many orders were delivered or due; the days late ones came or should have come."""
    due, late = 0, []
    for each in rows:
        promised, arrived = each.values()["promised_at"], seen(each.values()["delivered_at"])
        if promised is None or (arrived is None and clock.day_of(promised) >= AS_OF):
            continue
        due += 1
        if arrived is None or clock.day_of(arrived) > clock.day_of(promised):
            late.append(clock.day_of(arrived or promised))
    return due, late


def _months(net: Sequence[tuple[Told, int]]) -> list[float]:
    totals = [0.0] * 12
    for each, cents in net:
        day = clock.day_of(each.happened_at)
        back = (AS_OF.year - day.year) * 12 + AS_OF.month - day.month
        if back < 12:
            totals[11 - back] += cents
    return totals


def _line(told: Told) -> Values | None:
    line = {"currency": "BRL", **told.values(), "signed_at": told.happened_at}
    line["cancelled_at"] = seen(line["cancelled_at"])
    if line["ends_on"] is None and line["cancelled_at"] is not None:
        line["ends_on"] = clock.day_of(line["cancelled_at"])
    is_empty = line["ends_on"] is not None and line["ends_on"] <= line["starts_on"]
    return None if line["period"] == "once" or is_empty else line


def _in_force(line: Values, day: date) -> bool:
    return line["starts_on"] <= day and not _is_over(line, day)


def _is_over(line: Values, day: date) -> bool:
    return line["ends_on"] is not None and line["ends_on"] <= day


def _mrr(lines: Sequence[Values], day: date, own: str) -> int:
    alive = [line for line in lines if _in_force(line, day) and line["currency"] == own]
    twelfths = sum(line["amount_cents"] * YEARLY[line["period"]] for line in alive)
    whole, rest = divmod(twelfths, 12)
    return whole + (rest > 6 or (rest == 6 and whole % 2 == 1))


def _status(paid: Sequence[Values]) -> str:
    standing = [line for line in paid if _in_force(line, AS_OF)]
    begun = [line for line in paid if line["starts_on"] <= AS_OF]
    if standing:
        was_priced = any(line["amount_cents"] > 0 for line in begun)
        is_priced = any(line["amount_cents"] > 0 for line in standing)
        return "paused" if was_priced and not is_priced else "customer"
    if len(begun) < len(paid):
        return "paused" if begun else "coming"
    return "churned" if paid else "prospect"


def _renewal(paid: Sequence[Values]) -> tuple[date | None, bool | None]:
    """All lines of the log are of one product, so the last day signed counts."""
    if not any(_in_force(line, AS_OF) for line in paid):
        return None, None
    ends = [line["ends_on"] for line in paid]
    if None in ends:
        return None, None
    last = [line["is_auto_renewed"] for line in paid if line["ends_on"] == max(ends)]
    return max(ends), None if None in last else all(last)


def _asked(log: Sequence[Told], customer: str, lines: Sequence[Values]) -> int | None:
    words = [
        (each.happened_at, not each.values()["is_return"])
        for each in happened(log, customer, "cancellation")
    ]
    for line in lines:
        if line["cancelled_at"] is None:
            words.append((line["signed_at"], False))
        elif _in_force(line, AS_OF):
            words.append((line["cancelled_at"], True))
    moment, is_leaving = max(words, default=(END, False))
    return age(moment) if is_leaving else None
