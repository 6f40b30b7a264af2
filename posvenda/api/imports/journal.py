"""What an import notes while it writes, so that it can be undone: echoes and changed values."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from posvenda.api.imports.told import mark, packed, plain
from posvenda.api.models import Change, Echo
from posvenda.base.models import Batch

PART = 5_000
CHANGE = ("batch", "customer", "table", "key", "field", "before", "after", "is_applied")
Untaken = tuple[str, str, Any, Any, int]  # key, field, what stands there, what was told, customer


class Journal:
    """Collects what a batch told; the store writes it in the transaction of the rows."""

    batch: Batch | None

    def __init__(self) -> None:
        self._echoes: list[int] = []
        self._changes: list[tuple[Any, ...]] = []

    def add(
        self, model: type[models.Model], columns: Sequence[str], many: Iterable[tuple[Any, ...]]
    ) -> None:
        """This will queue new rows."""
        raise NotImplementedError

    def echo(self, *parts: str) -> None:
        """This will note that this batch tells what is known already (table, key, field …)."""
        self._echoes.append(mark(*parts))

    def ignored(self, several: Sequence[Untaken]) -> None:
        """This will note values of customers told and not taken, each once; again they are echoes.

        A file that comes every day would otherwise write them every day.
        """
        fresh = [(key, name, before, plain(after), pk) for key, name, before, after, pk in several]
        known: set[tuple[str, str, Any]] = set()
        keys = sorted({each[0] for each in fresh})
        for start in range(0, len(keys), PART):
            rows_ = Change.objects.filter(
                table="customer", key__in=keys[start : start + PART], is_applied=False
            )
            known.update(rows_.values_list("key", "field", "after"))
        for key, name, before, after, pk in fresh:
            if (key, name, after) in known:
                self.echo("customer", key, name, str(after))
                continue
            told = {"before": before, "after": after, "customer": pk}
            self.told("customer", key, name, is_applied=False, **told)

    def told(
        self,
        table: str,
        key: str,
        name: str,
        *,
        before: Any = None,
        after: Any = None,
        customer: int | None = None,
        is_applied: bool = True,
    ) -> None:
        """This will note a value changed in place, or told and not taken, to be undone one day."""
        batch = None if self.batch is None else self.batch.pk
        self._changes.append(
            (batch, customer, table, key[:260], name[:64], plain(before), plain(after), is_applied)
        )

    def _note(self) -> None:
        """Queue what makes this batch's statements undoable."""
        changes, echoes = self._changes, self._echoes
        self._changes, self._echoes = [], []
        if self.batch is None:
            return
        self.add(Change, CHANGE, changes)
        if echoes:
            marks = [(self.batch.pk, str(Echo.Kind.TOLD), packed(echoes), "")]
            self.add(Echo, ("batch", "kind", "hashes", "record"), marks)
