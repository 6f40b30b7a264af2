"""Requests of people: the list with its clocks, a new one, and one of them step by step."""

import json
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.base import audit, choices
from posvenda.base.models import User
from posvenda.base.requests import Request as Page
from posvenda.customers import search
from posvenda.customers.models import Contact, Customer
from posvenda.customers.privacy import consent, erasing, exports, jobs, requests
from posvenda.customers.privacy.models import Erasure, Incident, Request
from posvenda.customers.privacy.page import shown
from posvenda.customers.privacy.page.forms import (
    AnswerForm,
    ConfirmForm,
    FindForm,
    RefuseForm,
    RequestForm,
    VerifyForm,
)
from posvenda.customers.privacy.page.guard import for_managers
from posvenda.ui import tallies, toasts

SIZE = 50
FOUND = 20
CONTACTS = 12


@require_GET
@for_managers
def home(request: Page) -> HttpResponse:
    """This will show the requests by deadline, and what is late."""
    view = request.GET.get("ver", "")
    view = view if view in shown.VIEWS else ""
    page = Paginator(shown.chosen(view), SIZE).get_page(request.GET.get("page"))
    context = {
        "tab": "privacy",
        "page": page,
        "lines": [shown.line(each, today=request.today) for each in page.object_list],
        "views": [(key, label) for key, label in shown.VIEWS.items()],
        "view": view,
        "late": tallies.of(request, "overdue"),
        "late_incidents": _late_incidents(request),
        "has_contact": bool(choices.get("privacy_contact")),
    }
    return render(request, "privacy/requests.html", context)


def _late_incidents(request: Page) -> int:
    open_ = Incident.objects.filter(closed_at=None, is_relevant=True)
    return open_.filter(due_on__lte=request.today).count()


@require_http_methods(["GET", "POST"])
@for_managers
def find(request: Page) -> HttpResponse:
    """This will look for whom a request is about; what is typed never stands in an address."""
    form = FindForm(request.POST or None)
    people: list[Any] | None = None
    if request.method == "POST" and form.is_valid():
        ids = search.search(form.cleaned_data["q"], request.user, limit=FOUND)
        found = Customer.objects.visible_to(request.user).in_bulk(ids)
        contacts = Contact.objects.filter(customer__in=ids, customer__kind="company")
        people = [
            (customer, [c for c in contacts if c.customer_id == customer.pk][:CONTACTS])
            for pk in ids
            if (customer := found.get(pk))
        ]
        people += [(customer, []) for customer in _taken_back(form.cleaned_data["q"], request.user)]
    return render(request, "privacy/find.html", {"form": form, "people": people, "tab": "privacy"})


def _taken_back(told: str, user: User) -> QuerySet[Customer]:
    """Records that an undone import took back are held all the same; found by what is whole."""
    plain = "".join(each for each in told if each.isalnum())
    known = Q(key=told) | Q(email__iexact=told) | Q(name__iexact=told)
    if plain:
        known |= Q(tax_id__iexact=plain)
    withdrawn = Customer.everything.visible_to(user).exclude(withdrawn_at=None)
    return withdrawn.filter(known).order_by("pk")[:FOUND]


@require_http_methods(["GET", "POST"])
@for_managers
def new(request: Page) -> HttpResponse:
    """This will take a request of a person, or of somebody who is not on record."""
    who = _who(request)
    initial = {"received_on": request.today, "name": who.name if who else ""}
    form = RequestForm(request.POST or None, today=request.today, initial=initial)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        context = {"form": form, "who": who, "tab": "privacy"}
        return render(request, "privacy/new.html", context, status=status)
    made = requests.open_request(who=who, **form.cleaned_data, by=request.user, now=request.now)
    toasts.say(request, _("Written down; the clock runs."))
    return redirect("privacy_request", made.public_id)


def _who(request: Page) -> Customer | Contact | None:
    public_id, number = request.GET.get("cliente", ""), request.GET.get("contato", "")
    if not public_id:
        return None
    every = Customer.everything.visible_to(request.user)
    customer = get_object_or_404(every, public_id=public_id)
    if not number:
        return customer
    if not number.isdigit():
        raise Http404
    return get_object_or_404(Contact, customer=customer, pk=int(number))


@require_GET
@for_managers
def one(request: Page, public_id: str) -> HttpResponse:
    """This will show a request at its step; htmx asks again while work is under way."""
    asked = _asked(public_id)
    context = _context(request, asked)
    if request.htmx and request.GET.get("seen") == context["state"]:
        return render(request, "privacy/_moving.html", context)
    if request.htmx:
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "privacy/request.html", context)


def _asked(public_id: str) -> Request:
    every = Request.objects.select_related(
        "customer", "contact", "created_by", "verified_by", "confirmed_by", "closed_by"
    )
    return get_object_or_404(every, public_id=public_id)


