"""Cards by example: groups, steps, ratings, the unknown, overrides, indicators, faults."""

import math

import polars as pl
import pytest

from posvenda.core.health import (
    OVERRIDE,
    REWEIGHTED,
    CardError,
    Curve,
    Steps,
    Table,
    check_cards,
    contribution_of,
    dump_cards,
    explain,
    load_cards,
    points,
    raised,
    trend,
)
from tests.core.test_health_cards import KNOWN, TODAY, _judge, _rows


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
