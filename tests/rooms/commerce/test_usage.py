"""Usage events get into the lake once, and a day is a day of the company's calendar."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from django.db import transaction
from polars.testing import assert_frame_equal

from posvenda.base import clock
from posvenda.commerce import usage
from posvenda.commerce.store import (
    FeatureDay,
    FeatureLabel,
    LateUse,
    SeenKey,
    StagedEvents,
    UsageDay,
)
from posvenda.commerce.usage import Recorded, drain, from_lake, take, windows
from posvenda.commerce.usage.events import micros
from posvenda.commerce.usage.taking import prune
from posvenda.customers.models import Stale

pytestmark = pytest.mark.django_db

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


def record(batch: pl.DataFrame) -> Recorded:
    with transaction.atomic():
        return take(batch, now=NOON)


def used(**asked: object) -> dict[str, object]:
    """The one customer's windows; where both routes can tell, they must tell the same."""
    as_of = asked.pop("as_of", DAY)
    found = windows(as_of=as_of, **asked)
    if not asked:
        assert_frame_equal(windows(as_of=as_of, ids=found["customer_id"].to_list()), found)
    return found.row(0, named=True)


def test_events_are_taken_once_however_often_they_come() -> None:
    batch = events(NOON, NOON - timedelta(days=1))
    assert record(batch) == Recorded(new=2, same=0, late=1)
    assert record(batch) == Recorded(new=0, same=2)
    drain()
    assert record(batch) == Recorded(new=0, same=2), "now that the lake has them"
    assert used()["events_90d"] == 2


def test_repeats_inside_one_batch_count_as_the_same() -> None:
    batch = pl.concat([events(NOON), events(NOON), events(NOON, person="bia")])
    assert record(batch) == Recorded(new=2, same=1)


def test_a_key_is_known_for_ever() -> None:
    """What SQL has forgotten by then the lake still knows."""
    record(events(NOON, NOON - timedelta(days=2)))
    drain()
    later = NOON + timedelta(days=40)
    assert prune(now=later) == 2
    assert not SeenKey.objects.exists()
    with transaction.atomic():
        assert take(events(NOON), now=later) == Recorded(new=0, same=1)


def test_a_window_made_longer_asks_the_lake_for_what_the_shorter_one_forgot(settings) -> None:
    """Keys pruned under seven days are not there when thirty days are set afterwards."""
    settings.EVENT_KEY_DAYS = 7
    record(events(NOON))
    drain()
    later = NOON + timedelta(days=12)
    assert prune(now=later) == 1
    settings.EVENT_KEY_DAYS = 30
    assert prune(now=later) == 0
    with transaction.atomic():
        assert take(events(NOON), now=later) == Recorded(new=0, same=1)


def test_keys_are_not_forgotten_while_their_events_wait_for_the_lake() -> None:
    record(events(NOON))
    assert prune(now=NOON + timedelta(days=40)) == 0


def test_taking_needs_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="atomic"):
        take(events(NOON), now=NOON)


def test_a_transaction_that_fails_leaves_no_trace() -> None:
    with transaction.atomic():
        take(events(NOON), now=NOON)
        transaction.set_rollback(True)
    for model in (SeenKey, StagedEvents, UsageDay, FeatureDay, LateUse, Stale):
        assert not model.objects.exists(), model
    assert record(events(NOON)).new == 1


def test_rollups_are_added_to() -> None:
    evening = NOON + timedelta(hours=9)
    record(events(NOON, evening, quantity=1.5))
    record(events(NOON - timedelta(hours=1), quantity=2))
    record(events(NOON, person=None, feature=None))
    rows = UsageDay.objects.order_by("person").exclude(person=0)
    (row,) = rows.values("customer_ref", "day", "uses_milli", "seconds", "first_us", "last_us")
    assert row == {
        "customer_ref": 1,
        "day": (DAY - date(1970, 1, 1)).days,
        "uses_milli": 5000,
        "seconds": 0,
        "first_us": micros(NOON - timedelta(hours=1)),
        "last_us": micros(evening),
    }
    assert UsageDay.objects.get(person=0).uses_milli == 1000
    assert FeatureLabel.objects.get().label == "folha"
    assert FeatureDay.objects.get().uses_milli == 5000


def test_who_was_touched_is_told_to_the_sheet() -> None:
    record(events(NOON, customer=4))
    record(events(NOON - timedelta(hours=1), customer=4))
    assert Stale.objects.values_list("customer_ref", "marks").get() == (4, 2)


def test_properties_reach_the_lake_as_text() -> None:
    told = {"source": "site", "event": "Opened", "kind": "track", "properties": '{"plano":"ouro"}'}
    record(events(NOON).with_columns(pl.lit(value).alias(name) for name, value in told.items()))
    drain()
    assert usage.lake().query("SELECT source, event, kind, properties FROM events").to_dicts() == [
        told
    ]


def test_an_empty_batch_makes_no_lake() -> None:
    assert record(events().clear()) == Recorded(new=0, same=0)
    assert usage.lake().files() == []


def test_no_name_is_written_to_the_lake() -> None:
    record(events(NOON, person="ana@empresa.example"))
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
    record(events(moment))
    assert used()["events_7d"] == (1 if days < 7 else 0)
    assert used()["weekly_people"][-1 - days // 7] == 1.0


def test_what_happens_after_the_day_or_is_learnt_later_is_not_counted() -> None:
    late = clock.start_of(DAY + timedelta(days=1))
    record(events(NOON, late, late - timedelta(microseconds=1)))
    record(events(NOON, person="bia", recorded=NOON + timedelta(days=9)))
    assert used()["events_7d"] == 3
    assert used(known_at=NOON)["events_7d"] == 2
    assert used(known_at=NOON)["people_7d"] == 1


def test_days_stay_days_where_the_clock_changes() -> None:
    """Brazil put its clocks forward on 4 November 2018: that day has 23 hours and no midnight."""
    day = date(2018, 11, 7)
    moments = [clock.start_of(day - timedelta(days=n)) for n in range(9)]
    record(events(*moments))
    record(events(clock.start_of(date(2018, 11, 1)), person="bia"))
    found = used(as_of=day)
    assert (found["events_7d"], found["active_days_28d"], found["people_7d"]) == (8, 9, 2)


def test_people_are_unknown_when_no_event_names_one() -> None:
    record(events(NOON, person=None, quantity=4))
    found = used()
    assert (found["people_28d"], found["weekly_people"], found["events_28d"]) == (None, None, 4)


def test_use_older_than_the_windows_leaves_zeros_and_its_dates() -> None:
    old = NOON - timedelta(days=400)
    record(events(old))
    found = used()
    assert (found["people_90d"], found["events_90d"], found["features_90d"]) == (0, 0, 0)
    assert (found["first_at"], found["last_at"]) == (old, old)
    assert found["weekly_people"] == [0.0] * 26


def test_asking_for_many_customers_gives_only_them() -> None:
    for customer in range(5):
        record(events(NOON, person=f"p{customer}", customer=customer))
    wanted = [1, 3, *range(100, 100 + from_lake.FEW)]
    assert windows(as_of=DAY, ids=wanted)["customer_id"].to_list() == [1, 3]
    assert windows(as_of=DAY, ids=[1, 3])["customer_id"].to_list() == [1, 3]
    assert windows(as_of=DAY, ids=[]).is_empty()
    assert windows(as_of=DAY).height == 5
