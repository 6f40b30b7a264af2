"""The event store's errands: staged events to the lake, old keys out, months in one file."""

from django_tasks import task

from posvenda.base import clock
from posvenda.commerce import usage
from posvenda.commerce.usage import taking
from posvenda.commerce.usage.events import taken_back

DRAIN_SECONDS = 30


@task()
def drain() -> int:
    """This will move staged events into the lake."""
    return usage.drain()


@task()
def compact() -> int:
    """This will forget keys of long ago and rewrite months kept in many small files as one each."""
    taking.prune(now=clock.now())
    usage.drain()
    return usage.lake().compact(apart=taken_back())
