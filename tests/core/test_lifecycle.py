"""Stages come from an ordered ladder of conditions, and the criteria show why."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.conditions import parse
from posvenda.core.lifecycle import (
    Ladder,
    LadderError,
    Rule,
    check_ladder,
    criteria,
    dump_ladder,
    load_ladder,
    stage,
)
from tests.core import naive
from tests.core.sheets import AS_OF, FACTS, conditions, sheets

LADDER = load_ladder(
    {
        "name": "example",
        "rules": [
            {"stage": "renewal", "when": "contract.days_to_renewal between 0d and 90d"},
            {"stage": "adoption", "when": "usage.people < 3 or usage.change_rate < -30%"},
            {
                "stage": "expansion",
                "when": {"fact": "contract.mrr", "op": ">=", "value": 1},
                "label": "Expansion",
                "enter": "MRR reaches one real",
            },
        ],
        "default": "retention",
    }
)


def _sheet(**columns) -> pl.DataFrame:
    size = len(next(iter(columns.values())))
    names = {"renewal": "contract.days_to_renewal", "people": "usage.people", "mrr": "contract.mrr"}
    data = {
        fact.name: pl.Series([None] * size, dtype=fact.kind.dtype)
        for fact in FACTS.values()
        if fact.name in LADDER.facts
    } | {names[key]: pl.Series(v, dtype=pl.Int64) for key, v in columns.items()}
    return pl.DataFrame({"customer_id": range(size), **data})


def test_the_first_rule_that_holds_names_the_stage():
    sheet = _sheet(
        renewal=[30, 200, 200, None, None],
        people=[1, 1, 9, 9, None],
        mrr=[900, 900, 900, 1, None],
    )
    found = stage(sheet, LADDER, FACTS, as_of=AS_OF)
    assert found["stage"].to_list() == ["renewal", "adoption", "expansion", "retention", None]


@given(sheets(least=1), st.lists(conditions, min_size=1, max_size=4))
def test_the_criteria_of_a_customer_agree_with_the_stage_of_the_sheet(sheet, whens):
    ladder = Ladder(
        "any", 1, tuple(Rule(f"s{i}", when) for i, when in enumerate(whens)), default="rest"
    )
    stages = stage(sheet, ladder, FACTS, as_of=AS_OF)["stage"].to_list()
    for row, name in zip(sheet.rows(named=True), stages, strict=True):
        shown = criteria(row, ladder, FACTS, as_of=AS_OF)
        assert shown.stage == name
        assert [rule.holds for rule in shown.rules] == [naive.holds(w, row) for w in whens]
        for rule in shown.rules:
            for answer in rule.answers:
                assert answer.holds == naive.holds(answer.comparison, row)


def test_each_question_is_shown_with_its_value():
    row = _sheet(renewal=[200], people=[1], mrr=[None]).row(0, named=True)
    shown = criteria(row, LADDER, FACTS, as_of=AS_OF)
    assert (shown.stage, shown.matched) == ("adoption", 1)
    assert [(a.value, a.holds) for a in shown.rules[1].answers] == [(1, True), (None, None)]


def test_of_whom_nothing_is_known_has_no_stage():
    row = _sheet(renewal=[None]).row(0, named=True)
    assert criteria(row, LADDER, FACTS, as_of=AS_OF).stage is None
    assert criteria({}, LADDER, FACTS, as_of=AS_OF).stage is None


def test_a_ladder_names_its_stages_and_facts():
    assert dict(LADDER.stages) == {
        "renewal": "renewal",
        "adoption": "adoption",
        "expansion": "Expansion",
        "retention": "retention",
    }
    assert LADDER.facts == (
        "contract.days_to_renewal",
        "contract.mrr",
        "usage.change_rate",
        "usage.people",
    )


def test_a_ladder_survives_being_written_and_read():
    assert load_ladder(dump_ladder(LADDER)) == LADDER


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ""),
        ({"name": "x"}, "rules"),
        ({"name": "x", "rules": []}, "rules"),
        ({"name": "x", "rules": [{"stage": "a", "when": "b >"}]}, "rules[0].when"),
        ({"name": "x", "rules": [{"stage": "a"}]}, "rules[0].when"),
        ({"name": "x", "rules": [{"when": "b = 1"}]}, "rules[0].stage"),
        ({"name": "", "rules": [{"stage": "a", "when": "b = 1"}]}, "name"),
    ],
)
def test_a_fault_in_a_ladder_is_named_with_its_path(data, path):
    with pytest.raises(LadderError) as raised:
        load_ladder(data)
    assert raised.value.path == path


def test_a_ladder_is_held_against_the_catalogue():
    ladder = Ladder("x", 1, (Rule("a", parse("nothing.here = 1")),))
    ((path, problem),) = check_ladder(ladder, FACTS)
    assert (path, problem.code) == ("rules[0].when", "unknown_fact")
