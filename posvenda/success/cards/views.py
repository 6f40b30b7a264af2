"""The page *Sinais*: open signals, overrides in force, people against score, who was right."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.core.health.calls import HitRate
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import tabs
from posvenda.success.cards import actions, outcomes, queries, words
from posvenda.success.cards.forms import HandleForm
from posvenda.success.cards.models import Indicator
from posvenda.ui import formats, toasts

PAGE = 25
NATURES = ("risk", "opportunity")


@require_GET
def signals(request: Request) -> HttpResponse:
    """This will show what is open, what people overrode, and where they and the score differ."""
    asked = request.GET.get("tipo", "")
    asked = asked if asked in (*NATURES, "silenced", "mine") else ""
    held = queries.signals(request.user)
    page = Paginator(_asked(held, asked, request), PAGE).get_page(request.GET.get("page"))
    told = queries.calls(request.user, today=request.today)
    overridden = queries.overrides(request.user, now=request.now, today=request.today)
    values = {
        "tabs": tabs.shown("signals"),
        "asked": asked,
        "chips": _chips(),
        "page": page,
        "lines": [(each, words.title(each)) for each in page.object_list],
        "form": HandleForm(owners=User.objects.owners()),
        "overrides": [(each, words.override(each)) for each in overridden[: queries.MOST]],
        "disagreements": queries.disagreements(told, _shown(request, told)),
        "calls": len(told),
        "may_write": request.user.may_write,
        **_record(request),
    }
    return render(request, "success/cards/signals.html", values)


def _asked(held: Any, asked: str, request: Request) -> Any:
    if asked == "silenced":
        return held.filter(resolved_at=None, silent_until__gt=request.today)
    waiting = queries.waiting(held, today=request.today)
    if asked == "mine":
        return waiting.filter(owner=request.user)
    return waiting.filter(nature=asked) if asked else waiting


def _chips() -> list[tuple[str, str]]:
    return [
        ("", _("All open")),
        ("risk", _("Risks")),
        ("opportunity", _("Opportunities")),
        ("mine", _("Mine")),
        ("silenced", _("Silenced")),
    ]


def _shown(request: Request, told: list[Any]) -> Mapping[int, tuple[float | None, str]]:
    """The present score and band of the customers somebody expects something of."""
    ids = [call.customer_id for call in told]
    if not ids:
        return {}
    frame = sheet.lazy(now=request.now).frame.filter(pl.col("customer_id").is_in(ids))
    rows = frame.select("customer_id", "health.score", "health.band").collect().iter_rows()
    return {pk: (score, band or "unknown") for pk, score, band in rows}


def _record(request: Request) -> dict[str, object]:
    seen = None
    if not request.user.sees_everyone:
        seen = Customer.objects.visible_to(request.user).values("pk")
    found = outcomes.record(seen, today=request.today)
    return {
        "record": found,
        "rates": [
            (_("People"), found.people, _rate(found.people)),
            (_("Score"), found.score, _rate(found.score)),
        ],
    }


def _rate(rate: HitRate) -> str:
    """The share with its interval; under 30 decided calls what is missing."""
    locale = get_language() or "en"
    if rate.rate is None or rate.interval is None:
        return _("too few to judge: %(n)d of 30") % {"n": rate.n}
    low, high = (formats.percent(each, locale, digits=0) for each in rate.interval)
    share = formats.percent(rate.rate, locale, digits=0)
    return _("%(share)s right (95%% interval: %(low)s to %(high)s)") % {
        "share": share,
        "low": low,
        "high": high,
    }


@require_POST
def handle(request: Request, public_id: str) -> HttpResponse:
    """This will give a signal to somebody, silence it, or close it."""
    held = queries.signals(request.user)
    signal = get_object_or_404(held, public_id=public_id)
    if not request.user.may_write:
        raise PermissionDenied
    form = HandleForm(request.POST, owners=User.objects.owners())
    if not form.is_valid():
        toasts.say(request, _("Choose what to do with the signal."), is_error=True)
        return _back(request)
    try:
        told = _handled(signal, form, request)
    except actions.AlreadyResolved:
        told = _("Somebody closed it before you; nothing changed.")
    toasts.say(request, told)
    return _back(request)


def _handled(signal: Indicator, form: HandleForm, request: Request) -> str:
    by, now, note = request.user, request.now, form.cleaned_data["note"]
    match form.cleaned_data["verb"]:
        case HandleForm.ASSIGN:
            owner = form.new_owner
            actions.assign(signal, owner=owner, by=by, now=now)
            return _("%(name)s looks after it now.") % {
                "name": owner.name if owner else _("Nobody")
            }
        case HandleForm.SILENCE:
            days = form.cleaned_data["days"] or 7
            until = request.today + timedelta(days=days)
            actions.silence(signal, until=until, by=by, now=now)
            day = formats.date_short(until, get_language() or "en", today=request.today)
            return _("Silent until %(day)s.") % {"day": day}
        case HandleForm.HANDLED:
            actions.resolve(signal, outcome="handled", by=by, now=now, note=note)
            return _("Closed as handled.")
    actions.resolve(signal, outcome="dismissed", by=by, now=now, note=note)
    return _("Closed: not a signal. The rule stays quiet about this customer for 30 days.")


@require_POST
def end_override(request: Request, public_id: str) -> HttpResponse:
    """This will have the scorecard speak again for one customer."""
    seen = Customer.objects.visible_to(request.user)
    customer = get_object_or_404(seen, public_id=public_id)
    if not request.user.may_write:
        raise PermissionDenied
    actions.end_override(customer, by=request.user, now=request.now)
    toasts.say(request, _("The scorecard speaks again."))
    return _back(request)


def _back(request: Request) -> HttpResponse:
    """To the page the form stood on."""
    to = request.POST.get("volta", "")
    is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()})
    return redirect(to if is_ours and to.startswith("/") else "health_signals")
