"""The shape of usage events on their way in, and the days and moments they are counted by."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
from django.conf import settings
from django.utils import timezone

from posvenda.adapters.lake import SCHEMA, Lake, hashes, month_of
from posvenda.base import choices
from posvenda.commerce.store import EPOCH, UsageCorrection

NOBODY = 0
START = datetime(1970, 1, 1, tzinfo=UTC)
OPTIONAL = {"source": pl.String, "event": pl.String, "kind": pl.String, "properties": pl.String}


def lake() -> Lake:
    """This will give the lake of this installation."""
    return Lake(Path(settings.HOME) / "lake" / "usage")


def key_window() -> timedelta:
    """This will give how long a key that is sent again is known from SQL alone.

    Events that happened before it may have come before it: for them the lake is asked as well, so a
    key is known for ever. Where a shorter window was in force, keys are gone that this one would
    have kept; the day they are gone up to is kept too.
    """
    return timedelta(days=settings.EVENT_KEY_DAYS)


def prepared(events: pl.DataFrame) -> pl.DataFrame:
    """This will give events as the lake keeps them, each key of the batch once, the first one.

    Reads key, source, customer_id, person, event, feature, kind, quantity (null = 1), seconds,
    happened_at, recorded_at, batch_id, properties; source, event, kind and properties may be left
    out. Gives the columns of the lake but ``month``.
    """
    absent = [
        pl.lit(None, kind).alias(n) for n, kind in OPTIONAL.items() if n not in events.columns
    ]
    people = events.select(pl.col("person").cast(pl.String)).to_series().unique().drop_nulls()
    hidden = dict(zip(people.to_list(), persons(people).to_list(), strict=True))
    return (
        events.with_columns(
            *absent,
            hashes(events["key"].cast(pl.String)).alias("event_id"),
            pl.col("person")
            .cast(pl.String)
            .replace_strict(hidden, default=None, return_dtype=pl.Int64),
            pl.col("quantity").fill_null(1),
        )
        .select(pl.col(name).cast(kind) for name, kind in SCHEMA.items() if name != "month")
        .unique("event_id", keep="first", maintain_order=True)
    )


def event_ids(keys: pl.Series) -> list[int]:
    """This will give the numbers the store knows these keys by."""
    return hashes(keys.cast(pl.String)).to_list()


def taken_back(known_at: datetime | None = None) -> list[int]:
    """This will name the batches that no longer counted at a moment (None: now)."""
    query = UsageCorrection.objects.order_by("batch_ref")
    if known_at is not None:
        query = query.filter(at__lte=known_at)
    return list(query.values_list("batch_ref", flat=True))


def persons(names: pl.Series) -> pl.Series:
    """This will give the keys that stand for people in this store."""
    return hashes(names, key=lake().key())


def remembered(events: pl.DataFrame, *, now: datetime) -> pl.Series:
    """This will give those keys, hashed, that only the lake can know: of events long past.

    It opens the lake, so call it before the transaction and hand the answer to ``take``. What comes
    in meanwhile is known from SQL.
    """
    kept_since = START + timedelta(days=int(choices.get("event_keys_since")))
    sure_since = max(now - key_window(), kept_since) + timedelta(days=1)
    old = events.filter(pl.col("happened_at") < sure_since)
    nothing = pl.Series("event_id", [], dtype=pl.Int64)
    if old.is_empty():
        return nothing
    months = old.select(month_of("happened_at")).to_series().unique().sort().to_list()
    files = lake().files(months)
    if not files:
        return nothing
    keys = hashes(old["key"].cast(pl.String)) if "key" in old.columns else old["event_id"]
    rows = lake().query("SELECT event_id, batch_id FROM events", files=files)
    is_gone = pl.col("batch_id").is_in(taken_back()).fill_null(value=False)
    known = rows.filter(~is_gone)["event_id"]
    return known.filter(known.is_in(keys.implode())).unique()


def day(column: str) -> pl.Expr:
    """This will number the day of a moment in the company's calendar."""
    zone = timezone.get_default_timezone_name()
    return pl.col(column).dt.convert_time_zone(zone).dt.date().cast(pl.Int32)


def number_of(one: date) -> int:
    """This will number a day: days since 1970-01-01."""
    return (one - EPOCH).days


def micros(moment: datetime) -> int:
    """This will give whole microseconds since 1970."""
    return (moment - START) // timedelta(microseconds=1)
