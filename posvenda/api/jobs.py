"""Work of the doors that the worker does: files looked at and imported, webhooks taken in."""

from django_tasks import task

from posvenda.api.imports import run as runs
from posvenda.api.imports import uploaded
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.undo import run as undoing
from posvenda.api.models import ImportRun
from posvenda.api.webhooks import processing
from posvenda.base import clock


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
def take_webhooks_in() -> int:
    """This will take in the deliveries that wait."""
    return processing.process(clock=clock.now)
