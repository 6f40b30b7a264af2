"""Work of the doors that the worker does: files looked at and imported, webhooks taken in."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django_tasks import task

from posvenda.api.imports import run as runs
from posvenda.api.imports import uploaded
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.undo import run as undoing
from posvenda.api.models import ImportRun, Mending, TrackingDay
from posvenda.api.refused import again, mending
from posvenda.api.refused import groups as refused_groups
from posvenda.api.sources import reading
from posvenda.api.webhooks import processing, silence
from posvenda.base import clock
from posvenda.base import jobs as schedule
from posvenda.base.deadletters import StillRefused
from posvenda.base.models import User


@task()
def inspect(run_id: int) -> None:
    """This will find out what uploaded files hold; twice gives the same."""
    uploaded.inspect(run_id, now=clock.now())


@task()
def check(run_id: int) -> None:
    """This will rehearse an import; a run that somebody else rehearses is left alone."""
    now = clock.now()
    run = runs.claim(run_id, now=now, status=ImportRun.Status.CHECKING)
    if run is not None:
        runs.rehearse(run, now=now, clock=clock.now)


@task()
def perform(run_id: int) -> None:
    """This will import, or go on where a killed worker stopped."""
    now = clock.now()
    run = runs.claim(run_id, now=now)
    if run is None:
        if ImportRun.objects.filter(pk=run_id, status=ImportRun.Status.RUNNING).exists():
            raise runs.StillRunning(run_id)
        return
    try:
        runs.perform(run, now=now, clock=clock.now)
    except Unusable:
        return  # the run keeps the sentence; trying again would not mend the file
    if run.status == ImportRun.Status.DONE:
        uploaded.drop(run)


@task()
def undo(run_id: int) -> None:
    """This will undo an import, or go on where a killed worker stopped."""
    now = clock.now()
    run = undoing.claim(run_id, now=now)
    if run is not None:
        undoing.perform(run, now=now, clock=clock.now)
    elif ImportRun.objects.filter(pk=run_id, status=ImportRun.Status.UNDOING).exists():
        raise runs.StillRunning(run_id)


@task()
def take_row_in(refusal_id: int, user_id: int) -> None:
    """This will take one mended row in; a row that is still wrong stays among the refused."""
    row = refused_groups.rows().select_related("file__run__batch").filter(pk=refusal_id).first()
    by = User.objects.filter(pk=user_id).first()
    if row is not None:
        with suppress(StillRefused):
            again.take_in(row, row.row, by=by, now=clock.now())


@task()
def mend(mending_id: int) -> None:
    """This will try all of one reason again, or set it aside; killed, it goes on."""
    found = mending.claim(mending_id, now=clock.now())
    if found is not None:
        mending.perform(found, clock=clock.now)
    elif Mending.objects.filter(pk=mending_id, finished_at=None).exists():
        raise runs.StillRunning(mending_id)


@task()
def read_due_sources() -> int:
    """This will have every source read whose time has come."""
    waiting = reading.due(now=clock.now())
    return sum(schedule.enqueue_once(read_source, pk) for pk in waiting)


@task()
def read_source(source_id: int) -> None:
    """This will read one place; what a person confirmed before goes in by itself."""
    now = clock.now()
    source = reading.claim(source_id, now=now)
    if source is not None:
        for run in reading.read(source, now=now):
            perform.enqueue(run.pk)


@task()
def take_webhooks_in() -> int:
    """This will take in the deliveries that wait."""
    return processing.process(clock=clock.now)


@task()
def forget_use_of_keys() -> int:
    """This will let go of the daily counts of keys that nobody looks at any more."""
    oldest = clock.day_of(clock.now()) - timedelta(days=settings.KEY_USE_DAYS)
    return TrackingDay.objects.filter(day__lt=oldest).delete()[0]


@task()
def watch_webhooks() -> int:
    """This will mark the webhooks that have been silent for too long."""
    return len(silence.watch(now=clock.now()))
