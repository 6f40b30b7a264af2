"""Rows of the daily roll-ups as frames: a column at a time, several times faster than row by row.

What is read costs by the value, so a day stands in one number with what was used on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl
from django.db import connection

from posvenda.commerce.usage import joined
from posvenda.commerce.usage.from_lake import REACH

# ``told`` is 65,536 times the uses, or the feature, plus the day: days go to the year 2149.
DAY_BITS = 16
DAY = pl.col("told") & ((1 << DAY_BITS) - 1)
TOLD = pl.col("told") // (1 << DAY_BITS)
LIVES = ("customer_id", "named", "first_us", "last_us")
DAYS = ("customer_id", "person", "told")
FEATURES = ("customer_id", "told")

# Ends are sought by key, not read through: a customer's first day holds the first moment.
_LIVES = """
    SELECT customer_id, named, first_us, last_us FROM (
        SELECT customer_id,
            CASE WHEN EXISTS (
                SELECT 1 FROM commerce_usageday AS used WHERE used.customer_ref = customer_id
                AND used.day <= %(day)s AND used.person <> 0) THEN 1 ELSE 0 END AS named,
            (SELECT min(first_us) FROM commerce_usageday AS used
             WHERE used.customer_ref = customer_id AND used.day = (
                SELECT min(day) FROM commerce_usageday AS far
                WHERE far.customer_ref = customer_id AND far.day <= %(day)s)) AS first_us,
            (SELECT max(last_us) FROM commerce_usageday AS used
             WHERE used.customer_ref = customer_id AND used.day = (
                SELECT max(day) FROM commerce_usageday AS far
                WHERE far.customer_ref = customer_id AND far.day <= %(day)s)) AS last_us
        FROM (SELECT given AS customer_id FROM {given} AS asked) AS wanted) AS lives
    WHERE first_us IS NOT NULL
"""
_DAYS = """
    SELECT customer_ref, person, uses_milli * 65536 + day FROM commerce_usageday
    WHERE customer_ref IN (SELECT given FROM {given} AS asked)
    AND day <= %(day)s AND day > %(day)s - %(back)s - %(reach)s
"""
_FEATURES = """
    SELECT customer_ref, CAST(feature AS bigint) * 65536 + day FROM commerce_featureday
    WHERE customer_ref IN (SELECT given FROM {given} AS asked)
    AND day <= %(day)s AND day > %(day)s - %(back)s - 90
"""
# Here what is given is 65,536 times the customer plus the day after which its rows are wanted.
_DAYS_AFTER = """
    SELECT customer_ref, person, uses_milli * 65536 + day, last_us
    FROM {given} AS asked CROSS JOIN commerce_usageday
    WHERE customer_ref = given >> 16 AND day > (given & 65535) AND day <= %(day)s
"""
_FEATURES_AFTER = """
    SELECT customer_ref, CAST(feature AS bigint) * 65536 + day
    FROM {given} AS asked CROSS JOIN commerce_featureday
    WHERE customer_ref = given >> 16 AND day > (given & 65535) AND day <= %(day)s
"""


@dataclass(frozen=True)
class Rows:
    """Roll-up rows of some customers.

    lives: customer_id, named (1: some event names a person), first_us, last_us of all time;
    days: customer_id, person, told; features: customer_id, told.
    """

    lives: pl.DataFrame
    days: pl.DataFrame
    features: pl.DataFrame

    def under(self, leads: Mapping[int, int]) -> "Rows":
        """This will put rows of joined records under the customer that stands for them."""
        parts = (self.lives, self.days, self.features)
        return Rows(*(joined.under(part, leads) for part in parts))


def together(parts: Sequence[Rows]) -> Rows:
    """This will give the rows of all parts; a customer may then have several lives."""
    if len(parts) == 1:
        return parts[0]
    named = ("lives", "days", "features")
    return Rows(*(pl.concat([getattr(part, name) for part in parts]) for name in named))


def of(ids: Sequence[int], *, last: int, back: int = 0) -> Rows:
    """This will read, in three queries, what windows up to a day need of these customers.

    With ``back`` also what those up to so many days before need, but for their lives.
    """
    return Rows(
        lives=lives(ids, last=last),
        days=_columns(_DAYS, DAYS, ids, last, back),
        features=_columns(_FEATURES, FEATURES, ids, last, back),
    )


def lives(ids: Sequence[int], *, last: int) -> pl.DataFrame:
    """This will read the first and the last use up to a day."""
    return _columns(_LIVES, LIVES, ids, last)


def after(since: Mapping[int, int], *, last: int) -> Rows:
    """This will read, in two queries, the rows of each customer after a day of its own.

    What was used by that day is known: no first use is read.
    """
    given = [(customer << DAY_BITS) + day for customer, day in since.items()]
    found = _columns(_DAYS_AFTER, (*DAYS, "last_us"), given, last)
    named = (pl.col("person") != 0).cast(pl.Int64).alias("named")
    first = pl.lit(None, pl.Int64).alias("first_us")
    return Rows(
        lives=found.select("customer_id", named, first, "last_us"),
        days=found.select(DAYS),
        features=_columns(_FEATURES_AFTER, FEATURES, given, last),
    )


def _columns(
    sql: str, names: Sequence[str], given: Iterable[int], last: int, back: int = 0
) -> pl.DataFrame:
    """This will read whole numbers; ``given`` is a table of numbers in the query."""
    is_lite = connection.vendor == "sqlite"
    table = (
        "(SELECT value AS given FROM json_each(%(given)s))"
        if is_lite
        else "(SELECT unnest(%(given)s::bigint[]) AS given)"
    )
    inner = sql.format(given=table)
    places = [f"c{number}" for number in range(len(names))]
    gather = "json_group_array" if is_lite else "array_agg"
    many = ", ".join(f"{gather}({place})" for place in places)
    chosen = sorted(int(each) for each in given)
    asked: dict[str, Any] = {"day": last, "back": back, "reach": REACH, "given": chosen}
    if is_lite:
        asked["given"] = str(chosen)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found({', '.join(places)}) AS ({inner}) SELECT {many} FROM found",  # noqa: S608
            asked,
        )
        found = cursor.fetchone()
    lists = [msgspec.json.decode(each) if is_lite else each or [] for each in found]
    columns = [pl.Series(n, each, pl.Int64) for n, each in zip(names, lists, strict=True)]
    return pl.DataFrame(columns)
