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
    OVERRIDE,
    REWEIGHTED,
    Card,
    CardError,
    Cards,
    Curve,
    Group,
    Measure,
    Missing,
    Steps,
    Table,
    check_cards,
    compare,
    contribution_of,
    dump_cards,
    explain,
    judge,
    load_cards,
    points,
    raised,
    rounded,
    trend,
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


def _measure(fact="f.a", **more):
    return {"fact": fact, "weight": 1, "typical": 50, "curve": [[0, 0], [10, 100]], **more}


def _one(**more):
    return {"name": "x", "groups": [{"name": "g", "measures": [_measure()]}], **more}


def test_a_group_with_a_weight_shares_it_out_inside():
    found = load_cards(
        {
            "name": "x",
            "groups": [
                {
                    "name": "product",
                    "weight": 60,
                    "groups": [
                        {"name": "depth", "weight": 1, "measures": [_measure("f.a")]},
                        {
                            "name": "breadth",
                            "weight": 3,
                            "measures": [_measure("f.b"), _measure("f.c", weight=2)],
                        },
                    ],
                },
                {"name": "voice", "weight": 40, "measures": [_measure("f.d", weight=7)]},
            ],
        }
    )
    assert found.card.shares == pytest.approx({"f.a": 0.15, "f.b": 0.15, "f.c": 0.3, "f.d": 0.4})
    assert [g.group for g in explain({}, found.card).groups[0].inner] == ["depth", "breadth"]


def test_what_is_left_out_goes_to_its_own_group_first():
    data = {
        "name": "x",
        "floor_coverage": 0,
        "groups": [
            {
                "name": "voice",
                "weight": 40,
                "measures": [_measure("f.a", missing="leave_out"), _measure("f.b")],
            },
            {"name": "use", "weight": 60, "measures": [_measure("f.c")]},
        ],
    }
    sheet = pl.DataFrame({"customer_id": [1], "f.a": [None], "f.b": [10.0], "f.c": [0.0]})
    row = _rows(sheet.cast({"f.a": pl.Float64}), load_cards(data))[0]
    assert row["score"] == pytest.approx(40.0)
    assert row["coverage"] == pytest.approx(0.8)
    assert row["c.f.b"] == pytest.approx(20.0)
    assert row[REWEIGHTED] == pytest.approx(0.0)
    assert [line.state for line in explain(row, load_cards(data).card).lines] == [
        "leave_out",
        "known",
        "known",
    ]


def test_a_band_says_which_side_belongs_to_it():
    steps = {
        "from": [{"points": 0}, {"from": 5, "points": 60}, {"from": 10, "points": 100}],
        "upto": [{"upto": 5, "points": 0}, {"upto": 10, "points": 60}, {"points": 100}],
    }
    frame = pl.DataFrame({"x": [4.9, 5.0, 9.9, 10.0, 10.1, None]})
    given_points = {}
    for side, bands in steps.items():
        measure = {"fact": "f.a", "weight": 1, "typical": 50, "bands": bands}
        card = load_cards({"name": "x", "groups": [{"name": "g", "measures": [measure]}]}).card
        given_points[side] = frame.select(points(pl.col("x"), card.measures[0].curve).alias("x"))[
            "x"
        ].to_list()
    assert given_points["from"] == [0, 60, 60, 100, 100, None]
    assert given_points["upto"] == [0, 0, 60, 60, 100, None]


def test_the_direction_is_read_off_the_scale():
    assert trend(Curve(((0, 0), (1, 50), (2, 50)))) == "higher_is_better"
    assert trend(Steps((1.0,), (80, 20))) == "higher_is_worse"
    assert trend(Curve(((0, 0), (1, 50), (2, 10)))) == "best_in_the_middle"
    assert trend(Curve(((0, 40),))) == "level"
    assert trend(Table({"true": 1.0})) == "by_value"


def test_a_rating_counts_until_it_expires():
    rated = {"judgement": "bond", "weight": 1, "typical": 50, "expires_days": 30}
    found = load_cards(
        {"name": "x", "floor_coverage": 0, "groups": [{"name": "g", "measures": [rated]}]}
    )
    sheet = pl.DataFrame(
        {
            "customer_id": [1, 2, 3],
            "judgement.bond": [5.0, 5.0, None],
            "judgement.bond_days": [29, 30, None],
        }
    )
    rows = _rows(sheet, found)
    assert [row["score"] for row in rows] == [100.0, 50.0, 50.0]
    assert [row["coverage"] for row in rows] == [1.0, 0.0, 0.0]
    assert [row["fresh"] for row in rows] == [1.0, None, None]
    states = [explain(row, found.card).lines[0].state for row in rows]
    assert states == ["known", "expired", "typical"]
    assert set(found.judgements) == {"bond"}


def test_the_unknown_may_count_as_named_points():
    data = _one(floor_coverage=0)
    data["groups"][0]["measures"][0]["missing"] = {"points": 20, "label": "Never answered"}
    sheet = pl.DataFrame({"customer_id": [1], "f.a": pl.Series([None], dtype=pl.Float64)})
    row = _rows(sheet, load_cards(data))[0]
    assert (row["score"], row["coverage"]) == (20.0, 0.0)
    line = explain(row, load_cards(data).card).lines[0]
    assert (line.points, line.state, line.missing) == (-30, "points", "Never answered")


