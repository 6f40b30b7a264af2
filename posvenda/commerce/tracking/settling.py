"""What becomes of sound items: counted, waiting for their customer, or left out as staff.

The same few steps serve fresh batches, events that waited and letters that were mended:
``gather`` reads, ``write`` (inside the caller's transaction) writes all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import polars as pl

from posvenda.base import rows
from posvenda.commerce import usage
from posvenda.commerce.tracking import joining, resolving, telling
from posvenda.commerce.tracking.items import USES, Item
from posvenda.commerce.tracking.models import Actor, Held
from posvenda.commerce.tracking.people import People
from posvenda.commerce.tracking.private import without_addresses
from posvenda.commerce.tracking.resolving import Clues, Owner, Resolver
from posvenda.commerce.tracking.rules import Rules

SCHEMA: dict[str, Any] = {
    "key": pl.String,
    "source": pl.String,
    "customer_id": pl.Int64,
    "person": pl.String,
    "event": pl.String,
    "feature": pl.String,
    "kind": pl.String,
    "quantity": pl.Float64,
    "seconds": pl.Int64,
    "happened_at": pl.Datetime("us", "UTC"),
    "recorded_at": pl.Datetime("us", "UTC"),
    "batch_id": pl.Int64,
    "properties": pl.String,
}
CHUNK = 500
HELD = (
    "key",
    "reason",
    "source",
    "actor",
    "group_ref",
    "clues",
    "version",
    "kind",
    "event",
    "happened_at",
    "received_at",
    "body",
)


@dataclass
class Settled:
    """What became of items, by source."""

    taken: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    same: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    waiting: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    staff: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    told: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    late: int = 0


@dataclass(slots=True)
class _Read:
    """One item with what was found out about it."""

    item: Item
    actor: Actor
    told: Clues
    clues: Clues = ()
    label: str | None = None


class Settling:
    """One run over items, with the people and customers it came to know on the way."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.people = People(rules)
        self.resolver = Resolver(rules)
        self._read: list[_Read] = []
        self._owners: dict[Clues, Owner | None] = {}
        self._known: pl.Series | None = None

    def gather(self, items: Sequence[Item], *, now: datetime) -> None:
        """This will find out about the items everything that needs no writing."""
        self.people.load(items)
        ways = self.rules.ways
        read = [_Read(item, self.people.of(item), resolving.told(ways, item)) for item in items]
        seen: dict[tuple[str, Clues], Clues] = {}
        for each in read:
            each.actor = self.people.final(each.actor)
            key = (each.actor.person, each.told)
            if key not in seen:
                group = self.people.groups.get(each.item.group or each.actor.group_ref)
                seen[key] = resolving.completed(ways, each.told, each.actor, group)
            each.clues = seen[key]
            if each.item.kind in USES:
                each.label = self.rules.label(each.item)
        found = self.resolver.resolve(seen.values())
        self._owners = {clues: found[clues] for clues in seen.values()}
        self._read = read
        self._known = self._remembered(now)

    def write(self, *, now: datetime) -> Settled:
        """This will write what was gathered; call it inside a transaction."""
        settled = Settled()
        self._owners |= telling.new_customers(
            ((each.clues, each.item, each.actor) for each in self._read if not self._owner(each)),
            self.people,
            self.rules,
            now=now,
        )
        for each in self._read:
            owner = self._owner(each)
            if owner is not None:
                self.people.decided(each.actor, customer=owner.customer, rule=owner.rule)
        joining.note(self.people.save(), now=now)
        telling.tell(self.people, self._group_owners(), self.rules, now=now)
        self._take(settled, now=now)
        self._hold(settled)
        for each in self._read:
            if each.item.kind not in USES:
                settled.told[each.item.source] += 1
        self._read = []
        return settled

    def _group_owners(self) -> dict[str, int]:
        """Whose each group is, where it is a group that decided or that something is told of."""
        found = {}
        for each in self._read:
            owner = self._owner(each)
            group = each.item.group or each.actor.group_ref
            if owner is not None and group and owner.rule.startswith("group"):
                found[group] = owner.customer
        return found

    def _owner(self, read: _Read) -> Owner | None:
        return self._owners.get(read.clues)

    def _counts(self, read: _Read) -> bool:
        return read.item.kind in USES and self._owner(read) is not None and not read.actor.is_staff

    def _take(self, settled: Settled, *, now: datetime) -> None:
        by_source: dict[int, list[_Read]] = defaultdict(list)
        for each in self._read:
            if self._counts(each):
                by_source[each.item.source].append(each)
        for source, reads in by_source.items():
            done = usage.take(self._frame(reads), now=now, known=self._known)
            settled.taken[source] += done.new
            settled.same[source] += done.same
            settled.late += done.late

    def _remembered(self, now: datetime) -> pl.Series:
        """Keys of events long past are looked up in the lake, before any lock is held."""
        uses = [each.item for each in self._read if each.item.kind in USES]
        dated = pl.DataFrame(
            {"key": [item.key for item in uses], "happened_at": [item.at for item in uses]},
            schema={"key": pl.String, "happened_at": SCHEMA["happened_at"]},
        )
        return usage.remembered(dated, now=now)

    def _frame(self, reads: Sequence[_Read]) -> pl.DataFrame:
        number, encode = self.people.number, msgspec.json.encode
        columns: dict[str, list[Any]] = {
            "key": [r.item.key for r in reads],
            "source": [str(r.item.source) for r in reads],
            "customer_id": [self._owners[r.clues].customer for r in reads],  # type: ignore[union-attr]
            "person": [r.actor.person for r in reads],
            "event": [r.item.event or None for r in reads],
            "feature": [r.label for r in reads],
            "kind": [r.item.kind for r in reads],
            "quantity": [1.0] * len(reads),
            "seconds": [None] * len(reads),
            "happened_at": [r.item.at for r in reads],
            "recorded_at": [r.item.received_at for r in reads],
            "batch_id": [None] * len(reads),
            "properties": [
                encode(
                    {
                        "by": number(r.item),
                        "group": r.item.group,
                        "of": without_addresses(r.item.properties),
                    }
                ).decode()
                for r in reads
            ],
        }
        return pl.DataFrame(columns, schema=SCHEMA)

    def _hold(self, settled: Settled) -> None:
        wanted = {
            each.item.key: each
            for each in reversed(self._read)
            if each.item.kind in USES and not self._counts(each)
        }
        known: set[str] = set()
        keys = list(wanted)
        for start in range(0, len(keys), CHUNK):
            part = Held.objects.filter(key__in=keys[start : start + CHUNK])
            known.update(part.values_list("key", flat=True))
        for each in self._read:
            if each.item.kind in USES and not self._counts(each):
                is_new = wanted[each.item.key] is each and each.item.key not in known
                tally = settled.staff if each.actor.is_staff else settled.waiting
                (tally if is_new else settled.same)[each.item.source] += 1
        fresh = [each for key, each in wanted.items() if key not in known]
        rows.insert(Held, HELD, [self._held(each) for each in reversed(fresh)], ignore=True)

    def _held(self, read: _Read) -> tuple[Any, ...]:
        item = read.item
        return (
            item.key,
            Held.Reason.STAFF if read.actor.is_staff else Held.Reason.CUSTOMER,
            item.source,
            read.actor.pk,
            item.group or read.actor.group_ref,
            msgspec.json.encode(read.told).decode(),
            self.rules.version,
            item.kind,
            item.event,
            item.at,
            item.received_at,
            item.raw.decode("utf-8", "replace").replace("\0", ""),
        )


def readable(rows_: Iterable[Held]) -> list[Item]:
    """This will give the items that waiting rows hold, with their first names and times."""
    from posvenda.commerce.tracking.items import check

    items = []
    for row in rows_:
        item = check(
            row.body.encode(),
            place=row.key,
            sent_at=None,
            source=row.source_id,
            received_at=row.received_at,
        )
        item.key, item.at = row.key, row.happened_at
        items.append(item)
    return items
