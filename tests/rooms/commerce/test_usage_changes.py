"""Events are taken back for good, moved, and counted anew: roll-ups always equal the lake."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.base import rows
from posvenda.commerce import usage
from posvenda.commerce.store import FeatureDay, SeenKey, StagedEvents, Staging, UsageDay
from posvenda.commerce.usage import changing
from posvenda.customers.models import Customer, Stale
from tests.rooms.commerce.test_usage import DAY, NOON, events, record
from tests.rooms.customers import logs
from tests.rooms.customers.logs import AS_OF
from tests.rooms.customers.test_knowledge import few, world

pytestmark = pytest.mark.django_db


def tables() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both roll-ups, sorted."""
    people = ("customer_ref", "day", "person", "uses_milli", "seconds", "first_us", "last_us")
    features = ("customer_ref", "day", "feature", "uses_milli")
    return (
        rows.frame(UsageDay.objects.order_by(), people).sort(people[:3]),
        rows.frame(FeatureDay.objects.order_by(), features).sort(features[:3]),
    )


def same(before: tuple[pl.DataFrame, ...], after: tuple[pl.DataFrame, ...]) -> None:
    for one, other in zip(before, after, strict=True):
        assert_frame_equal(one, other)


@given(log=logs.logs(kinds=("usage",), most=40))
@few
def test_rollups_counted_anew_equal_those_kept_event_by_event(settings, log) -> None:
    with world(settings):
        logs.write(log)
        before = tables()
        usage.rebuild(now=NOON)
        same(before, tables())
        UsageDay.objects.update(uses_milli=0)
        usage.rebuild(now=NOON)
        same(before, tables())


def test_some_months_are_counted_anew_and_others_left_alone() -> None:
    record(events(NOON, NOON - timedelta(days=31)))
    before = tables()
    UsageDay.objects.update(seconds=9)
    usage.rebuild(["2026-05"], now=NOON)
    seconds = dict(UsageDay.objects.order_by("day").values_list("day", "seconds"))
    assert list(seconds.values()) == [9, 0]
    usage.rebuild(["2026-04"], now=NOON)
    same(before, tables())


def test_a_day_across_two_months_of_the_lake_is_counted_whole() -> None:
    """The evening of 30 April in São Paulo is 1 May in UTC."""
    evening = NOON.replace(month=5, day=1, hour=2)
    record(events(evening, evening - timedelta(hours=8)))
    before = tables()
    usage.rebuild(["2026-04"], now=NOON)
    usage.rebuild(["2026-05"], now=NOON)
    same(before, tables())
    assert UsageDay.objects.count() == 1


@given(log=logs.logs(kinds=("usage",), most=30), name=st.sampled_from(["ana", "bia", "caio"]))
@few
def test_forgetting_a_person_leaves_what_there_would_be_without_it(settings, log, name) -> None:
    with world(settings):
        logs.write(log)
        usage.forget_people([name], now=NOON)
        after, lake = tables(), usage.windows(as_of=AS_OF)
    with world(settings):
        logs.write([each for each in log if each.values()["person"] != name])
        # Labels have other numbers and people other keys here: what is counted must be the same.
        counted = tables()
        assert (
            after[0]
            .drop("person", "customer_ref")
            .sort(pl.all())
            .equals(counted[0].drop("person", "customer_ref").sort(pl.all()))
        )
        assert after[1]["uses_milli"].sort().equals(counted[1]["uses_milli"].sort())
        assert lake.drop("customer_id").equals(usage.windows(as_of=AS_OF).drop("customer_id"))


@given(log=logs.logs(kinds=("usage",), most=30))
@few
def test_moved_events_count_as_if_they_had_always_been_the_others(settings, log) -> None:
    with world(settings):
        logs.write(log)
        ids = dict(Customer.objects.values_list("key", "pk"))
        usage.reassign(ids.get("c0", 1), to=ids.get("c1", 2), now=NOON)
        moved = usage.windows(as_of=AS_OF, ids=[ids.get("c1", 2)])
        assert_frame_equal(
            moved, usage.windows(as_of=AS_OF).filter(pl.col("customer_id") == ids.get("c1", 2))
        )
        assert not UsageDay.objects.filter(customer_ref=ids.get("c0", 1)).exists()
        before = tables()
        usage.reassign(ids.get("c0", 1), to=ids.get("c1", 2), now=NOON)
        usage.rebuild(now=NOON)
        same(before, tables())


def test_only_some_people_move() -> None:
    record(pl.concat([events(NOON, person="ana"), events(NOON, person="bia")]))
    usage.reassign(1, to=2, people=["bia"], now=NOON)
    assert usage.windows(as_of=DAY)["people_7d"].to_list() == [1, 1]
    assert set(Stale.objects.values_list("customer_ref", flat=True)) == {1, 2}


def test_a_move_cut_short_is_finished_by_the_same_call(monkeypatch) -> None:
    record(events(NOON))
    with monkeypatch.context() as patched:
        patched.setattr(changing, "recount", _killed)
        with pytest.raises(KeyboardInterrupt):
            usage.reassign(1, to=2, now=NOON)
    usage.reassign(1, to=2, now=NOON)
    assert UsageDay.objects.values_list("customer_ref", flat=True).get() == 2
    assert usage.query("SELECT customer_id FROM events")["customer_id"].to_list() == [2]


def _killed(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_what_comes_in_after_forgetting_is_new_and_tokens_are_kept() -> None:
    record(events(NOON, customer=4))
    usage.forget([4], now=NOON)
    for model in (SeenKey, UsageDay, FeatureDay, StagedEvents):
        assert not model.objects.exists(), model
    assert usage.lake().version("staged") == 1
    assert record(events(NOON, customer=4)).new == 1
    assert usage.drain() == 1


def test_a_lake_that_is_ahead_after_a_restore_is_caught_up_with() -> None:
    record(events(NOON))
    usage.drain()
    record(events(NOON - timedelta(hours=1)))
    usage.drain()
    before = tables()
    # The database of the backup is from before the second batch, the lake from after it.
    Staging.objects.update(last=1)
    UsageDay.objects.update(uses_milli=1000)
    assert usage.align(now=NOON)
    same(before, tables())
    assert not usage.align(now=NOON)
    record(events(NOON - timedelta(hours=2)))
    assert usage.drain() == 1, "numbers go on after the lake's last one"


def test_an_installation_from_before_the_rollups_gets_them() -> None:
    record(events(NOON))
    usage.drain()
    before = tables()
    for model in (UsageDay, FeatureDay, SeenKey, Staging):
        model.objects.all()._raw_delete("default")
    assert usage.align(now=NOON)
    same(before, tables())
