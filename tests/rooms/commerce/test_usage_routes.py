"""Windows from the roll-ups in SQL and from the lake are the same, cell by cell."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.commerce import usage
from posvenda.commerce.usage import from_lake, from_rollups
from posvenda.commerce.usage.windows import finished
from posvenda.customers.models import Customer
from tests.rooms.customers import logs
from tests.rooms.customers.logs import AS_OF
from tests.rooms.customers.test_knowledge import few, world

pytestmark = pytest.mark.django_db


@given(
    log=logs.logs(kinds=("usage",), most=40),
    chosen=st.sets(st.sampled_from(logs.CUSTOMERS)),
    days=st.integers(-60, 200),
    joins=st.dictionaries(st.sampled_from(logs.CUSTOMERS[1:]), st.just(logs.CUSTOMERS[0])),
)
@few
def test_rollups_and_lake_count_the_same(settings, log, chosen, days, joins) -> None:
    as_of = AS_OF - timedelta(days=days)
    with world(settings):
        half = len(log) // 2
        logs.write(log[:half])
        usage.drain()
        logs.write(log[half:])
        everyone = Customer.objects.in_bulk(field_name="key")
        leads = {
            everyone[was].pk: everyone[stands].pk
            for was, stands in joins.items()
            if {was, stands} <= everyone.keys()
        }
        ids = [everyone[key].pk for key in chosen if key in everyone]
        ids = [pk for pk in ids if pk not in leads]
        from_sql = from_rollups.count(as_of=as_of, ids=ids, leads=leads)
        whole = from_lake.count(as_of=as_of, ids=ids, leads=leads)
        assert_frame_equal(finished(from_sql), finished(whole), check_exact=True)
        everybody = [each.pk for each in everyone.values() if each.pk not in leads]
        assert_frame_equal(
            usage.windows(as_of=as_of, ids=everybody, leads=leads),
            usage.windows(as_of=as_of, leads=leads),
            check_exact=True,
        )


def test_half_uses_round_the_same_way_on_both_routes(settings) -> None:
    with world(settings):
        logs.write([])
        ana = Customer.objects.get(key="c0").pk
        from tests.rooms.commerce.test_usage import NOON, events, record

        for number, uses in enumerate((0.5, 1.0, -3.0, 0.125)):
            moment = NOON - timedelta(days=number * 7)
            record(events(moment, customer=ana, quantity=uses))
            found = usage.windows(as_of=NOON.date(), ids=[ana])
            assert_frame_equal(found, usage.windows(as_of=NOON.date()), check_exact=True)
        assert found.select(pl.col("events_7d")).item() == 1


@given(log=logs.logs(kinds=("usage",), most=40), days=st.integers(0, 60))
@few
def test_joined_records_count_as_if_their_events_were_one_customers(settings, log, days) -> None:
    as_of = AS_OF - timedelta(days=days)
    with world(settings):
        names = {"c0": "c1"}
        logs.write(
            [replace(each, customer=names.get(each.customer, each.customer)) for each in log]
        )
        expected = usage.windows(as_of=as_of).drop("customer_id")
    with world(settings):
        logs.write(log)
        people = Customer.objects.in_bulk(field_name="key")
        joined, stands, third = (people[key].pk for key in ("c0", "c1", "c2"))
        leads = {joined: stands}
        everybody = usage.windows(as_of=as_of, leads=leads)
        assert joined not in everybody["customer_id"]
        assert_frame_equal(everybody.drop("customer_id"), expected, check_exact=True)
        some = usage.windows(as_of=as_of, ids=[stands, third], leads=leads)
        assert_frame_equal(some, everybody, check_exact=True)
        known = usage.windows(as_of=as_of, known_at=logs.KNOWN_AT + timedelta(days=99), leads=leads)
        assert_frame_equal(known, everybody, check_exact=True)
