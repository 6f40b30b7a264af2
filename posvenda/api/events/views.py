"""Views of *Eventos*: what arrives, what waits for its customer, the people seen."""

import json
from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.api.events import reading, wording
from posvenda.api.imports.page.views import for_managers
from posvenda.base import audit
from posvenda.base import jobs as schedule
from posvenda.base.models import AccessKey
from posvenda.base.requests import Request
from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking import jobs, waiting
from posvenda.commerce.tracking.models import EventName, Held
from posvenda.customers import search
from posvenda.customers.models import Customer
from posvenda.ui import toasts

PAGE = 50
FOUND = 8
TEST = "posvenda-test-"
TABS = (
    ("events", gettext_lazy("What arrives")),
    ("events_waiting", gettext_lazy("Waiting")),
    ("events_people", gettext_lazy("People")),
    ("events_late", gettext_lazy("Corrected days")),
    ("events_rules", gettext_lazy("Rules")),
    ("events_features", gettext_lazy("Features")),
)


def shared(tab: str) -> dict[str, Any]:
    """This will give what every page of *Eventos* has."""
    return {"tabs": TABS, "tab": tab, "part": dict(TABS)[tab]}


@require_GET
@for_managers
def events(request: Request) -> HttpResponse:
    """This will show what arrives, by source and by event, and what became of it."""
    text = request.GET.get("q", "").strip()
    page = Paginator(reading.names(text), PAGE).get_page(request.GET.get("page"))
    rows: list[EventName] = list(page.object_list)
    meant = reading.meant([row.label for row in rows])
    context = {
        **shared("events"),
        "seen": reading.overview(now=request.now),
        "outcomes": [outcome.label for outcome in reading.SHOWN],
        "page": page,
        "names": [(row, meant[row.label]) for row in rows],
        "q": text,
        "test": _test(request.GET.get("teste", "")),
    }
    if request.htmx and request.htmx.target == "test":
        return render(request, "api/events/_test.html", context)
    return render(request, "api/events/events.html", context)


@require_POST
@for_managers
def send_test(request: Request) -> HttpResponse:
    """This will put one made-up event in the inbox, to see it come out on the other side."""
    key = AccessKey.objects.filter(kind=AccessKey.Kind.WRITE, revoked_at=None).first()
    if key is None:
        toasts.say(request, _("Make a tracking key first."), is_error=True)
        return redirect("events")
    name = TEST + get_random_string(16)
    item = {
        "type": "track",
        "event": "posvenda test",
        "userId": TEST + "user",
        "messageId": name,
        "timestamp": request.now.isoformat(),
    }
    body = json.dumps({"batch": [item], "sentAt": request.now.isoformat()}).encode()
    with transaction.atomic():
        Inbox.objects.create(key=name, source=key, received_at=request.now, items=1, body=body)
        about = f"key:{key.prefix}"
        audit.record("tracking.tested", about=about, by=request.user, now=request.now)
        schedule.enqueue_once(jobs.flush)
    return redirect(f"{reverse('events')}?teste={name}")


def _test(name: str) -> dict[str, Any] | None:
    """Where the test event is. Once it has come out it is taken away: it is nobody's use."""
    if not name.startswith(TEST):
        return None
    held = Held.objects.filter(key=name)
    has_come = held.exists()
    if has_come:
        held.delete()
    is_going = not has_come and Inbox.objects.filter(key=name).exists()
    return {"name": name, "is_going": is_going, "has_come": not is_going}


@require_http_methods(["GET", "POST"])
@for_managers
def unmatched(request: Request) -> HttpResponse:
    """This will show events whose customer is not known, and take a person's word for whose."""
    if request.method == "POST":
        return _give(request)
    page = Paginator(reading.unmatched(), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    refs = [row["ref"] for row in rows]
    names, given = reading.group_names(refs), reading.given(refs)
    chosen = request.GET.get("de", "")
    context = {
        **shared("events_waiting"),
        "page": page,
        "rows": [
            {
                **row,
                "name": names.get(row["ref"], "") or row["mail"],
                "given": given.get(row["ref"], ""),
            }
            for row in rows
        ],
        "chosen": chosen,
        "waiting": waiting.of(chosen).count() if chosen else 0,
        "q": request.GET.get("q", ""),
        "found": _found(request) if chosen else [],
    }
    if request.htmx and request.htmx.target == "found":
        return render(request, "api/events/_found.html", context)
    return render(request, "api/events/waiting.html", context)


def _found(request: Request) -> list[Customer]:
    text = request.GET.get("q", "").strip()
    if not text:
        return []
    ids = search.search(text, request.user, limit=FOUND)
    known = Customer.objects.visible_to(request.user).in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]


def _give(request: Request) -> HttpResponse:
    ref = request.POST.get("de", "")
    visible = Customer.objects.visible_to(request.user)
    customer = visible.filter(public_id=request.POST.get("cliente", "")).first()
    if not ref or customer is None:
        toasts.say(request, _("Choose a customer of the list."), is_error=True)
        return redirect("events_waiting")
    try:
        with transaction.atomic():
            count = waiting.give(ref, customer=customer, by=request.user, now=request.now)
            schedule.enqueue_once(jobs.attach)
    except waiting.IsTaken as error:
        told = _("%(ref)s already belongs to %(name)s.")
        toasts.say(request, told % {"ref": ref, "name": error.customer.name}, is_error=True)
        return redirect("events_waiting")
    told = _("%(count)d events of %(ref)s are on their way to %(name)s.")
    toasts.say(request, told % {"count": count, "ref": ref, "name": customer.name})
    return redirect("events_waiting")


@require_GET
@for_managers
def people(request: Request) -> HttpResponse:
    """This will list the people seen, each with its customer and the rule that decided."""
    text = request.GET.get("q", "").strip()
    customer = request.GET.get("cliente", "")
    is_staff = request.GET.get("equipe") == "1"
    found = reading.people(search=text, customer=customer, staff=is_staff)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        **shared("events_people"),
        "page": page,
        "people": [(actor, wording.rule(actor.rule)) for actor in page.object_list],
        "q": text,
        "customer": Customer.objects.filter(public_id=customer).first() if customer else None,
        "is_staff": is_staff,
    }
    return render(request, "api/events/people.html", context, status=HTTPStatus.OK)


@require_GET
@for_managers
def late(request: Request) -> HttpResponse:
    """This will list the past days that events corrected which came late."""
    page = Paginator(reading.corrected(), PAGE).get_page(request.GET.get("page"))
    return render(request, "api/events/late.html", {**shared("events_late"), "page": page})
