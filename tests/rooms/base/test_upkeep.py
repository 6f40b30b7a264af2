"""Records of finished jobs and counts of keys go when their time is over, and nothing else goes."""

from datetime import datetime, timedelta

import pytest
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from posvenda.api import jobs as doors
from posvenda.api.models import TrackingDay
from posvenda.base import clock, keys, upkeep
from posvenda.base import jobs as schedule

pytestmark = pytest.mark.django_db


@task()
def example() -> None:
    pass


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())


def job(status: str, finished_at: datetime | None) -> str:
    made = example.enqueue()
    DBTaskResult.objects.filter(pk=made.id).update(status=status, finished_at=finished_at)
    return str(made.id)


def test_finished_jobs_go_after_their_days_and_all_others_stay(
    now: datetime, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", 2)
    settings.JOB_DAYS = 3
    DBTaskResult.objects.all().delete()
    old, fresh = now - timedelta(days=3, seconds=1), now - timedelta(days=2, hours=23)
    for _ in range(3):
        job("SUCCESSFUL", old)
    job("FAILED", old)
    kept = {
        job("SUCCESSFUL", fresh),
        job("FAILED", fresh),
        job("READY", None),
        job("RUNNING", None),
    }
    assert upkeep.upkeep.call() == 4
    assert {str(each) for each in DBTaskResult.objects.values_list("pk", flat=True)} == kept


def test_daily_counts_of_keys_go_after_their_days(now: datetime, settings) -> None:
    settings.KEY_USE_DAYS = 31
    key, _text = keys.issue(kind="write", label="app", scopes=["track"], by=None, now=now)
    today = clock.day_of(now)
    for days in (0, 31, 32, 400):
        TrackingDay.objects.create(
            key=key, day=today - timedelta(days=days), shard=0, requests=1, events=1, repeated=0,
            refused=0,
        )  # fmt: skip
    assert doors.forget_use_of_keys.call() == 2
    left = TrackingDay.objects.order_by("day").values_list("day", flat=True)
    assert list(left) == [today - timedelta(days=31), today]


def test_the_worker_does_both_every_day() -> None:
    assert {"jobs.upkeep", "keys.upkeep"} <= set(schedule._repeats)
