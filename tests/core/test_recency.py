"""Each customer is judged by their own rhythm, and later purchases never change the past."""

from datetime import date, timedelta
from itertools import pairwise
from statistics import median

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.core.recency import recency

SCHEMA = {"customer_id": pl.Int64, "bought_on": pl.Date, "amount_cents": pl.Int64}
AS_OF = date(2026, 6, 16)


def _frame(rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


purchases = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(-200, 40).map(lambda n: AS_OF + timedelta(days=n)),
        st.integers(-5_000, 50_000),
    ),
    max_size=25,
).map(_frame)


@given(purchases)
def test_the_frame_and_plain_python_agree(frame):
    rows = [row for row in frame.rows() if row[1] <= AS_OF]
    found = {row["customer_id"]: row for row in recency(frame, as_of=AS_OF).rows(named=True)}
    assert set(found) == {who for who, _, cents in rows if cents >= 0}
    for who, row in found.items():
        days = sorted({day for w, day, cents in rows if w == who and cents >= 0})
        since = (AS_OF - days[-1]).days
        gaps = [(b - a).days for a, b in pairwise(days)]
        own = median(gaps) if len(days) >= 3 else None
        assert (row["purchases"], row["first_on"], row["last_on"]) == (len(days), days[0], days[-1])
        assert (row["days_since_last"], row["median_interval_days"]) == (since, own)
        assert row["overdue_ratio"] == (None if own is None else pytest.approx(since / own))
        assert row["value_cents"] == sum(cents for w, _, cents in rows if w == who)
        assert row["rfm"] == "".join(
            str(row[f"{name}_score"]) for name in ("recency", "frequency", "monetary")
        )
        assert all(digit in "12345" for digit in row["rfm"])


@given(purchases, purchases)
def test_later_purchases_never_change_the_past(frame, more):
    later = more.filter(pl.col("bought_on") > AS_OF)
    assert_frame_equal(recency(frame, as_of=AS_OF), recency(pl.concat([frame, later]), as_of=AS_OF))


@given(purchases, st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(frame, seed):
    shuffled = frame.sample(fraction=1, shuffle=True, seed=seed)
    assert_frame_equal(recency(frame, as_of=AS_OF), recency(shuffled, as_of=AS_OF))


@given(purchases)
def test_a_better_customer_never_scores_lower(frame):
    found = recency(frame, as_of=AS_OF)
    for by, scored in (("purchases", "frequency_score"), ("value_cents", "monetary_score")):
        assert found.sort(by, scored)[scored].is_sorted()
    assert found.sort("days_since_last", "recency_score", descending=[True, False])[
        "recency_score"
    ].is_sorted()


def test_five_customers_fill_the_five_fifths():
    frame = _frame([(n, AS_OF - timedelta(days=n), 100 * n) for n in range(1, 6)])
    found = recency(frame, as_of=AS_OF)
    assert found["recency_score"].to_list() == [5, 4, 3, 2, 1]
    assert found["monetary_score"].to_list() == [1, 2, 3, 4, 5]
    assert found["frequency_score"].to_list() == [1] * 5


def test_two_orders_on_one_day_are_one_purchase_and_a_return_is_none():
    day = date(2026, 6, 1)
    frame = _frame([(1, day, 100), (1, day, 50), (1, date(2026, 6, 5), -50)])
    (row,) = recency(frame, as_of=AS_OF).rows(named=True)
    assert (row["purchases"], row["last_on"], row["value_cents"], row["mean_order_cents"]) == (
        1,
        day,
        100,
        75,
    )
    assert row["median_interval_days"] is None


def test_an_overdue_customer_is_measured_by_the_own_interval():
    frame = _frame([(1, AS_OF - timedelta(days=n), 100) for n in (120, 90, 60)])
    (row,) = recency(frame, as_of=AS_OF).rows(named=True)
    assert (row["median_interval_days"], row["overdue_ratio"]) == (30.0, 2.0)
