"""The day's upkeep of what every room uses: records of finished jobs are let go of."""

from datetime import datetime, timedelta

from django.conf import settings
from django_tasks import task

from posvenda.base import clock

AT_ONCE = 5_000


@task()
def upkeep() -> int:
    """This will let go of the records of jobs that finished or failed for good long ago."""
    return prune(before=clock.now() - timedelta(days=settings.JOB_DAYS))


def prune(*, before: datetime) -> int:
    """This will delete what finished before a moment, some thousands at once, and say how many."""
    from django_tasks_db.models import DBTaskResult

    old, count = DBTaskResult.objects.finished().filter(finished_at__lt=before), 0
    while ids := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        count += DBTaskResult.objects.filter(pk__in=ids).delete()[0]
    return count
