"""The big roll-ups, each defined once, in Ibis: they run on whichever engine is set."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from django.conf import settings
from django.utils import timezone

from posvenda.adapters.engines import Engine, events
from posvenda.base import clock
from posvenda.commerce.usage import events as shape

DAY_SECONDS = 86_400


def engine() -> Engine:
    """This will give the engine that the installation has set."""
    return Engine(settings.ENGINE)


def among(
    first: date, last: date, *, ids: Sequence[int] | None = None, without: Sequence[int] = ()
) -> Any:
    """This will give the events of some days, first to last, perhaps of some customers only.

    ``without`` leaves out the events of these persons. Adds day.
    """
    chosen = until(events(), last)
    chosen = chosen.filter(chosen.happened_at >= moment(clock.start_of(first)))
    if ids is not None:
        chosen = chosen.filter(chosen.customer_id.isin([int(each) for each in ids]))
    if without:
        is_named = chosen.person.isin([int(each) for each in without]).fill_null(False)
        chosen = chosen.filter(~is_named)
    return chosen.mutate(day=_day(chosen.happened_at, first, last))


def standing(table: Any, known_at: datetime | None = None) -> Any:
    """This will leave out events of batches that were taken back by a moment (None: by now)."""
    gone = shape.taken_back(known_at)
    if not gone:
        return table
    return table.filter(table.batch_id.isnull() | table.batch_id.notin(gone))


def until(table: Any, last: date) -> Any:
    """This will give the events up to the end of a day."""
    return table.filter(table.happened_at < moment(clock.start_of(last + timedelta(days=1))))


def people_days(chosen: Any) -> Any:
    """This will count per customer, person (0: nobody named) and day of the company's calendar.

    Gives customer_ref, day, person, uses_milli, seconds, first_at, last_at.
    """
    told = chosen.mutate(
        who=chosen.person.fill_null(shape.NOBODY),
        milli=(chosen.quantity * 1000).cast("int64"),
        length=chosen.seconds.fill_null(0),
    )
    return told.group_by(customer_ref=told.customer_id, day=told.day, person=told.who).agg(
        uses_milli=told.milli.sum(),
        seconds=told.length.sum(),
        first_at=told.happened_at.min(),
        last_at=told.happened_at.max(),
    )


def feature_days(chosen: Any) -> Any:
    """This will count uses per customer, feature and day.

    Gives customer_ref, feature, day, uses_milli.
    """
    told = chosen.filter(chosen.feature.notnull())
    told = told.mutate(milli=(told.quantity * 1000).cast("int64"))
    return told.group_by(customer_ref=told.customer_id, feature=told.feature, day=told.day).agg(
        uses_milli=told.milli.sum()
    )


def as_people(found: pl.DataFrame) -> pl.DataFrame:
    """This will give what ``people_days`` found the form of the table."""
    return found.select(
        *(pl.col(name).cast(pl.Int64) for name in ("customer_ref", "day", "person")),
        pl.col("uses_milli", "seconds").cast(pl.Int64),
        pl.col("first_at").dt.epoch("us").alias("first_us"),
        pl.col("last_at").dt.epoch("us").alias("last_us"),
    ).sort("customer_ref", "day", "person")


def as_features(found: pl.DataFrame) -> pl.DataFrame:
    """This will give what ``feature_days`` found the form of the table, labels as text."""
    whole = [pl.col(name).cast(pl.Int64) for name in ("day", "uses_milli")]
    return found.select(pl.col("customer_ref").cast(pl.Int64), "feature", *whole).sort(
        "customer_ref", "feature", "day"
    )


def moment(one: datetime) -> Any:
    """This will give a moment as questions know it."""
    import ibis

    return ibis.timestamp(one.astimezone(UTC).replace(tzinfo=None), timezone="UTC")


def _day(moment: Any, first: date, last: date) -> Any:
    """The company's day of a moment; the zone's offsets are written down, so engines need none."""
    import ibis

    seconds = moment.epoch_seconds()
    changes = _offsets(first, last)
    offset: Any = ibis.literal(changes[0][1])
    for since, each in changes[1:]:
        offset = ibis.ifelse(seconds >= since, each, offset)
    return ((seconds + offset) / DAY_SECONDS).floor().cast("int64")


def _offsets(first: date, last: date) -> list[tuple[int, int]]:
    """The zone's offsets in seconds, each with the second of its first day's beginning."""
    changes: list[tuple[int, int]] = []
    day = first
    while day <= last:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())
        offset = int((noon.utcoffset() or timedelta()).total_seconds())
        if not changes or changes[-1][1] != offset:
            changes.append((int(clock.start_of(day).timestamp()), offset))
        day += timedelta(days=1)
    return changes
