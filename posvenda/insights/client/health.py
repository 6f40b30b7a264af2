"""The part of a customer's page about health: why it changed, what was shown, what people say."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.customers.models import Customer
from posvenda.insights.client import change
from posvenda.insights.client.page import Subject, context, subject
from posvenda.success.cards import actions, queries, words
from posvenda.success.cards.forms import (
    BetweenForm,
    CallForm,
    HandleForm,
    OverrideForm,
    RatingForm,
    SignalForm,
)
from posvenda.ui import toasts

MONTH = timedelta(days=30)
OPEN = 20


@require_GET
def health(request: Request, public_id: str) -> HttpResponse:
    """This will show the change of health between two days, and the forms of people."""
    return _page(request, subject(request, public_id))


@require_GET
def changed(request: Request, public_id: str) -> HttpResponse:
    """This will explain the change between two chosen days: the part, or the whole page."""
    if not request.htmx:
        return _page(request, subject(request, public_id))
    seen = Customer.objects.visible_to(request.user)
    customer = get_object_or_404(seen, public_id=public_id)
    return render(request, "insights/client/_changed.html", _changed(request, customer))


@require_POST
def override(request: Request, public_id: str) -> HttpResponse:
    """This will cap or set the score for a reason, until a day."""
    about = _writable(request, public_id)
    form = OverrideForm(request.POST, today=request.today, auto_id="override_%s")
    if not form.is_valid():
        return _page(request, about, override_form=form)
    actions.override(about.customer, **form.cleaned_data, by=request.user, now=request.now)
    return _done(request, about, _("Health overridden. The reason stays visible beside it."))


@require_POST
def rate(request: Request, public_id: str) -> HttpResponse:
    """This will keep a person's rating."""
    about = _writable(request, public_id)
    form = RatingForm(request.POST, asked=queries.ratings(about.customer), auto_id="rating_%s")
    if not form.is_valid():
        return _page(request, about, rating_form=form)
    actions.rate(about.customer, **form.cleaned_data, by=request.user, now=request.now)
    return _done(request, about, _("Rated. Health counts it until it expires."))


@require_POST
def call(request: Request, public_id: str) -> HttpResponse:
    """This will keep what a person expects, beside what the score shows."""
    about = _writable(request, public_id)
    form = CallForm(request.POST, auto_id="call_%s")
    if not form.is_valid():
        return _page(request, about, call_form=form)
    actions.call(
        about.customer,
        **form.cleaned_data,
        score=about.row.get("health.score"),
        band=about.row.get("health.band") or "unknown",
        by=request.user,
        now=request.now,
    )
    return _done(request, about, _("Noted. It is held against what happens on that day."))


@require_POST
def signal(request: Request, public_id: str) -> HttpResponse:
    """This will raise a signal by hand."""
    about = _writable(request, public_id)
    form = SignalForm(request.POST, auto_id="signal_%s")
    if not form.is_valid():
        return _page(request, about, signal_form=form)
    actions.raise_by_hand(about.customer, **form.cleaned_data, by=request.user, now=request.now)
    return _done(request, about, _("Signal raised."))


def _page(request: Request, about: Subject, **forms: Any) -> HttpResponse:
    values = context(about, request, "client_health")
    values |= _changed(request, about.customer) | _said(request, about)
    values |= _forms(request, about) | forms
    is_faulty = any(form.errors for form in forms.values())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_faulty else HTTPStatus.OK
    return render(request, "insights/client/health.html", values, status=status)


def _changed(request: Request, customer: Customer) -> dict[str, Any]:
    """The chosen days, or the last 30; a fault in them is told, and nothing is worked out."""
    chosen = {"de": request.today - MONTH, "ate": request.today}
    is_asked = "de" in request.GET or "ate" in request.GET
    form = BetweenForm(request.GET if is_asked else None, initial=chosen, today=request.today)
    values: dict[str, Any] = {"between_form": form, "customer": customer}
    if is_asked and not form.is_valid():
        return values
    days = form.cleaned_data if is_asked else chosen
    return values | {"changed": change.between(customer, days["de"], days["ate"])}


def _said(request: Request, about: Subject) -> dict[str, Any]:
    held = queries.signals(request.user).filter(customer=about.customer, resolved_at=None)
    made = queries.override_of(about.customer, now=request.now, today=request.today)
    return {
        "override": made,
        "override_text": words.override(made) if made else "",
        "ratings": queries.ratings(about.customer),
        "last_call": queries.last_call(about.customer),
        "lines": [(each, words.title(each)) for each in held[:OPEN]],
        "form": HandleForm(owners=User.objects.owners()),
        "shown_chart": change.shown(about.customer, as_of=about.as_of),
    }


def _forms(request: Request, about: Subject) -> dict[str, Any]:
    return {
        "override_form": OverrideForm(
            today=request.today,
            initial={"until_on": request.today + MONTH, "kind": "cap"},
            auto_id="override_%s",
        ),
        "rating_form": RatingForm(
            asked=queries.ratings(about.customer), initial={"value": "3"}, auto_id="rating_%s"
        ),
        "call_form": CallForm(
            initial={"decides_on": about.row.get("contract.renews_on")}, auto_id="call_%s"
        ),
        "signal_form": SignalForm(auto_id="signal_%s"),
    }


def _writable(request: Request, public_id: str) -> Subject:
    """The customer, for somebody who may change it: unseen is 404, only seen is 403."""
    about = subject(request, public_id)
    if not request.user.may_write:
        raise PermissionDenied
    return about


def _done(request: Request, about: Subject, told: str) -> HttpResponse:
    toasts.say(request, told)
    return redirect("client_health", about.customer.public_id)
