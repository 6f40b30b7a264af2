"""Health and stage on the sheet: sums, past days, and what is frozen."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from posvenda.base import clock
from posvenda.base.models import User
from posvenda.core import health as theory
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions, jobs
from posvenda.success.models import HealthShown
from tests.rooms import town

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(now: datetime, csm: User) -> Customer:
    """A shop's customer who bought every 30 days and then stopped."""
    definitions.install("loja", now=now)
    ana = town.company("Ana Lima", owner=csm, kind="person")
    town.orders(ana, *town.every(30, until=date(2026, 5, 1), times=6))
    return ana


def test_contributions_add_up_to_the_score(shop: Customer, now: datetime) -> None:
    built = sheet.build(as_of=clock.day_of(now))
    row = built.row(0, named=True)
    names = [theory.contribution_of(fact) for fact in definitions.card().facts]
    names += [theory.REWEIGHTED, theory.OVERRIDE]
    parts = [row[name] for name in names if row[name] is not None]
    assert len(parts) > 4
    assert definitions.card().start + sum(parts) == pytest.approx(row["health.score"], abs=1e-9)


def test_a_change_is_the_score_minus_the_score_recomputed_for_then(
    shop: Customer, now: datetime
) -> None:
    today = clock.day_of(now)
    at = {
        days: sheet.build(as_of=today - timedelta(days)).row(0, named=True)["health.score"]
        for days in (0, 7, 30)
    }
    row = sheet.build(as_of=today).row(0, named=True)
    assert row["health.change_7d"] == pytest.approx(at[0] - at[7])
    assert row["health.change_30d"] == pytest.approx(at[0] - at[30])
    assert row["health.change_30d"] < -10


def test_a_touched_customer_keeps_its_past_score(shop: Customer, now: datetime) -> None:
    before = sheet.refresh(now=now) and sheet.row(shop.pk, now=now)
    assert before is not None
    later = now + timedelta(minutes=5)
    town.answer(shop, clock.day_of(now), 1, scale="csat")
    sheet.touch([shop.pk], now=later)
    after = sheet.row(shop.pk, now=later)
    assert after is not None
    fell = after["health.score"] - before["health.score"]
    assert fell < -5
    assert after["health.change_7d"] == pytest.approx(before["health.change_7d"] + fell)


def test_the_stage_follows_the_customers_own_interval(shop: Customer) -> None:
    stages = {
        day: sheet.build(as_of=day).row(0, named=True)["stage.name"]
        for day in (date(2025, 12, 10), date(2026, 5, 2), date(2026, 6, 20), date(2026, 9, 1))
    }
    assert list(stages.values()) == ["first_purchase", "repeating", "lapsing", "lapsed"]


def test_the_health_of_a_day_is_frozen_once(shop: Customer, now: datetime) -> None:
    today = clock.day_of(now)
    frame = sheet.build(as_of=today).lazy()
    assert jobs.freeze_shown(frame, on=today) == 1
    worse = frame.with_columns(pl.lit(1.0).alias("health.score"))
    assert jobs.freeze_shown(worse, on=today) == 0
    shown = HealthShown.objects.get()
    assert (shown.customer_id, shown.on, shown.card) == (shop.pk, today, "loja@1")
    assert shown.parts.startswith("[")
    assert shown.coverage is not None
    assert shown.score == pytest.approx(frame.collect()["health.score"].item())
    assert jobs.freeze_shown(worse, on=today + timedelta(1)) == 1


def test_a_customer_without_a_score_is_not_frozen(csm: User, now: datetime) -> None:
    definitions.install("saas", now=now)
    town.company("Nova", owner=csm)
    today = clock.day_of(now)
    assert sheet.build(as_of=today)["health.band"].to_list() == ["unknown"]
    assert jobs.freeze_shown(sheet.build(as_of=today).lazy(), on=today) == 0
