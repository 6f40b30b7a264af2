"""The back-test: decisions and their days, folds by date, figures against slow and known ones."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posvenda.core import backtest
from posvenda.core.backtest import (
    Panel,
    alerts,
    auc,
    by_band,
    expanding,
    judge,
    label,
    panel,
    spells,
)
from posvenda.core.backtest.landmarks import before, grid, month_starts
from posvenda.core.backtest.ranking import Auc, flagged
from posvenda.core.backtest.report import Material, report
from tests.core.churners import SHARES, panel_of, world

DAY = date(2026, 1, 1)
UNTIL = date(2026, 6, 30)


def lines(*rows: tuple[int, date, date | None]) -> pl.DataFrame:
    """Paid lines: customer, start, end."""
    schema = {"customer_id": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def said(*rows: tuple[int, date, bool]) -> pl.DataFrame:
    """Words of leaving or staying: customer, day, whether it leaves."""
    schema = {"customer_id": pl.Int64, "said_at": pl.Datetime("us"), "is_leaving": pl.Boolean,
              "ends_on": pl.Date}  # fmt: skip
    told = [(who, datetime.combine(day, datetime.min.time()), leaves, None)
            for who, day, leaves in rows]  # fmt: skip
    return pl.DataFrame(told, schema=schema, orient="row")


def left_on(found: pl.DataFrame) -> list[date | None]:
    return found["left_on"].to_list()


def test_whoever_gives_notice_left_on_that_day_and_not_when_the_contract_ended():
    year = lines((1, date(2025, 1, 1), date(2026, 1, 1)))
    assert left_on(spells(year, said((1, date(2025, 11, 5), True)), until=UNTIL)) == [
        date(2025, 11, 5)
    ]


def test_a_notice_counts_before_the_contract_has_ended():
    year = lines((1, date(2026, 1, 1), date(2027, 1, 1)))
    found = spells(year, said((1, date(2026, 6, 1), True)), until=UNTIL)
    assert left_on(found) == [date(2026, 6, 1)]


def test_whoever_takes_the_notice_back_did_not_leave():
    year = lines((1, date(2026, 1, 1), date(2027, 1, 1)))
    words = said((1, date(2026, 3, 1), True), (1, date(2026, 3, 20), False))
    assert left_on(spells(year, words, until=UNTIL)) == [None]


def test_of_two_notices_that_stand_the_first_counts():
    year = lines((1, date(2026, 1, 1), date(2027, 1, 1)))
    words = said((1, date(2026, 3, 1), True), (1, date(2026, 5, 1), True))
    assert left_on(spells(year, words, until=UNTIL)) == [date(2026, 3, 1)]


def test_a_silent_end_was_decided_when_it_came():
    year = lines((1, date(2025, 1, 1), date(2026, 1, 1)))
    assert left_on(spells(year, said(), until=UNTIL)) == [date(2026, 1, 1)]


def test_renewed_cover_is_one_spell_and_coming_back_after_a_gap_another():
    three = lines(
        (1, date(2023, 1, 1), date(2024, 1, 1)),
        (1, date(2024, 1, 10), date(2025, 1, 1)),
        (1, date(2025, 6, 1), None),
    )
    found = spells(three, said(), until=UNTIL)
    assert left_on(found) == [date(2025, 1, 1), None]
    assert found["started_on"].to_list() == [date(2023, 1, 1), date(2025, 6, 1)]


def test_nobody_is_asked_about_once_the_decision_is_known():
    year = lines((1, date(2025, 1, 1), date(2026, 1, 1)))
    found = spells(year, said((1, date(2025, 11, 5), True)), until=UNTIL)
    days = [date(2025, 10, 1), date(2025, 11, 5), date(2025, 12, 1), date(2026, 2, 1)]
    assert label(found, days)["on"].to_list() == [date(2025, 10, 1)]


def test_rows_whose_horizon_is_not_over_are_left_out_and_far_leavers_count_as_stayers():
    both = lines((1, date(2025, 1, 1), date(2026, 1, 1)), (2, date(2025, 1, 1), None))
    days = [date(2025, 6, 1), date(2025, 11, 1), date(2026, 5, 1)]
    roster = label(spells(both, said(), until=UNTIL), days)
    known = roster.select("customer_id", "on")
    rows = panel(roster, known, until=UNTIL).rows
    assert rows.select("customer_id", "on", "left").rows() == [
        (1, date(2025, 6, 1), 0),
        (2, date(2025, 6, 1), 0),
        (1, date(2025, 11, 1), 1),
        (2, date(2025, 11, 1), 0),
    ]


@given(
    st.lists(st.dates(date(2020, 1, 1), date(2024, 1, 1)), max_size=40),
    st.integers(1, 200),
    st.integers(1, 6),
)
def test_a_fold_never_tests_within_a_horizon_of_its_training(days, horizon, count):
    for fold in expanding(days, horizon_days=horizon, folds=count):
        assert fold.train_until + timedelta(days=horizon) <= fold.test_from <= fold.test_until
        assert sum(day <= fold.train_until for day in set(days)) >= 3


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_the_right_order(rows):
    risk, left = zip(*rows, strict=True)
    ones = [r for r, is_left in rows if is_left]
    zeros = [r for r, is_left in rows if not is_left]
    found = auc(risk, left)
    if not ones or not zeros:
        assert found is None
        return
    pairs = [(a > b) + (a == b) / 2 for a in ones for b in zeros]
    assert found.value == pytest.approx(sum(pairs) / len(pairs))
    assert found.low <= found.value <= found.high


def test_the_interval_covers_the_truth_about_95_times_in_100():
    truth = auc((big := world(60_000, seed=50)).by_rules, big.left).value
    covered = 0
    for seed in range(60):
        some = slice(seed * 900, (seed + 1) * 900)
        found = auc(big.by_rules[some], big.left[some])
        covered += found.low <= truth <= found.high
    assert 52 <= covered <= 60


def test_repeating_a_customers_rows_does_not_narrow_the_interval():
    made = world(600, seed=1)
    once = auc(made.by_rules, made.left, made.customer)
    again = [np.repeat(each, 10) for each in (made.by_rules, made.left, made.customer)]
    ten = auc(*again)
    naive = auc(again[0], again[1])
    assert ten.high - ten.low == pytest.approx(once.high - once.low, rel=0.02)
    assert naive.high - naive.low < 0.5 * (once.high - once.low)


def test_wilson_is_as_published():
    """Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    cases = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611),
             (1, 29): (0.0061, 0.1718)}  # fmt: skip
    for (hits, count), expected in cases.items():
        assert backtest.wilson(hits, count) == pytest.approx(expected, abs=1e-4)


