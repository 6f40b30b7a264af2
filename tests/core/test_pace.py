"""On track, behind, stuck: by days and by written conditions, with the reason."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.lifecycle import (
    LadderError,
    check_ladder,
    dump_ladder,
    load_ladder,
    progress,
    stage,
)
from tests.core.sheets import AS_OF, FACTS, sheets

DATA = {
    "name": "example",
    "rules": [
        {
            "stage": "renewal",
            "when": "contract.days_to_renewal between 0 and 90",
            "expected_days": 60,
            "limit_days": 80,
            "stuck_when": [{"when": "usage.people = 0", "reason": "Nobody uses it"}],
            "behind_when": [{"when": "usage.people < 3", "reason": "Few people"}],
        },
        {
            "stage": "adoption",
            "segment": {"when": "contract.mrr >= 100", "label": "Large"},
            "when": "usage.people < 9",
            "limit_days": 30,
        },
        {"stage": "adoption", "when": "usage.people < 5", "limit_days": 10},
        {"stage": "retention", "when": "usage.people is known"},
    ],
}
LADDER = load_ladder(DATA)


def _sheet(rows: list[tuple[int | None, int | None, int | None, int | None]]) -> pl.DataFrame:
    """Days to renewal, people, MRR in cents, days in the stage."""
    names = ("contract.days_to_renewal", "usage.people", "contract.mrr", "stage.days")
    found = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")
    absent = [f for f in FACTS.values() if f.name in LADDER.facts and f.name not in names]
    return found.with_row_index("customer_id").with_columns(
        pl.lit(None, f.kind.dtype).alias(f.name) for f in absent
    )


def _judged(*rows):
    found = progress(_sheet(list(rows)), LADDER, FACTS, days="stage.days", as_of=AS_OF)
    return list(found.select("progress", "reason").iter_rows())


def test_the_days_decide_where_no_condition_does():
    assert _judged((30, 9, 0, 60), (30, 9, 0, 61), (30, 9, 0, 81)) == [
        ("on_track", None),
        ("behind", "0.expected"),
        ("stuck", "0.limit"),
    ]


def test_stuck_wins_over_behind_and_a_written_reason_over_the_count():
    assert _judged((30, 0, 0, 99), (30, 2, 0, 70), (30, 2, 0, 99)) == [
        ("stuck", "0.s0"),
        ("behind", "0.b0"),
        ("stuck", "0.limit"),
    ]


def test_a_segment_has_criteria_and_a_pace_of_its_own():
    sheet = _sheet([(None, 7, 20_000, 20), (None, 7, 5, 20), (None, 4, 5, 20), (None, 4, None, 20)])
    stages = stage(sheet, LADDER, FACTS, as_of=AS_OF)["stage"].to_list()
    assert stages == ["adoption", "retention", "adoption", "adoption"]
    assert _judged((None, 7, 20_000, 20), (None, 4, 5, 20)) == [
        ("on_track", None),
        ("stuck", "2.limit"),
    ]


def test_without_days_known_nobody_is_late_by_the_count_and_without_a_pace_nobody_at_all():
    assert _judged((30, 9, 0, None), (None, 99, 0, 4000), (None, None, None, 5)) == [
        ("on_track", None),
        (None, None),
        (None, None),
    ]


def test_a_ladder_with_paces_reads_back_as_it_was_written():
    assert load_ladder(dump_ladder(LADDER)) == LADDER
    assert LADDER.rules[0].pace.is_set
    assert not LADDER.rules[3].pace.is_set


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"limit_days": 0}, "rules[0].limit_days"),
        ({"expected_days": 90}, "rules[0].expected_days"),
        ({"stuck_when": [{"when": "usage.people = 0"}]}, "rules[0].stuck_when[0].reason"),
        (
            {"stuck_when": [{"when": "usage.people =", "reason": "x"}]},
            "rules[0].stuck_when[0].when",
        ),
        ({"segment": {"label": "x"}}, "rules[0].segment.when"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(change, path):
    first = DATA["rules"][0] | change
    with pytest.raises(LadderError) as told:
        load_ladder({**DATA, "rules": [first]})
    assert told.value.path == path


def test_a_condition_of_a_pace_is_checked_against_the_catalogue():
    rule = DATA["rules"][0] | {"behind_when": [{"when": "no.such > 1", "reason": "x"}]}
    found = check_ladder(load_ladder({"name": "x", "rules": [rule]}), FACTS)
    assert [path for path, _problem in found] == ["rules[0].behind_when[0].when"]


@given(sheets(least=1), st.integers(0, 200))
def test_more_days_never_make_the_pace_better(sheet, days):
    order = [None, "on_track", "behind", "stuck"]
    absent = [f for f in FACTS.values() if f.name in LADDER.facts and f.name not in sheet.columns]
    whole = sheet.with_columns(pl.lit(None, f.kind.dtype).alias(f.name) for f in absent)
    earlier, later = (
        progress(whole.with_columns(pl.lit(n).alias("n")), LADDER, FACTS, days="n", as_of=AS_OF)[
            "progress"
        ]
        for n in (days, days + 7)
    )
    for before, after in zip(earlier, later, strict=True):
        assert order.index(before) <= order.index(after)
