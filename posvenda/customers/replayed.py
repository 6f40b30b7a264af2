"""Many past days in a row: evidence that reads each table once and cuts it for every day.

The same answers as ``Evidence`` with ``known_at``; only the reading differs. Where rows have moved
between customers, or records were joined or withdrawn, the plain evidence answers: those days ask
the ledger.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import models

from posvenda.base import clock, rows
from posvenda.customers import holdings
from posvenda.customers.evidence import Evidence, T
from posvenda.customers.identity.models import Change, Moved
from posvenda.customers.models import Customer

# What does not depend on the moment while nobody was joined or withdrawn.
SHARED = ("customers", "names", "products")


def known_then(day: date, tables: dict[Any, Any]) -> Evidence:
    """This will give what was known at the end of a day; one ``tables`` serves all days."""
    moment = clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)
    if "is_plain" not in tables:
        tables["is_plain"] = _is_anybody_moved()
    if tables["is_plain"]:
        return Evidence(as_of=day, known_at=moment)
    return Replayed(as_of=day, known_at=moment, tables=tables)


@dataclass(frozen=True)
class Replayed(Evidence):
    """Evidence of all customers at a moment, from whole tables kept in ``tables``."""

    tables: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def facts(
        self, model: type[models.Model], *columns: str, later: Sequence[str] = ()
    ) -> pl.DataFrame:
        """This will read versioned facts: the version known then, not retracted."""
        named = ("customer_id", "happened_at", *columns, *later)
        return self._cut(self._versions(model, named), "happened_at", later)

    def rows(
        self,
        model: type[models.Model],
        *columns: str,
        happened: str = "happened_at",
        recorded: str = "recorded_at",
        later: Sequence[str] = (),
    ) -> pl.DataFrame:
        """This will read rows without versions: happened and recorded in time."""
        named = ("customer_id", happened, *columns, *later)
        return self._cut(self._recorded_rows(model, named, recorded), happened, later)

    def seen(self, model: type[models.Model]) -> set[int]:
        """This will name the customers that have such a fact by then."""
        dated = ("customer_id", "happened_at")
        return set(self._cut(self._versions(model, dated), "happened_at", ())["customer_id"])

    def once(self, key: object, make: Callable[[], T]) -> T:
        """This will keep what is the same on all days for all of them."""
        if key not in SHARED:
            return super().once(key, make)
        if key not in self.tables:
            self.tables[key] = make()
        return self.tables[key]  # type: ignore[no-any-return]

    def _versions(self, model: type[models.Model], named: Sequence[str]) -> pl.DataFrame:
        if not any(column.name == "superseded_at" for column in model._meta.fields):
            return self._recorded_rows(model, named, "recorded_at")
        table = self._whole(model, (*named, "recorded_at", "superseded_at", "is_retracted"))
        limit = pl.lit(self.known_at, pl.Datetime("us", "UTC"))
        stands = pl.col("superseded_at").is_null() | (pl.col("superseded_at") > limit)
        return table.filter(
            (pl.col("recorded_at") <= limit) & stands & ~pl.col("is_retracted")
        ).select(named)

    def _recorded_rows(
        self, model: type[models.Model], named: Sequence[str], recorded: str
    ) -> pl.DataFrame:
        limit = pl.lit(self.known_at, pl.Datetime("us", "UTC"))
        return (
            self._whole(model, (*named, recorded)).filter(pl.col(recorded) <= limit).select(named)
        )

    def _whole(self, model: type[models.Model], columns: Sequence[str]) -> pl.DataFrame:
        wanted = tuple(dict.fromkeys(columns))
        key = (model, wanted)
        if key not in self.tables:
            everything = rows.frame(model._default_manager.order_by(), wanted)
            self.tables[key] = everything.filter(pl.col("customer_id").is_not_null())
        found: pl.DataFrame = self.tables[key]
        return found


def _is_anybody_moved() -> bool:
    withdrawn = Customer._base_manager.exclude(withdrawn_at=None)
    return Moved.objects.exists() or Change.objects.exists() or withdrawn.exists() or _is_undone()


def _is_undone() -> bool:
    """Whether an import that brought rows which can be withdrawn was ever undone."""
    for holding in holdings.every():
        names = {column.name for column in holding.model._meta.fields}
        if "withdrawn_at" in names:
            gone: models.QuerySet[Any] = holding.model._base_manager.exclude(withdrawn_at=None)
            if gone.exists():
                return True
    return False


__all__ = ["Replayed", "known_then"]
