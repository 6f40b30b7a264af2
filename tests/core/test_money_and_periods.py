"""Money is never lost, and periods hold their start and not their end."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.money import NothingToSplitBy, half_even, split_cents, to_cents, to_units
from posvenda.core.periods import (
    EndsBeforeItStarts,
    Interval,
    add_months,
    inclusive,
    month_end,
    month_ends,
    months_between,
)

days = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@st.composite
def intervals(draw):
    start = draw(days)
    length = draw(st.none() | st.integers(0, 900))
    return Interval(start, None if length is None else start + timedelta(days=length))


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1000), min_size=1).filter(any))
def test_shares_add_up_to_the_cent_and_stay_close_to_fair(total, weights):
    shares = split_cents(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < 1.001


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_nothing_to_split_by_is_refused(weights):
    with pytest.raises(NothingToSplitBy):
        split_cents(100, weights)


def test_half_cents_go_to_the_even_neighbour():
    assert [to_cents(Decimal(x)) for x in ("0.005", "0.015", "0.025", "-0.015")] == [0, 2, 2, -2]
    assert [half_even(n, 2) for n in (1, 3, 5, -1)] == [0, 2, 2, 0]


@given(st.integers(-(10**15), 10**15))
def test_cents_and_units_are_one_amount(cents):
    assert to_cents(to_units(cents)) == cents


@given(intervals(), days)
def test_an_interval_holds_its_start_and_not_its_end(interval, day):
    assert interval.holds(interval.start) == (interval.days != 0)
    if interval.end is not None:
        assert not interval.holds(interval.end)
        later = Interval(interval.end)
        assert interval.overlap(later) is None
        assert [interval.holds(day), later.holds(day)].count(True) == (day >= interval.start)


@given(intervals(), intervals(), days)
def test_an_overlap_holds_what_both_hold(one, other, day):
    shared = one.overlap(other)
    assert (shared is not None and shared.holds(day)) == (one.holds(day) and other.holds(day))
    assert shared == other.overlap(one)


def test_an_end_before_the_start_is_refused():
    with pytest.raises(EndsBeforeItStarts):
        Interval(date(2026, 2, 1), date(2026, 1, 1))


def test_an_inclusive_last_day_is_served():
    assert inclusive(date(2026, 1, 1), date(2026, 12, 31)).holds(date(2026, 12, 31))
    assert inclusive(date(2026, 1, 1), None).end is None


@given(days, st.integers(-400, 400))
def test_months_are_counted_as_they_were_added(day, months):
    moved = add_months(day, months)
    assert moved.day == min(day.day, month_end(moved).day)
    assert months_between(day, moved) == months


@given(days, days)
def test_whole_months_never_reach_beyond_the_end(start, end):
    months = months_between(start, end)
    if end >= start:
        assert add_months(start, months) <= end < add_months(start, months + 1)
    else:
        assert add_months(start, months - 1) < end <= add_months(start, months)


def test_month_ends_are_listed_from_first_to_last():
    assert month_ends(date(2023, 12, 5), date(2024, 2, 1)) == (
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
    )
    assert month_ends(date(2024, 2, 1), date(2024, 1, 1)) == ()
