"""What the loader reads and writes, in bulk: the database, or a rehearsal that writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from posvenda.api.imports.journal import Journal
from posvenda.api.imports.told import packed
from posvenda.api.models import Echo
from posvenda.base import rows
from posvenda.base.models import Batch, User
from posvenda.commerce.models import Product
from posvenda.core.matching import Decision
from posvenda.customers.identity import resolution
from posvenda.customers.identity.models import Moved
from posvenda.customers.identity.resolution import Claim
from posvenda.customers.models import (
    Attribute,
    AttributeValue,
    Customer,
    Identity,
    Withdrawable,
)

if TYPE_CHECKING:
    import polars as pl

    from posvenda.api.imports.load import Outcome

PART = 5_000
FROM_BIRTH = timedelta(microseconds=1)
Write = tuple[type[models.Model], Sequence[str], list[tuple[Any, ...]]]


@dataclass(slots=True)
class Who:
    """A customer as the loader needs it."""

    id: int
    key: str
    happened_at: datetime
    name: str = ""
    kind: str = ""
    tax_id: str = ""
    email: str = ""
    phone: str = ""
    owner_id: int | None = None


WHO = ("id", "key", "happened_at", "name", "kind", "tax_id", "email", "phone", "owner_id")


@dataclass(slots=True)
class Old:
    """The current row of a fact."""

    id: int
    key: str
    digest: str
    customer_id: int | None
    happened_at: datetime
    more: dict[str, Any] = field(default_factory=dict)


class Store(Journal):
    """Reads by keys and queues writes; ``flush`` carries them out in one short transaction."""

    is_rehearsal = False

    def __init__(self, batch: Batch | None, *, now: datetime, is_history: bool) -> None:
        self.batch, self.now, self.is_history = batch, now, is_history
        self._who: dict[str, Who] = {}
        self._inserts: list[Write] = []
        self._acts: list[Callable[[], object]] = []
        super().__init__()
        self._retracted: dict[tuple[type[models.Model], str], int] = {}
        self.doubtful: dict[str, str] = {}
        self.products: dict[str, int] = {}
        self.attributes: dict[str, Attribute] = {}
        self.users = {
            name: row.pk
            for row in User.objects.filter(is_active=True)
            for name in (row.email.lower(), row.name.lower())
        }

    def recorded(self, happened_at: datetime) -> datetime:
        """This will say when a fact counts as known: now, or when it happened."""
        return happened_at if self.is_history else self.now

    # -- reads

    def customers(self, refs: Collection[str]) -> dict[str, Who]:
        """This will find customers by key, other code, CPF or CNPJ, e-mail or telephone.

        References that several customers have are found in ``doubtful`` and nowhere else.
        """
        if len(self._who) > rows.CHUNK * 10:
            self._who.clear()
        missing = {ref for ref in refs if ref and ref not in self._who}
        if missing:
            self._who.update(self._by_key(missing))
            claims = [Claim(ref=ref) for ref in missing - self._who.keys()]
            for claim, (who, decision) in zip(claims, self.recognise(claims), strict=True):
                if who is not None:
                    self._who[claim.ref] = who
                elif decision.is_ambiguous:
                    self.doubtful[claim.ref] = self.names(decision.candidates)
        return {ref: self._who[ref] for ref in refs if ref in self._who}

    def recognise(self, claims: Sequence[Claim]) -> list[tuple[Who | None, Decision]]:
        """This will decide for each claim who is meant, by what, and whether it is in doubt."""
        decisions = resolution.resolve(claims) if claims else []
        found = self._by_id({each.customer for each in decisions if each.customer is not None})
        return [(found.get(each.customer or 0), each) for each in decisions]

    def names(self, ids: Collection[int]) -> str:
        """This will name a few customers, for a question about which is meant."""
        found = Customer.objects.filter(pk__in=ids).order_by("name", "pk")
        return ", ".join(f"{name} ({key})" for name, key in found.values_list("name", "key")[:3])

    def _by_key(self, refs: set[str]) -> dict[str, Who]:
        found = Customer.objects.filter(key__in=refs).values_list("merged_into_id", *WHO)
        people = [(into, Who(*row)) for into, *row in found]
        lead = resolution.canonical({who.id for into, who in people if into is not None})
        stands = self._by_id(lead.values())
        return {who.key: stands.get(lead.get(who.id, 0), who) for _, who in people}

    def _by_id(self, ids: Collection[int]) -> dict[int, Who]:
        if not ids:
            return {}
        found = Customer.objects.filter(pk__in=set(ids)).values_list(*WHO)
        return {row[0]: Who(*row) for row in found}

    def former(self, model: type[models.Model], keys: Collection[str]) -> dict[str, set[int]]:
        """This will name, by key, the customers that facts belonged to before a person moved them.

        Hardly any fact ever moved, so this is one small question.
        """
        table, found = model._meta.label_lower, defaultdict(set)
        moved = Moved.objects.filter(table=table)
        if not moved.exists():
            return {}
        wanted = list(set(keys))
        for start in range(0, len(wanted), PART):
            rows_ = model._default_manager.filter(key__in=wanted[start : start + PART])
            by_row = dict(rows_.filter(pk__in=moved.values("row")).values_list("pk", "key"))
            for row, before in moved.filter(row__in=by_row).values_list("row", "before"):
                found[by_row[row]].add(before)
        return found

    def facts(
        self, model: type[models.Model], keys: Collection[str], more: Sequence[str] = ()
    ) -> dict[str, Old]:
        """This will give the current rows of these keys; retracted ones only to ``retracted``."""
        names = ("is_retracted", "id", "key", "digest", "customer_id", "happened_at", *more)
        wanted, result = list(set(keys)), {}
        for key in wanted:
            self._retracted.pop((model, key), None)
        for start in range(0, len(wanted), PART):
            found = model._default_manager.filter(
                key__in=wanted[start : start + PART], superseded_at=None
            )
            for is_retracted, *row in found.values_list(*names):
                if is_retracted:
                    self._retracted[model, row[1]] = row[0]
                else:
                    result[row[1]] = _old(row, more)
        return result

    def retracted(self, model: type[models.Model], key: str) -> int | None:
        """This will give the current row of a key when it is a retraction (after ``facts``)."""
        return self._retracted.get((model, key))

    def identities(self, values: Collection[str]) -> set[tuple[str, str]]:
        """This will give the identities that exist among these values."""
        found = Identity.objects.filter(value__in=set(values))
        return set(found.values_list("scheme", "value"))

    def values(
        self, customers: Collection[int], attributes: Collection[int]
    ) -> dict[tuple[int, int], list[tuple[datetime, int, str]]]:
        """This will give what attributes were, by customer and attribute, oldest first."""
        found: dict[tuple[int, int], list[tuple[datetime, int, str]]] = defaultdict(list)
        query = AttributeValue.objects.filter(
            customer_id__in=set(customers), attribute_id__in=set(attributes)
        ).order_by("happened_at", "id")
        for customer, attribute, at, pk, value in query.values_list(
            "customer_id", "attribute_id", "happened_at", "id", "value"
        ):
            found[customer, attribute].append((at, pk, value))
        return found

    # -- writes

    def add(
        self, model: type[models.Model], columns: Sequence[str], many: Iterable[tuple[Any, ...]]
    ) -> None:
        """This will queue new rows."""
        fresh = self._revived(model, columns, list(many))
        if fresh:
            self._inserts.append((model, columns, fresh))

    def _revived(
        self, model: type[models.Model], columns: Sequence[str], many: list[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        """Rows withdrawn by an undo stand again with the new values; the others are left."""
        if model is AttributeValue or not issubclass(model, Withdrawable) or not many:
            return many
        place = columns.index("key")
        keys = [row[place] for row in many if row[place]]
        table: Any = model
        gone = dict(
            table.everything.filter(key__in=keys)
            .exclude(withdrawn_at=None)
            .values_list("key", "pk")
        )
        for row in many:
            if row[place] in gone:
                self.act(_revival(model, gone[row[place]], columns, row))
        return [row for row in many if row[place] not in gone]

    def act(self, write: Callable[[], object]) -> None:
        """This will queue any other write."""
        self._acts.append(write)

    def supersede(self, model: type[models.Model], old: Sequence[tuple[int, datetime]]) -> None:
        """This will queue the end of rows that a correction replaces."""
        by_moment: dict[datetime, list[int]] = defaultdict(list)
        for pk, at in old:
            by_moment[at].append(pk)
        for at, ids in by_moment.items():
            query = model._default_manager.filter(pk__in=ids, superseded_at=None)
            self.act(lambda query=query, at=at: query.update(superseded_at=at))  # type: ignore[misc]

    def record_usage(self, events: "pl.DataFrame", outcome: "Outcome") -> None:
        """This will hand events to the event store, which knows the ones it has by their key."""
        from posvenda.commerce import usage

        known = usage.remembered(events, now=self.now)

        def take() -> None:
            done = usage.take(events, now=self.now, known=known)
            outcome.new += done.new
            outcome.same += done.same
            if done.same and self.batch is not None:
                hashes = packed(usage.event_ids(events["key"]))
                Echo.objects.create(batch=self.batch, kind=Echo.Kind.USAGE, hashes=hashes)

        self.act(take)

    def flush(self, also: Callable[[], object] | None = None) -> None:
        """This will carry out what is queued, all or nothing."""
        self._note()
        acts, inserts = self._acts, self._inserts
        self._acts, self._inserts = [], []
        if not acts and not inserts and also is None:
            return
        with transaction.atomic():
            for act in acts:
                act()
            for model, columns, many in inserts:
                rows.insert(model, columns, many)
            if also is not None:
                also()

    def forget(self) -> None:
        """This will drop what is queued and remembered, after another writer came first."""
        self._acts, self._inserts, self._changes = [], [], []
        self._echoes = []
        self._who.clear()
        self.products.clear()

    def add_customers(self, columns: Sequence[str], many: list[tuple[Any, ...]]) -> None:
        """This will write new customers at once, so that facts can point to them."""
        self.add(Customer, columns, many)
        self.flush()

    def lower(self, first: dict[int, datetime]) -> None:
        """This will move the beginning of customers back to their earliest fact.

        Attribute values known "from the beginning" move with it; they stand a microsecond after
        it, so that they are told from values observed at that very moment.
        """
        known = {who.id: who for who in self._who.values()}
        late = [pk for pk, at in first.items() if pk not in known or at < known[pk].happened_at]
        if not late:
            return
        stored = Customer.objects.filter(pk__in=late).values_list("pk", "happened_at")
        moves = [(pk, before, first[pk]) for pk, before in stored if first[pk] < before]
        for pk, before, after in moves:
            self.told("customer", str(pk), "beginning", before=before, after=after, customer=pk)
        if moves:
            self.act(lambda: _move(moves, is_history=self.is_history))
        for who in self._who.values():
            who.happened_at = min(who.happened_at, first.get(who.id, who.happened_at))

    def product_ids(self, keys: Collection[str]) -> dict[str, int]:
        """This will give the ids of products by key."""
        if len(self.products) > rows.CHUNK * 10:
            self.products.clear()
        missing = set(keys) - self.products.keys()
        if missing:
            found = Product.objects.filter(key__in=missing)
            self.products.update(found.values_list("key", "id"))
        return {key: self.products[key] for key in keys if key in self.products}

    def attribute(self, name: str, *, label: str, kind: str) -> Attribute:
        """This will give a declared attribute, declaring it when it is new."""
        if name not in self.attributes:
            self.attributes[name], _ = Attribute.objects.get_or_create(
                name=name, defaults={"label": label, "kind": kind}
            )
        return self.attributes[name]


def _old(row: Sequence[Any], more: Sequence[str]) -> Old:
    pk, key, stamp, customer, at, *rest = row
    return Old(pk, key, stamp, customer, at, dict(zip(more, rest, strict=True)))


def _revival(
    model: type[Withdrawable], pk: int, columns: Sequence[str], row: tuple[Any, ...]
) -> Callable[[], object]:
    """A write that has a withdrawn row stand again, known since it was known first."""
    kept = ("public_id", "recorded_at", "key")
    values = {
        str(model._meta.get_field(name).attname): value  # type: ignore[union-attr]
        for name, value in zip(columns, row, strict=True)
        if name not in kept
    }
    return lambda: model.everything.filter(pk=pk).update(**values, withdrawn_at=None)


def _move(moves: Sequence[tuple[int, datetime, datetime]], *, is_history: bool) -> None:
    """Write beginnings of customers: id, the one before, the earlier one."""
    names = ("happened_at", "recorded_at") if is_history else ("happened_at",)
    rows.update(
        Customer,
        names,
        ("pk", "happened_at__gt"),
        ((*(after for _name in names), pk, after) for pk, _before, after in moves),
    )
    told = AttributeValue.objects.filter(customer_id__in=[pk for pk, _before, _after in moves])
    owners = set(told.order_by().values_list("customer_id", flat=True))
    rows.update(
        AttributeValue,
        names,
        ("customer", "happened_at"),
        (
            (*(after + FROM_BIRTH for _name in names), pk, before + FROM_BIRTH)
            for pk, before, after in moves
            if pk in owners
        ),
    )
