"""After a customer has left, health stays as it was on the last day; nothing makes it green."""

from datetime import date, datetime, timedelta

import pytest

from posvenda.base.models import User
from posvenda.customers import sheet
from posvenda.customers.models import Customer, Stale
from posvenda.insights.client import reasons
from posvenda.success import definitions, jobs
from posvenda.success.cards import farewells, past
from posvenda.success.cards.models import Farewell
from posvenda.success.models import HealthShown
from tests.rooms import town

pytestmark = pytest.mark.django_db
LAST = date(2026, 5, 31)
TODAY = date(2026, 6, 16)


@pytest.fixture
def gone(csm: User, now: datetime) -> Customer:
    """A company whose contract ended after a bad answer."""
    definitions.install("saas", now=now - timedelta(days=300))
    text = (definitions.FOLDER / "saas" / "scorecard.yaml").read_text(encoding="utf-8")
    easy = text.replace("floor_coverage: 0.47", "floor_coverage: 0.2")
    definitions.publish("scorecard", "saas", easy, now=now - timedelta(days=299))
    made = town.company("Aroeira", owner=csm)
    town.contract(made, reais_a_month=1000, starts=date(2025, 6, 1), ends=LAST + timedelta(days=1))
    town.answer(made, date(2026, 5, 20), 1)
    town.ticket(made, date(2026, 5, 1))
    return made


def _row(day: date = TODAY) -> dict[str, object]:
    return sheet.build(as_of=day).row(0, named=True)


def test_before_its_last_score_is_kept_a_former_customer_has_none(gone: Customer) -> None:
    row = _row()
    assert row["contract.ended_on"] == LAST + timedelta(days=1)
    assert (row["health.score"], row["health.band"]) == (None, "unknown")


def test_the_last_score_is_what_people_saw(gone: Customer, now: datetime) -> None:
    jobs.freeze_shown(sheet.build(as_of=LAST).lazy(), on=LAST)
    shown = HealthShown.objects.get()
    assert farewells.say(sheet.build(as_of=TODAY).lazy(), now=now) == 0
    kept = Farewell.objects.get()
    assert (kept.on, kept.score, kept.parts) == (LAST, shown.score, shown.parts)
    assert kept.is_recomputed is False
    assert Stale.objects.filter(customer_ref=gone.pk).exists()
    assert farewells.say(sheet.build(as_of=TODAY).lazy(), now=now) == 0
    assert Farewell.objects.count() == 1


def test_a_day_nobody_looked_at_is_worked_out_once(gone: Customer, now: datetime) -> None:
    expected = _row(LAST)["health.score"]
    farewells.say(sheet.build(as_of=TODAY).lazy(), now=now)
    kept = Farewell.objects.get()
    assert (kept.score, kept.is_recomputed) == (expected, True)


def test_nothing_that_happens_later_makes_it_green(gone: Customer, now: datetime) -> None:
    farewells.say(sheet.build(as_of=TODAY).lazy(), now=now)
    frozen = _row()
    assert frozen["health.score"] == _row(LAST)["health.score"]
    assert frozen["health.frozen_on"] == LAST
    for day in (date(2026, 6, 10), date(2026, 6, 15)):
        town.answer(gone, day, 10)
        town.answer(gone, day, 5, scale="csat")
    later = _row()
    assert later["health.score"] == frozen["health.score"]
    assert later["health.band"] == frozen["health.band"] != "good"
    assert jobs.freeze_shown(sheet.build(as_of=TODAY).lazy(), on=TODAY) == 0


def test_the_frozen_score_still_explains_itself(gone: Customer, now: datetime) -> None:
    farewells.say(sheet.build(as_of=TODAY).lazy(), now=now)
    told = reasons.explained(_row())
    assert told.is_frozen
    total = told.found.start + sum(line.points or 0 for line in told.found.lines)
    assert total + sum(line.points or 0 for line in told.found.adjustments) == told.found.score


def test_a_change_into_the_frozen_time_adds_up(gone: Customer, now: datetime) -> None:
    farewells.say(sheet.build(as_of=TODAY).lazy(), now=now)
    told = past.between(gone, date(2026, 5, 10), TODAY)
    assert told.after.frozen_on == LAST
    assert told.causes is not None
    total = sum(each.exact for each in told.causes.changes)
    assert total == pytest.approx(told.after.score - told.before.score, abs=1e-9)  # type: ignore[operator]


def test_who_comes_back_is_judged_again(gone: Customer, now: datetime) -> None:
    farewells.say(sheet.build(as_of=TODAY).lazy(), now=now)
    town.contract(gone, reais_a_month=900, starts=date(2026, 6, 10), ends=date(2027, 6, 10))
    row = _row()
    assert row["health.frozen_on"] is None
    assert row["c.nps.last_score"] is not None
    assert _row(date(2026, 6, 5))["health.frozen_on"] == LAST
