"""The evidence facts are made of: what had happened by a day, as far as it was known at a moment.

This is the one place that cuts at ``as_of`` and ``known_at``, and that hides dates inside rows
which lie in the future of ``as_of``. A provider reads rows here and nowhere else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import polars as pl
from django.db import models
from django.db.models import Q
from django.utils import timezone

from posvenda.base import clock, rows
from posvenda.customers.identity import ledger
from posvenda.customers.models import Revision

# So many customers are sought by index; of more the tables are read through.
SOME = 20_000
T = TypeVar("T")


@dataclass(frozen=True)
class Evidence:
    """What was known at ``known_at`` (None: is known now) of the time up to the end of ``as_of``.

    ``ids`` are the customers asked for (None: all). ``previous`` holds the rows of the last sheet
    for these customers when a page recomputes a few of them: what earlier days were like is then
    carried over from it. ``is_kept`` lets a provider keep what makes the next reading of these
    customers cheap; the worker says so, for pages only read.
    """

    as_of: date
    known_at: datetime | None = None
    ids: tuple[int, ...] | None = None
    previous: pl.DataFrame | None = None
    is_kept: bool = False
    _shelf: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    _until: date | None = field(default=None, repr=False)

    @property
    def end(self) -> datetime:
        """The first moment that is too late."""
        return clock.start_of(self.as_of + timedelta(days=1))

    def past(self, days: int) -> "Evidence":
        """This will give the same knowledge of an earlier day; rows read once serve both."""
        until = self._until or self.as_of
        day = self.as_of - timedelta(days=days)
        return replace(self, as_of=day, is_kept=False, _until=until)

    def facts(
        self, model: type[models.Model], *columns: str, later: Sequence[str] = ()
    ) -> pl.DataFrame:
        """This will read versioned facts: the version known, not retracted, happened by then.

        Gives customer_id, happened_at and ``columns``; dates named in ``later`` are null when they
        lie after ``as_of``.
        """
        named = ("customer_id", "happened_at", *columns, *later)
        query = model._default_manager.filter(self._known(model)).exclude(customer=None)
        return self._cut(self._read(query, named), "happened_at", later)

    def rows(
        self,
        model: type[models.Model],
        *columns: str,
        happened: str = "happened_at",
        recorded: str = "recorded_at",
        later: Sequence[str] = (),
    ) -> pl.DataFrame:
        """This will read rows that have no versions: happened and recorded in time."""
        named = ("customer_id", happened, *columns, *later)
        query = self.standing(model).filter(self._recorded(recorded)).exclude(customer=None)
        return self._cut(self._read(query, named), happened, later)

    def standing(self, model: type[models.Model]) -> "models.QuerySet[Any]":
        """This will give the rows not withdrawn; of another moment those not withdrawn by then."""
        is_withdrawable = any(column.name == "withdrawn_at" for column in model._meta.fields)
        if self.known_at is None or not is_withdrawable:
            return model._default_manager.all()
        still = Q(withdrawn_at=None) | Q(withdrawn_at__gt=self.known_at)
        return model._base_manager.filter(still)

    def as_known(self, table: pl.DataFrame) -> pl.DataFrame:
        """This will give customers (``pk``) the values they had when asked about another moment."""
        if self.known_at is None:
            return table
        later = Revision.objects.filter(at__gt=self.known_at).order_by("id")
        revised = rows.frame(later, ("customer_id", "field", "before"))
        for name in set(revised["field"]) & set(table.columns):
            was = revised.filter(pl.col("field") == name).unique("customer_id", keep="first")
            value = pl.col("before")
            if table.schema[name] == pl.Datetime("us", "UTC"):
                value = value.str.to_datetime(time_unit="us", time_zone="UTC")
            was = was.select(pl.col("customer_id").alias("pk"), value.alias("_was"))
            joined = table.join(was, on="pk", how="left")
            table = joined.with_columns(pl.coalesce("_was", name).alias(name)).drop("_was")
        return table

    def has(self, model: type[models.Model]) -> bool:
        """This will say whether the company has any such fact by then, of any customer."""

        def ask() -> bool:
            return self._happened(model).exists()

        return self.once(("has", model, self.as_of), ask)

    def seen(self, model: type[models.Model]) -> set[int]:
        """This will name the customers that have such a fact by then."""
        if self._was(model) is not None:
            there = self._read(self._happened(model), ("customer_id",))
            return set(there["customer_id"].drop_nulls().to_list())
        query = self.only(self._happened(model)).exclude(customer=None).order_by()
        return set(query.values_list("customer_id", flat=True).distinct())

    def once(self, key: object, make: Callable[[], T]) -> T:
        """This will keep what ``make`` gives under a key, for every provider of this build."""
        if key not in self._shelf:
            self._shelf[key] = make()
        return self._shelf[key]  # type: ignore[no-any-return]

    def day(self, column: str) -> pl.Expr:
        """This will give the calendar day of a moment in the company's time zone."""
        return pl.col(column).dt.convert_time_zone(timezone.get_default_timezone_name()).dt.date()

    def days_since(self, column: str) -> pl.Expr:
        """This will give the whole calendar days from a moment to ``as_of``."""
        return (pl.lit(self.as_of, pl.Date) - self.day(column)).dt.total_days()

    def only(
        self, query: "models.QuerySet[Any]", column: str = "customer_id"
    ) -> "models.QuerySet[Any]":
        """This will narrow a query to the customers asked for, unless they are most of all."""
        if self.ids is None or len(self.ids) > SOME:
            return query
        return query.filter(**{f"{column}__in": rows.among(self.ids)})

    def _happened(self, model: type[models.Model]) -> "models.QuerySet[Any]":
        return self.standing(model).filter(self._known(model), happened_at__lt=self.end)

    def _known(self, model: type[models.Model]) -> Q:
        """Of versioned rows the version known then; retractions are versions that say nothing."""
        if not any(column.name == "superseded_at" for column in model._meta.fields):
            return self._recorded("recorded_at")
        if self.known_at is None:
            return Q(superseded_at=None, is_retracted=False)
        still = Q(superseded_at=None) | Q(superseded_at__gt=self.known_at)
        return Q(still, recorded_at__lte=self.known_at, is_retracted=False)

    def _recorded(self, column: str) -> Q:
        return Q() if self.known_at is None else Q(**{f"{column}__lte": self.known_at})

    def _read(self, query: "models.QuerySet[Any]", named: Sequence[str]) -> pl.DataFrame:
        was = self._was(query.model)

        def read() -> pl.DataFrame:
            if was is None:
                table = rows.frame(self.only(query).order_by(), named)
            else:
                whole = rows.frame(query.order_by(), ("pk", *named))
                table = ledger.restored(whole, was, "customer_id").drop("pk")
            if self.ids is not None and (was is not None or len(self.ids) > SOME):
                table = table.filter(pl.col("customer_id").is_in(self.ids))
            return table

        return self.once((query.model, tuple(named)), read)

    def _was(self, model: type[models.Model]) -> pl.DataFrame | None:
        """Rows that a join or a part moved later, with whom they belonged to at ``known_at``."""
        if self.known_at is None:
            return None
        moment, table = self.known_at, model._meta.label_lower
        return self.once(("was", table), lambda: ledger.since(table, moment))

    def _cut(self, table: pl.DataFrame, happened: str, later: Sequence[str]) -> pl.DataFrame:
        end = pl.lit(self.end, pl.Datetime("us", "UTC"))
        hidden = [pl.when(pl.col(name) < end).then(pl.col(name)).alias(name) for name in later]
        return table.filter(pl.col(happened) < end).with_columns(hidden)
