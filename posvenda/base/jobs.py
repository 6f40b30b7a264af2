"""Work behind the pages: a worker, a scheduler tick, retries, and a reaper for killed workers.

Jobs are ``django_tasks`` tasks kept in the database, so they are enqueued inside the business
transaction. The library claims each task once; what it lacks is here: a task whose worker died goes
back to the queue, a failed one is tried again with growing pauses, and repeated jobs are enqueued
by whichever worker's conditional update of the ``Schedule`` row succeeds.
"""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import close_old_connections, transaction
from django.utils.crypto import get_random_string

from posvenda.base import announcements, clock
from posvenda.base.models import Heartbeat, Schedule

log = logging.getLogger(__name__)

TICK_SECONDS = 2.0
SILENCE = timedelta(seconds=30)
ATTEMPTS = 4
# The priority of long work: what somebody waits for goes first.
AFTER_PEOPLE = -50
PAUSES = (timedelta(seconds=15), timedelta(minutes=2), timedelta(minutes=15))

Next = Callable[[datetime], datetime]


@dataclass(frozen=True)
class Repeat:
    """A repeated job: ``next_after`` gives its next instant after a moment.

    ``when`` says whether there is anything to do; without it there always is.
    """

    name: str
    job: Any
    next_after: Next
    when: Callable[[], bool] = lambda: True


_repeats: dict[str, Repeat] = {}


def repeat(
    name: str, job: Any, next_after: Next, *, when: Callable[[], bool] = lambda: True
) -> None:
    """This will have ``job`` enqueued again and again, each time it is due and ``when`` says so.

    Call it in ``ready()``.
    """
    _repeats[name] = Repeat(name, job, next_after, when)


def every(seconds: int) -> Next:
    """This will give the rule 'so many seconds later'."""
    return lambda moment: moment + timedelta(seconds=seconds)


def daily_at(hour: int) -> Next:
    """This will give the rule 'each day at this hour of the company'."""

    def next_after(moment: datetime) -> datetime:
        day: date = clock.day_of(moment)
        due = clock.start_of(day) + timedelta(hours=hour)
        return (
            due if due > moment else clock.start_of(day + timedelta(days=1)) + timedelta(hours=hour)
        )

    return next_after


def enqueue_once(job: Any, *args: Any) -> bool:
    """This will enqueue a job unless the same one already waits; it says whether it did."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=job.module_path)
    if any(row.args_kwargs["args"] == list(args) for row in waiting):
        return False
    job.enqueue(*args)
    return True


def tick(*, now: datetime, worker: str) -> None:
    """This will do one round of housekeeping: heartbeat, reaping, retries, schedules, news."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"seen_at": now})
    reap(now=now)
    retry(now=now)
    start_due(now=now)
    announcements.deliver(now=now)


def reap(*, now: datetime) -> int:
    """This will take tasks back from silent workers, or fail them after the last attempt."""
    from django_tasks_db.models import DBTaskResult

    alive = set(
        Heartbeat.objects.filter(seen_at__gte=now - SILENCE).values_list("worker", flat=True)
    )
    count = 0
    for task in DBTaskResult.objects.running().only("id", "worker_ids", "started_at"):
        if not task.worker_ids or task.worker_ids[-1] in alive:
            continue
        if task.started_at and task.started_at > now - SILENCE:
            continue
        is_last = len(task.worker_ids) >= ATTEMPTS
        count += (
            DBTaskResult.objects.running()
            .filter(pk=task.pk)
            .update(status="FAILED" if is_last else "READY", finished_at=now if is_last else None)
        )
    return count


def retry(*, now: datetime) -> int:
    """This will put failed tasks back with a pause that grows with each attempt."""
    from django_tasks_db.models import DBTaskResult

    count = 0
    fresh = DBTaskResult.objects.failed().filter(finished_at__gte=now - timedelta(days=1))
    for task in fresh.only("id", "worker_ids", "finished_at"):
        attempts = len(task.worker_ids)
        if not 0 < attempts < ATTEMPTS:
            continue
        due = (task.finished_at or now) + PAUSES[attempts - 1]
        count += (
            DBTaskResult.objects.failed()
            .filter(pk=task.pk)
            .update(status="READY", run_after=due, finished_at=None)
        )
    return count


def start_due(*, now: datetime) -> list[str]:
    """This will enqueue each repeated job whose time has come, exactly once among all workers."""
    started = []
    for item in _repeats.values():
        row, is_new = Schedule.objects.get_or_create(
            name=item.name, defaults={"next_at": item.next_after(now)}
        )
        if is_new or row.next_at > now or not item.when():
            continue
        with transaction.atomic():
            claimed = Schedule.objects.filter(name=item.name, next_at=row.next_at).update(
                next_at=item.next_after(now), last_at=now
            )
            if claimed:
                enqueue_once(item.job)
                started.append(item.name)
    return started


def work() -> None:
    """This will run tasks and ticks until the process is told to stop."""
    from django_tasks_db.management.commands.db_worker import Worker

    name = f"{os.getpid()}-{get_random_string(12)}"
    stop = threading.Event()
    thread = threading.Thread(target=_tick_until, args=(stop, name), name="tick", daemon=True)
    thread.start()
    worker = Worker(
        queue_names=["*"],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    worker.configure_signals()
    try:
        worker.run()
    finally:
        stop.set()
        thread.join(timeout=5)


def _tick_until(stop: threading.Event, worker: str) -> None:
    while not stop.is_set():
        try:
            tick(now=clock.now(), worker=worker)
        except Exception:
            # The loop outlives any single failure (a locked database, a bad subscriber); the next
            # round repeats the work, since every step is a conditional update.
            log.exception("tick failed")
        close_old_connections()
        stop.wait(TICK_SECONDS)
