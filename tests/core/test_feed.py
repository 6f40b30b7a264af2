"""A feed that stopped is told from customers who stopped, weekends and holidays."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core import feed
from posvenda.core.adoption import holidays

FRIDAY = date(2026, 6, 12)


def days(*, as_of: date = FRIDAY, silent: int = 0, closed: frozenset[date] = frozenset()) -> int:
    """The bits of a customer that uses it on every working day, until the feed fell silent."""
    used = (
        number
        for number in range(silent, feed.DAYS)
        if (day := as_of - timedelta(days=number)).weekday() < 5 and day not in closed
    )
    return sum(1 << number for number in used)


def heard(bits: list[int], as_of: date = FRIDAY) -> feed.Silence | None:
    closed = holidays(as_of - timedelta(days=feed.DAYS), as_of)
    return feed.listen(pl.Series(bits, dtype=pl.Int64), as_of=as_of, holidays=closed)


def test_everybody_silent_for_five_days_is_a_stop_since_the_last_good_day() -> None:
    found = heard([days(silent=5)] * 20)
    assert found == feed.Silence(zero_rate=1.0, usual_rate=0.0, customers=20, days=7)
    # the five days reach back to Monday; before it lies a weekend, so Friday was the last good day


def test_a_few_silent_customers_are_no_stop() -> None:
    found = heard([days(silent=5)] * 4 + [days()] * 16)
    assert found is not None
    assert (found.zero_rate, found.days) == (0.2, 0)


def test_no_day_of_a_working_feed_is_a_stop() -> None:
    for away in range(14):
        as_of = FRIDAY + timedelta(days=away)
        found = heard([days(as_of=as_of)] * 12, as_of)
        assert found is not None
        assert found.days == 0


def test_carnival_is_no_stop() -> None:
    tuesday = date(2026, 2, 17)
    closed = frozenset(holidays(date(2025, 12, 1), tuesday))
    found = heard([days(as_of=tuesday, closed=closed)] * 12, tuesday)
    assert found is not None
    assert found.days == 0


def test_too_few_customers_or_too_rare_use_cannot_be_told() -> None:
    assert heard([days(silent=5)] * 9) is None
    monthly = [(1 << number % 28) | (1 << number % 28 + 20) for number in range(40)]
    assert heard(monthly) is None


def test_a_stop_of_three_weeks_is_still_one() -> None:
    found = heard([days(silent=21)] * 20)
    assert found is not None
    assert found.days == 21


BITS = st.integers(0, (1 << feed.DAYS) - 1)


@given(st.lists(BITS, max_size=40), st.dates(date(2025, 1, 1), date(2026, 12, 31)))
def test_shares_are_shares_and_the_silence_is_within_reach(bits: list[int], as_of: date) -> None:
    found = heard(bits, as_of)
    if found is not None:
        assert 0 <= found.usual_rate <= feed.READABLE
        assert 0 <= found.zero_rate <= 1
        assert 0 <= found.days <= feed.LONGEST + feed.DAYS
        assert found.customers >= feed.LEAST_CUSTOMERS


@given(st.lists(BITS, min_size=10, max_size=30))
def test_use_on_the_very_day_by_most_is_never_a_stop(bits: list[int]) -> None:
    found = heard([each | 1 for each in bits])
    assert found is None or found.days == 0
