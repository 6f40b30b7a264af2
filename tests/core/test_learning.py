"""Learnt weights: no worse than the rules without events, better with 25, legible and additive."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from posvenda.core.backtest import RowsRepeated, UnknownRows, auc, brier, expanding, panel, split
from posvenda.core.backtest.folds import Fold
from posvenda.core.backtest.report import risks
from posvenda.core.calibration import calibrate
from posvenda.core.challenger import Challenge, boosted, challenge
from posvenda.core.learning import learn, survival
from tests.core.churners import FACTS, SHARES, TRUE, panel_of, with_events, world

TEST = world(20_000, seed=99)
RULES = auc(TEST.by_rules, TEST.left).value


def gain(events: int) -> float:
    """Mean AUC of learnt weights minus that of the rules, over eight draws of the past."""
    found = []
    for seed in range(8):
        past = with_events(events, seed=seed)
        model = learn(past.risks, past.left, SHARES)
        found.append(auc(model.chance(TEST.risks), TEST.left).value - RULES)
    return float(np.mean(found))


def test_with_no_or_few_events_the_learnt_card_is_as_good_as_the_rules():
    assert [gain(events) >= -0.005 for events in (0, 1, 3, 5)] == [True] * 4


def test_with_25_events_the_learnt_card_beats_the_rules():
    assert gain(25) >= 0.01


def test_without_events_the_weights_are_the_ones_that_were_given():
    past = with_events(0, seed=1)
    assert learn(past.risks, past.left, SHARES).shares == pytest.approx(SHARES)


def test_with_many_events_the_planted_order_of_the_weights_comes_back():
    past = world(40_000, seed=3)
    found = np.array(learn(past.risks, past.left, SHARES).weights)
    assert np.corrcoef(found, TRUE)[0, 1] > 0.97
    assert list(np.argsort(-found)[:4]) == [0, 1, 2, 3]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_no_weight_ever_turns_its_sign_and_contributions_add_up(seed: int, events: int):
    past = with_events(events, seed=seed % 6)
    dice = np.random.default_rng(seed)
    asked = dice.uniform(-1, 1, size=(50, len(FACTS)))
    asked[dice.random(asked.shape) < 0.2] = np.nan
    model = learn(past.risks, dice.permutation(past.left), SHARES)
    assert min(model.weights) >= 0
    parts = model.contributions(asked).sum(axis=1)
    assert np.abs(parts - (model.logit(asked) - model.intercept)).max() < 1e-9
    assert (model.contributions(asked)[np.isnan(asked)] == 0).all()


def test_a_consequence_keeps_its_weight_however_well_it_tells():
    past = world(4_000, seed=5)
    told = past.risks.copy()
    told[:, 10] = np.where(past.left, 0.65, -0.35)
    free = learn(told, past.left, SHARES)
    held = learn(told, past.left, SHARES, frozen=[FACTS[10]])
    assert free.shares[FACTS[10]] > 2 * SHARES[FACTS[10]]
    assert held.weights[10] < 0.5 * free.weights[10]


def test_fitting_twice_gives_the_same_bytes():
    past = with_events(60, seed=2)
    assert learn(past.risks, past.left, SHARES) == learn(past.risks, past.left, SHARES)


def test_survival_is_the_product_of_what_each_horizon_leaves():
    assert survival([0.1, 0.2, 0.5]) == pytest.approx([0.9, 0.72, 0.36])


def test_platt_is_used_under_300_events_and_isotonic_from_there():
    past = world(4_000, seed=7)
    few = calibrate(past.by_rules, past.left, events=299)
    many = calibrate(past.by_rules, past.left, events=300)
    assert (few.kind, many.kind) == ("platt", "isotonic")
    for curve in (few, many):
        said = curve(np.sort(TEST.by_rules))
        assert ((said >= 0) & (said <= 1)).all()
        assert (np.diff(said) >= -1e-12).all()
        assert abs(said.mean() - TEST.left.mean()) < 0.02
    assert calibrate([1.0, 2.0], [0, 0], events=0).kind == "base"
    assert calibrate([1.0, 2.0, 3.0, 4.0], [1, 1, 0, 0], events=2).kind == "base"


def test_boosting_is_not_even_fitted_under_300_events_and_shown_only_when_it_wins():
    past = world(3_000, seed=11)
    card = brier(learn(past.risks, past.left, SHARES).chance(TEST.risks), TEST.left)
    few = challenge((past.risks, past.left), (TEST.risks, TEST.left), card_brier=card, events=299)
    assert few == Challenge(299)
    assert not few.is_winner
    lost = challenge((past.risks, past.left), (TEST.risks, TEST.left), card_brier=card, events=400)
    assert lost.brier > 0.97 * lost.card_brier
    assert not lost.is_winner
    dice = np.random.default_rng(1)
    x = dice.uniform(-1, 1, size=(8_000, 2))
    y = (x[:, 0] * x[:, 1] > 0.2).astype(int)
    plain = learn(x[:4_000], y[:4_000], {"p": 0.5, "q": 0.5})
    rival = challenge(
        (x[:4_000], y[:4_000]), (x[4_000:], y[4_000:]),
        card_brier=brier(plain.chance(x[4_000:]), y[4_000:]), events=900,
    )  # fmt: skip
    assert rival.is_winner


def test_signs_that_nobody_has_do_not_stop_the_challenger():
    past = world(1_500, seed=11)
    told = past.risks.copy()
    told[:, 0], told[:, 1] = np.nan, 0.3
    said = boosted(told, past.left, told)
    assert ((said >= 0) & (said <= 1)).all()
    nothing = np.full((20, 2), np.nan)
    assert boosted(nothing, [1] * 5 + [0] * 15, nothing).tolist() == [0.25] * 20


def test_random_rows_flatter_a_model_and_folds_by_date_do_not():
    """Months of one account on both sides of a random cut: the model knows the account."""
    made = world(500, seed=4, months=12, base=-3.6, own=2.5)
    rows = panel_of(made).rows
    seen = np.column_stack([made.risks, made.customer, made.customer % 97])
    ever = np.isin(made.customer, made.customer[made.left])
    dice = np.random.default_rng(0)
    cut = dice.random(made.left.size) < 0.7
    flattered = auc(boosted(seen[cut], ever[cut], seen[~cut]), ever[~cut]).value
    early = made.customer % 2 == 0
    honest = auc(boosted(seen[early], ever[early], seen[~early]), ever[~early]).value
    assert flattered > honest + 0.05
    with pytest.raises(TypeError):
        split(rows, seed=0)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        split(rows, 0.7)  # type: ignore[arg-type]


def test_oversampling_before_the_split_inflates_and_is_refused():
    """SMOTE-like rows between leavers, made before the cut, put near copies on both sides."""
    made = world(3_000, seed=6, base=-5.2)
    gone = made.risks[made.left]
    dice = np.random.default_rng(2)
    pairs = dice.integers(0, len(gone), size=(2_500, 2))
    between = gone[pairs[:, 0]] + dice.random((2_500, 1)) * (gone[pairs[:, 1]] - gone[pairs[:, 0]])
    x = np.vstack([made.risks, between])
    y = np.concatenate([made.left, np.ones(2_500, bool)])
    cut = dice.random(y.size) < 0.7
    inflated = auc(boosted(x[cut], y[cut], x[~cut]), y[~cut]).value
    real = dice.random(made.left.size) < 0.7
    honest = auc(
        boosted(made.risks[real], made.left[real], made.risks[~real]), made.left[~real]
    ).value
    assert inflated > honest + 0.08
    rows = panel_of(made).rows
    roster = rows.select("customer_id", "on", "left_on")
    known = rows.drop("left", "left_on")
    until = rows["on"].max().replace(year=2030)
    twice = pl.concat([known, known.head(5)])
    with pytest.raises(RowsRepeated):
        panel(roster, twice, until=until)
    invented = known.with_columns(pl.col("customer_id") + 1_000_000)
    with pytest.raises(UnknownRows):
        panel(roster, pl.concat([known, invented]), until=until)
    with pytest.raises(RowsRepeated):
        split(twice, Fold(until, until, until))


def test_a_plain_logistic_needs_far_more_events_than_shrinkage():
    past = with_events(11, seed=3)
    plain = LogisticRegression(C=1e6, max_iter=2_000).fit(past.risks, past.left)
    ours = learn(past.risks, past.left, SHARES)
    assert (
        auc(ours.chance(TEST.risks), TEST.left).value
        > auc(plain.predict_proba(TEST.risks)[:, 1], TEST.left).value
    )


def test_every_fold_trains_before_it_tests():
    rows = panel_of(world(300, seed=8, months=10)).rows
    folds = expanding(rows["on"].unique().to_list(), horizon_days=90)
    assert len(folds) == 4
    for fold in folds:
        train, test = split(rows, fold)
        assert (test["on"].min() - train["on"].max()).days >= 90
        assert risks(train, SHARES).shape == (train.height, len(FACTS))
