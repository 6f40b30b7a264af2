"""What the worker does for the REST API: facts of other days, forgetting what is old."""

from django_tasks import task

from posvenda.api.rest import idempotency, snapshots
from posvenda.base import clock


@task()
def perform(pk: int) -> None:
    """This will work out one snapshot."""
    snapshots.perform(pk, now=clock.now())


@task()
def prune() -> None:
    """This will forget answers and snapshots older than a day."""
    now = clock.now()
    idempotency.prune(now=now)
    snapshots.prune(now=now)
