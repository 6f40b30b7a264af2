"""The dated stages: replayed, exact to the day, corrected by late facts, told once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from posvenda.base.models import Announcement
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.journey import crossings, history, jobs, replaying
from posvenda.success.journey.models import Crossing, HistoryRun, StageChange
from posvenda.success.journey.past import Past
from tests.rooms import town

pytestmark = pytest.mark.django_db
Night = Callable[[datetime], None]
DAY = timedelta(days=1)


@pytest.fixture
def ana(now: datetime) -> Customer:
    """Bought on 1 March and 10 April 2026; falls silent after."""
    definitions.install("loja", now=now)
    found = town.company("Ana Lima", kind="person", since=date(2026, 3, 1))
    town.orders(found, date(2026, 3, 1), date(2026, 4, 10))
    return found


def _told(customer: Customer) -> list[tuple[date, str, str]]:
    rows = history.current().filter(customer=customer).order_by("on")
    return [(row.on, row.before, row.stage) for row in rows]


def test_every_change_has_its_exact_day(ana: Customer, now: datetime, night: Night) -> None:
    night(now)
    assert _told(ana) == [
        (date(2026, 3, 1), "", "first_purchase"),
        (date(2026, 4, 10), "first_purchase", "repeating"),
    ]
    for row in history.current():
        past = Past.until(date(2026, 6, 16))
        for day, stage in ((row.on - DAY, row.before), (row.on, row.stage)):
            there = dict(past.on(day).iter_rows())
            assert there.get(ana.pk, "") == stage


def test_a_replay_again_changes_nothing(ana: Customer, now: datetime, night: Night) -> None:
    night(now)
    before = list(StageChange.objects.order_by("id").values())
    replaying.begin(ends_on=date(2026, 6, 16), now=now)
    while replaying.turn(now=now, seconds=0):
        pass
    assert list(StageChange.objects.order_by("id").values()) == before
    assert HistoryRun.objects.filter(finished_at=None).count() == 0


def test_a_late_fact_corrects_the_past_and_keeps_what_was_believed(
    ana: Customer, now: datetime, night: Night
) -> None:
    night(now)
    order = town.orders(ana, date(2026, 3, 20))[0]
    later = now + timedelta(hours=1)
    type(order).objects.filter(pk=order.pk).update(recorded_at=later)
    run = jobs.seek(now=later)
    assert run is not None
    assert (run.kind, run.customers) == ("late", None)  # one of one customer is everybody
    while replaying.turn(now=later, seconds=60):
        pass
    assert (date(2026, 3, 20), "first_purchase", "repeating") in _told(ana)
    assert (date(2026, 4, 10), "first_purchase", "repeating") not in _told(ana)
    run.refresh_from_db()
    assert run.corrected >= 1
    believed = history.at(date(2026, 4, 1), known_at=now)
    assert believed["stage"].to_list() == ["first_purchase"]
    assert history.at(date(2026, 4, 1))["stage"].to_list() == ["repeating"]
    assert jobs.seek(now=later + DAY) is None


def test_a_new_day_moves_the_history_on_and_is_announced(
    ana: Customer, now: datetime, night: Night
) -> None:
    night(now)
    assert not Announcement.objects.filter(kind="stage.entered").exists()
    tomorrow = now + 3 * DAY
    third = town.orders(ana, date(2026, 6, 18))[0]
    assert third.happened_at < tomorrow
    night(tomorrow)
    told = _told(ana)
    assert told[-1][0] <= date(2026, 6, 19)
    entered = Announcement.objects.filter(kind="stage.entered", customer_ref=ana.pk)
    assert entered.count() == len([row for row in told if row[0] > date(2026, 6, 16)])
    night(tomorrow)
    assert _told(ana) == told


def test_the_days_in_the_stage_are_on_the_sheet(ana: Customer, now: datetime, night: Night) -> None:
    night(now)
    row = sheet.row(ana.pk, now=now)
    assert row is not None
    assert (row["stage.name"], row["stage.since"]) == ("repeating", date(2026, 4, 10))
    assert row["stage.days"] == 67
    assert row["onboarding.time_to_value_days"] == 40
    assert row["onboarding.is_value_reached"] is True


def test_falling_behind_and_getting_stuck_is_told_at_each_crossing(
    now: datetime, night: Night
) -> None:
    definitions.install("loja", now=now)
    bia = town.company("Bia", kind="person", since=date(2026, 5, 10))
    town.orders(bia, date(2026, 5, 10))
    late = town.company("Rui", kind="person", since=date(2026, 1, 1))
    town.orders(late, date(2026, 1, 1))
    night(now)
    assert not Announcement.objects.filter(kind__startswith="progress.").exists()
    night(now + 9 * DAY)  # day 46: longer than usual
    night(now + 39 * DAY)  # day 76: past the limit
    night(now + 39 * DAY)
    found = Crossing.objects.filter(customer=bia, of="stage").order_by("id")
    assert list(found.values_list("state", flat=True)) == ["behind", "stuck"]
    assert found.last() is not None
    assert "75" in found.last().reason["pt-br"]  # type: ignore[union-attr]
    kinds = Announcement.objects.filter(kind__startswith="progress.", customer_ref=bia.pk)
    assert list(kinds.order_by("id").values_list("kind", flat=True)) == [
        "progress.behind",
        "progress.stuck",
    ]
    assert crossings.last("stage").height >= 1


def test_another_ladder_makes_another_past(ana: Customer, now: datetime, night: Night) -> None:
    night(now)
    text = definitions.text_of("stages", "loja").replace(
        "when: orders.count = 1\n", "when: orders.count = 1 and orders.value > 1\n"
    )
    assert text != definitions.text_of("stages", "loja")
    definitions.publish("stages", "loja", text.replace("180", "170"), now=now)
    night(now)
    ladders = set(history.current().values_list("ladder", flat=True))
    assert HistoryRun.objects.filter(kind="replay", finished_at__isnull=False).count() == 2
    assert ladders <= {"loja/loja@1", "loja/loja@2"}


def test_an_erased_customer_leaves_no_stage_behind(
    ana: Customer, now: datetime, night: Night
) -> None:
    night(now)
    Customer.objects.filter(pk=ana.pk).delete()
    assert StageChange.objects.count() == 0
    night(now + DAY)
    assert StageChange.objects.count() == 0
