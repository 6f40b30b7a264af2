"""What the worker does for privacy: exports, erasures, and the daily look at old exports."""

from datetime import timedelta

from django_tasks import task

from posvenda.base import clock, jobs
from posvenda.base.models import Announcement, DeadLetter
from posvenda.customers.privacy import erasing, exports, screening, scrubbing, sheets
from posvenda.customers.privacy.models import Erasure

# A sheet that was being built while somebody was erased may still hold them when it is done.
OVERLAP = timedelta(hours=3)
SINCE = timedelta(hours=26)


@task()
def export(request_id: int) -> None:
    """This will write the export of a request."""
    exports.make(request_id, now=clock.now())


@task()
def erase(erasure_id: int) -> None:
    """This will erase, or go on where a killed worker stopped."""
    erasing.carry_out(erasure_id, now=clock.now())
    jobs.enqueue_once(scrub)


@task()
def scrub() -> int:
    """This will overwrite the free space once for all who were erased, and write the proofs."""
    return erasing.complete(now=clock.now())


@task()
def tidy() -> int:
    """This will remove exports that were handed over long ago.

    Where a door turned erased people away, their bytes passed through the database all the same;
    its free space is then overwritten.
    """
    now = clock.now()
    if DeadLetter.objects.filter(code=screening.CODE, at__gte=now - SINCE).exists():
        scrubbing.scrub()
    return exports.drop_old(now=now)


def on_sheet(news: Announcement) -> None:
    """This will take the lately erased off a sheet that was begun before they went."""
    late = Erasure.objects.filter(rows_gone_at__gte=news.at - OVERLAP, contact_ref=None)
    ids = [ref for erasure in late for ref in erasure.refs]
    if ids:
        sheets.forget(ids)
