"""Onboarding plans: the template as text, and how far a plan is."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.plans import (
    TemplateError,
    check_template,
    dump_template,
    load_template,
    progress,
)
from tests.core.sheets import FACTS

TODAY = date(2026, 6, 16)
DATA = {
    "name": "first",
    "starts": "onboarding",
    "milestones": [
        {"key": "kickoff", "name": "Kick-off", "due": 5, "by": "person", "shown": True},
        {"key": "access", "name": "Access", "due": 10, "by": "customer"},
        {"key": "use", "name": "Use", "due": 20, "by": "fact", "when": "usage.people >= 1"},
    ],
}
SCHEMA = {
    "plan_id": pl.Int64,
    "due_on": pl.Date,
    "done_on": pl.Date,
    "behind_after": pl.Int64,
    "stuck_after": pl.Int64,
}


def _judged(*rows: tuple[int, int | None], behind: int = 0, stuck: int = 14) -> tuple:
    """Each milestone: due and done, in days from today."""
    day = timedelta(days=1)
    data = [
        (1, TODAY + due * day, None if done is None else TODAY + done * day, behind, stuck)
        for due, done in rows
    ]
    return progress(pl.DataFrame(data, schema=SCHEMA, orient="row"), as_of=TODAY).row(0)[1:]


def test_a_plan_is_behind_the_day_after_and_stuck_two_weeks_after():
    assert _judged((0, None), (9, None)) == (2, 0, 0, "on_track")
    assert _judged((-1, None), (9, None)) == (2, 0, 1, "behind")
    assert _judged((-14, None), (-3, None)) == (2, 0, 14, "behind")
    assert _judged((-15, None), (-20, -1)) == (2, 1, 15, "stuck")
    assert _judged((-15, -15), (-20, 0)) == (2, 2, 0, "done")


def test_what_will_be_done_later_is_open_today():
    assert _judged((-1, 3)) == (1, 0, 1, "behind")


def test_a_template_reads_back_and_only_the_customers_own_is_shown_unless_said():
    template = load_template(DATA)
    assert load_template(dump_template(template)) == template
    assert [each.shown for each in template.milestones] == [True, True, False]
    assert load_template(None) is None
    assert check_template(template, FACTS) == ()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"by": "robot"}, "milestones[0].by"),
        ({"due": -1}, "milestones[0].due"),
        ({"when": "usage.people > 1"}, "milestones[0].when"),
        ({"by": "fact"}, "milestones[0].when"),
        ({"shown": "yes"}, "milestones[0].shown"),
        ({"key": "access"}, "milestones"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(change, path):
    first = DATA["milestones"][0] | change
    with pytest.raises(TemplateError) as told:
        load_template({**DATA, "milestones": [first, *DATA["milestones"][1:]]})
    assert told.value.path == path


@given(
    st.lists(
        st.tuples(st.integers(-60, 60), st.one_of(st.none(), st.integers(-60, 0))),
        min_size=1,
        max_size=9,
    )
)
def test_completing_a_milestone_never_makes_a_plan_worse(rows):
    order = ["done", "on_track", "behind", "stuck"]
    before = _judged(*rows)
    first = [(due, 0 if n == 0 else done) for n, (due, done) in enumerate(rows)]
    after = _judged(*first)
    assert after[1] >= before[1]
    assert order.index(after[3]) <= order.index(before[3])