def test_freshness_is_shown_beside_the_score():
    found = load_cards(_one())
    data = _one()
    data["groups"][0]["measures"][0] |= {"age_fact": "f.a_days", "fresh_within_days": 30}
    data["groups"][0]["measures"].append(_measure("f.b", weight=3))
    found = load_cards(data)
    sheet = pl.DataFrame(
        {"customer_id": [1, 2], "f.a": [1.0, 1.0], "f.b": [1.0, 1.0], "f.a_days": [30, 31]}
    )
    judged = _judge(sheet, found)
    assert judged["fresh"].to_list() == [1.0, 0.0]
    assert judged["age_days"].to_list() == [30, 31]


def test_an_override_caps_or_sets_and_a_cap_never_gives():
    sheet = pl.DataFrame(
        {
            "customer_id": [1, 2, 3, 4],
            "f.a": [8.0, 2.0, 2.0, None],
            "override.kind": ["cap", "cap", "set", "set"],
            "override.value": [40.0, 40.0, 90.0, 15.0],
        }
    )
    judged = _judge(sheet, load_cards(_one()))
    assert judged["score"].to_list() == [40.0, 20.0, 90.0, 15.0]
    assert judged["band"].to_list() == ["risk", "risk", "good", "risk"]
    assert judged[OVERRIDE].to_list() == [-40.0, None, 70.0, -35.0]


def test_a_customer_no_card_is_for_has_no_score():
    found = load_cards({"name": "x", "cards": [_one(when="f.plan = big")]})
    judged = _judge(pl.DataFrame({"customer_id": [1], "f.plan": ["small"], "f.a": [1.0]}), found)
    assert judged.select("card", "score", "band").row(0) == (None, None, "unknown")


def test_indicators_name_whom_they_hold_for():
    found = load_cards(
        _one(
            indicators=[
                {"name": "alone", "nature": "risk", "when": "f.a < 2", "label": "One person"},
                {"name": "ready", "nature": "opportunity", "when": "f.plan = big"},
            ]
        )
    )
    sheet = pl.DataFrame({"customer_id": [1, 2], "f.a": [1.0, None], "f.plan": ["big", "small"]})
    told = raised(sheet, found.indicators, KNOWN, as_of=TODAY)
    assert told.rows() == [(1, "alone"), (1, "ready")]
    assert load_cards(dump_cards(found)) == found


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"name": "x", "cards": [_one(), _one(name="y")]}, "cards[0].when"),
        ({"name": "x", "cards": [_one(when="f.a > 1"), _one()]}, "cards"),
        (_one(when="f.a >"), "when"),
        (_one(groups=[{"name": "g"}]), "groups[0].measures"),
        (
            _one(groups=[{"name": "g", "groups": [{"name": "g", "measures": [_measure()]}]}]),
            "groups",
        ),
        (
            _one(groups=[{"name": "g", "measures": [_measure(missing="zero")]}]),
            "groups[0].measures[0].missing",
        ),
        (
            _one(groups=[{"name": "g", "measures": [_measure(age_fact="f.a_days")]}]),
            "groups[0].measures[0]",
        ),
        (
            _one(indicators=[{"name": "i", "nature": "bad", "when": "f.a > 1"}]),
            "indicators[0].nature",
        ),
    ],
)
def test_a_fault_in_cards_is_named_with_its_path(data, path):
    with pytest.raises(CardError) as found:
        load_cards(data)
    assert found.value.path == path


def test_cards_are_held_against_the_catalogue():
    found = load_cards(
        {
            "name": "x",
            "cards": [
                _one(when="judgement.bond > 2"),
                _one(name="y", groups=[{"name": "g", "measures": [_measure("health.score")]}]),
            ],
            "indicators": [{"name": "i", "nature": "risk", "when": "f.z > 1"}],
        }
    )
    assert {error.path for error in check_cards(found, KNOWN)} == {
        "cards[0].when",
        "cards[1].groups[0].measures[0].fact",
        "indicators[0].when",
    }


def test_contributions_of_facts_of_other_cards_are_unknown():
    found = load_cards(
        {
            "name": "x",
            "cards": [
                _one(when="f.plan = big"),
                _one(name="y", groups=[{"name": "g", "measures": [_measure("f.b")]}]),
            ],
        }
    )
    sheet = pl.DataFrame({"customer_id": [1], "f.plan": ["big"], "f.a": [5.0], "f.b": [5.0]})
    row = _judge(sheet, found).row(0, named=True)
    assert row[contribution_of("f.a")] == 0.0
    assert row[contribution_of("f.b")] is None


def test_there_is_no_limit_to_the_number_of_measures():
    """Six hundred, in groups that leave out half of them: the sum is exact all the same."""
    measures = [
        _measure(f"f.m{i}", missing="leave_out" if i % 2 else "typical") for i in range(600)
    ]
    groups = [{"name": f"g{i}", "weight": 1, "measures": measures[i::20]} for i in range(20)]
    found = load_cards({"name": "x", "groups": groups})
    sheet = pl.DataFrame({"customer_id": [1], **{f"f.m{i}": [float(i % 11)] for i in range(400)}})
    row = _judge(sheet, found).row(0, named=True)
    parts = [v for name, v in row.items() if name.startswith("c.") and v is not None]
    assert abs(math.fsum([found.card.start, *parts]) - row["score"]) < 1e-9
