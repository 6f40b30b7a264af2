"""The queue ranks by money times chance, the same way every time."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from posvenda.core.facts import Fact, Kind, catalogue
from posvenda.core.plays import (
    PlaysError,
    check_plays,
    dump_plays,
    fill,
    formula,
    load_plays,
    queue,
    reasons,
)
from tests.core.sheets import AS_OF

FACTS = catalogue(
    Fact("contract.arr", Kind.MONEY, "ARR", "", "contract"),
    Fact("contract.days_to_renewal", Kind.DAYS, "Days to renewal", "", "contract"),
    Fact("health.score", Kind.NUMBER, "Health", "", "health"),
)
PLAYS = load_plays(
    [
        {
            "id": "save",
            "when": "contract.days_to_renewal <= 90d",
            "value": "contract.arr",
            "chance": 0.15,
            "leverage": "risk",
            "title": "Save the renewal",
            "action": "call",
            "reasons": [
                {"when": "health.score < 50", "text": "health is {health.score}"},
                "renews in {contract.days_to_renewal}",
            ],
        },
        {
            "id": "grow",
            "when": "health.score >= 50",
            "value": {"fact": "contract.arr", "times": 0.2},
            "chance": 0.1,
            "leverage": "health",
            "title": "Offer more seats",
        },
        {
            "id": "greet",
            "when": "contract.arr is known",
            "value": {"cents": 500},
            "chance": 0.5,
            "title": "Say hello",
        },
    ]
)


def _sheet(rows) -> pl.DataFrame:
    schema = {"customer_id": pl.Int64} | {name: fact.kind.dtype for name, fact in FACTS.items()}
    return pl.DataFrame(rows, schema=schema, orient="row")


@st.composite
def sheets(draw):
    row = st.tuples(
        st.none() | st.integers(0, 10**9),
        st.none() | st.integers(-30, 200),
        st.none() | st.floats(0, 100),
    )
    rows = draw(st.lists(row, max_size=8))
    return _sheet([(index, *each) for index, each in enumerate(rows)])


def test_the_queue_is_value_times_chance_times_leverage():
    sheet = _sheet(
        [
            (1, 100_000, 30, 20.0),
            (2, 1_000_000, None, 90.0),
            (3, 100_000, 10, None),
            (4, None, 5, 80.0),
        ]
    )
    found = queue(sheet, PLAYS, FACTS, as_of=AS_OF)
    assert found.select("rank", "customer_id", "play", "value_cents").rows() == [
        (1, 2, "grow", 200_000),
        (2, 1, "save", 100_000),
        (3, 3, "save", 100_000),
        (4, 4, "grow", None),
    ]
    assert found["expected_cents"].to_list() == pytest.approx([18_000, 12_000, 7_500, None])
    third = formula(found.row(2, named=True))
    assert (third.base_rate, third.leverage_rate, third.is_leverage_assumed) == (0.15, 0.5, True)
    assert third.expected_cents == pytest.approx(
        third.value_cents * third.base_rate * third.leverage_rate
    )


@given(sheets())
def test_the_best_only_queue_is_the_first_place_of_the_whole_one(sheet):
    best = queue(sheet, PLAYS, FACTS, as_of=AS_OF)
    every = queue(sheet, PLAYS, FACTS, as_of=AS_OF, best_only=False)
    assert best["customer_id"].is_unique().all()
    assert_frame_equal(every.filter(pl.col("place") == 1).drop("rank"), best.drop("rank"))
    assert every["rank"].to_list() == list(range(1, every.height + 1))
    assert set(every["customer_id"]) == set(best["customer_id"])


@given(sheets(), st.randoms(use_true_random=False))
def test_the_order_of_customers_and_plays_does_not_matter(sheet, dice):
    order = list(range(sheet.height))
    dice.shuffle(order)
    plays = list(PLAYS)
    dice.shuffle(plays)
    one = queue(sheet, PLAYS, FACTS, as_of=AS_OF, best_only=False)
    other = queue(sheet[order], plays, FACTS, as_of=AS_OF, best_only=False)
    assert_frame_equal(one, other)


@given(sheets())
def test_known_stakes_come_first_and_fall(sheet):
    expected = queue(sheet, PLAYS, FACTS, as_of=AS_OF, best_only=False)["expected_cents"].to_list()
    known = [each for each in expected if each is not None]
    assert expected == sorted(known, reverse=True) + [None] * (len(expected) - len(known))


@given(sheets())
def test_a_rate_is_a_rate(sheet):
    found = queue(sheet, PLAYS, FACTS, as_of=AS_OF, best_only=False)
    for name in ("base_rate", "leverage_rate", "chance_rate"):
        assert found[name].is_between(0, 1).all()


def test_without_plays_or_customers_the_queue_is_empty_but_has_its_columns():
    empty, without = _sheet([]), _sheet([(1, 1, 1, 1.0)])
    assert queue(empty, PLAYS, FACTS, as_of=AS_OF).is_empty()
    assert queue(without, (), FACTS, as_of=AS_OF).schema == (
        queue(empty, PLAYS, FACTS, as_of=AS_OF).schema
    )


def test_reasons_show_what_is_known_and_true():
    said = [
        reasons(PLAYS[0], row, FACTS, as_of=AS_OF, show=lambda name, value: f"<{value}>")
        for row in _sheet([(1, 1, 30, 20.0), (2, 1, 40, 60.0), (3, 1, None, None)]).rows(named=True)
    ]
    assert said == [("health is <20.0>", "renews in <30>"), ("renews in <40>",), ()]


def test_a_text_is_filled_with_facts_and_nothing_else():
    text = "{a.b} {a.b.__class__} {0} {} {{a.b}} %(a)s {a.b!r}"
    assert fill(text, {"a.b": 1}, lambda name, value: f"{value}") == (
        "1 None {0} {} {1} %(a)s {a.b!r}"
    )


def test_plays_survive_being_written_and_read():
    assert load_plays(dump_plays(PLAYS)) == PLAYS


BASE = {"id": "a", "when": "contract.arr > 1", "value": "contract.arr", "chance": 0.1, "title": "A"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"chance": 1.5}, "plays[0].chance"),
        ({"action": "fax"}, "plays[0].action"),
        ({"leverage": "luck"}, "plays[0].leverage"),
        ({"when": "contract.arr >"}, "plays[0].when"),
        ({"value": {"fact": "contract.arr", "cents": 3}}, "plays[0].value"),
        ({"value": {"times": 2}}, "plays[0].value.fact"),
        ({"reasons": [{"when": "x ="}]}, "plays[0].reasons[0].when"),
        ({"mood": "good"}, "plays[0].mood"),
    ],
)
def test_a_fault_in_plays_is_named_with_its_path(change, path):
    with pytest.raises(PlaysError) as raised:
        load_plays({"plays": [BASE | change]})
    assert raised.value.path == path


def test_two_plays_of_one_name_are_refused():
    with pytest.raises(PlaysError):
        load_plays([BASE, BASE])


def test_plays_are_held_against_the_catalogue():
    wrong = load_plays(
        [
            BASE
            | {
                "value": "health.score",
                "when": "zzz = 1",
                "reasons": [{"when": "q=1", "text": "t"}],
            }
        ]
    )
    paths = [path for path, _ in check_plays(wrong, FACTS)]
    assert paths == ["plays[0].when", "plays[0].reasons[0].when", "plays[0].value"]
    assert check_plays(PLAYS, FACTS) == ()