def _context(request: Page, asked: Request, **forms_: forms.Form) -> dict[str, Any]:
    erasure = asked.erasures.order_by("-pk").first()
    is_here = asked.customer is not None
    is_verified = asked.status == Request.Status.VERIFIED
    is_erasing = asked.kind == Request.Kind.ERASURE
    items = erasing.preview(erasing.person_of(asked)) if is_here and is_verified else []
    file = exports.path_of(asked)
    return {
        "tab": "privacy",
        "asked": asked,
        "line": shown.line(asked, today=request.today),
        "rule": shown.rule_of(asked),
        "state": f"{asked.status}-{bool(file)}",
        "goes": [shown.held(item) for item in items if not item.is_kept],
        "stays": [shown.held(item) for item in items if item.is_kept],
        "is_erasing": is_erasing,
        "wants_file": asked.kind in requests.BY_FILE and is_here,
        "file": file,
        "file_size": file.stat().st_size if file else 0,
        "is_second": asked.verified_by_id not in (None, request.user.pk),
        "erasure": erasure,
        "progress": shown.progress(erasure) if erasure else None,
        "found": shown.found_of(erasure) if erasure else [],
        "verify_form": VerifyForm(),
        "is_company": is_here and asked.contact is None and asked.customer.kind == "company",  # type: ignore[union-attr]
        "confirm_form": ConfirmForm(),
        "answer_form": AnswerForm(kind=asked.kind),
        "refuse_form": RefuseForm(),
        **forms_,
    }


def _again(request: Page, asked: Request, **forms_: forms.Form) -> HttpResponse:
    context = _context(request, asked, **forms_)
    return render(request, "privacy/request.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _late(request: Page, asked: Request) -> HttpResponse:
    toasts.say(request, _("Somebody else took this step already."), is_error=True)
    return redirect("privacy_request", asked.public_id)


@require_POST
@for_managers
def verify(request: Page, public_id: str) -> HttpResponse:
    """This will keep the proof of identity; a file that was asked for is begun at once."""
    asked, form = _asked(public_id), VerifyForm(request.POST)
    if not form.is_valid():
        return _again(request, asked, verify_form=form)
    try:
        with transaction.atomic():
            requests.verify(asked, **form.cleaned_data, by=request.user, now=request.now)
            if asked.kind in requests.BY_FILE and asked.customer_id:
                jobs.export.enqueue(asked.pk)
    except requests.WrongMoment:
        return _late(request, asked)
    return redirect("privacy_request", public_id)


@require_POST
@for_managers
def erase(request: Page, public_id: str) -> HttpResponse:
    """This will begin the erasure when a second person, or the typed name, confirms it."""
    asked, form = _asked(public_id), ConfirmForm(request.POST)
    typed = request.POST.get("typed", "")
    if asked.kind != Request.Kind.ERASURE:
        raise Http404
    try:
        erasing.begin(asked, typed=typed, by=request.user, now=request.now)
    except erasing.NotConfirmed:
        if form.is_valid():
            form.add_error("typed", _("This is not the name on the record."))
        return _again(request, asked, confirm_form=form)
    except (requests.WrongMoment, erasing.NobodyLeft):
        return _late(request, asked)
    return redirect("privacy_request", public_id)


@require_POST
@for_managers
def answer(request: Page, public_id: str) -> HttpResponse:
    """This will say what the person was told, take consents back when asked, and stop the clock."""
    asked = _asked(public_id)
    form = AnswerForm(request.POST, kind=asked.kind)
    if not form.is_valid():
        return _again(request, asked, answer_form=form)
    try:
        with transaction.atomic():
            for purpose in form.cleaned_data.get("purposes", ()):
                _take_back(request, asked, purpose)
            told = form.cleaned_data["answer"]
            requests.close(asked, answer=told, by=request.user, now=request.now)
    except requests.WrongMoment:
        return _late(request, asked)
    toasts.say(request, _("Answered; the clock has stopped."))
    return redirect("privacy_request", public_id)


def _take_back(request: Page, asked: Request, purpose: str) -> None:
    if asked.customer is not None:
        consent.revoke(
            asked.customer,
            contact=asked.contact,
            purpose=purpose,
            channel="any",
            source="request",
            evidence=f"request:{asked.public_id}",
            by=request.user,
            now=request.now,
        )


@require_POST
@for_managers
def refuse(request: Page, public_id: str) -> HttpResponse:
    """This will refuse a request with the reason the person was told."""
    asked, form = _asked(public_id), RefuseForm(request.POST)
    if not form.is_valid():
        return _again(request, asked, refuse_form=form)
    try:
        requests.refuse(asked, reason=form.cleaned_data["reason"], by=request.user, now=request.now)
    except requests.WrongMoment:
        return _late(request, asked)
    return redirect("privacy_request", public_id)


@require_GET
@for_managers
def download(request: Page, public_id: str) -> HttpResponseBase:
    """This will hand out the export; who took it is on the trail."""
    asked = _asked(public_id)
    path = exports.path_of(asked)
    if path is None:
        raise Http404
    about = f"request:{asked.public_id}"
    audit.record("privacy.downloaded", about=about, by=request.user, now=request.now)
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"dados-{public_id}.zip")


@require_GET
@for_managers
def receipt(request: Page, public_id: str) -> HttpResponse:
    """This will give the proof of an erasure: counts, moments, hashes; nothing about whom."""
    asked = _asked(public_id)
    erasure = asked.erasures.exclude(finished_at=None).order_by("-pk").first()
    if erasure is None:
        raise Http404
    text = json.dumps(_proof(asked, erasure), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="apagamento-{erasure.public_id}.json"'
    return response


def _proof(asked: Request, erasure: Erasure) -> dict[str, Any]:
    return {
        "company": choices.get("company"),
        "erasure": erasure.public_id,
        "request": asked.public_id,
        "received_on": asked.received_on.isoformat(),
        "due_on": asked.due_on.isoformat(),
        "identity": asked.get_proof_display(),
        "begun_at": erasure.at.isoformat(),
        "finished_at": erasure.finished_at and erasure.finished_at.isoformat(),
        "rows": erasure.found,
        "tombstones": [list(each) for each in erasure.tombstones.values_list("kind", "digest")],
    }
