"""The customer's own page of its plan: no sign-in, only what is meant for the customer."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from posvenda.base.requests import Request
from posvenda.success.plans import actions, links, queries
from posvenda.success.plans.models import Milestone, PlanLink
from posvenda.ui import toasts


@login_not_required
@require_http_methods(["GET", "POST"])
def page(request: Request, token: str) -> HttpResponse:
    """This will show a customer its plan and let it complete what is its own."""
    link = links.opened(token, now=request.now)
    if link is None:
        return _closed(request)
    if not links.may_ask(f"link:{link.pk}", most=links.OPENINGS, now=request.now):
        return _private(HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS))
    with translation.override(link.language):
        if request.method == "POST":
            return _private(_done(request, link, token))
        links.seen(link, now=request.now)
        return _private(render(request, "success/plans/public.html", _values(request, link)))


def _done(request: Request, link: PlanLink, token: str) -> HttpResponse:
    key = request.POST.get("milestone", "")
    one = Milestone.objects.filter(plan=link.plan, key=key).first()
    if one is None:
        return _closed(request)
    one.plan = link.plan
    try:
        actions.complete_by_customer(one, link=link, now=request.now)
    except actions.NotTheirs:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    toasts.say(request, _("Thank you. We have been told."))
    return redirect("plan_public", token)


def _values(request: Request, link: PlanLink) -> dict[str, object]:
    shown = [
        step for step in queries.steps(link.plan, today=request.today) if step.milestone.is_shown
    ]
    done = sum(step.is_done for step in shown)
    return {
        "steps": shown,
        "done": done,
        "total": len(shown),
        "customer": link.plan.customer,
        "label": link.plan.label and queries.Text(link.plan.label),
        "day": (request.today - link.plan.started_on).days,
    }


def _closed(request: Request) -> HttpResponse:
    """The same words for a link that never was, is over, or was taken back; guessing is slowed."""
    who = f"wrong:{request.META.get('REMOTE_ADDR', '')}"
    if not links.may_ask(who, most=links.WRONG, now=request.now):
        return _private(HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS))
    answer = render(request, "success/plans/closed.html", status=HTTPStatus.NOT_FOUND)
    return _private(answer)


def _private(answer: HttpResponse) -> HttpResponse:
    """Nothing keeps the page, nobody is told its address, no search engine lists it."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "no-store"
    # Not "no-referrer": the browser would send "Origin: null", and every form would be refused.
    answer["Referrer-Policy"] = "same-origin"
    return answer
