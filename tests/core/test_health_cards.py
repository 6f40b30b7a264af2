"""Nested groups, policies for the unknown, several cards and overrides: the sum stays exact."""

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.conditions import parse
from posvenda.core.facts import Fact, Kind, catalogue
from posvenda.core.health import (
    Card,
    Cards,
    Curve,
    Group,
    Measure,
    Missing,
    Steps,
    Table,
    compare,
    dump_cards,
    explain,
    judge,
    load_cards,
    points,
    rounded,
)

TODAY = date(2026, 6, 1)
NUMERIC = ("f.a", "f.b", "f.c", "f.d", "f.e")
KNOWN = catalogue(
    *(Fact(name, Kind.NUMBER, name, "", "f") for name in NUMERIC),
    Fact("f.plan", Kind.CHOICE, "plan", "", "f", choices={"big": "", "small": ""}),
    Fact("f.a_days", Kind.DAYS, "age", "", "f"),
)
amounts = st.floats(0, 100).map(lambda x: round(x, 2))
weights = st.floats(0.1, 50)
policies = st.one_of(
    st.just(Missing()), st.just(Missing("leave_out")), amounts.map(lambda x: Missing("points", x))
)


@st.composite
def scales(draw):
    xs = sorted(draw(st.lists(st.integers(-10, 10), min_size=1, max_size=4, unique=True)))
    cuts = tuple(map(float, xs))
    if draw(st.booleans()):
        ys = draw(st.lists(amounts, min_size=len(xs) + 1, max_size=len(xs) + 1))
        return Steps(cuts, tuple(ys), draw(st.sampled_from(("from", "upto"))))
    ys = draw(st.lists(amounts, min_size=len(xs), max_size=len(xs)))
    return Curve(tuple(zip(cuts, ys, strict=True)))


@st.composite
def cards(draw, name="test", when=None):
    names = draw(st.lists(st.sampled_from(NUMERIC), min_size=1, unique=True))
    measures = [
        Measure(n, draw(weights), draw(scales()), draw(amounts), missing=draw(policies))
        for n in names
    ]
    cut = draw(st.integers(0, len(measures)))
    inner = Group("inner", "Inner", tuple(measures[cut:]), (), draw(st.none() | weights))
    within = (inner,) if measures[cut:] else ()
    outer = Group("outer", "Outer", tuple(measures[:cut]), within, draw(st.none() | weights))
    rest = Measure("f.flag", draw(weights), Table({"true": 90.0, "false": 10.0}), 50.0)
    groups = (outer, Group("rest", "Rest", (rest,))) if draw(st.booleans()) else (outer,)
    return Card(name, draw(st.integers(1, 9)), groups, draw(st.sampled_from((0.0, 0.4))), when=when)


@st.composite
def sheets(draw):
    size = draw(st.integers(1, 5))
    numbers = st.none() | st.floats(-20, 20) | st.just(float("nan")) | st.sampled_from((0.0, 1.0))
    columns = {
        n: pl.Series([draw(numbers) for _ in range(size)], dtype=pl.Float64) for n in NUMERIC
    }
    flags = [draw(st.none() | st.booleans()) for _ in range(size)]
    plans = [draw(st.sampled_from(("big", "small", None))) for _ in range(size)]
    kinds = [draw(st.sampled_from((None, "cap", "set"))) for _ in range(size)]
    return pl.DataFrame(
        {
            "customer_id": list(range(size)),
            **columns,
            "f.flag": pl.Series(flags, dtype=pl.Boolean),
            "f.plan": pl.Series(plans, dtype=pl.String),
            "override.kind": pl.Series(kinds, dtype=pl.String),
            "override.value": pl.Series([draw(amounts) for _ in range(size)], dtype=pl.Float64),
        }
    )


sets = st.builds(
    lambda big, rest: Cards("set", (big, rest)),
    cards("big", parse("f.plan = big")),
    cards("rest"),
)


def _judge(sheet, found):
    return judge(sheet, found, KNOWN, as_of=TODAY)


def _rows(sheet, found):
    joined = sheet.join(_judge(sheet, found), on="customer_id", maintain_order="left")
    return joined.rows(named=True)


