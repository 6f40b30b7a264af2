"""Doors of the job loop: flushing the inbox, joining what waits, the day's upkeep, replays."""

from datetime import timedelta

from django_tasks import task

from posvenda.base import clock
from posvenda.base import jobs as schedule
from posvenda.base.models import Announcement
from posvenda.commerce.tracking import arrivals, flushing, joining, published, replaying, waiting
from posvenda.commerce.tracking.models import Held, Replay

IRRELEVANT = frozenset({"tracking", "owner", "tagged", "untagged"})
KEPT_HOURS = timedelta(days=60)


@task()
def flush() -> int:
    """This will take in what the tracking doors kept, for some seconds; then others have a turn."""
    done = flushing.flush(now=clock.now())
    if flushing.is_waiting():
        schedule.enqueue_once(flush)
    return done.items


@task()
def attach() -> int:
    """This will take in waiting events whose customer is known now."""
    return waiting.attach(published.in_force(), now=clock.now())


@task()
def upkeep() -> int:
    """This will let go of old waiting events, old counts and the records of finished flushes."""
    from django_tasks_db.models import DBTaskResult

    now = clock.now()
    arrivals.prune(before=now - KEPT_HOURS)
    old = DBTaskResult.objects.successful().filter(finished_at__lt=now - timedelta(hours=1))
    old.filter(task_path__in=(flush.module_path, attach.module_path)).delete()
    return waiting.expire(published.in_force(), now=now)


@task()
def join() -> int:
    """This will have the event store count persons that were joined as one."""
    return joining.carry_out(now=clock.now())


@task()
def replay(replay_id: int) -> None:
    """This will carry a replay out; after a kill it goes on where it was."""
    replaying.carry_out(Replay.objects.get(pk=replay_id), now=clock.now())


def is_anything_held() -> bool:
    """This will say whether anything waits."""
    return Held.objects.exists()


def on_customers(news: Announcement) -> None:
    """This will look for the owners of waiting events after customers changed.

    What the flusher itself told about customers is left out, for it looks at those people at once.
    """
    if news.payload.get("verb") not in IRRELEVANT and is_anything_held():
        schedule.enqueue_once(attach)
