"""Deadlines: dated rules, calendar and business days, small agents, the alarm."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.deadlines import (
    NoRule,
    Rule,
    Unit,
    clock,
    due_on,
    easter,
    is_business_day,
    national_holidays,
    rule,
)

FULL = Rule("full", 15, Unit.CALENDAR, "LGPD art. 19 II", date(2020, 9, 18), is_sure=True)
INCIDENT = Rule("incident", 3, Unit.BUSINESS, "Res. 15/2024", date(2024, 4, 24), is_sure=False)
DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))


def test_a_full_declaration_has_fifteen_days_and_a_small_agent_thirty() -> None:
    received = date(2026, 6, 1)
    assert due_on(FULL, received_on=received, is_small=False) == date(2026, 6, 16)
    assert due_on(FULL, received_on=received, is_small=True) == date(2026, 7, 1)


def test_three_business_days_leave_out_the_weekend_and_a_holiday() -> None:
    thursday = date(2026, 6, 18)
    assert due_on(INCIDENT, received_on=thursday, is_small=False) == date(2026, 6, 23)
    holiday = {date(2026, 6, 22)}
    found = due_on(INCIDENT, received_on=thursday, is_small=False, holidays=holiday)
    assert found == date(2026, 6, 24)


def test_an_old_request_keeps_the_rule_of_its_time() -> None:
    newer = Rule("full", 10, Unit.CALENDAR, "another", date(2027, 1, 1), is_sure=True)
    assert rule([FULL, newer], "full", on=date(2026, 12, 31)) is FULL
    assert rule([FULL, newer], "full", on=date(2027, 1, 1)) is newer
    with pytest.raises(NoRule):
        rule([FULL], "full", on=date(2019, 1, 1))


def test_the_clock_warns_three_days_before_and_stands_still_when_closed() -> None:
    due = date(2026, 6, 16)
    bands = {
        left: clock(due, today=due - timedelta(days=left)).band for left in (10, 4, 3, 0, -1, -30)
    }
    assert bands == {10: "good", 4: "good", 3: "warn", 0: "warn", -1: "risk", -30: "risk"}
    closed = clock(due, today=date(2030, 1, 1), closed_on=due - timedelta(days=2))
    assert (closed.days_left, closed.is_overdue, closed.band) == (2, False, "good")


@given(DAYS, st.integers(1, 20), st.sets(DAYS, max_size=30))
def test_exactly_that_many_business_days_lie_before_the_deadline(start, length, holidays) -> None:
    chosen = Rule("x", length, Unit.BUSINESS, "", date(2020, 1, 1), is_sure=True)
    due = due_on(chosen, received_on=start, is_small=False, holidays=holidays)
    between = (start + timedelta(days=n) for n in range(1, (due - start).days + 1))
    assert sum(is_business_day(day, holidays) for day in between) == length
    assert is_business_day(due, holidays)


@given(DAYS)
def test_twice_the_time_is_never_less(start) -> None:
    for chosen in (FULL, INCIDENT):
        normal = due_on(chosen, received_on=start, is_small=False)
        assert due_on(chosen, received_on=start, is_small=True) > normal


def test_the_ten_national_holidays_of_2026() -> None:
    days = sorted(national_holidays(2026))
    assert [day.strftime("%d/%m") for day in days] == [
        *("01/01", "03/04", "21/04", "01/05", "07/09", "12/10", "02/11", "15/11", "20/11", "25/12")
    ]
    assert date(2023, 11, 20) not in national_holidays(2023)


@pytest.mark.parametrize(
    "day", [date(2000, 4, 23), date(2008, 3, 23), date(2024, 3, 31), date(2025, 4, 20)]
)
def test_easter_is_where_the_almanac_has_it(day) -> None:
    assert easter(day.year) == day
