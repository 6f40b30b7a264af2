"""Weeks against the own past and against peers; who is a power user, who went quiet."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core import adoption

WEEKLY = st.lists(st.integers(0, 40).map(float), min_size=26, max_size=26)
LONG = 400


def measured(*weekly: list[float] | None, age: int = LONG) -> pl.DataFrame:
    """One row per customer, numbered from 1."""
    return adoption.measure(
        pl.DataFrame(
            {
                "customer_id": range(1, len(weekly) + 1),
                "weekly": list(weekly),
                "age": [age] * len(weekly),
            },
            schema={"customer_id": pl.Int64, "weekly": pl.List(pl.Float64), "age": pl.Int64},
        )
    )


def judged(found: pl.DataFrame, *, groups: list[str | None] | None = None, is_holiday=False):
    names = groups or [None] * found.height
    group = pl.DataFrame(
        {"customer_id": found["customer_id"], "group": names}, schema_overrides={"group": pl.String}
    )
    seasons = adoption.season(found, group)
    return adoption.judge(found, seasons, is_holiday=is_holiday)


def steady(usual: float, now: float) -> list[float]:
    return [*([usual] * 25), now]


def test_a_worked_example_of_a_drop() -> None:
    row = judged(measured(steady(16.0, 4.0))).row(0, named=True)
    assert (row["usual"], row["spread"], row["own"]) == (16, 2, -0.75)
    assert (row["deviation"], row["is_dropping"]) == (-6, True)


def test_one_person_less_is_no_drop() -> None:
    row = judged(measured(steady(4.0, 3.0))).row(0, named=True)
    assert (row["own"], row["is_dropping"]) == (-0.25, False)


def test_a_week_in_which_everybody_is_low_is_no_drop_but_the_customer_below_the_others_is() -> None:
    others = [steady(20.0, 10.0)] * 10
    found = judged(measured(*others, steady(20.0, 1.0)), is_holiday=True)
    assert found["is_dropping"].to_list() == [False] * 10 + [True]
    last = found.row(-1, named=True)
    assert (last["season"], last["own"]) == (0.5, -0.95)
    assert last["peers"] == pytest.approx(-0.9)


def test_peers_are_those_of_the_group_when_there_are_eight() -> None:
    low, high = [steady(20.0, 10.0)] * 8, [steady(20.0, 20.0)] * 8
    found = judged(measured(*low, *high), groups=["a"] * 8 + ["b"] * 8)
    assert found["season"].to_list() == [0.5] * 8 + [1.0] * 8
    few = judged(measured(*low, *high), groups=["a"] * 7 + ["c"] + ["b"] * 8)
    assert few["season"].to_list()[:8] == [0.75] * 8  # the median of everybody, half are high


def test_without_peers_a_week_with_a_holiday_is_not_judged() -> None:
    found = measured(steady(16.0, 4.0))
    assert judged(found, is_holiday=True)["is_dropping"].to_list() == [None]


def test_weeks_before_the_first_use_are_not_zeros() -> None:
    young = [0.0] * 20 + [5.0] * 6
    assert measured(young, age=41)["usual"].to_list() == [None]
    assert measured([0.0] * 14 + [5.0] * 12, age=83)["usual"].to_list() == [5.0]


def test_a_customer_of_whom_nobody_is_named_is_unknown() -> None:
    row = judged(measured(None)).drop("customer_id", "season").row(0)
    assert set(row) == {None}


def test_runs_of_weeks() -> None:
    weekly = [0.0, *([1.0] * 9), 0.0, *([1.0] * 11), 0.0, *([2.0] * 3)]
    assert measured(weekly).select("habit", "longest").row(0) == (3, 11)


@given(st.lists(WEEKLY, min_size=1, max_size=12))
def test_runs_are_what_counting_gives(weeklies: list[list[float]]) -> None:
    for weekly, row in zip(weeklies, measured(*weeklies).iter_rows(named=True), strict=True):
        runs = [len(run) for run in "".join("1" if w else "0" for w in weekly).split("0")]
        assert (row["habit"], row["longest"]) == (runs[-1], max(runs))


@given(WEEKLY, st.integers(0, 40))
def test_more_people_never_turn_a_steady_week_into_a_drop(weekly: list[float], more: int) -> None:
    fuller = [*weekly[:-1], weekly[-1] + more]
    before, after = (judged(measured(each))["is_dropping"].item() for each in (weekly, fuller))
    assert before or not after


@given(st.lists(WEEKLY, min_size=8, max_size=14), st.permutations(range(8)))
def test_the_order_of_the_customers_does_not_matter(weeklies, order) -> None:
    found = measured(*weeklies)
    shuffled = found[[*order, *range(8, found.height)]]
    one, other = (judged(each).sort("customer_id") for each in (found, shuffled))
    assert one.equals(other)


@given(WEEKLY, st.lists(st.integers(0, 40).map(float), min_size=10, max_size=10))
def test_weeks_longer_ago_than_the_baseline_do_not_move_it(weekly, old) -> None:
    other = [*old, *weekly[10:]]
    columns = ("week", "usual", "spread")
    assert measured(weekly).select(columns).equals(measured(other).select(columns))


def test_a_power_user_comes_nearly_every_week_and_on_many_days() -> None:
    people = pl.DataFrame({"weeks": [0b1111111, 0b111111, 0b11111110], "days": [8, 20, 7]})
    flag = adoption.is_power(pl.col("weeks"), pl.col("days"))
    assert people.select(flag).to_series().to_list() == [True, False, False]


def test_gone_quiet_is_three_weeks_of_nothing_after_six_of_eight() -> None:
    weeks = [0b11111111000, 0b11011101000, 0b11111111100, 0b1010101000, 0]
    found = pl.DataFrame({"weeks": weeks}).select(adoption.is_quiet(pl.col("weeks"))).to_series()
    assert found.to_list() == [True, True, False, False, False]


def test_the_days_on_which_brazil_rests() -> None:
    found = adoption.holidays(date(2026, 2, 10), date(2026, 2, 20))
    assert found == (date(2026, 2, 16), date(2026, 2, 17))
    assert adoption.holidays(date(2025, 12, 22), date(2026, 1, 3)) == (
        date(2025, 12, 25),
        date(2026, 1, 1),
    )
