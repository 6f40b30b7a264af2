"""Doors of onboarding plans: everybody's plans, one plan, what people do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.core.pace import BEHIND, ON_TRACK, STUCK
from posvenda.core.plans import DONE, STATES
from posvenda.customers import actions as customer_actions
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success.plans import actions, links, queries, template
from posvenda.success.plans.facts import PROGRESS
from posvenda.success.plans.models import Milestone, Plan, PlanLink
from posvenda.success.plans.queries import Step
from posvenda.ui import toasts

SIZE = 50
LINK_DAYS = 60
BAND = {ON_TRACK: "good", BEHIND: "warn", STUCK: "risk", DONE: "good"}
RANK = {STUCK: 0, BEHIND: 1, ON_TRACK: 2, DONE: 3}


@dataclass(frozen=True)
class Line:
    """One plan on the overview, ready to print."""

    plan: Plan
    state: str
    band: str
    word: str
    day: int
    done: int
    total: int
    following: Step | None

    @property
    def rate(self) -> int:
        """The part of the milestones that is done, in percent."""
        return round(100 * self.done / self.total) if self.total else 0


@require_GET
def plans(request: Request) -> HttpResponse:
    """This will list the plans a person may see, the stuck first, 50 a page."""
    view = sheet.lazy(now=request.now)
    mine = _visible(view.frame, request.user).filter(pl.col("onboarding.progress").is_not_null())
    rank = pl.col("onboarding.progress").replace_strict(RANK, default=9, return_dtype=pl.Int8)
    found = (
        mine.select(
            "customer_id", "onboarding.progress", "onboarding.late_days", rank.alias("rank")
        )
        .sort("rank", -pl.col("onboarding.late_days"), "customer_id")
        .collect()
    )
    counts = dict(found["onboarding.progress"].value_counts().iter_rows())
    state = request.GET.get("estado", "")
    shown = found.filter(pl.col("onboarding.progress") == state) if state in STATES else found
    page = Paginator(shown["customer_id"].to_list(), SIZE).get_page(request.GET.get("page"))
    values = {
        "page": page,
        "lines": _lines(list(page.object_list), request),
        "state": state if state in STATES else "",
        "states": [(key, PROGRESS[key], counts.get(key, 0), BAND[key]) for key in RANK],
        "count": found.height,
        "template": template.in_force(),
    }
    return render(request, "success/plans/plans.html", values)


@require_GET
def plan(request: Request, public_id: str) -> HttpResponse:
    """This will show one plan: its days, its milestones, its links."""
    found = _plan(request, public_id)
    return render(request, "success/plans/plan.html", _values(request, found))


@require_POST
def mark(request: Request, public_id: str, milestone: int) -> HttpResponse:
    """This will complete or reopen one milestone."""
    found = _plan(request, public_id)
    one = get_object_or_404(Milestone, pk=milestone, plan=found)
    one.plan = found
    if request.POST.get("do") == "reopen":
        is_new = actions.reopen(one, by=request.user, now=request.now)
        text = _("Reopened.") if is_new else _("It was open already.")
    else:
        is_new = actions.complete(one, by=request.user, now=request.now)
        text = _("Milestone done.") if is_new else _("It was done already.")
    toasts.say(request, text)
    return redirect("plan", found.public_id)


@require_POST
def share(request: Request, public_id: str) -> HttpResponse:
    """This will make a link for the customer, or take one back."""
    found = _plan(request, public_id)
    if request.POST.get("do") == "revoke":
        link = get_object_or_404(PlanLink, public_id=request.POST.get("link", ""), plan=found)
        link.plan = found
        actions.revoke(link, by=request.user, now=request.now)
        toasts.say(request, _("The link opens nothing any more."))
        return redirect("plan", found.public_id)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    try:
        actions.share(
            found, language=language, days=_days(request), by=request.user, now=request.now
        )
    except actions.TooLong:
        most = _("Choose from 1 to %(most)d days.") % {"most": actions.LONGEST_DAYS}
        values = _values(request, found) | {"link_problem": most}
        return render(request, "success/plans/plan.html", values, status=422)
    toasts.say(request, _("The link is ready: copy it and send it to the customer."))
    return redirect("plan", found.public_id)


def _days(request: Request) -> int:
    text = request.POST.get("days", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _values(request: Request, found: Plan) -> dict[str, Any]:
    steps = queries.steps(found, today=request.today)
    line = _line(found, steps, request)
    open_links = found.links.filter(revoked_at=None, expires_at__gt=request.now)
    return {
        "plan": found,
        "line": line,
        "steps": steps,
        "label": found.label and queries.Text(found.label),
        "links": [
            (link, request.build_absolute_uri(reverse("plan_public", args=[links.token(link)])))
            for link in open_links.select_related("by").order_by("-id")
        ],
        "may_write": _may_write(found.customer, request.user),
        "languages": settings.LANGUAGES,
        "link_days": LINK_DAYS,
        "today_at": max(0, min(100, round(100 * line.day / max(1, found.days)))),
        "dots": [(step, min(100, round(100 * step.day / max(1, found.days)))) for step in steps],
    }


def _may_write(customer: Customer, user: User) -> bool:
    try:
        customer_actions.check([customer], by=user)
    except PermissionDenied:
        return False
    return True


def _plan(request: Request, public_id: str) -> Plan:
    """A plan of a customer this person may see; whoever may not cannot tell it exists."""
    rows = Plan.objects.filter(customer__in=Customer.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("customer__owner"), public_id=public_id)


def _visible(frame: pl.LazyFrame, user: User) -> pl.LazyFrame:
    return frame if user.sees_everyone else frame.filter(pl.col("who.owner_id") == user.pk)


def _lines(customers: list[int], request: Request) -> list[Line]:
    """The last plan of each of these customers, with its milestones: three queries."""
    found: dict[int, Plan] = {}
    rows = Plan.objects.filter(customer_id__in=customers, started_on__lte=request.today)
    for each in rows.select_related("customer__owner").order_by("started_on"):
        found[each.customer_id] = each
    steps = queries.steps_of(list(found.values()), today=request.today)
    return [_line(found[pk], steps[found[pk].pk], request) for pk in customers if pk in found]


def _line(plan: Plan, steps: list[Step], request: Request) -> Line:
    open_ones = [step for step in steps if not step.is_done]
    late = max((step.late_days for step in open_ones), default=0)
    state = (
        DONE
        if not open_ones
        else STUCK
        if late > plan.stuck_after
        else BEHIND
        if late > plan.behind_after
        else ON_TRACK
    )
    return Line(
        plan=plan,
        state=state,
        band=BAND[state],
        word=str(PROGRESS[state]),
        day=((plan.closed_on or request.today) - plan.started_on).days,
        done=len(steps) - len(open_ones),
        total=len(steps),
        following=min(open_ones, key=lambda s: s.milestone.due_on, default=None),
    )
