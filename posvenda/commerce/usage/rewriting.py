"""Stored events told anew: whose they are, who did it, which feature; then their roll-ups.

A month is rewritten in one commit of the lake, under its lock. The roll-ups of the customers
concerned are then made again from the lake, so that a rewrite killed at any point is mended by
doing it again for the same customers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl
from django.db import transaction

from posvenda.base import clock
from posvenda.commerce.usage import changing, staging
from posvenda.commerce.usage import events as shape
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
    """Count the days anew that a month of the lake reaches into."""
    start, end = _bounds(month)
    last = clock.day_of(end - timedelta(microseconds=1))
    changing.recount(customers, span=(clock.day_of(start), last))
    with transaction.atomic():
        sheet.stale(list(customers), now=now)


def _bounds(month: str) -> tuple[datetime, datetime]:
    year, number = (int(part) for part in month.split("-"))
    start = datetime(year, number, 1, tzinfo=UTC)
    return start, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
