"""The clock from start to first value: chosen facts, first clock that applies, waiting counts."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.facts import Fact, Kind, catalogue
from posvenda.core.shapes import ShapeError
from posvenda.core.value import check_clocks, dump_clocks, load_clocks, time_to_value

AS_OF = date(2026, 6, 16)
FACTS = catalogue(
    Fact("a.began", Kind.DATE, "Began", "", "a"),
    Fact("a.won", Kind.DATE, "Won", "", "a"),
    Fact("a.took", Kind.DAYS, "Took", "", "a"),
    Fact("a.size", Kind.INTEGER, "Size", "", "a"),
)
CLOCKS = load_clocks(
    [
        {"when": "a.size >= 10", "starts": "a.began", "days": "a.took", "label": "Large"},
        {"starts": "a.began", "reached": "a.won"},
    ]
)


def _sheet(*rows: tuple[date | None, date | None, int | None, int | None]) -> pl.DataFrame:
    schema = {name: fact.kind.dtype for name, fact in FACTS.items()}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_row_index("customer_id")


def _told(*rows):
    found = time_to_value(_sheet(*rows), CLOCKS, FACTS, as_of=AS_OF)
    return list(found.select("days", "waited", "is_reached").iter_rows())


def test_reached_counts_the_days_and_waiting_counts_so_far():
    began = AS_OF - timedelta(days=50)
    assert _told(
        (began, began + timedelta(days=20), None, 1),
        (began, None, None, 1),
        (None, AS_OF, None, 1),
        (AS_OF + timedelta(days=3), None, None, 1),
    ) == [(20, 20, True), (None, 50, False), (None, None, None), (None, None, None)]


def test_the_first_clock_whose_condition_holds_runs():
    began = AS_OF - timedelta(days=50)
    assert _told((began, began, 7, 12), (began, None, None, 12)) == [
        (7, 7, True),
        (None, 50, False),
    ]


def test_a_result_after_the_day_has_not_happened_and_one_before_the_start_took_no_time():
    began = AS_OF - timedelta(days=5)
    assert _told(
        (began, AS_OF + timedelta(days=1), None, 1), (began, began - timedelta(days=9), None, 1)
    ) == [(None, 5, False), (0, 0, True)]


def test_clocks_read_back_and_no_clock_is_none():
    assert load_clocks(dump_clocks(CLOCKS)) == CLOCKS
    assert load_clocks(None) == ()
    assert len(load_clocks({"starts": "a.began", "reached": "a.won"})) == 1


@pytest.mark.parametrize(
    "data", [{"starts": "a.began"}, {"starts": "x", "reached": "y", "days": "z"}]
)
def test_a_clock_needs_exactly_one_end(data):
    with pytest.raises(ShapeError, match="needs either reached or days"):
        load_clocks(data)


def test_a_fact_of_another_kind_is_refused():
    found = check_clocks(load_clocks({"starts": "a.size", "reached": "no.fact"}), FACTS)
    assert [path for path, _text in found] == ["value[0].starts", "value[0].reached"]


@given(st.integers(0, 400), st.one_of(st.none(), st.integers(0, 500)))
def test_nobody_waits_less_than_nothing_nor_longer_than_since_the_start(ago, after):
    began = AS_OF - timedelta(days=ago)
    won = None if after is None else began + timedelta(days=after)
    days, waited, reached = _told((began, won, None, 1))[0]
    assert 0 <= waited <= ago
    assert reached == (days is not None) == (won is not None and won <= AS_OF)
