"""What still stands once a batch is undone: which batches were, and who else tells a fact."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from posvenda.api.imports.told import unpacked
from posvenda.api.models import Echo, ImportRun
from posvenda.base.models import Batch

GONE = (ImportRun.Status.UNDOING, ImportRun.Status.UNDONE)
SCHEMA = {"mark": pl.Int64, "batch": pl.Int64}

# Which tables a kind of record writes to; a file that came again whole vouches for all of them.
TABLES: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer", "attributevalue"),
    "contact": ("contact",),
    "subject": ("subject",),
    "product": ("product",),
    "order": ("order", "customer", "attributevalue"),
    "order_line": ("order", "orderline", "customer", "attributevalue"),
    "contract": ("contractline", "customer", "attributevalue"),
    "usage": ("usage", "customer", "attributevalue"),
    "ticket": ("ticket", "answer"),
    "answer": ("answer",),
    "cancellation": ("cancellation",),
    "interaction": ("interaction",),
}


@dataclass(frozen=True)
class Standing:
    """The state of knowledge without one batch."""

    batch: Batch
    gone: frozenset[int]
    wholes: Mapping[tuple[int, str], int] = field(default_factory=dict)

    @property
    def whole(self) -> Mapping[str, int]:
        """The tables of the batch that a standing one told whole, with that one."""
        return {table: by for (batch, table), by in self.wholes.items() if batch == self.batch.pk}

    def teller(self, batch: int | None, table: str) -> int | None:
        """This will give the standing batch that told a whole undone one again."""
        return None if batch is None else self.wholes.get((batch, table))

    def holds(self, batch: int | None) -> bool:
        """This will say whether what this batch told still counts; what people wrote does."""
        return batch is None or batch not in self.gone

    def vouchers(self, marks: Collection[int]) -> dict[int, int]:
        """This will give, for statements that a standing batch tells too, the oldest such batch."""
        if not marks or self._echoes.is_empty():
            return {}
        wanted = pl.Series(list(marks), dtype=pl.Int64).implode()
        found = self._echoes.filter(pl.col("mark").is_in(wanted))
        return dict(found.iter_rows())

    @cached_property
    def _echoes(self) -> pl.DataFrame:
        return _frame(Echo.Kind.TOLD, self.gone)

    def carried(self, record: str) -> list[int]:
        """This will give undone batches whose events stayed only because this one told them too."""
        own = Echo.objects.filter(kind=Echo.Kind.WHOLE, batch=self.batch, record=record)
        found = own.filter(whole__in=self.gone - {self.batch.pk})
        return list(found.values_list("whole_id", flat=True).distinct())

    def usage_events(self) -> list[tuple[int, int]]:
        """This will give the events that standing batches told again, each with its batch."""
        return list(_frame(Echo.Kind.USAGE, self.gone).iter_rows())


def without(batch: Batch) -> Standing:
    """This will give what stands when a batch (and those undone before) no longer counts."""
    undone = ImportRun.objects.filter(status__in=GONE).exclude(batch=None)
    gone = frozenset({batch.pk, *undone.values_list("batch_id", flat=True)})
    return Standing(batch, gone, _wholes(gone))


def _wholes(gone: frozenset[int]) -> dict[tuple[int, str], int]:
    """For each undone batch and table, the oldest standing batch that told the same files whole.

    Whoever repeats a repetition tells what the first one told, so all of them vouch for another.
    """
    again = Echo.objects.filter(kind=Echo.Kind.WHOLE).exclude(whole=None).order_by("batch_id")
    first: dict[tuple[int, str], int] = {}
    groups: dict[tuple[int, str], set[int]] = defaultdict(set)
    for voucher, record, told in again.values_list("batch_id", "record", "whole_id"):
        root = first.setdefault((voucher, record), first.get((told, record), told))
        groups[root, record] |= {root, told, voucher}
    found: dict[tuple[int, str], int] = {}
    for (_root, record), told_by in groups.items():
        standing = told_by - gone
        for table in TABLES.get(record, ()) if standing else ():
            for each in told_by & gone:
                key = (each, table)
                found[key] = min(standing | ({found[key]} if key in found else set()))
    return found


def _frame(kind: str, gone: Iterable[int]) -> pl.DataFrame:
    told = Echo.objects.filter(kind=kind).exclude(batch__in=gone).order_by("batch_id")
    parts = [pl.DataFrame(schema=SCHEMA)]
    for batch, hashes in told.values_list("batch_id", "hashes").iterator(200):
        marks = pl.Series("mark", list(unpacked(hashes)), dtype=pl.Int64)
        parts.append(marks.to_frame().with_columns(pl.lit(batch, pl.Int64).alias("batch")))
    return pl.concat(parts).unique("mark", keep="first", maintain_order=True)
