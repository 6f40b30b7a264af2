"""Usage events get into the lake once, and a day is a day of the company's calendar."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from posvenda.base import clock
from posvenda.commerce import usage
from posvenda.commerce.usage import Recorded, record, windows

DAY = date(2026, 5, 20)
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


def events(*moments: datetime, person: str | None = "ana", **fields: object) -> pl.DataFrame:
    keys = [f"{person}-{moment.isoformat()}" for moment in moments]
    return pl.DataFrame(
        {
            "key": keys,
            "customer_id": [fields.get("customer", 1)] * len(keys),
            "person": [person] * len(keys),
            "feature": [fields.get("feature", "folha")] * len(keys),
            "quantity": [fields.get("quantity")] * len(keys),
            "seconds": [None] * len(keys),
            "happened_at": list(moments),
            "recorded_at": [fields.get("recorded", NOON)] * len(keys),
            "batch_id": [None] * len(keys),
        }
    )


def used(**asked: object) -> dict[str, object]:
    return windows(as_of=asked.pop("as_of", DAY), **asked).row(0, named=True)


def test_events_are_recorded_once_whatever_the_token() -> None:
    batch = events(NOON, NOON - timedelta(days=1))
    assert record(batch, token=("file-a", 1)) == Recorded(new=2, same=0)
    assert record(batch, token=("file-a", 1)) == Recorded(new=0, same=2), "a retry"
    assert record(batch, token=("file-b", 1)) == Recorded(new=0, same=2), "the same file again"
    assert used()["events_90d"] == 2


def test_repeats_inside_one_batch_count_as_the_same() -> None:
    batch = pl.concat([events(NOON), events(NOON), events(NOON, person="bia")])
    assert record(batch, token=("file", 1)) == Recorded(new=2, same=1)


def test_an_empty_batch_makes_no_lake() -> None:
    assert record(events().clear(), token=("file", 1)) == Recorded(new=0, same=0)
    assert usage.lake().files() == []


def test_no_name_is_written_to_the_lake() -> None:
    record(events(NOON, person="ana@empresa.example"), token=("file", 1))
    files = usage.lake().path.rglob("*")
    assert not any(b"empresa" in file.read_bytes() for file in files if file.is_file())


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (clock.start_of(DAY), 0),
        (clock.start_of(DAY) - timedelta(microseconds=1), 1),
        (clock.start_of(DAY - timedelta(days=6)), 6),
        (clock.start_of(DAY - timedelta(days=6)) - timedelta(microseconds=1), 7),
    ],
)
def test_a_window_starts_at_midnight_of_the_company(moment: datetime, days: int) -> None:
    record(events(moment), token=("file", 1))
    assert used()["events_7d"] == (1 if days < 7 else 0)
    assert used()["weekly_people"][-1 - days // 7] == 1.0


def test_what_happens_after_the_day_or_is_learnt_later_is_not_counted() -> None:
    late = clock.start_of(DAY + timedelta(days=1))
    record(events(NOON, late, late - timedelta(microseconds=1)), token=("file", 1))
    record(events(NOON, person="bia", recorded=NOON + timedelta(days=9)), token=("file", 2))
    assert used()["events_7d"] == 3
    assert used(known_at=NOON)["events_7d"] == 2
    assert used(known_at=NOON)["people_7d"] == 1


def test_days_stay_days_where_the_clock_changes() -> None:
    """Brazil put its clocks forward on 4 November 2018: that day has 23 hours and no midnight."""
    day = date(2018, 11, 7)
    moments = [clock.start_of(day - timedelta(days=n)) for n in range(9)]
    record(events(*moments), token=("file", 1))
    record(events(clock.start_of(date(2018, 11, 1)), person="bia"), token=("file", 2))
    found = used(as_of=day)
    assert (found["events_7d"], found["active_days_28d"], found["people_7d"]) == (8, 9, 2)


def test_people_are_unknown_when_no_event_names_one() -> None:
    record(events(NOON, person=None, quantity=4), token=("file", 1))
    found = used()
    assert (found["people_28d"], found["weekly_people"], found["events_28d"]) == (None, None, 4)


def test_use_older_than_the_windows_leaves_zeros_and_its_dates() -> None:
    old = NOON - timedelta(days=400)
    record(events(old), token=("file", 1))
    found = used()
    assert (found["people_90d"], found["events_90d"], found["features_90d"]) == (0, 0, 0)
    assert (found["first_at"], found["last_at"]) == (old, old)
    assert found["weekly_people"] == [0.0] * 26


def test_asking_for_many_customers_gives_only_them() -> None:
    for customer in range(5):
        record(events(NOON, person=f"p{customer}", customer=customer), token=("file", customer + 1))
    wanted = [1, 3, *range(100, 100 + usage.FEW)]
    assert windows(as_of=DAY, ids=wanted)["customer_id"].to_list() == [1, 3]
    assert windows(as_of=DAY, ids=[1, 3])["customer_id"].to_list() == [1, 3]
    assert windows(as_of=DAY, ids=[]).is_empty()
    assert windows(as_of=DAY).height == 5
