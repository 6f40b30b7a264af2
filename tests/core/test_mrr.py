"""MRR is exact, half-open, and indifferent to how a contract is cut into lines."""

from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.mrr import (
    TIMES_A_YEAR,
    customer_month_ends,
    month_end_series,
    monthly,
    mrr_at,
)

SCHEMA = {
    "customer_id": pl.Int64,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "amount_cents": pl.Int64,
    "period": pl.String,
    "currency": pl.String,
    "is_trial": pl.Boolean,
}
FIRST = date(2025, 1, 1)
days = st.integers(0, 500).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def lines(draw, least=0):
    rows = []
    for _ in range(draw(st.integers(least, 8))):
        start = draw(days)
        length = draw(st.none() | st.integers(0, 400))
        rows.append(
            (
                draw(st.integers(1, 3)),
                start,
                None if length is None else start + timedelta(days=length),
                draw(st.integers(-(10**6), 10**8)),
                draw(st.sampled_from([*TIMES_A_YEAR, "once"])),
                draw(st.sampled_from(("BRL", "USD"))),
                draw(st.booleans()),
            )
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _naive(frame, on):
    sums: dict[tuple[int, str], Fraction] = {}
    for row in frame.rows(named=True):
        is_open = row["ends_on"] is None or on < row["ends_on"]
        if row["period"] == "once" or row["is_trial"] or not (row["starts_on"] <= on and is_open):
            continue
        key = (row["customer_id"], row["currency"])
        amount = Fraction(row["amount_cents"] * TIMES_A_YEAR[row["period"]], 12)
        sums[key] = sums.get(key, Fraction()) + amount
    return {key: round(total) for key, total in sums.items()}


def _found(frame, on):
    return {(c, k): cents for c, k, cents in mrr_at(frame, on).rows()}


@given(lines(), days)
def test_the_frame_and_exact_fractions_agree(frame, on):
    assert _found(frame, on) == _naive(frame, on)


@given(lines(least=1), st.data())
def test_splitting_a_line_by_days_changes_no_day(frame, data):
    index = data.draw(st.integers(0, frame.height - 1))
    line = frame[index : index + 1]
    cut = line["starts_on"][0] + timedelta(days=data.draw(st.integers(0, 300)))
    end = line["ends_on"][0]
    cut = cut if end is None else min(cut, end)
    halves = [
        line.with_columns(pl.lit(cut).alias("ends_on")),
        line.with_columns(pl.lit(cut).alias("starts_on")),
    ]
    split = pl.concat([frame[:index], frame[index + 1 :], *halves])
    for on in (cut, cut - timedelta(days=1), data.draw(days)):
        assert _found(split, on) == _found(frame, on)


@given(lines(least=1), st.integers(-(10**5), 10**5), days)
def test_splitting_a_line_by_amount_changes_no_day(frame, part, on):
    first = frame[:1]
    shares = [
        first.with_columns(pl.lit(part, pl.Int64).alias("amount_cents")),
        first.with_columns(pl.col("amount_cents") - part),
    ]
    assert _found(pl.concat([*shares, frame[1:]]), on) == _found(frame, on)


@given(lines(), days)
def test_only_one_currency_is_one_row_per_customer(frame, on):
    reais = mrr_at(frame, on, currency="BRL")
    assert reais["customer_id"].is_unique().all()
    assert reais.rows() == [row for row in mrr_at(frame, on).rows() if row[1] == "BRL"]


@given(lines())
def test_the_month_ends_are_the_sum_of_the_customers(frame):
    last = date(2025, 6, 1)
    series = month_end_series(frame, FIRST, last)
    detail = customer_month_ends(frame, FIRST, last)
    assert series.height == 6 * frame["currency"].n_unique()
    for row in series.rows(named=True):
        own = detail.filter(
            (pl.col("month_end_on") == row["month_end_on"])
            & (pl.col("currency") == row["currency"])
        )
        assert row["mrr_cents"] == own["mrr_cents"].sum()
        assert row["customers"] == (own["mrr_cents"] > 0).sum()
        assert own.rows() == [
            (row["month_end_on"], *each)
            for each in mrr_at(frame, row["month_end_on"], currency=row["currency"]).rows()
        ]


def _line(**changes):
    base = {
        "customer_id": 1,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 1, 1),
        "amount_cents": 120_000,
        "period": "year",
        "currency": "BRL",
        "is_trial": False,
    }
    return pl.DataFrame([base | changes], schema=SCHEMA)


@pytest.mark.parametrize(
    ("amount", "period", "cents"),
    [
        (120_000, "year", 10_000),
        (60_000, "semester", 10_000),
        (30_000, "quarter", 10_000),
        (10_000, "month", 10_000),
        (6, "year", 0),
        (18, "year", 2),
        (-18, "year", -2),
        (1000, "quarter", 333),
        (10_000, "once", 0),
    ],
)
def test_a_line_is_shown_by_the_month(amount, period, cents):
    shown = monthly(_line(amount_cents=amount, period=period))
    assert shown["monthly_cents"].to_list() == [cents]


def test_the_last_day_is_before_the_end():
    assert mrr_at(_line(), date(2026, 12, 31))["mrr_cents"].to_list() == [10_000]
    assert mrr_at(_line(), date(2027, 1, 1)).is_empty()
    assert mrr_at(_line(), date(2025, 12, 31)).is_empty()


def test_a_free_contract_is_in_force_with_nothing_to_pay():
    series = month_end_series(_line(amount_cents=0), date(2026, 1, 1), date(2026, 1, 1))
    assert series.rows() == [(date(2026, 1, 31), "BRL", 0, 0)]


def test_an_unknown_period_is_refused():
    with pytest.raises(pl.exceptions.InvalidOperationError):
        mrr_at(_line(period="fortnight"), date(2026, 5, 5))
