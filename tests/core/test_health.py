"""Health adds up exactly, keeps unknown unknown, and never gets worse from better facts."""

import copy

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.facts import Fact, Kind, catalogue
from posvenda.core.health import (
    Bands,
    Card,
    CardError,
    Curve,
    Group,
    Measure,
    Table,
    check_card,
    contribution_of,
    dump_card,
    explain,
    load_card,
    rounded,
    score,
    whole_parts,
)

points = st.floats(0, 100).map(lambda x: round(x, 2))
NUMERIC = ("a", "b", "c", "d")


@st.composite
def curves(draw, *, rising=False):
    xs = sorted(draw(st.lists(st.integers(-10, 10), min_size=1, max_size=4, unique=True)))
    ys = draw(st.lists(points, min_size=len(xs), max_size=len(xs)))
    return Curve(tuple(zip(map(float, xs), sorted(ys) if rising else ys, strict=True)))


tables = st.builds(
    Table,
    st.dictionaries(st.sampled_from(("true", "false")), points, min_size=1),
    st.none() | points,
)


@st.composite
def cards(draw, *, rising=False):
    names = draw(st.lists(st.sampled_from(NUMERIC), min_size=1, unique=True))
    measures = [
        Measure(name, draw(st.floats(0.1, 50)), draw(curves(rising=rising)), draw(points))
        for name in names
    ]
    if draw(st.booleans()):
        measures.append(Measure("flag", draw(st.floats(0.1, 50)), draw(tables), draw(points)))
    cut = draw(st.integers(0, len(measures)))
    halves = [half for half in (measures[:cut], measures[cut:]) if half]
    groups = tuple(Group(f"g{i}", f"G{i}", tuple(half)) for i, half in enumerate(halves))
    return Card("test", 1, groups, draw(st.sampled_from((0.0, 0.4, 1.0))))


values = st.none() | st.floats(-20, 20) | st.just(float("nan"))


@st.composite
def sheets(draw):
    size = draw(st.integers(1, 5))
    columns = {
        name: pl.Series([draw(values) for _ in range(size)], dtype=pl.Float64) for name in NUMERIC
    }
    flags = pl.Series([draw(st.none() | st.booleans()) for _ in range(size)], dtype=pl.Boolean)
    return pl.DataFrame({"customer_id": list(range(size)), **columns, "flag": flags})


def _rows(sheet, card):
    return sheet.join(score(sheet, card), on="customer_id", maintain_order="left").rows(named=True)


@given(sheets(), cards())
def test_start_and_contributions_add_up_to_the_score(sheet, card):
    for row in score(sheet, card).rows(named=True):
        parts = [row[contribution_of(fact)] for fact in card.facts]
        known = [part for part in parts if part is not None]
        if row["score"] is not None:
            assert abs(card.start + sum(known) - row["score"]) < 1e-9
            assert -1e-9 <= row["score"] <= 100 + 1e-9
            assert row["coverage"] >= card.floor_coverage - 1e-9
        else:
            assert row["coverage"] < card.floor_coverage
        assert row["band"] == card.bands.of(row["score"])


@given(sheets(), cards())
def test_the_whole_points_shown_add_up_to_the_score_shown(sheet, card):
    for row in _rows(sheet, card):
        shown = explain(row, card)
        total = shown.start + sum(line.points or 0 for line in shown.lines)
        assert total == shown.start + sum(group.points for group in shown.groups)
        if shown.score is not None:
            assert total == shown.score == rounded(row["score"])
        for line in shown.lines:
            exact = row[contribution_of(line.fact)]
            assert (line.points is None) == (exact is None)
            assert exact is None or abs(line.points - exact) < 2


@given(sheets(), cards())
def test_changes_add_up_to_the_change_of_the_score(sheet, card):
    rows = _rows(sheet, card)
    shown = explain(rows[0], card, previous=rows[-1])
    if shown.change is not None:
        assert sum(line.change for line in shown.lines) == shown.change
        assert sum(group.change for group in shown.groups) == shown.change
    assert all(line.change is None for line in explain(rows[0], card).lines)


@given(sheets(), cards(rising=True), st.sampled_from(NUMERIC), st.floats(0, 10))
def test_a_better_fact_never_lowers_the_score(sheet, card, name, step):
    before = score(sheet, card)["score"]
    after = score(sheet.with_columns(pl.col(name) + step), card)["score"]
    for old, new in zip(before, after, strict=True):
        assert (old is None) == (new is None)
        assert old is None or new >= old - 1e-9


@given(sheets(), cards())
def test_a_customer_is_judged_alone(sheet, card):
    whole = score(sheet, card).rows()
    alone = [score(sheet[i : i + 1], card).row(0) for i in range(sheet.height)]
    assert whole == alone


@given(
    st.lists(st.just(0.0) | st.floats(-50, 50), min_size=1, max_size=8),
    st.floats(0, 100),
)
def test_whole_parts_add_up_to_their_target(parts, start):
    target = rounded(start + sum(parts)) - rounded(start)
    shown = whole_parts(parts, target)
    assert sum(shown) == target
    assert all(abs(whole - part) < 2 for whole, part in zip(shown, parts, strict=True))
    assert all(whole == 0 for whole, part in zip(shown, parts, strict=True) if part == 0)


def test_a_point_that_floats_lost_is_not_taken_from_a_measure_that_moved_nothing():
    assert whole_parts([0.0, 5.0, 3.0], 7) == (0, 4, 3)
    assert whole_parts([0.0, 5.0, 3.0], 9) == (0, 6, 3)
    assert whole_parts([0.0, 5.5], 4) == (0, 4)


