"""The loader: typed rows of one kind in, dated facts and customers in the database out.

The same rows again change nothing, in whatever order files come. A row is a dict of typed values
(see ``targets``) with its line as ``_line``; ``customer`` is any key, identity, tax id or e-mail of
a customer. How rows are recognised again is told in docs/decisions/0006-import-identity.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from posvenda.api.imports import erased
from posvenda.api.imports.families import (
    answers,
    cancellations,
    consents,
    contacts,
    contracts,
    customers,
    interactions,
    orders,
    products,
    subjects,
    tickets,
    usage,
)
from posvenda.api.imports.identity import Identity, name_rows
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.rehearsal import Rehearsal
from posvenda.api.imports.seen import Seen
from posvenda.api.imports.store import Store
from posvenda.base.models import Batch

Row = dict[str, Any]
CHUNK = 2_000
ATTEMPTS = 3


@dataclass(slots=True)
class Outcome:
    """What came of rows: how many were new, changed or the same, and what was wrong."""

    new: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    mrr: dict[str, int] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """How many rows stayed out."""
        return len({p.line for p in self.problems if not p.is_warning})

    def add(self, other: "Outcome", *, has_counts: bool = True) -> None:
        """This will take in another outcome, its counts of rows too unless told otherwise."""
        if has_counts:
            self.new += other.new
            self.changed += other.changed
            self.same += other.same
        self.problems += other.problems
        for currency, cents in other.mrr.items():
            self.mrr[currency] = self.mrr.get(currency, 0) + cents


@dataclass(frozen=True)
class Family:
    """How one kind of record is recognised and loaded."""

    identity: Identity
    load: Callable[[Store, list[Row], Outcome], None]
    chunk: int = CHUNK


FAMILIES: dict[str, Family] = {
    "customer": Family(customers.IDENTITY, customers.load),
    "contact": Family(contacts.IDENTITY, contacts.load),
    "subject": Family(subjects.IDENTITY, subjects.load),
    "product": Family(products.IDENTITY, products.load),
    "order": Family(orders.IDENTITY, orders.load),
    "order_line": Family(orders.LINE_IDENTITY, orders.load_lines),
    "contract": Family(contracts.IDENTITY, contracts.load),
    "usage": Family(usage.IDENTITY, usage.load, chunk=50_000),
    "ticket": Family(tickets.IDENTITY, tickets.load),
    "answer": Family(answers.IDENTITY, answers.load),
    "cancellation": Family(cancellations.IDENTITY, cancellations.load),
    "interaction": Family(interactions.IDENTITY, interactions.load),
    "consent": Family(consents.IDENTITY, consents.load),
}


class UnknownRecord(ValueError):
    """Raised for a kind of record the loader does not have."""


class Loader:
    """Loads rows of any kind, in short transactions.

    ``recorded_at`` of a fact is ``now``, or the moment it happened when ``is_history``. With
    ``is_rehearsal`` everything is decided and counted and nothing is written.
    """

    def __init__(
        self,
        batch: Batch | None,
        *,
        now: datetime,
        is_history: bool = False,
        is_rehearsal: bool = False,
    ) -> None:
        kind = Rehearsal if is_rehearsal else Store
        self.store = kind(batch, now=now, is_history=is_history)
        self._seen: dict[str, Seen] = {}
        self._is_one_file = False

    def begin_file(self) -> None:
        """This will say that the next rows come from another file, where each key is unique."""
        for seen in self._seen.values():
            seen.close()
        self._seen, self._is_one_file = {}, True

    def remember(self, record: str, seen: Seen) -> None:
        """This will say what stood in the file before the next rows."""
        self._seen[record] = seen

    def skim(self, record: str, rows: Sequence[Row]) -> None:
        """This will take note of rows that a former attempt committed, without loading them."""
        name_rows(list(rows), _family(record).identity, self._memory(record), is_one_file=True)

    def apply(
        self,
        record: str,
        rows: Sequence[Row],
        *,
        also: Callable[[Outcome], None] | None = None,
    ) -> Outcome:
        """This will load rows; ``also`` runs in the transaction of each part (to keep progress)."""
        family, total = _family(record), Outcome()
        for start in range(0, max(len(rows), 1), family.chunk):
            part = list(rows[start : start + family.chunk])
            named = Outcome()
            fresh, named.same, named.problems = name_rows(
                part, family.identity, self._memory(record), is_one_file=self._is_one_file
            )
            fresh, gone = erased.screen(record, fresh)
            named.problems += gone
            total.add(self._settle(family, fresh, named, also))
        return total

    def _memory(self, record: str) -> Seen:
        return self._seen.setdefault(record, Seen())

    def _settle(
        self,
        family: Family,
        rows: list[Row],
        named: Outcome,
        also: Callable[[Outcome], None] | None,
    ) -> Outcome:
        """Load one part; when another writer stored the same key meanwhile, decide again."""
        for attempt in range(ATTEMPTS):
            outcome = Outcome()
            outcome.add(named)
            try:
                family.load(self.store, rows, outcome)
                self.store.flush(None if also is None else lambda done=outcome: also(done))  # type: ignore[misc]
            except IntegrityError:
                self.store.forget()
                if attempt + 1 == ATTEMPTS:
                    raise
            else:
                return outcome
        raise AssertionError("unreachable")


def chunk_of(record: str) -> int:
    """This will say how many rows of a kind are loaded in one transaction."""
    return _family(record).chunk


def _family(record: str) -> Family:
    try:
        return FAMILIES[record]
    except KeyError:
        raise UnknownRecord(record) from None
