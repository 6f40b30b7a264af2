"""A rehearsal: everything is decided as in earnest, nothing is written."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from posvenda.api.imports.store import WHO, Old, Store, Who
from posvenda.commerce.models import OrderLine, Product
from posvenda.core.matching import Decision
from posvenda.customers.identity.resolution import Claim
from posvenda.customers.models import Attribute, Customer, Identity

if TYPE_CHECKING:
    import polars as pl

    from posvenda.api.imports.load import Outcome


class Rehearsal(Store):
    """A store that keeps what would be new in memory, for the rows that refer to it.

    Order lines are not kept: nothing refers to them, and a million of them would not fit.
    """

    is_rehearsal = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._new: dict[tuple[type[models.Model], str], Old] = {}
        self._people: dict[str, Who] = {}
        self._made: dict[int, Who] = {}
        self._goods: dict[str, int] = {}
        self._last = 0

    def customers(self, refs: Collection[str]) -> dict[str, Who]:
        """This will find customers, also those that would be new."""
        imagined = {ref: self._people[ref] for ref in refs if ref in self._people}
        return super().customers([ref for ref in refs if ref not in imagined]) | imagined

    def recognise(self, claims: Sequence[Claim]) -> list[tuple[Who | None, Decision]]:
        """This will decide who is meant, also among those that would be new."""
        found = super().recognise(claims)
        return [
            (who or self._imagined(claim), decision)
            for claim, (who, decision) in zip(claims, found, strict=True)
        ]

    def _imagined(self, claim: Claim) -> Who | None:
        """A customer that would be new; another code of the own system is another customer."""
        for ref in (claim.key, claim.ref, *(value for _, value in claim.codes)):
            if ref in self._people:
                return self._people[ref]
        for ref in (claim.tax_id, claim.email):
            person = self._people.get(ref)
            if person is not None and (not claim.key or person.key == ref):
                return person
        return None

    def facts(
        self, model: type[models.Model], keys: Collection[str], more: Sequence[str] = ()
    ) -> dict[str, Old]:
        """This will give current rows, also those that would be new."""
        imagined = {key: self._new[model, key] for key in keys if (model, key) in self._new}
        return super().facts(model, [key for key in keys if key not in imagined], more) | imagined

    def product_ids(self, keys: Collection[str]) -> dict[str, int]:
        """This will give the ids of products, also of those that would be new."""
        imagined = {key: self._goods[key] for key in keys if key in self._goods}
        return super().product_ids([key for key in keys if key not in imagined]) | imagined

    def attribute(self, name: str, *, label: str, kind: str) -> Attribute:
        """This will give a declared attribute or one that only looks declared."""
        if name not in self.attributes:
            known = Attribute.objects.filter(name=name).first()
            self._last -= 1
            self.attributes[name] = known or Attribute(
                pk=self._last, name=name, label=label, kind=kind
            )
        return self.attributes[name]

    def flush(self, also: Callable[[], object] | None = None) -> None:
        """This will keep what would be written and write only the progress."""
        inserts = self._inserts
        self._acts, self._inserts = [], []
        for model, columns, many in inserts:
            for row in many:
                self._keep(model, dict(zip(columns, row, strict=True)))
        super().flush(also)

    def _revived(
        self, model: type[models.Model], columns: Sequence[str], many: list[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        return many  # a rehearsal keeps what would be new, whether it stood before or not

    def record_usage(self, events: "pl.DataFrame", outcome: "Outcome") -> None:
        """This will count events as new; only the event store itself knows which ones it has."""
        outcome.new += events.height

    def lower(self, first: dict[int, datetime]) -> None:
        """This will do nothing: the beginning of a customer is not shown in a rehearsal."""

    def _keep(self, model: type[models.Model], row: dict[str, Any]) -> None:
        self._last -= 1
        if model is Customer:
            person = Who(self._last, **{name: row[name] for name in WHO[1:-1]})
            self._made[person.id] = person
            for ref in (person.key, person.tax_id, person.email):
                if ref:
                    self._people.setdefault(ref, person)
        elif model is Identity:
            owner = self._made.get(row["customer"])
            if owner is not None:
                self._people.setdefault(row["value"], owner)
        elif model is Product:
            self._goods[row["key"]] = self._last
        elif "digest" in row and model is not OrderLine:
            self._new[model, row["key"]] = Old(
                self._last, row["key"], row["digest"], row["customer"], row["happened_at"], row
            )