def _card() -> Card:
    return load_card(copy.deepcopy(CARD))


CARD = {
    "name": "example",
    "version": 3,
    "groups": [
        {
            "name": "use",
            "label": "Product use",
            "measures": [
                {
                    "fact": "usage.change_rate",
                    "weight": 60,
                    "typical": 70,
                    "label": "Change in use",
                    "curve": [[-0.5, 0], [0, 70], [0.2, 100]],
                    "why": {"lowers": "Use changed by {value}", "unknown": "No use is recorded"},
                }
            ],
        },
        {
            "name": "terms",
            "measures": [
                {
                    "fact": "contract.is_monthly",
                    "weight": 40,
                    "typical": 50,
                    "table": {True: 20, False: 80},
                }
            ],
        },
    ],
}


def test_a_card_judges_as_written():
    sheet = pl.DataFrame(
        {
            "customer_id": [1, 2, 3, 4],
            "usage.change_rate": [-0.25, 0.0, None, None],
            "contract.is_monthly": [True, None, False, None],
        }
    )
    found = score(sheet, _card())
    assert found["score"].round(6).to_list() == [29.0, 62.0, 74.0, None]
    assert found["band"].to_list() == ["risk", "warn", "good", "unknown"]
    assert found["coverage"].round(6).to_list() == [1.0, 0.6, 0.4, 0.0]
    shown = explain(_rows(sheet, _card())[0], _card())
    assert [(line.fact, line.points, line.why) for line in shown.lines] == [
        ("usage.change_rate", -21, "Use changed by {value}"),
        ("contract.is_monthly", -12, None),
    ]
    assert (shown.start, shown.score, shown.band) == (62, 29, "risk")


def test_unknown_is_neither_zero_nor_healthy():
    sheet = pl.DataFrame(
        {"customer_id": [1], "usage.change_rate": [None], "contract.is_monthly": [None]},
        schema_overrides={"usage.change_rate": pl.Float64, "contract.is_monthly": pl.Boolean},
    )
    row = _rows(sheet, _card())[0]
    assert (row["score"], row["band"]) == (None, "unknown")
    assert [line.points for line in explain(row, _card()).lines] == [None, None]
    assert explain(row, _card()).lines[0].why == "No use is recorded"


def test_a_value_outside_the_table_is_unknown_unless_the_table_says_otherwise():
    sheet = pl.DataFrame({"customer_id": [1, 2, 3], "plan": ["a", "z", None]})

    def judged(otherwise):
        table = Table({"a": 80.0}, otherwise)
        card = Card("t", 1, (Group("g", "", (Measure("plan", 1, table, 50),)),))
        return score(sheet, card)["score"].to_list()

    assert judged(None) == [80.0, None, None]
    assert judged(10.0) == [80.0, 10.0, None]


def test_halves_are_shown_upwards_everywhere():
    assert [rounded(x) for x in (69.5, 69.499, 70.5, 0.0, 100.0)] == [70, 69, 71, 0, 100]
    assert [Bands().of(x) for x in (69.5, 69.4, 44.5, 44.4, None)] == [
        "good",
        "warn",
        "warn",
        "risk",
        "unknown",
    ]


def test_a_card_survives_being_written_and_read():
    assert load_card(dump_card(_card())) == _card()


def _edited(edit) -> dict:
    data = copy.deepcopy(CARD)
    edit(data, data["groups"][1]["measures"][0])
    return data


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        (lambda card, m: card.pop("name"), "name"),
        (lambda card, m: card.update(groups=[]), "groups"),
        (lambda card, m: card.update(colour="red"), "colour"),
        (lambda card, m: card.update(bands={"good": 30, "warn": 50}), "bands"),
        (lambda card, m: card.update(floor_coverage=2), "floor_coverage"),
        (lambda card, m: m.update(weight=0), "groups[1].measures[0].weight"),
        (lambda card, m: m.update(typical=101), "groups[1].measures[0].typical"),
        (lambda card, m: m.pop("table"), "groups[1].measures[0]"),
        (lambda card, m: m.update(curve=[[0, 1]]), "groups[1].measures[0]"),
        (lambda card, m: m["table"].update(x="y"), "groups[1].measures[0].table.x"),
        (lambda card, m: m.update(why={"maybe": ""}), "groups[1].measures[0].why.maybe"),
        (lambda card, m: m.update(fact="usage.change_rate"), "groups"),
        (
            lambda card, m: (m.pop("table"), m.update(curve=[[1, 5], [1, 6]])),
            "groups[1].measures[0].curve",
        ),
        (
            lambda card, m: (m.pop("table"), m.update(curve=[[1, 5], [2]])),
            "groups[1].measures[0].curve[1]",
        ),
        (
            lambda card, m: (m.pop("table"), m.update(curve=[[1, 5], [2, float("nan")]])),
            "groups[1].measures[0].curve[1][1]",
        ),
    ],
)
def test_a_fault_in_a_card_is_named_with_its_path(edit, path):
    with pytest.raises(CardError) as raised:
        load_card(_edited(edit))
    assert raised.value.path == path


def test_a_card_is_held_against_the_catalogue():
    facts = catalogue(
        Fact("usage.change_rate", Kind.CHOICE, "", "", "usage", choices={"up": "Up"}),
    )
    found = [error.path for error in check_card(_card(), facts)]
    assert found == ["groups[0].measures[0]", "groups[1].measures[0].fact"]
