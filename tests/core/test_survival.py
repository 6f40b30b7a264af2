"""Kaplan–Meier agrees with a published example, and with counting where nothing is censored."""

import math
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.survival import curve, median, share_within

# 6-MP against placebo in leukaemia (Freireich et al. 1963), the example of Klein and Moeschberger,
# "Survival Analysis" (2003), table 4.1A: estimate and standard error.
DRUG = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}

spells = st.lists(
    st.tuples(st.integers(0, 400), st.booleans(), st.integers(0, 60)), min_size=1, max_size=60
)


def _spells(text: str) -> pl.DataFrame:
    words = text.split()
    return pl.DataFrame(
        {
            "days": [int(word.rstrip("+")) for word in words],
            "is_ended": [not word.endswith("+") for word in words],
        }
    )


def _frame(rows, *, truncated: bool = False) -> pl.DataFrame:
    data = {"days": [r[0] for r in rows], "is_ended": [r[1] for r in rows]}
    if truncated:
        data["entered"] = [r[2] for r in rows]
    return pl.DataFrame(data)


def test_the_estimates_are_the_published_ones():
    found = curve(_spells(DRUG))
    assert dict(zip(found["day"], found["survival"].round(3), strict=True)) == pytest.approx(
        PUBLISHED, abs=0.0011
    )
    assert found["at_risk"].to_list() == [21, 17, 15, 12, 11, 7, 6]


def test_the_medians_and_their_intervals_are_the_published_ones():
    """R: survfit(…, conf.type = "log-log") prints 23 (13, NA) and 8 (4, 11)."""
    drug, placebo = median(_spells(DRUG)), median(_spells(PLACEBO))
    assert (drug.days, drug.low, drug.high, drug.spells, drug.ended) == (23, 13, None, 21, 9)
    assert (placebo.days, placebo.low, placebo.high) == (8, 4, 11)


def test_the_interval_is_the_log_log_one():
    row = curve(_spells(DRUG)).row(3, named=True)
    s, se = row["survival"], 0.1068  # the published standard error at 13 weeks
    spread = math.exp(1.959964 * se / (s * abs(math.log(s))))
    assert row["low"] == pytest.approx(s**spread, abs=2e-3)
    assert row["high"] == pytest.approx(s ** (1 / spread), abs=2e-3)


def test_nothing_ended_has_no_median_and_nothing_at_all_neither():
    assert median(_spells("5+ 9+")).days is None
    empty = median(pl.DataFrame(schema={"days": pl.Int64, "is_ended": pl.Boolean}))
    assert (empty.days, empty.spells) == (None, 0)
    assert share_within(_spells("5+ 9+"), 30) == 0.0


@given(spells)
def test_without_censoring_it_is_the_share_that_lasted_longer(rows):
    days = [length for length, _ended, _entered in rows]
    found = curve(_frame([(length, True, 0) for length in days]))
    for day, survival in found.select("day", "survival").iter_rows():
        assert survival == pytest.approx(sum(d > day for d in days) / len(days))


@given(spells)
def test_the_curve_falls_from_one_and_its_interval_holds_it(rows):
    found = curve(_frame(rows))
    survival = [1.0, *found["survival"]]
    assert all(0 <= later <= earlier for earlier, later in pairwise(survival))
    assert (found["low"] <= found["survival"] + 1e-12).all()
    assert (found["survival"] <= found["high"] + 1e-12).all()
    assert int(found["ended"].sum()) == sum(ended for _days, ended, _entered in rows)


@given(spells)
def test_longer_censored_spells_never_lower_the_curve(rows):
    before = median(_frame(rows)).days
    after = median(_frame([*rows, (401, False, 0)])).days
    assert after is None or (before is not None and before <= after)


@given(spells)
def test_at_risk_is_who_was_seen_before_and_lasted_as_long(rows):
    kept = [r for r in rows if r[0] > r[2] or r[2] == 0]
    for day, at_risk in curve(_frame(rows, truncated=True)).select("day", "at_risk").iter_rows():
        assert at_risk == sum(d >= day and (e < day or e == day == 0) for d, _x, e in kept)


@given(st.permutations(list(range(12))))
def test_the_order_of_spells_does_not_matter(order):
    base = [(n * 7 % 31, n % 3 > 0, 0) for n in range(12)]
    assert curve(_frame([base[n] for n in order])).equals(curve(_frame(base)))
