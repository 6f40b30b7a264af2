"""The page *Identidades*: the list of pairs, one pair with its evidence, and what people decide."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.customers.identity import jobs, merging, proposals, relations
from posvenda.customers.identity.models import Change, Proposal, Relation
from posvenda.customers.identity.page import shown
from posvenda.customers.models import Customer
from posvenda.ui import toasts

PAGE = 20
Status = Proposal.Status
DECIDED = (Status.MERGED, Status.APART, Status.BRANCH)
View = Callable[..., HttpResponseBase]


def for_writers(view: View) -> View:
    """This will let in people who may change something; a viewer has nothing to do here."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.may_write:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@for_writers
def pairs(request: Request) -> HttpResponse:
    """This will show the pairs that wait, head offices and branches apart, the likeliest first."""
    mine = shown.visible(request.user)
    waiting = mine.filter(status=Status.OPEN)
    tab = request.GET.get("aba", "")
    tab = tab if tab in ("filiais", "decididos") else ""
    asked = {
        "": waiting.filter(is_branch=False).order_by("-score", "pk"),
        "filiais": waiting.filter(is_branch=True).order_by("pk"),
        "decididos": mine.filter(status__in=(Status.APART, Status.BRANCH)).order_by(
            "-decided_at", "pk"
        ),
    }[tab]
    page = Paginator(asked, PAGE).get_page(request.GET.get("page"))
    values = {
        "tab": tab,
        "page": page,
        "lines": [shown.pair_line(each) for each in page.object_list],
        "counts": _counts(request.user),
        "may_manage": request.user.may_manage,
    }
    return render(request, "customers/identity/pairs.html", values)


@require_POST
@for_writers
def look(request: Request) -> HttpResponse:
    """This will have the worker look through all customers now."""
    if not request.user.may_manage:
        raise PermissionDenied
    jobs.look()
    toasts.say(request, _("Looking through all customers. New pairs appear here."))
    return redirect("identities")


@require_GET
@for_writers
def pair(request: Request, pk: int) -> HttpResponse:
    """This will show both records side by side, why they may be one, and what would move."""
    proposal = _pair(request, pk)
    stands, joins = _ends(proposal, request.GET.get("fica", ""))
    values = {
        "proposal": proposal,
        "reasons": shown.reasons(proposal),
        "stands": stands,
        "joins": joins,
        "rows": shown.comparison(stands, joins, now=request.now),
        "moving": shown.what_moves(stands, joins),
        "is_open": proposal.status == Status.OPEN,
        "may_manage": request.user.may_manage,
    }
    return render(request, "customers/identity/pair.html", values)


@require_POST
@for_writers
def join(request: Request, pk: int) -> HttpResponse:
    """This will join the two records the way the person chose."""
    proposal = _pair(request, pk)
    stands, joins = _ends(proposal, request.POST.get("fica", ""))
    keep = {name: request.POST[name] for name in merging.CHOSEN if request.POST.get(name)}
    evidence = {"score": proposal.score, "reasons": proposal.reasons}
    try:
        change = merging.merge(
            joins, into=stands, by=request.user, now=request.now, keep=keep, evidence=evidence
        )
    except merging.NotTwo:
        toasts.say(request, _("One of the two was joined meanwhile."), is_error=True)
        return redirect("identities")
    told = _("%(one)s is part of %(other)s now.") % {"one": joins.name, "other": stands.name}
    toasts.say(request, told, undo=reverse("identity_change_undo", args=[change.pk]))
    return redirect("identity_change", change.pk)


@require_POST
@for_writers
def apart(request: Request, pk: int) -> HttpResponse:
    """This will remember that the two are not the same."""
    proposal = _pair(request, pk)
    proposals.set_apart(proposal, by=request.user, now=request.now)
    told = _("Remembered: not the same. They will not be proposed again.")
    toasts.say(request, told, undo=reverse("identity_reopen", args=[pk]))
    return redirect("identities")


@require_POST
@for_writers
def branch(request: Request, pk: int) -> HttpResponse:
    """This will tie the two as head office and branch; ``matriz`` says which is the head office."""
    proposal = _pair(request, pk)
    head, other = _ends(proposal, request.POST.get("matriz", ""))
    proposals.set_branch(proposal, by=request.user, now=request.now)
    relations.relate(
        other,
        head,
        kind=Relation.Kind.BRANCH,
        by=request.user,
        now=request.now,
        starts_on=request.today,
    )
    names = {"one": other.name, "other": head.name}
    told = _("%(one)s is a branch of %(other)s now.") % names
    toasts.say(request, told, undo=reverse("identity_reopen", args=[pk]))
    return redirect(f"{reverse('identities')}?aba=filiais")


@require_POST
@for_writers
def reopen(request: Request, pk: int) -> HttpResponse:
    """This will make a pair a question again, and end the tie that came of it."""
    proposal = _pair(request, pk)
    if proposal.status == Status.BRANCH:
        both = (proposal.one_id, proposal.other_id)
        standing = Relation.objects.filter(
            customer__in=both, other__in=both, kind=Relation.Kind.BRANCH, ends_on=None
        )
        for tie in standing.select_related("customer", "other"):
            relations.end(tie, by=request.user, now=request.now, ends_on=request.today)
    proposals.reopen(proposal, by=request.user, now=request.now)
    toasts.say(request, _("The pair waits for a decision again."))
    return redirect("identity_pair", pk)


def _pair(request: Request, pk: int) -> Proposal:
    return get_object_or_404(shown.visible(request.user), pk=pk)


def _ends(proposal: Proposal, stands: str) -> tuple[Customer, Customer]:
    """Who stands and who joins: as asked, else the one known for longer stands."""
    one, other = proposal.one, proposal.other
    first = str(other.public_id) if other.happened_at < one.happened_at else str(one.public_id)
    wanted = stands if stands in (one.public_id, other.public_id) else first
    return (one, other) if wanted == one.public_id else (other, one)


@require_GET
@for_writers
def changes(request: Request) -> HttpResponse:
    """This will show the joins and parts so far."""
    page = Paginator(shown.changes(request.user), PAGE).get_page(request.GET.get("page"))
    values = {"page": page, "tab": "historico", "counts": _counts(request.user)}
    return render(request, "customers/identity/changes.html", values)


def _counts(user: User) -> dict[str, int]:
    waiting = shown.visible(user).filter(status=Status.OPEN)
    return waiting.aggregate(
        duplicates=Count("pk", filter=Q(is_branch=False)),
        branches=Count("pk", filter=Q(is_branch=True)),
    )


def change_of(request: Request, pk: int) -> Change:
    """This will find a join or part of customers the user may see."""
    return get_object_or_404(shown.changes(request.user), pk=pk)
