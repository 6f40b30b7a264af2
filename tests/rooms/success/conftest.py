"""A clock that stands still for the jobs, and ways to run them as the worker does."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import settings as django_settings

from posvenda.base import clock
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.journey import jobs, replaying
from posvenda.success.plans import following


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Callable[[datetime], None]:
    """This will build the sheet of a moment and let history and plans follow it."""
    monkeypatch.setattr(django_settings, "HISTORY_DAYS", 110)

    def run(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)
        sheet.refresh(now=moment)
        jobs.step()
        is_new = False
        while replaying.turn(now=moment, seconds=60):
            is_new = True
        if is_new or jobs.history.covered_to():
            sheet.refresh(now=moment)
            jobs.step()
        view = sheet.lazy(now=moment)
        following.follow(view, screen=definitions.judgement().stages.screen, now=moment)
        sheet.refresh(now=moment)

    return run
