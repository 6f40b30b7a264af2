"""Packs of past days say what the roll-ups say, whatever happens to these."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import polars as pl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.commerce import usage
from posvenda.commerce.store import FeatureDay, UsageDay, UsagePack
from posvenda.commerce.usage import packs, rewriting
from posvenda.customers import patches, sheet
from posvenda.customers.models import Customer
from tests.rooms.commerce.test_usage import DAY, NOON, events, record
from tests.rooms.customers.test_knowledge import few, world

pytestmark = pytest.mark.django_db

CUSTOMERS = (1, 2, 3)
LAST = DAY.toordinal() - date(1970, 1, 1).toordinal()
BATCH = 7


def counted(as_of: date = DAY, *, leads: dict[int, int] | None = None) -> pl.DataFrame:
    """What packs and the days since make together."""
    ids = [each for each in CUSTOMERS if each not in (leads or {})]
    return usage.windows(as_of=as_of, ids=ids, leads=leads)


def packed() -> set[int]:
    return set(UsagePack.objects.values_list("customer_ref", flat=True))


def pack(*ids: int, upto: date = DAY - timedelta(days=1)) -> None:
    packs.make(ids or CUSTOMERS, upto=upto.toordinal() - date(1970, 1, 1).toordinal())


AGES = st.integers(0, 200) | st.integers(0, 3)
WHO = st.sampled_from(CUSTOMERS)
PEOPLE = st.sampled_from(["ana", "bia", "caio", None])
TAKES = st.tuples(
    st.just("take"), WHO, PEOPLE, st.lists(AGES, min_size=1, max_size=4),
    st.sampled_from(["folha", "ponto", None]), st.sampled_from([None, 0.5, 2.0, -1.0]),
    st.sampled_from([None, BATCH]),
)  # fmt: skip
STEPS = st.lists(
    TAKES
    | TAKES
    | st.tuples(st.just("forget"), WHO)
    | st.tuples(st.just("forget_person"), st.sampled_from(["ana", "bia"]))
    | st.tuples(st.just("reassign"), WHO, WHO)
    | st.tuples(st.just("retract"))
    | st.tuples(st.just("rebuild"), st.none() | st.just(["2026-05"]))
    | st.tuples(st.just("rewrite"), WHO)
    | st.tuples(st.just("drain")),
    max_size=6,
)


def _take(number: int, who: int, person: str | None, ages: Sequence[int], *told: object) -> None:
    feature, quantity, batch = told
    moments = [NOON - timedelta(days=age, minutes=number) for age in dict.fromkeys(ages)]
    frame = events(*moments, person=person, customer=who, feature=feature, quantity=quantity)
    keys = pl.concat_str(pl.lit(f"{number}-{who}-"), "key")
    record(frame.with_columns(key=keys, batch_id=pl.lit(batch, pl.Int64)))


def _rewrite(number: int, who: int) -> None:
    rewriting.rewrite(
        "2026-05", lambda rows: rows.with_columns(customer_id=pl.lit(who, pl.Int64)), now=NOON
    )


PLAY: dict[str, Callable[..., object]] = {
    "take": _take,
    "forget": lambda _n, who: usage.forget([who], now=NOON),
    "forget_person": lambda _n, name: usage.forget_people([name], now=NOON),
    "reassign": lambda _n, source, target: usage.reassign(source, to=target, now=NOON),
    "retract": lambda _n: usage.retract(BATCH, told_again=tuple, now=NOON),
    "rebuild": lambda _n, months: usage.rebuild(months, now=NOON),
    "rewrite": _rewrite,
    "drain": lambda _n: usage.drain(),
}


def same_without_packs(as_of: date, leads: dict[int, int]) -> None:
    found = counted(as_of, leads=leads)
    with transaction.atomic():
        UsagePack.objects.all().delete()
        assert_frame_equal(found, counted(as_of, leads=leads), check_exact=True)
        transaction.set_rollback(True)


def same_in_the_lake(as_of: date, leads: dict[int, int]) -> None:
    there = [each for each in CUSTOMERS if each not in leads]
    lake = usage.windows(as_of=as_of, leads=leads)
    lake = lake.filter(pl.col("customer_id").is_in(there))
    assert_frame_equal(counted(as_of, leads=leads), lake, check_exact=True)


@given(
    steps=STEPS,
    ages=st.lists(st.integers(0, 40) | st.integers(0, 2), min_size=7, max_size=7),
    back=st.integers(0, 60),
    leads=st.sampled_from([{}, {2: 1}, {2: 1, 3: 1}]),
)
@few
def test_windows_are_the_same_with_packs_without_and_from_the_lake(
    settings, steps, ages, back, leads
) -> None:
    """Packs are made before each step, of days that ended some time ago; then the past changes."""
    with world(settings):
        for who in CUSTOMERS:
            _take(0, who, "ana", [1, 5, 30, 200], "folha", None, BATCH if who == 1 else None)
        for number, ((name, *told), age) in enumerate(zip(steps, ages, strict=False), start=1):
            pack(upto=DAY - timedelta(days=age))
            PLAY[name](number, *told)
            for as_of in (DAY, DAY - timedelta(days=back)):
                same_without_packs(as_of, leads)
        pack(upto=DAY - timedelta(days=ages[-1]))
        for as_of in (DAY, DAY - timedelta(days=back)):
            same_in_the_lake(as_of, leads)


@pytest.mark.parametrize(
    "step",
    [
        ("take", 1, "bia", [4], "ponto", 2.0, None),
        ("forget", 1),
        ("forget_person", "ana"),
        ("reassign", 1, 2),
        ("retract",),
        ("rebuild", None),
        ("rewrite", 2),
    ],
    ids=lambda step: step[0],
)
def test_what_changes_the_past_of_a_customer_drops_its_pack(step: tuple[object, ...]) -> None:
    _take(0, 1, "ana", [1, 5, 30], "folha", None, BATCH)
    pack()
    assert packed() == {1}
    name, *told = step
    PLAY[str(name)](1, *told)
    assert not packed()
    same_without_packs(DAY, {})


def test_a_late_event_drops_the_pack_of_its_customer_and_no_other() -> None:
    for who in CUSTOMERS:
        record(events(NOON - timedelta(days=9), customer=who, person=f"p{who}"))
    pack()
    record(events(NOON, customer=1))
    assert packed() == {1, 2, 3}, "today is in no pack"
    record(events(NOON - timedelta(days=3), customer=1))
    assert packed() == {2, 3}
    assert counted()["events_28d"].to_list() == [3, 1, 1]


def test_a_pack_stays_when_the_late_day_lies_after_it() -> None:
    record(events(NOON - timedelta(days=9)))
    pack(1, upto=DAY - timedelta(days=5))
    record(events(NOON - timedelta(days=4), customer=2, person="bia"))
    pack(2)
    record(events(NOON - timedelta(days=4)))
    assert packed() == {1, 2}
    assert counted()["events_28d"].to_list() == [2, 1]


def test_a_pack_that_fails_to_be_written_over_leaves_the_late_event_out_as_well() -> None:
    record(events(NOON - timedelta(days=9)))
    pack()
    with transaction.atomic():
        usage.take(events(NOON - timedelta(days=3)), now=NOON)
        assert not packed()
        transaction.set_rollback(True)
    assert packed() == {1}


def test_packed_customers_are_read_without_the_rows_of_their_past() -> None:
    record(events(*(NOON - timedelta(days=n) for n in range(40))))
    expected = counted()
    pack()
    UsageDay.objects.filter(day__lt=LAST).delete()
    FeatureDay.objects.filter(day__lt=LAST).delete()
    assert_frame_equal(counted().drop("features_offered"), expected.drop("features_offered"))


def test_a_day_before_the_pack_ends_is_counted_as_it_was() -> None:
    record(events(NOON, NOON - timedelta(days=5), NOON - timedelta(days=100)))
    before = counted(DAY - timedelta(days=6))
    pack()
    assert_frame_equal(counted(DAY - timedelta(days=6)), before)
    assert before["events_90d"].to_list() == [0]
    assert before["last_at"].to_list() == [NOON - timedelta(days=100)]


def test_customers_without_a_past_get_no_pack() -> None:
    record(events(NOON))
    pack()
    assert not packed()


def test_only_the_worker_makes_packs_and_makes_old_ones_anew() -> None:
    who = Customer.objects.create(key="a", name="A", happened_at=NOON, recorded_at=NOON).pk
    record(events(*(NOON - timedelta(days=n) for n in (30, 20)), customer=who))
    sheet.refresh(now=NOON)
    sheet.build(as_of=DAY, customers=[who])
    assert not packed(), "reading leaves nothing behind"
    record(events(NOON, customer=who))
    patches.lay(now=NOON)
    assert packed() == {who}
    assert UsagePack.objects.get().upto_day == LAST - 1
    UsagePack.objects.update(upto_day=LAST - packs.OLD - 1)
    sheet.build(as_of=DAY, customers=[who], is_kept=True)
    assert UsagePack.objects.get().upto_day == LAST - 1


def test_reading_packs_takes_as_many_queries_for_many_as_for_one() -> None:
    for who in CUSTOMERS:
        record(events(NOON, NOON - timedelta(days=9), customer=who, person=f"p{who}"))
    pack()
    for ids in ([1], list(CUSTOMERS)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            usage.windows(as_of=DAY, ids=ids, is_kept=True)
        assert len(asked) == 4, [each["sql"] for each in asked]
