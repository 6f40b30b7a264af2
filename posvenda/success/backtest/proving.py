"""What the back-test tells the preview of a draft: its result for a text, or a new test of it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from posvenda.base.models import User
from posvenda.success.backtest import asking, wording
from posvenda.success.backtest.models import BacktestRun
from posvenda.success.editor import proof

Status = BacktestRun.Status


def result(text: str) -> proof.Result | None:
    """This will give the newest finished back-test of a card's text."""
    run = BacktestRun.objects.filter(status=Status.DONE, card_text=text).order_by("-pk").first()
    if run is None:
        return None
    area = run.figures.get("auc") or {}
    return proof.Result(
        auc=area.get("value"),
        low=area.get("low"),
        high=area.get("high"),
        verdict=wording.verdict(run.figures),
        url=reverse("backtest_run", args=[run.public_id]),
        finished_at=run.finished_at,
    )


def is_running(text: str) -> bool:
    """This will say whether a back-test of this text waits or runs."""
    moving = (Status.QUEUED, Status.RUNNING)
    return BacktestRun.objects.filter(status__in=moving, card_text=text).exists()


def ask(name: str, text: str, by: User, now: datetime) -> None:
    """This will have the worker test a text; raises ``proof.Busy`` while another test runs."""
    try:
        asking.ask(by=by, now=now, card=name, text=text)
    except asking.AlreadyAsked as error:
        raise proof.Busy from error


BACKTEST = proof.Backtest(result=result, is_running=is_running, ask=ask)
