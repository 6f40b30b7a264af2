"""Rows that go from one customer to another, written down one by one.

The ledger is only added to: an undo is further rows. So who a row belonged to at any moment is the
``before`` of its first move after that moment, and a sheet of the past, as known then, is what it
was: ``Evidence`` asks here whenever it reads with ``known_at``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl
from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_datetime

from posvenda.base import rows
from posvenda.customers import holdings
from posvenda.customers.holdings import Holding
from posvenda.customers.identity.models import Change, Moved
from posvenda.customers.models import Customer

PART = 5_000
PRESENT = ("name", "kind", "happened_at")


def move(
    holding: Holding,
    picked: Collection[int],
    *,
    source: int,
    target: int,
    change: Change,
    at: datetime,
) -> int:
    """This will give rows of one table to another customer and write each down; gives the count."""
    ids = sorted(picked)
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        holding.model._base_manager.filter(pk__in=part).update(**{holding.column: target})
    return rows.insert(
        Moved,
        ("change", "table", "row", "before", "after", "at"),
        ((change.pk, holding.name, pk, source, target, at) for pk in ids),
    )


def movable(holding: Holding, *, source: int, target: int) -> set[int]:
    """This will name the rows of a customer that may go to another one."""
    held = set(holding.of([source]).values_list("pk", flat=True))
    return held - set(holding.stays(source, target))


def moved(change: Change) -> dict[str, set[int]]:
    """This will give the rows a change moved, by table."""
    found: dict[str, set[int]] = defaultdict(set)
    for table, row in change.moves.filter(at=change.at).values_list("table", "row"):
        found[table].add(row)
    return found


def lineage(holding: Holding, ids: Collection[int], *, customer: int) -> set[int]:
    """This will name every version of these facts that the customer has: they go together."""
    if not is_versioned(holding.model):
        return set(ids)
    manager, found = holding.model._base_manager, set(ids)
    for part in _parts(ids):
        keys = manager.filter(pk__in=part).values("key")
        mine = manager.filter(key__in=keys, **{holding.column: customer})
        found.update(mine.values_list("pk", flat=True))
    return found


def is_versioned(model: type[models.Model]) -> bool:
    """This will say whether a correction is a new row with the same key."""
    return any(field.name == "superseded_at" for field in model._meta.fields)


def marks() -> dict[str, int]:
    """This will note the last row of each table, to tell later what came in since."""
    last = {}
    for holding in holdings.moving():
        newest = holding.model._base_manager.aggregate(last=models.Max("pk"))["last"]
        last[holding.name] = newest or 0
    return last


def former(model: type[models.Model], ids: Collection[int]) -> dict[int, set[int]]:
    """This will name the customers that rows belonged to before; most rows never moved."""
    if not ids or not Moved.objects.exists():
        return {}
    table, found = model._meta.label_lower, defaultdict(set)
    for part in _parts(ids):
        told = Moved.objects.filter(table=table, row__in=part)
        for row, before in told.values_list("row", "before"):
            found[row].add(before)
    return found


def since(table: str, known_at: datetime) -> pl.DataFrame | None:
    """This will give, for rows that moved after a moment, whom they belonged to at that moment.

    Columns pk and was; None when no row of the table moved since.
    """
    later = Moved.objects.filter(table=table, at__gt=known_at).order_by("at", "id")
    found = rows.frame(later, ("row", "before"))
    if found.is_empty():
        return None
    first = found.unique("row", keep="first", maintain_order=True)
    return first.rename({"row": "pk", "before": "was"})


def restored(frame: pl.DataFrame, was: pl.DataFrame | None, column: str) -> pl.DataFrame:
    """This will put former customers into a column of a frame that has the rows' pk."""
    if was is None:
        return frame
    joined = frame.join(was, on="pk", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("was", column).alias(column)).drop("was")


def leads(known_at: datetime | None) -> dict[int, int]:
    """This will lead each record that was part of another at a moment to the one that stood.

    Usage events keep the customer they came for; whoever counts them counts by this.
    """
    if known_at is None:
        joined = Customer.objects.filter(merged_into__gt=0)
        step = dict(joined.values_list("pk", "merged_into_id"))
    else:
        stood = Q(undone_at=None) | Q(undone_at__gt=known_at)
        merges = Change.objects.filter(stood, kind=Change.Kind.MERGE, at__lte=known_at)
        closed = Change.objects.filter(is_emptied=True, undone_at__lte=known_at)
        step = dict(merges.values_list("source_id", "target_id"))
        step |= dict(closed.values_list("target_id", "source_id"))
    return {pk: _end(pk, step) for pk in step}


def _end(pk: int, step: Mapping[int, int]) -> int:
    seen = {pk}
    while step.get(pk, pk) not in seen:
        pk = step[pk]
        seen.add(pk)
    return pk


def present(frame: pl.DataFrame, known_at: datetime | None) -> pl.DataFrame:
    """This will give customers (by pk) as they stood at a moment: who was one, and as what.

    Name, kind and beginning are those of before the joins that came later.
    """
    gone = leads(known_at)
    standing = frame.filter(~pl.col("pk").is_in(list(gone))) if gone else frame
    for column, values in _fields_at(known_at).items():
        if column in standing.columns and values:
            kind = standing.schema[column]
            told = pl.DataFrame(
                {"pk": list(values), "told": list(values.values())},
                schema={"pk": pl.Int64(), "told": kind},
            )
            standing = standing.join(told, on="pk", how="left", maintain_order="left")
            standing = standing.with_columns(pl.coalesce("told", column).alias(column))
            standing = standing.drop("told")
    return standing


def _fields_at(known_at: datetime | None) -> Mapping[str, dict[int, Any]]:
    """Values that joins changed after a moment: what stood in the column at that moment."""
    found: dict[str, dict[int, Any]] = {column: {} for column in PRESENT}
    if known_at is None:
        return found
    later = Q(at__gt=known_at) | Q(undone_at__gt=known_at)
    changes = Change.objects.filter(later, kind=Change.Kind.MERGE)
    for _, customer, column, value in sorted(_turns(changes, known_at), key=_first):
        found[column].setdefault(customer, _read(column, value))
    return found


def _first(turn: tuple[datetime, int, str, Any]) -> tuple[datetime, int, str]:
    return turn[:3]


def _turns(
    changes: Iterable[Change], known_at: datetime
) -> Iterator[tuple[datetime, int, str, Any]]:
    """Each moment after ``known_at`` at which a join or its undo put another value in place."""
    for change in changes:
        for column in PRESENT:
            if column not in change.fields:
                continue
            before, after = change.fields[column]
            if change.at > known_at:
                yield change.at, change.target_id, column, before
            if change.undone_at is not None and change.undone_at > known_at:
                yield change.undone_at, change.target_id, column, after


def _read(column: str, value: Any) -> Any:
    return parse_datetime(value) if column == "happened_at" else value


def _parts(ids: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), PART):
        yield ordered[start : start + PART]