def test_bins_hold_equal_counts_and_true_chances_have_little_error():
    dice = np.random.default_rng(3)
    chance = dice.beta(1, 6, 20_000)
    left = dice.random(20_000) < chance
    bins = backtest.reliability(chance, left)
    assert {each.rows for each in bins} == {2_000}
    assert all(each.low <= each.said <= each.high for each in bins[2:8])
    assert backtest.expected_error(chance, left) < 0.012
    assert backtest.skill(chance, left, base=float(left.mean())) > 0
    assert backtest.skill(1 - chance, left, base=float(left.mean())) < 0


def test_a_budget_flags_its_share_and_ties_share_the_last_places():
    assert flagged([5, 4, 3, 2, 1, 0, 0, 0, 0, 0], budget=0.2).tolist() == [1, 1] + [0] * 8
    assert flagged([1] * 10, budget=0.1).tolist() == pytest.approx([0.1] * 10)
    assert backtest.recall_at([1] * 10, [1] + [0] * 9, budget=0.1) == pytest.approx(0.1)


def test_the_grid_has_month_starts_and_landmarks_are_never_too_late():
    days = grid(date(2026, 6, 16), 12, every=14)
    assert set(month_starts(date(2026, 6, 16), 12)) <= set(days)
    decided = pl.DataFrame({"customer_id": [1], "decided_on": [date(2026, 6, 1)]})
    found = before(decided, days)
    assert found["before"].to_list() == [180, 120, 90, 60, 30]
    for row in found.iter_rows(named=True):
        assert 0 <= (row["decided_on"] - row["on"]).days - row["before"] <= 14


def seen(*rows: tuple[int, date, float]) -> pl.DataFrame:
    """Everybody on each landmark with a risk, ten of them, so that one is flagged."""
    days = sorted({day for _, day, _ in rows})
    full = [(who, day, risk, 100) for who, day, risk in rows]
    full += [(100 + n, day, 0.5 - n / 100, 100) for day in days for n in range(9)]
    schema = {"customer_id": pl.Int64, "on": pl.Date, "risk": pl.Float64, "mrr": pl.Int64}
    return pl.DataFrame(full, schema=schema, orient="row")


