"""The event store's errands: staged events to the lake, old keys out, months in one file."""

from django_tasks import task

from posvenda.base import clock
from posvenda.commerce import usage
from posvenda.commerce.store import UsageCorrection
from posvenda.commerce.usage import taking

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
    gone = UsageCorrection.objects.values_list("batch_ref", flat=True)
    return usage.lake().compact(apart=list(gone))
