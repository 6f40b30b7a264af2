"""Jobs: nothing runs twice, nothing is forgotten when a worker dies."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from posvenda.base import jobs
from posvenda.base.models import Heartbeat, Schedule

pytestmark = pytest.mark.django_db


@task()
def example(word: str = "x") -> str:
    return word


@pytest.fixture(autouse=True)
def _no_other_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_repeats", {})


def _running(now: datetime, worker: str, attempts: int = 1) -> DBTaskResult:
    result = example.enqueue("a")
    row = DBTaskResult.objects.get(pk=result.id)
    row.status = "RUNNING"
    row.started_at = now - timedelta(minutes=5)
    row.worker_ids = [worker] * attempts
    row.save()
    return row


def test_a_task_of_a_dead_worker_goes_back_to_the_queue(now: datetime) -> None:
    row = _running(now, "gone")
    assert jobs.reap(now=now) == 1
    row.refresh_from_db()
    assert row.status == "READY"


def test_a_task_of_a_living_worker_is_left_alone(now: datetime) -> None:
    row = _running(now, "alive")
    Heartbeat.objects.create(worker="alive", seen_at=now - timedelta(seconds=5))
    assert jobs.reap(now=now) == 0
    row.refresh_from_db()
    assert row.status == "RUNNING"


def test_a_task_that_killed_every_worker_is_given_up(now: datetime) -> None:
    row = _running(now, "gone", attempts=jobs.ATTEMPTS)
    jobs.reap(now=now)
    row.refresh_from_db()
    assert row.status == "FAILED"


def test_a_failed_task_is_tried_again_later_and_not_for_ever(now: datetime) -> None:
    row = _running(now, "w")
    DBTaskResult.objects.filter(pk=row.pk).update(status="FAILED", finished_at=now)
    assert jobs.retry(now=now) == 1
    row.refresh_from_db()
    assert (row.status, row.run_after) == ("READY", now + jobs.PAUSES[0])
    DBTaskResult.objects.filter(pk=row.pk).update(
        status="FAILED", finished_at=now, worker_ids=["w"] * jobs.ATTEMPTS
    )
    assert jobs.retry(now=now) == 0


def test_a_repeated_job_is_enqueued_once_when_two_workers_tick(now: datetime) -> None:
    jobs.repeat("example", example, jobs.every(60))
    assert jobs.start_due(now=now) == []
    later = now + timedelta(seconds=61)
    assert jobs.start_due(now=later) == ["example"]
    assert jobs.start_due(now=later) == []
    assert DBTaskResult.objects.count() == 1


def test_a_stale_claim_of_a_schedule_loses(now: datetime) -> None:
    jobs.repeat("example", example, jobs.every(60))
    jobs.start_due(now=now)
    seen = Schedule.objects.get(name="example").next_at
    later = now + timedelta(seconds=61)
    jobs.start_due(now=later)
    assert Schedule.objects.filter(name="example", next_at=seen).update(next_at=later) == 0


def test_the_same_job_does_not_wait_twice() -> None:
    assert jobs.enqueue_once(example, "a") is True
    assert jobs.enqueue_once(example, "a") is False
    assert jobs.enqueue_once(example, "b") is True


def test_a_daily_job_keeps_its_hour_in_the_company_zone(now: datetime) -> None:
    next_after = jobs.daily_at(3)
    first = next_after(now)
    assert first > now
    assert first.hour == 6  # 03:00 in São Paulo
    assert next_after(first) == first + timedelta(days=1)


def test_foreign_keys_are_enforced_by_the_database() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone() == (1,)
