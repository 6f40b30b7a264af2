"""Packs: the roll-up rows of a customer's past days in one row, because reading costs by the row.

A pack says nothing that the roll-ups do not say: it holds their rows up to ``upto_day`` as they
are, and ``rollups`` drops it in the transaction that writes any row of such a day. So a customer
that is dirty because of today costs one row and those of the days since.
"""

import struct
from collections.abc import Sequence
from itertools import chain
from typing import Any

import polars as pl
from django.db import connection, transaction

from posvenda.commerce.store import UsagePack
from posvenda.commerce.usage import reading, staging
from posvenda.commerce.usage.reading import DAYS, FEATURES, LIVES, Rows
from posvenda.commerce.usage.upsert import upsert

# A pack that ended so many days ago is made anew: the days since have become many rows themselves.
OLD = 14
# A build also asks about days up to a month before: the rows for these are in a pack as well.
BACK = 31
AT_ONCE = 250
HELD = ("customer_ref", "upto_day", "named", "first_us", "last_us", "days", "features")


class Packed:
    """What packs say of some customers, and up to which day each of them says it.

    ``rows`` may reach beyond the day asked for; those who then do (``ended`` lacks them) have no
    lives here, for a pack knows only its own end.
    """

    def __init__(self, found: Sequence[tuple[Any, ...]], last: int) -> None:
        columns = tuple(zip(*found, strict=True)) or ((),) * len(HELD)
        customers, upto, *ends = columns[:5]
        self.upto: dict[int, int] = dict(zip(customers, upto, strict=True))
        self.ended = {customer: day for customer, day in self.upto.items() if day <= last}
        each = zip(LIVES, (customers, *ends), strict=True)
        lives = pl.DataFrame([pl.Series(name, values, pl.Int64) for name, values in each])
        if len(self.ended) < len(self.upto):
            lives = lives.filter(pl.col("customer_id").is_in(list(self.ended)))
        days = _unpacked(customers, columns[5], DAYS)
        self.rows = Rows(lives, days, _unpacked(customers, columns[6], FEATURES))


def read(ids: Sequence[int], *, last: int) -> Packed:
    """This will read, in one query, the packs that tell what windows up to a day need."""
    is_lite = connection.vendor == "sqlite"
    chosen = sorted(int(each) for each in ids)
    among = "IN (SELECT value FROM json_each(%s))" if is_lite else "= ANY(%s::bigint[])"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(HELD)} FROM {UsagePack._meta.db_table}"  # noqa: S608
            f" WHERE customer_ref {among} AND upto_day <= %s",
            [str(chosen) if is_lite else chosen, last + BACK],
        )
        return Packed(cursor.fetchall(), last)


def make(ids: Sequence[int], *, upto: int) -> None:
    """This will pack the days of customers up to a day; one without any gets no pack."""
    for start in range(0, len(ids), AT_ONCE):
        with transaction.atomic():
            staging.hold()
            _keep(reading.of(ids[start : start + AT_ONCE], last=upto, back=BACK), upto)


def _keep(rows: Rows, upto: int) -> None:
    days, features = _bodies(rows.days), _bodies(rows.features)
    made = [
        (customer, upto, named, first, last, days.get(customer, b""), features.get(customer, b""))
        for customer, named, first, last in rows.lives.iter_rows()
    ]
    if made:
        frame = pl.DataFrame(made, schema=list(HELD), orient="row").sort("customer_ref")
        upsert(UsagePack, frame, key=HELD[:1], put=HELD[1:])


def _bodies(rows: pl.DataFrame) -> dict[int, bytes]:
    """Whole numbers of 8 bytes, the little end first, row by row."""
    many = rows.group_by("customer_id").agg(pl.all())
    return {
        customer: struct.pack(
            f"<{len(each[0]) * len(each)}q", *chain.from_iterable(zip(*each, strict=True))
        )
        for customer, *each in many.iter_rows()
    }


def _unpacked(
    customers: Sequence[int], bodies: Sequence[bytes], names: Sequence[str]
) -> pl.DataFrame:
    width = len(names) - 1
    whole = b"".join(bodies)
    count = len(whole) // 8
    if not count:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.Int64))
    one = pl.Series([whole], dtype=pl.Binary)
    numbers = one.bin.reinterpret(dtype=pl.Array(pl.Int64, count), endianness="little").explode()
    sizes = pl.Series([len(body) // (8 * width) for body in bodies], dtype=pl.Int64)
    whose = pl.Series(customers, dtype=pl.Int64).repeat_by(sizes).explode(empty_as_null=False)
    columns = [numbers.gather_every(width, offset).alias(n) for offset, n in enumerate(names[1:])]
    return pl.DataFrame([whose.alias(names[0]), *columns])
