"""Stored events told anew: whose they are, who did it, which feature; then their roll-ups.

A month is rewritten in one commit of the lake, under its lock. The roll-ups of the customers
concerned are then made again from the lake, so that a rewrite killed at any point is mended by
doing it again for the same customers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl
from django.db import connection, transaction

from posvenda.base import clock
from posvenda.commerce.store import FeatureDay, StagedEvents, UsageDay
from posvenda.commerce.usage import events as shape
from posvenda.commerce.usage import rollups, staging
from posvenda.customers import sheet

# Events of nobody: staff, or people whose customer is not known any more. No customer has this id.
NO_CUSTOMER = 0
TOLD = ("customer_id", "person", "feature")
Change = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Rewritten:
    """How many events of a month were read, how many changed, and whose they are or were."""

    read: int
    changed: int
    customers: tuple[int, ...]


def compare(month: str, change: Change) -> Rewritten:
    """This will say what a change would do to a month, without doing it."""
    shape_of = _months_rows([month])
    return _compared(shape_of, change(shape_of))


def rewrite(
    month: str,
    change: Change,
    *,
    now: datetime,
    also: Sequence[int] = (),
    before: Callable[[Sequence[int]], None] = lambda _ids: None,
) -> Rewritten:
    """This will apply a change to the events of a month and make the roll-ups of it again.

    ``change`` gives the same rows in the same order with customer_id, person and feature told
    anew. ``before`` is called with the customers concerned before anything is written: whoever
    keeps them and hands them in as ``also`` after a kill gets their roll-ups right.
    """
    with shape.lake().locked():
        staging.drain_locked()
        rows = _months_rows([month])
        told = change(rows)
        found = _compared(rows, told)
        concerned = sorted({*found.customers, *also} - {NO_CUSTOMER})
        before(concerned)
        if found.changed:
            shape.lake().overwrite(month, told)
        if concerned:
            _roll_up(month, concerned, now=now)
    return found


def months(*, starts_on: date, ends_on: date) -> list[str]:
    """This will list the months that hold events of the days [starts_on, ends_on)."""
    staging.drain()
    first = clock.start_of(starts_on).strftime("%Y-%m")
    last = (clock.start_of(ends_on) - timedelta(microseconds=1)).strftime("%Y-%m")
    return [month for month in shape.lake().months() if first <= month <= last]


def months_of_people(persons: Sequence[int]) -> list[str]:
    """This will list the months in which the store has events of these people."""
    if not persons:
        return []
    staging.drain()
    among = ", ".join(str(int(each)) for each in persons)
    found = shape.lake().query(f"SELECT DISTINCT month FROM events WHERE person IN ({among})")  # noqa: S608
    return sorted(found["month"].to_list())


def _months_rows(names: Sequence[str]) -> pl.DataFrame:
    files = shape.lake().files(names)
    return shape.lake().query("SELECT * FROM events", files=files)


def _compared(rows: pl.DataFrame, told: pl.DataFrame) -> Rewritten:
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_told")) for name in TOLD)
    both = pl.concat(
        [rows.select(TOLD), told.select(pl.col(TOLD).name.suffix("_told"))], how="horizontal"
    )
    moved = both.filter(differs)
    customers = {*moved["customer_id"].to_list(), *moved["customer_id_told"].to_list()}
    known = tuple(sorted(each for each in customers if each is not None))
    return Rewritten(read=rows.height, changed=moved.height, customers=known)


def _roll_up(month: str, customers: Sequence[int], *, now: datetime) -> None:
    """Make the roll-ups of a month's days again: what the lake holds, and what came meanwhile."""
    first, last = _days(month)
    kept = _of(_months_rows(_around(month)), customers, first, last)
    with transaction.atomic():
        _keep_writers_out()
        rows = pl.concat([kept, *(_of(part, customers, first, last) for part in _staged())])
        for start in range(0, len(customers), 500):
            some = list(customers[start : start + 500])
            for model in (UsageDay, FeatureDay):
                model.objects.filter(
                    customer_ref__in=some, day__gte=first, day__lte=last
                )._raw_delete(connection.alias)
        if not rows.is_empty():
            rollups.add(rows)
        sheet.stale(list(customers), now=now)


def _of(rows: pl.DataFrame, customers: Sequence[int], first: int, last: int) -> pl.DataFrame:
    return (
        rows.select(list(staging.SHAPE))
        .cast(staging.SHAPE)
        .filter(
            pl.col("customer_id").is_in(list(customers)),
            shape.day("happened_at").is_between(first, last),
        )
    )


def _staged() -> list[pl.DataFrame]:
    parts = StagedEvents.objects.order_by("pk").values_list("body", flat=True)
    return [staging.read(bytes(body)) for body in parts]


def _keep_writers_out() -> None:
    """On SQLite the transaction has the database to itself from its first statement."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            tables = f"{UsageDay._meta.db_table}, {FeatureDay._meta.db_table}"
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def _days(month: str) -> tuple[int, int]:
    """The first and last day of the company's calendar that a month of the lake reaches into."""
    start, end = _bounds(month)
    first, last = clock.day_of(start), clock.day_of(end - timedelta(microseconds=1))
    return shape.number_of(first), shape.number_of(last)


def _around(month: str) -> list[str]:
    start, end = _bounds(month)
    return [(start - timedelta(days=1)).strftime("%Y-%m"), month, end.strftime("%Y-%m")]


def _bounds(month: str) -> tuple[datetime, datetime]:
    year, number = (int(part) for part in month.split("-"))
    start = datetime(year, number, 1, tzinfo=UTC)
    return start, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
