"""What arrived: items an hour by source and outcome, and every event name with its label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import polars as pl

from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking.items import USES, Item
from posvenda.commerce.tracking.models import Arrival, EventName
from posvenda.commerce.tracking.rules import Rules
from posvenda.commerce.tracking.settling import Settled
from posvenda.commerce.usage.upsert import upsert

MOMENT = pl.Datetime("us", "UTC")
NAMES = 5_000
OTHER = "…"
Outcome = Arrival.Outcome


def count(
    settled: Settled,
    *,
    refused: Mapping[int, int],
    items: Sequence[Item],
    rules: Rules,
    rows: Sequence[Inbox],
) -> None:
    """This will add what a round did to the counts; callers hold the transaction."""
    hours = {row.source_id: hour_of(row.received_at) for row in rows}
    outcomes(settled, refused=refused, hours=hours)
    names(items, rules)


def outcomes(
    settled: Settled, *, refused: Mapping[int, int], hours: Mapping[int, datetime]
) -> None:
    """This will add what became of items, in the hour their source sent them."""
    told = (
        (Outcome.TAKEN, settled.taken),
        (Outcome.WAITING, settled.waiting),
        (Outcome.STAFF, settled.staff),
        (Outcome.SAME, settled.same),
        (Outcome.TOLD, settled.told),
        (Outcome.REFUSED, refused),
    )
    found = [
        (hours[source], source, str(outcome), number)
        for outcome, by_source in told
        for source, number in by_source.items()
        if number
    ]
    if found:
        frame = pl.DataFrame(
            found,
            schema={"hour": MOMENT, "source_id": pl.Int64, "outcome": pl.String, "count": pl.Int64},
            orient="row",
        )
        key = ("hour", "source_id", "outcome")
        upsert(Arrival, frame.sort(key), key=key, add=("count",))


def names(items: Iterable[Item], rules: Rules) -> None:
    """This will add items to the counts of their event names; past 5,000 names they share one."""
    counted: Counter[tuple[str, str, str]] = Counter()
    times: dict[tuple[str, str, str], tuple[datetime, datetime]] = {}
    for item in items:
        if item.kind not in USES:
            continue
        key = (item.kind, item.event, rules.label(item) or "")
        counted[key] += 1
        first, last = times.get(key, (item.at, item.at))
        times[key] = (min(first, item.at), max(last, item.at))
    if not counted:
        return
    known = _known(len(counted))
    frame = pl.DataFrame(
        [(*_kept(key, known), number, *times[key]) for key, number in counted.items()],
        schema={
            **dict.fromkeys(("kind", "event", "label"), pl.String),
            "count": pl.Int64,
            "first_seen_at": MOMENT,
            "last_seen_at": MOMENT,
        },
        orient="row",
    )
    key = ("kind", "event", "label")
    frame = frame.group_by(key).agg(
        pl.col("count").sum(), pl.col("first_seen_at").min(), pl.col("last_seen_at").max()
    )
    upsert(
        EventName,
        frame.sort(key),
        key=key,
        add=("count",),
        first=("first_seen_at",),
        last=("last_seen_at",),
    )


def _known(more: int) -> set[tuple[str, str, str]] | None:
    """The names there are, once there are so many that others share one row; None before."""
    if EventName.objects.count() + more <= NAMES:
        return None
    return set(EventName.objects.values_list("kind", "event", "label"))


def _kept(
    key: tuple[str, str, str], known: set[tuple[str, str, str]] | None
) -> tuple[str, str, str]:
    return key if known is None or key in known else (key[0], OTHER, "")


def hour_of(moment: datetime) -> datetime:
    """This will give the hour a moment lies in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def prune(*, before: datetime) -> int:
    """This will forget the hourly counts of a time long past."""
    return Arrival.objects.filter(hour__lt=before).delete()[0]
