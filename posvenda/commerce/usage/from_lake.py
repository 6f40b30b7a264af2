"""The windows over usage events, counted in the lake: for all customers, or as known at a moment.

Only workers and the command line call this.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import polars as pl
from django.utils import timezone

from posvenda.base import clock
from posvenda.commerce.usage import people
from posvenda.commerce.usage.events import lake
from posvenda.commerce.usage.events import micros as _micros
from posvenda.commerce.usage.staging import drain
from posvenda.commerce.usage.standing import standing
from posvenda.core import feed

WEEKS = 26
REACH = WEEKS * 7
DAY_US = 86_400_000_000
FEW = 1_000


def count(
    *,
    as_of: date,
    known_at: datetime | None = None,
    ids: Sequence[int] | None = None,
    leads: Mapping[int, int] | None = None,
) -> pl.DataFrame:
    """This will count use in one pass of the lake, once it holds what is staged.

    One row = one customer with any event by the end of ``as_of``: customer_id, named, first_at,
    last_at, the counts of ``windows`` and w0 to w25 (people a week, the newest week first).
    ``leads`` counts the events of one customer for another.
    """
    drain()
    end = clock.start_of(as_of + timedelta(days=1))
    chosen = "" if ids is None or len(ids) > FEW else f"AND {_among(ids)}"
    known = "" if known_at is None else f"AND recorded_at <= {_moment(known_at)}"
    known = f"{known} {standing(known_at)}"
    counted = lake().query(
        _WINDOWS.format(
            end=_moment(end),
            start=_moment(clock.start_of(as_of - timedelta(days=REACH - 1))),
            known=known,
            chosen=chosen,
            events=_joined(leads or {}),
            day=_day(as_of),
            weeks=_weekly(),
            heard=feed.DAYS,
            near=people.NEAR,
            kinds=people.IN_LAKE,
            flags=people.FLAGS,
        )
    )
    if ids is not None and len(ids) > FEW:
        counted = counted.filter(pl.col("customer_id").is_in(list(ids)))
    return counted


def _among(ids: Sequence[int]) -> str:
    return f"customer_id IN ({', '.join(str(int(each)) for each in ids)})" if ids else "false"


def _joined(leads: Mapping[int, int]) -> str:
    """SQL for the events, each under the customer that stands."""
    if not leads:
        return "events"
    pairs = ", ".join(f"({int(was)}, {int(stands)})" for was, stands in sorted(leads.items()))
    return _JOINED.format(pairs=pairs)


def _moment(moment: datetime) -> str:
    return f"make_timestamptz({_micros(moment)})"


def _day(as_of: date) -> str:
    """SQL for how many days of the company's calendar an event lies before ``as_of`` (0 = on it).

    The zone's offset is written down per stretch of days, so that the engine needs no calendar.
    """
    first = as_of - timedelta(days=REACH)
    changes = [(first, _offset(first))]
    for number in range(1, REACH + 2):
        day = first + timedelta(days=number)
        if _offset(day) != changes[-1][1]:
            changes.append((day, _offset(day)))
    shift = f"{changes[0][1]}"
    for day, offset in changes[1:]:
        shift = f"CASE WHEN us >= {_change(day)} THEN {offset} ELSE {shift} END"
    midnight = (as_of + timedelta(days=1) - date(1970, 1, 1)).days * DAY_US
    return f"({midnight - 1} - us - ({shift})) // {DAY_US}"


def _offset(day: date) -> int:
    """The zone's offset at the end of a day, in microseconds."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())
    offset = noon.utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def _change(day: date) -> int:
    """The moment from which a day's offset holds: its first instant."""
    return _micros(clock.start_of(day))


def _weekly() -> str:
    return ", ".join(f"count(person) FILTER ((weeks >> {w}) & 1 = 1) AS w{w}" for w in range(WEEKS))


_JOINED = """(
    SELECT * REPLACE (coalesce(stands, customer_id) AS customer_id)
    FROM events LEFT JOIN (VALUES {pairs}) AS leads(was, stands) ON customer_id = was
)"""
# Distinct people do not add up over days. Each person's weeks are kept as bits of one number: week
# w is days 7w to 7w+6 before as_of, so that 7, 28 and "28 days before" are whole weeks. Counting
# bits per customer then gives every window without count(distinct). Only first and last use need
# rows older than 26 weeks; the rest of the query skips their files.
_WINDOWS = """
WITH dated AS (
    SELECT customer_id, person, feature, quantity, epoch_us(happened_at) AS us
    FROM {events} WHERE happened_at < {end} {known} {chosen}
), lives AS (
    SELECT customer_id, count(person) AS named, make_timestamptz(min(us)) AS first_at,
        make_timestamptz(max(us)) AS last_at
    FROM dated GROUP BY customer_id
), recent AS (
    SELECT *, ({day})::INTEGER AS day
    FROM (SELECT customer_id, person, feature, quantity, epoch_us(happened_at) AS us
          FROM {events} WHERE happened_at < {end} AND happened_at >= {start} {known} {chosen})
), people AS (
    SELECT customer_id, person, bit_or(1::INTEGER << (day // 7)) AS weeks,
        min(day) AS age,
        bit_or(CASE WHEN day < {heard} THEN 1::BIGINT << least(day, 62) ELSE 0 END) AS days,
        sum(quantity) FILTER (day < 7) AS n7, sum(quantity) FILTER (day < 28) AS n28,
        sum(quantity) FILTER (day BETWEEN 28 AND 55) AS n56, sum(quantity) FILTER (day < 90) AS n90
    FROM recent GROUP BY customer_id, person
), customers AS (
    SELECT customer_id,
        count(person) FILTER (weeks & 1 > 0) AS people_7d,
        count(person) FILTER (weeks & 16 > 0) AS people_7d_before,
        count(person) FILTER (weeks & 15 > 0) AS people_28d,
        count(person) FILTER (weeks & 240 > 0) AS people_28d_before,
        count(person) FILTER (age < 90) AS people_90d,
        bit_count(bit_or(days) & {near}) AS active_days_28d, bit_or(days) AS days_heard,
        {kinds},
        round(sum(n7)) AS events_7d, round(sum(n28)) AS events_28d,
        round(sum(n56)) AS events_28d_before, round(sum(n90)) AS events_90d,
        {weeks}
    FROM (SELECT *, {flags} FROM people) GROUP BY customer_id
), features AS (
    SELECT customer_id, count(*) FILTER (day < 28) AS features_28d, count(*) AS features_90d
    FROM (SELECT customer_id, feature, min(day) AS day FROM recent
          WHERE day < 90 AND feature IS NOT NULL GROUP BY customer_id, feature)
    GROUP BY customer_id
), offered AS (
    SELECT count(DISTINCT feature) AS features_offered
    FROM (SELECT feature, epoch_us(happened_at) AS us FROM events
          WHERE happened_at < {end} AND happened_at >= {start} {known})
    WHERE {day} < 90
)
SELECT lives.*, customers.* EXCLUDE (customer_id),
    features_28d, features_90d, features_offered
FROM lives LEFT JOIN customers USING (customer_id) LEFT JOIN features USING (customer_id)
CROSS JOIN offered
"""
