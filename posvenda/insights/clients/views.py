"""The list of customers as a page, its export and the form for a new customer."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.core.facts import Catalogue
from posvenda.customers import actions
from posvenda.customers.forms import CustomerForm
from posvenda.customers.models import Kind, Segment
from posvenda.customers.wording import describe
from posvenda.insights.clients import asking as ask
from posvenda.insights.clients import columns, words
from posvenda.insights.clients.asking import AT_RISK, Asking
from posvenda.insights.clients.listing import Listing, listing
from posvenda.insights.clients.pack import Look, look
from posvenda.insights.clients.state import is_part
from posvenda.insights.clients.state import of as state_of
from posvenda.ui import formats, toasts


@require_GET
def clients(request: Request) -> HttpResponse:
    """This will show a page of customers, or only the results when htmx asks."""
    state = state_of(request)
    style, catalogue = state.look, state.catalogue
    asking = ask.read(request.GET, user=request.user, look=style, catalogue=catalogue)
    saved = ask.segments(request.user)
    found = listing(asking, user=request.user, state=state, saved=saved)
    context = _context(request, asking, found, style, catalogue, saved)
    part = "/_results" if is_part(request) else ""
    return render(request, f"insights/clients{part}.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """This will show the form for a new customer and add one."""
    if not request.user.may_write:
        raise PermissionDenied
    kind = Kind.PERSON if look().is_shop else Kind.COMPANY
    form = CustomerForm(request.POST or None, by=request.user, initial={"kind": kind})
    if request.method == "POST" and form.is_valid():
        try:
            customer = actions.create(**form.cleaned_data, by=request.user, now=request.now)
        except actions.AlreadyThere as twin:
            form.add_error("tax_id", words.twin(twin.customer, request.user))
        else:
            toasts.say(request, _("%(name)s is on your list.") % {"name": customer.name})
            return redirect("client", customer.public_id)
    status = 422 if form.errors else 200
    return render(request, "insights/clients/new.html", {"form": form}, status=status)


def owners() -> dict[str, str]:
    """This will give the name of everybody who works here by e-mail."""
    return dict(User.objects.values_list("email", "name"))


def _context(
    request: Request,
    asking: Asking,
    found: Listing,
    style: Look,
    catalogue: Catalogue,
    saved: list[Segment],
) -> dict[str, Any]:
    headings = columns.headings(asking, catalogue)
    by = columns.reader(today=request.today, owners=owners(), catalogue=catalogue)
    sums = found.totals.sums
    return {
        "asking": asking,
        "listing": found,
        "headings": headings,
        "lines": columns.lines(found.rows, headings, money=style.money, by=by),
        "lede": words.lede(found.totals, style),
        "chips": _chips(asking, found, style, saved),
        "condition_text": _condition_text(asking, catalogue),
        "problem": words.problem(asking) if asking.problem else "",
        "order_text": _order_text(asking, catalogue),
        "name_order": "-who.name" if asking.order == "who.name" else "who.name",
        "query": _query(request.GET),
        "pages": _pages(request.GET, found),
        "money_label": columns.label(catalogue[style.money]) if style.money in catalogue else "",
        "currency": sums[0].currency if len(sums) == 1 else "",
        "currency_symbol": formats.money(0, by.locale, currency=sums[0].currency).split("\u00a0")[0]
        if sums
        else "",
        "kept_columns": request.GET.getlist("column"),
        "choices": _column_choices(asking, catalogue),
        "is_at_risk_order": asking.sort_fact == AT_RISK,
        "is_empty_installation": not found.counts["all"] and not asking.is_filtered,
    }


def _chips(
    asking: Asking, found: Listing, style: Look, saved: list[Segment]
) -> list[Mapping[str, Any]]:
    everybody = {"label": _("All"), "view": "", "count": found.counts["all"], "band": ""}
    built = [
        {
            "label": str(one.label),
            "view": one.name,
            "count": found.counts[one.name],
            "band": one.band,
        }
        for one in style.segments
        if one.name in found.counts
    ]
    own = [
        {
            "label": one.name,
            "view": one.public_id,
            "count": found.counts.get(one.public_id, found.counts["all"]),
            "band": "",
        }
        for one in saved
    ]
    current = asking.view if not asking.words else None
    is_whole = not asking.view and not asking.is_filtered
    return [
        {**chip, "is_current": chip["view"] == current if chip["view"] else is_whole}
        for chip in [everybody, *built, *own]
    ]


def _condition_text(asking: Asking, catalogue: Catalogue) -> str:
    told = describe(asking.condition, catalogue) if asking.condition else ""
    return told[:1].upper() + told[1:]


def _order_text(asking: Asking, catalogue: Catalogue) -> str:
    if asking.sort_fact == AT_RISK:
        return _("money at risk")
    return columns.label(catalogue[asking.sort_fact]) if asking.sort_fact in catalogue else ""


def _query(query: QueryDict) -> str:
    """The address without the page, so that links keep what was asked."""
    kept = query.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _pages(query: QueryDict, found: Listing) -> dict[str, str]:
    def to(page: int) -> str:
        if not 1 <= page <= found.pages:
            return ""
        changed = query.copy()
        changed["page"] = str(page)
        return f"?{changed.urlencode()}"

    return {"previous": to(found.page - 1), "next": to(found.page + 1)}


def _column_choices(asking: Asking, catalogue: Catalogue) -> list[Mapping[str, Any]]:
    return [
        {"name": fact.name, "label": columns.label(fact), "is_on": fact.name in asking.columns}
        for fact in catalogue.values()
        if fact.name != "who.name"
    ]