def test_lead_time_is_from_the_first_alert_to_the_decision():
    days = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    told = seen((1, days[0], 0.1), (1, days[1], 0.9), (1, days[2], 0.9))
    left = pl.DataFrame({"customer_id": [1], "left_on": [date(2026, 4, 10)]})
    found = alerts(told, left)
    assert (found.leavers, found.warned, found.early, found.money_early) == (1, 1.0, 1.0, 1.0)
    assert found.median_days == 68
    late = alerts(seen((1, days[2], 0.9)), left)
    assert (late.warned, late.early) == (1.0, 0.0)
    never = alerts(seen((1, days[2], 0.1)), left)
    assert (never.warned, never.median_days) == (0.0, None)


def test_colours_count_each_leaving_once():
    made = panel_of(world(400, seed=2, months=6))
    total = sum(row["left"] for row in by_band(made))
    assert total == made.apart.rows["left"].sum()
    assert sum(row["lost_cents"] for row in by_band(made)) == total * 100_00


def test_under_30_decisions_there_is_no_verdict_and_the_page_hears_what_is_missing():
    area = Auc(0.9, 0.8, 0.95, 29, 900)
    found = judge(area, events=29, months=12, skills=[0.3], folds=4)
    assert (found.finding, found.missing, found.months) == ("too_few", 1, 1)
    assert judge(area, events=0, months=12, skills=[], folds=0).months is None
    assert judge(area, events=30, months=12, skills=[0.3], folds=4).finding == "separates"


@pytest.mark.parametrize(
    ("value", "low", "finding"),
    [(0.54, 0.51, "no_signal"), (0.75, 0.49, "no_signal"), (0.65, 0.6, "weak"),
     (0.8, 0.7, "separates")],
)  # fmt: skip
def test_a_verdict_needs_distance_from_chance(value, low, finding):
    area = Auc(value, low, 0.99, 40, 900)
    found = judge(area, events=40, months=12, skills=[0.1, -0.01], folds=2)
    assert (found.finding, found.is_calibrated) == (finding, False)


def material(made: Panel) -> Material:
    told = made.rows.with_columns((-pl.col("score")).alias("risk"))
    left = made.rows.filter(pl.col("left") == 1).select("customer_id", "left_on")
    renewed = pl.DataFrame(schema={"customer_id": pl.Int64, "decided_on": pl.Date})
    return Material(panel=made, seen=told, left=left, renewed=renewed, days=made.days,
                    shares=SHARES, months=24)  # fmt: skip


def test_the_report_of_a_world_with_signs_and_of_one_without():
    told = report(material(panel_of(world(1_500, seed=9, months=8))))
    assert told["verdict"]["finding"] == "separates"
    assert told["verdict"]["is_calibrated"]
    assert told["auc"]["low"] > 0.7
    assert told["learnt"]["auc_change"][1] > 0
    assert told["ece"] < 0.03
    assert not told["challenger"]["is_winner"]
    made = panel_of(world(1_500, seed=9, months=8))
    dice = np.random.default_rng(1)
    mixed = made.rows.with_columns(pl.Series("score", dice.permutation(made.rows["score"])))
    nothing = report(material(Panel(mixed, 90)))
    assert nothing["verdict"]["finding"] == "no_signal"
    few = report(material(panel_of(world(60, seed=9, months=4))))
    assert few["verdict"]["finding"] == "too_few"
    assert "auc" not in few


def test_a_planted_consequence_is_flagged_and_purged():
    made = panel_of(world(1_500, seed=9, months=6)).rows.with_columns(
        (pl.col("left") == 1).alias("asked_to_close"),
        pl.when(pl.col("left") == 1).then(3.0).alias("days_since_request"),
        pl.when(pl.col("left") == 1).then(pl.col("on").dt.offset_by("20d")).alias("left_on"),
    )
    columns = ["asked_to_close", "days_since_request", "x.sign.a"]
    flags = backtest.suspects(Panel(made, 90), columns)
    assert [(leak.fact, leak.why) for leak in flags] == [
        ("asked_to_close", "too_good"),
        ("days_since_request", "too_good"),
    ]
    kept, purged = backtest.without_consequences(["contract.is_cancelling", "nps.last_score"])
    assert kept == ["nps.last_score"]
    assert [leak.fact for leak in purged] == ["contract.is_cancelling"]


def test_values_written_down_after_the_day_are_flagged():
    then = pl.DataFrame({"customer_id": range(100), "a": [1.0] * 100, "b": [None] * 100})
    now = then.with_columns(b=pl.when(pl.col("customer_id") < 7).then(5.0), a=pl.lit(1.0))
    found = backtest.revised(then.cast({"b": pl.Float64}), now, ["a", "b"])
    assert [(leak.fact, leak.figure) for leak in found] == [("b", 0.07)]
