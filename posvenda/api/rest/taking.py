"""Taking items in: the rows go to the importer's loader, so that a door makes no difference.

An item is found again by the same key as in a file, a fact that says something else becomes a new
version, and what cannot be taken is told with its field. ``take`` wants a transaction around it.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from posvenda.api.imports.families.recognising import recognised
from posvenda.api.imports.identity import name_rows
from posvenda.api.imports.load import FAMILIES, Loader, Outcome
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.seen import Seen
from posvenda.api.rest.problems import Fault
from posvenda.api.rest.records.resource import LINES, Context, Item, Reading, Resource, Row
from posvenda.base import audit, choices, clock, rows
from posvenda.base import jobs as schedule
from posvenda.base.models import AccessKey, Batch, User
from posvenda.customers import actions, jobs, search
from posvenda.customers.models import Attribute, Customer

MANY = 200
POINTERS = {"amount": "amount_cents", "number": "key", "line": "key"}
SEARCHED = frozenset({"customers", "contacts"})


@dataclass
class Result:
    """What came of one item: ``created``, ``updated``, ``unchanged`` or ``refused``."""

    index: int
    status: str
    shown: Item | None = None
    faults: list[Fault] = dataclasses.field(default_factory=list)
    warnings: list[Fault] = dataclasses.field(default_factory=list)


@dataclass
class _Found:
    """Rows that stand, by place of their item: how each is shown, and whose it is."""

    shown: dict[int, Item]
    customers: set[int]


class Taking:
    """One request's items on their way in; several parts of it may be taken one after another."""

    def __init__(self, resource: Resource, *, access: AccessKey, now: datetime) -> None:
        self.resource, self.access, self.now = resource, access, now
        self.loader = Loader(batch(access, now=now), now=now)
        self.context = context()
        self._seen = Seen()
        self._first: dict[str, tuple[int, Item]] = {}
        self.parts: list[Row] = []

    def key(self, item: Item) -> str:
        """This will give the key under which an item would be kept."""
        reading = Reading(0)
        self.resource.read(item, reading, self.context)
        self._point([reading])
        return self._named(reading, Seen())

    def take(self, items: Sequence[tuple[int, Item]]) -> list[Result]:
        """This will take items in and say what came of each, in their order."""
        readings = [self._read(index, item) for index, item in items]
        self._point([each for each in readings if not each.faults])
        told = dict(items)
        twins = {r.index: twin for r in readings if (twin := self._twin(r, told[r.index]))}
        fresh = [r for r in readings if not r.faults and r.index not in twins]
        before = self._found(fresh, is_after=False)
        self._apply(fresh)
        good = [r for r in fresh if not r.faults]
        after = self._found(good, is_after=True)
        results = [_result(reading, before, after, twins) for reading in readings]
        self._tell(results, before.customers | after.customers)
        return results

    def skim(self, items: Sequence[tuple[int, Item]]) -> None:
        """This will note the keys of items that a former attempt took in."""
        readings = [self._read(index, item) for index, item in items]
        self._point([each for each in readings if not each.faults])
        told = dict(items)
        for reading in readings:
            self._twin(reading, told[reading.index])

    def _read(self, index: int, item: Item) -> Reading:
        reading = Reading(index)
        self.resource.read(item, reading, self.context)
        return reading

    def _point(self, readings: Sequence[Reading]) -> None:
        """Write customers by their key, whatever they were named by."""
        named = [row for r in readings for _record, row in r.rows if row.get("customer")]
        refs = {row["customer"] for row in named}
        if not refs:
            return
        known = {ref: who.key for ref, who in self.loader.store.customers(refs).items()}
        rest = Customer.objects.filter(public_id__in=refs - known.keys())
        known |= dict(rest.values_list("public_id", "key"))
        for row in named:
            row["customer"] = known.get(row["customer"], row["customer"])

    def _twin(self, reading: Reading, item: Item) -> Reading | None:
        """Note the item's key; the same key earlier in this request makes it a twin or a fault."""
        if reading.faults:
            return None
        key = self._named(reading, self._seen)
        limit = self.resource.key_limit
        if len(key) > limit:
            reading.fault("key", "too_long", key, limit=limit, length=len(key))
            return None
        index, first = self._first.setdefault(key, (reading.index, item))
        if index == reading.index:
            return None
        if first != item:
            reading.fault("key", "duplicate_key", key, key=key)
        return reading

    def _named(self, reading: Reading, seen: Seen) -> str:
        record, row = reading.rows[0]
        name_rows([row], FAMILIES[record].identity, seen, is_one_file=False)
        for _record, part in reading.rows[1:]:
            part["order"] = row["_key"]
        return str(row["_key"])

    def _apply(self, readings: Sequence[Reading]) -> None:
        by_index = {reading.index: reading for reading in readings}
        records = dict.fromkeys(record for r in readings for record, _row in r.rows)
        for record in records:
            some = [
                row
                for reading in readings
                if not reading.faults
                for name, row in reading.rows
                if name == record
            ]
            outcome = self.loader.apply(record, some) if some else Outcome()
            for problem in outcome.problems:
                _note(by_index[problem.line // LINES], problem)
        self.parts = [row for r in readings for _record, row in r.rows[1:]]

    def _found(self, readings: Sequence[Reading], *, is_after: bool) -> _Found:
        """The rows that stand now for these items, as they are shown."""
        keys = self._addresses(readings, is_after=is_after)
        column = "pk" if self.resource.record == "customer" else "key"
        query = self.resource.live().filter(**{f"{column}__in": set(keys.values())})
        found = list(query)
        shown = dict(
            zip((getattr(row, column) for row in found), self.resource.show(found), strict=True)
        )
        ids = {_customer(row) for row in found} - {None}
        return _Found(
            {index: shown[key] for index, key in keys.items() if key in shown},
            {pk for pk in ids if pk is not None},
        )

    def _addresses(self, readings: Sequence[Reading], *, is_after: bool) -> Mapping[int, Any]:
        if self.resource.record != "customer":
            return {r.index: r.rows[0][1]["_key"] for r in readings}
        rows_ = [(r.index, r.rows[0][1]) for r in readings]
        if not is_after:
            rows_ = [(index, dict(row)) for index, row in rows_]
            recognised(self.loader.store, [row for _, row in rows_], Outcome())
        return {index: row["_who"].id for index, row in rows_ if row.get("_who")}

    def meant(self, item: Item) -> int | None:
        """This will say which customer a customer's item means, by the importer's rules."""
        reading = self._read(0, item)
        if reading.faults:
            return None
        self._named(reading, Seen())
        return self._addresses([reading], is_after=False).get(0)

    def _tell(self, results: Sequence[Result], customers: set[int]) -> None:
        """Leave the trail, the news and the touches of what changed."""
        moved = [r for r in results if r.status in ("created", "updated")]
        if not moved:
            return
        ids = [str(r.shown["id"]) for r in moved if r.shown]
        counts = dict.fromkeys(("created", "updated", "unchanged", "refused"), 0)
        for result in results:
            counts[result.status] += 1
        record(
            f"api.{self.resource.name}",
            about=f"{self.resource.one}:{ids[0]}" if len(ids) == 1 else f"{self.resource.name}",
            access=self.access,
            now=self.now,
            ids=ids[:MANY],
            **counts,
        )
        news(customers, now=self.now, is_searched=self.resource.name in SEARCHED)


def _customer(row: Any) -> int | None:
    if isinstance(row, Customer):
        return row.pk
    return getattr(row, "customer_id", None)


def _note(reading: Reading, problem: Problem) -> None:
    """Keep what the loader found wrong, by the names of the API."""
    part = problem.line % LINES
    name = POINTERS.get(problem.field, problem.field)
    where = f"/lines/{part - 1}/{name}" if part else f"/{name}"
    fault = Fault(
        problem.code,
        pointer=where if problem.field else "",
        value=problem.value or None,
        params=problem.params,
    )
    (reading.warnings if problem.is_warning else reading.faults).append(fault)


def _result(
    reading: Reading, before: _Found, after: _Found, twins: Mapping[int, Reading]
) -> Result:
    if reading.faults:
        return Result(reading.index, "refused", None, reading.faults, reading.warnings)
    if reading.index in twins:
        return Result(reading.index, "unchanged", None, [], reading.warnings)
    old, new = before.shown.get(reading.index), after.shown.get(reading.index)
    status = "created" if old is None else "unchanged" if old == new else "updated"
    return Result(reading.index, status, new, [], reading.warnings)


def news(customers: set[int], *, now: datetime, is_searched: bool) -> None:
    """This will announce that these customers changed, and have pages and search know it."""
    if not customers:
        return
    actions.changed([Customer(pk=pk) for pk in sorted(customers)], now=now, verb="api")
    if is_searched:
        search.index(customers)
    if len(customers) > MANY:
        schedule.enqueue_once(jobs.refresh)


def record(verb: str, *, about: str, access: AccessKey, now: datetime, **detail: Any) -> None:
    """This will leave the trail of a write: which key did what."""
    told = {"key": access.prefix, "label": access.label, **detail}
    audit.record(verb, about=about[:120], by=None, now=now, detail=told)


def batch(access: AccessKey, *, now: datetime) -> Batch:
    """This will give where this key's facts of this day come from."""
    label = f"API {access.label} ({access.prefix}) {clock.day_of(now).isoformat()}"[:300]
    found = Batch.objects.filter(kind="api", label=label).order_by("pk").first()
    return found or Batch.objects.create(
        kind="api", label=label, started_at=now, by_id=access.by_id
    )


def context() -> Context:
    """This will read what items are read with."""
    users = {row.email.lower(): row for row in User.objects.filter(is_active=True)}
    owners = {email: row.pk for email, row in users.items() if row.may_write}
    return Context(
        owners=owners,
        users={email: row.pk for email, row in users.items()},
        attributes={row.name: row for row in Attribute.objects.all()},
        ddd=str(choices.get("default_ddd")),
    )


def retract(resource: Resource, found: Sequence[Any], *, access: AccessKey, now: datetime) -> None:
    """This will take facts back: a version that says nothing follows, the past keeps them."""
    if not found:
        return
    model = resource.model
    retract_rows(model, found, access=access, now=now)


def retract_rows(model: Any, found: Sequence[Any], *, access: AccessKey, now: datetime) -> None:
    """This will end these current rows with retractions of their own."""
    columns = [f.name for f in model._meta.fields if f.name != "id"]
    model.objects.filter(pk__in=[row.pk for row in found]).update(superseded_at=now)
    source = batch(access, now=now).pk
    told = {
        "recorded_at": now,
        "superseded_at": None,
        "is_retracted": True,
        "digest": "retracted",
        "batch": source,
    }
    foreign = {f.name: f.attname for f in model._meta.fields}
    rows.insert(
        model,
        columns,
        [
            tuple(
                told.get(name, getattr(row, foreign[name]))
                if name in told
                else getattr(row, foreign[name])
                for name in columns
            )
            for row in found
        ],
    )
