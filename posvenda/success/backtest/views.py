"""The page *Saúde › Validação*: the newest back-test, asking for one, publishing its weights."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from posvenda.base.requests import Request
from posvenda.success import definitions, tabs
from posvenda.success.backtest import asking, scoring, shown
from posvenda.success.backtest.models import BacktestRun
from posvenda.ui import toasts

Status = BacktestRun.Status
PAST = 8


@require_GET
def page(request: Request, public_id: str | None = None) -> HttpResponse:
    """This will show a back-test that is done, and how far one is that is not."""
    _for_managers(request)
    cards = definitions.cards().cards
    finished = BacktestRun.objects.filter(status=Status.DONE).select_related("published", "by")
    in_force, newest_first = asking.text_in_force(), finished.order_by("-pk")
    if public_id is None:
        run = newest_first.filter(card_text=in_force).first() or newest_first.first()
    else:
        run = get_object_or_404(finished, public_id=public_id)
    context: dict[str, Any] = {
        "tabs": tabs.shown("backtest"),
        "run": run,
        "shown": None if run is None else shown.shown(run, in_force=in_force),
        "past": newest_first[:PAST],
        "matured": scoring.matured(),
        "cards": [(each.name, str(each.label or each.name)) for each in cards],
        **_moving(),
    }
    return render(request, "success/backtest/page.html", context)


@require_GET
def progress(request: Request) -> HttpResponse:
    """This will tell how far a run is; when it ends the page comes anew."""
    _for_managers(request)
    moving = _moving()
    response = render(request, "success/backtest/_moving.html", moving)
    if moving["moving"] is None:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def start(request: Request) -> HttpResponse:
    """This will have the worker back-test a card in force: the one named, or the last."""
    _for_managers(request)
    name = request.POST.get("card")
    try:
        card = asking.titled(name) if name else None
        asking.ask(by=request.user, now=request.now, card=card)
    except asking.NoSuchCard:
        toasts.say(request, _("There is no such scorecard in force."), is_error=True)
    except asking.AlreadyAsked:
        toasts.say(request, _("A test is under way already."))
    return redirect("backtest")


@require_POST
def publish(request: Request, public_id: str) -> HttpResponse:
    """This will put learnt weights in force, because a person decided so."""
    _for_managers(request)
    run = get_object_or_404(BacktestRun, public_id=public_id, status=Status.DONE)
    try:
        row = asking.publish(run, by=request.user, now=request.now)
    except asking.CardChanged:
        text = _("The card has changed since this test. Test the present one first.")
        toasts.say(request, text, is_error=True)
    except asking.NothingLearnt:
        toasts.say(request, _("This test has no weights for the present card."), is_error=True)
    else:
        text = _("Version %(version)s of the card is in force. Health is worked out again now.")
        toasts.say(request, text % {"version": row.version})
    return redirect("backtest_run", public_id)


def _moving() -> dict[str, Any]:
    runs = BacktestRun.objects.order_by("-pk")
    last = runs.first()
    moving = last if last is not None and last.status in (Status.QUEUED, Status.RUNNING) else None
    failed = last if last is not None and last.status == Status.FAILED else None
    return {"moving": moving, "failed": failed}


def _for_managers(request: Request) -> None:
    if not request.user.may_manage:
        raise PermissionDenied