@given(sheets(), sets)
def test_start_contributions_reweighting_and_override_add_up_to_the_score(sheet, found):
    for row in _judge(sheet, found).rows(named=True):
        card = found.find(row["card"])
        parts = [v for name, v in row.items() if name.startswith("c.") and v is not None]
        if row["score"] is not None:
            assert abs(math.fsum([card.start, *parts]) - row["score"]) < 1e-9
            assert -1e-9 <= row["score"] <= 100 + 1e-9
        assert row["band"] == card.bands.of(row["score"])


@given(sheets(), sets)
def test_the_first_card_whose_condition_holds_judges_and_is_named(sheet, found):
    judged = _judge(sheet, found)["card"].to_list()
    assert judged == ["big" if plan == "big" else "rest" for plan in sheet["f.plan"]]


@given(sheets(), sets)
def test_the_same_sheet_and_cards_give_the_same_bytes_in_any_company(sheet, found):
    whole = _judge(sheet, found)
    assert _judge(sheet, found).rows() == whole.rows()
    alone = [_judge(sheet[i : i + 1], found).row(0) for i in range(sheet.height)]
    assert repr(alone) == repr(whole.rows())
    backwards = _judge(sheet.reverse(), found).reverse()
    assert repr(backwards.rows()) == repr(whole.rows())


@given(sheets(), sets)
def test_the_whole_points_shown_add_up_with_the_adjustments(sheet, found):
    for row in _rows(sheet, found):
        shown = explain(row, found.find(row["card"]))
        extra = sum(line.points for line in shown.adjustments)
        total = shown.start + sum(line.points or 0 for line in shown.lines) + extra
        assert total == shown.start + sum(group.points for group in shown.groups) + extra
        if shown.score is not None:
            assert total == shown.score == rounded(row["score"])


@given(sheets(), sets)
def test_the_causes_of_a_change_add_up_to_it(sheet, found):
    rows = _rows(sheet, found)
    before, after = rows[0], rows[-1]
    card, later = found.find(before["card"]), found.find(after["card"])
    told = compare(before, after, card, later=None if card == later else later)
    _adds_up(told, before, after)
    bridged = {**after, **_as(sheet[-1:], card)}
    _adds_up(compare(before, after, card, later=later, bridge=bridged), before, after)


def _as(sheet, card):
    """The row judged by one card and nothing else."""
    return _judge(sheet, Cards("one", (Card(card.name, 1, card.groups, card.floor_coverage),))).row(
        0, named=True
    )


def _adds_up(told, before, after):
    if before["score"] is None or after["score"] is None:
        assert told.points is None
        return
    exact = math.fsum(each.exact for each in told.changes)
    assert abs(exact - (after["score"] - before["score"])) < 1e-9
    assert sum(each.points for each in told.changes) == told.points
    assert told.points == rounded(after["score"]) - rounded(before["score"])


@given(sheets(), cards())
def test_leaving_out_means_the_mean_of_what_is_known(sheet, card):
    """Flat groups: the score is the weighted mean of the known points, and nothing else."""
    flat = tuple(
        Measure(m.fact, m.weight, m.curve, m.typical, missing=Missing("leave_out"))
        for m in card.measures
    )
    own = Card("flat", 1, (Group("g", "", flat),), 0.0)
    bare = sheet.drop("override.kind", "override.value")
    given_points = bare.select(points(pl.col(m.fact), m.curve).alias(m.fact) for m in flat)
    scores = judge(bare, Cards("flat", (own,)), KNOWN, as_of=TODAY)["score"]
    for row, found in zip(given_points.rows(named=True), scores, strict=True):
        known = [(m.weight, row[m.fact]) for m in flat if row[m.fact] is not None]
        if not known:
            assert found is None
            continue
        mean = math.fsum(w * p for w, p in known) / math.fsum(w for w, _p in known)
        assert found == pytest.approx(mean, abs=1e-7)


@given(cards(), cards("other"))
def test_cards_survive_being_written_and_read(one, other):
    found = Cards("set", (Card(one.name, 1, one.groups, when=parse("f.plan = big")), other))
    found = Cards(
        "set",
        tuple(
            Card(c.name, 1, c.groups, c.floor_coverage, c.bands, "", c.when) for c in found.cards
        ),
    )
    assert load_cards(dump_cards(found)) == found
