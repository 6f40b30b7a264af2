"""Work of the back-test that the worker does: runs, and the scoring of chances that came due.

A run is done in turns, so that nobody's import waits behind two years of past days.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django_tasks import task

from posvenda.base import clock, jobs
from posvenda.success.backtest import scoring
from posvenda.success.backtest.models import BacktestRun

SILENCE = timedelta(minutes=3)
# Each turn reads the tables again: it lasts long enough for that to be the smaller part.
TURN_SECONDS, READINGS = 4.0, 4
Status = BacktestRun.Status


class StillRunning(RuntimeError):
    """Raised when another worker seems to be at this run; trying again later will tell."""


@task(priority=jobs.AFTER_PEOPLE)
def back_test(run_id: int) -> None:
    """This will carry out a turn of a run, or go on where a killed worker stopped."""
    from posvenda.success.backtest import run as runs

    found = claim(run_id)
    if found is None:
        if BacktestRun.objects.filter(pk=run_id, status=Status.RUNNING).exists():
            raise StillRunning(run_id)
        return
    try:
        runs.perform(found, ticking=clock.now, is_over=_turn())
    except runs.Paused:
        with transaction.atomic():
            BacktestRun.objects.filter(pk=run_id).update(status=Status.QUEUED)
            back_test.enqueue(run_id)
    except Exception as error:
        BacktestRun.objects.filter(pk=run_id).update(
            status=Status.FAILED, problem=type(error).__name__
        )
        raise


def _turn() -> Callable[[], bool]:
    """Whether a turn that begins now is over, asked after each day."""
    began, first = time.monotonic(), 0.0

    def is_over() -> bool:
        nonlocal first
        spent = time.monotonic() - began
        first = first or spent
        return spent > max(TURN_SECONDS, READINGS * first)

    return is_over


@task()
def score_predictions() -> int:
    """This will write down what became of those whose chance was stated a horizon ago."""
    return scoring.score_due(now=clock.now())


def claim(run_id: int) -> BacktestRun | None:
    """This will take a run that waits, failed, or whose worker fell silent; None when not free."""
    now = clock.now()
    silent = Q(status=Status.RUNNING) & (Q(beat_at=None) | Q(beat_at__lt=now - SILENCE))
    free = Q(status__in=(Status.QUEUED, Status.FAILED)) | silent
    with transaction.atomic():
        taken = BacktestRun.objects.filter(free, pk=run_id).update(
            status=Status.RUNNING, beat_at=now, problem=""
        )
    return BacktestRun.objects.get(pk=run_id) if taken else None
