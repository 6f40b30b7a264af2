"""One join or part and its undo; parting a record; ties and proposals from a customer's page."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.customers import search
from posvenda.customers.holdings import Holding
from posvenda.customers.identity import ledger, merging, proposals, relations, splitting
from posvenda.customers.identity.models import Change, Relation
from posvenda.customers.identity.page import shown
from posvenda.customers.identity.page.views import change_of, for_writers
from posvenda.customers.models import Customer, Subject
from posvenda.ui import toasts

PICKED = 25
FOUND = 10


@require_GET
@for_writers
def change(request: Request, pk: int) -> HttpResponse:
    """This will show what a join or part moved, and what an undo would do today."""
    found = change_of(request, pk)
    is_done = found.undone_at is not None
    told = merging.undo_preview(found) if not is_done else None
    went = {table: len(rows) for table, rows in ledger.moved(found).items()}
    values = {
        "change": found,
        "is_merge": found.kind == Change.Kind.MERGE,
        "went": shown.by_label(went),
        "staying": shown.by_label(told.staying) if told else [],
        "elsewhere": shown.by_label(told.elsewhere) if told else [],
        "fields": shown.changed_fields(found),
        "later": _later(found),
        "may_undo": request.user.may_manage and not is_done,
    }
    return render(request, "customers/identity/change.html", values)


def _later(found: Change) -> Change | None:
    """The join that must be undone first, when there is one."""
    if found.undone_at is not None:
        return None
    ends = [found.target_id]
    if found.kind == Change.Kind.SPLIT:
        ends.append(found.source_id)
    later = Change.objects.filter(kind=Change.Kind.MERGE, source__in=ends, undone_at=None)
    return later.order_by("-at").first()


@require_POST
@for_writers
def undo(request: Request, pk: int) -> HttpResponse:
    """This will take a join or part back."""
    found = change_of(request, pk)
    take_back = merging.undo if found.kind == Change.Kind.MERGE else splitting.undo
    try:
        told = take_back(found, by=request.user, now=request.now)
    except merging.NotStanding as later:
        toasts.say(request, _("Undo the later join first."), is_error=True)
        return redirect("identity_change", later.by.pk)
    except merging.NotTwo:
        toasts.say(request, _("This was undone already."), is_error=True)
        return redirect("identity_change", pk)
    staying = sum(told.staying.values())
    text = _("Undone. Everything is back where it was.")
    if staying:
        text = _("Undone. %(count)d newer rows stay where they came in.") % {"count": staying}
    toasts.say(request, text)
    return redirect("identity_change", pk)


@require_http_methods(["GET", "POST"])
@for_writers
def split(request: Request, public_id: str) -> HttpResponse:
    """This will show what may be taken out of a record, and take it out."""
    if not request.user.may_manage:
        raise PermissionDenied
    customer = _customer(request, public_id)
    picked = _picked(request)
    problem = ""
    if request.method == "POST":
        into = _named(request.POST.get("cliente", ""), request.user)
        name = request.POST.get("name", "").strip()
        problem = _missing(picked, name, into, customer)
        if not problem:
            done = splitting.split(
                customer, picked=picked, by=request.user, now=request.now, name=name, into=into
            )
            told = _("Parted: %(name)s has its own record now.") % {"name": done.target.name}
            toasts.say(request, told, undo=reverse("identity_change_undo", args=[done.pk]))
            return redirect("identity_change", done.pk)
    values = {
        "customer": customer,
        "groups": _groups(request, customer, picked),
        "problem": problem,
        "name": request.POST.get("name", ""),
        "cliente": request.POST.get("cliente", ""),
    }
    return render(request, "customers/identity/split.html", values, status=422 if problem else 200)


def _missing(
    picked: dict[str, set[int]], name: str, into: Customer | None, customer: Customer
) -> str:
    if not any(picked.values()):
        return _("Choose what belongs to somebody else.")
    if into is None and not name:
        return _("Give the new customer a name, or the code of one that is there.")
    if into is not None and into.pk == customer.pk:
        return _("This is the same customer; choose another one.")
    return ""


def _picked(request: Request) -> dict[str, set[int]]:
    """The rows chosen, by table; only tables people may pick from count."""
    return {
        holding.name: {int(each) for each in request.POST.getlist(holding.name) if each.isdigit()}
        for holding in splitting.pickable()
        if request.POST.getlist(holding.name)
    }


def _groups(
    request: Request, customer: Customer, picked: dict[str, set[int]]
) -> list[dict[str, Any]]:
    groups = []
    for holding in splitting.pickable():
        rows = _current(holding, customer)
        page = Paginator(rows, PICKED).get_page(request.GET.get(f"p-{holding.name}"))
        chosen = picked.get(holding.name, set())
        lines = [_line(holding, row, chosen) for row in page.object_list]
        if lines:
            groups.append({"holding": holding, "page": page, "lines": lines})
    return groups


def _current(holding: Holding, customer: Customer) -> Any:
    rows = holding.of([customer.pk])
    if ledger.is_versioned(holding.model):
        rows = rows.filter(superseded_at=None, is_retracted=False)
    names = {field.name for field in holding.model._meta.fields}
    if "product" in names:
        rows = rows.select_related("product")
    order = "-happened_at" if "happened_at" in names else "-pk"
    return rows.order_by(order, "-pk")


def _line(holding: Holding, row: Model, chosen: set[int]) -> dict[str, Any]:
    assert holding.shown is not None
    at = getattr(row, "happened_at", None) or getattr(row, "recorded_at", None)
    return {
        "pk": row.pk,
        "text": holding.shown(row),
        "at": at,
        "is_chosen": row.pk in chosen,
    }


@require_http_methods(["GET", "POST"])
@for_writers
def propose(request: Request, public_id: str) -> HttpResponse:
    """This will find another record of the same customer, and put the pair on the list."""
    customer = _customer(request, public_id)
    if request.method == "POST":
        other = _named(request.POST.get("other", ""), request.user)
        if other is None or other.pk == customer.pk:
            toasts.say(request, _("Choose another customer."), is_error=True)
            return redirect("identity_propose", public_id)
        made = proposals.propose(customer, other, by=request.user, now=request.now)
        return redirect("identity_pair", made.pk)
    text = request.GET.get("q", "").strip()
    return render(
        request,
        "customers/identity/propose.html",
        {"customer": customer, "q": text, "found": _found(text, customer, request.user)},
    )


def _found(text: str, customer: Customer, user: User) -> list[Customer]:
    ids = [pk for pk in search.search(text, user, limit=FOUND + 1) if pk != customer.pk]
    people = Customer.objects.visible_to(user).in_bulk(ids)
    return [people[pk] for pk in ids if pk in people][:FOUND]


@require_http_methods(["GET", "POST"])
@for_writers
def tie(request: Request, public_id: str) -> HttpResponse:
    """This will tie two customers: household, payer, who answers for whom, branch."""
    customer = _customer(request, public_id)
    problem = ""
    if request.method == "POST":
        other = _named(request.POST.get("other", ""), request.user)
        kind = request.POST.get("kind", "")
        if other is None or other.pk == customer.pk:
            problem = _("No other customer has this code; look it up and choose it.")
        elif kind.removeprefix("~") not in Relation.Kind.values:
            problem = _("Choose how the two hang together.")
        else:
            _relate(request, customer, other, kind)
            toasts.say(request, _("Tied to %(name)s.") % {"name": other.name})
            return redirect(_tab(customer))
    text = request.GET.get("q", "").strip()
    values = {
        "customer": customer,
        "q": text,
        "found": _found(text, customer, request.user),
        "kinds": _ways(),
        "kind": request.POST.get("kind", "") or request.GET.get("kind", ""),
        "subjects": Subject.objects.filter(customer=customer).order_by("name")[:50],
        "problem": problem,
    }
    return render(request, "customers/identity/tie.html", values, status=422 if problem else 200)


def _ways() -> list[tuple[str, Any]]:
    return [
        (Relation.Kind.HOUSEHOLD, _("live together")),
        (Relation.Kind.PAYER, _("this customer pays for the other")),
        (f"~{Relation.Kind.PAYER}", _("the other pays for this customer")),
        (Relation.Kind.GUARDIAN, _("this customer answers for the other")),
        (f"~{Relation.Kind.GUARDIAN}", _("the other answers for this customer")),
        (Relation.Kind.BRANCH, _("this customer is a branch of the other")),
    ]


def _relate(request: Request, customer: Customer, other: Customer, kind: str) -> None:
    """Ties told from the other end are kept from that end; ``~`` marks them."""
    since = _day(request.POST.get("since", "")) or request.today
    ends = (other, customer) if kind.startswith("~") else (customer, other)
    cared = request.POST.get("subject", "")
    subject = None
    if kind == f"~{Relation.Kind.PAYER}" and cared.isdigit():
        subject = Subject.objects.filter(customer=customer, pk=int(cared)).first()
    relations.relate(
        *ends,
        kind=kind.removeprefix("~"),
        by=request.user,
        now=request.now,
        starts_on=since,
        subject=subject,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_POST
@for_writers
def untie(request: Request, public_id: str, pk: int) -> HttpResponse:
    """This will end a tie today; the days before keep it."""
    customer = _customer(request, public_id)
    ties = Relation.objects.select_related("customer", "other")
    found = get_object_or_404(ties, pk=pk)
    if customer.pk not in (found.customer_id, found.other_id):
        raise PermissionDenied
    relations.end(found, by=request.user, now=request.now, ends_on=request.today)
    toasts.say(request, _("Ended today. The days before keep it."))
    return redirect(_tab(customer))


def _tab(customer: Customer) -> str:
    return f"{customer.get_absolute_url()}identidades/"


def _customer(request: Request, public_id: str) -> Customer:
    visible = Customer.objects.visible_to(request.user)
    return get_object_or_404(visible, public_id=public_id)


def _named(ref: str, user: User) -> Customer | None:
    """A customer the user may see, by public id or by code."""
    visible = Customer.objects.visible_to(user)
    text = ref.strip()
    found = visible.filter(public_id=text).first() if text else None
    return found or (visible.filter(key=text).first() if text else None)
