"""The parts of a customer's page that are read: overview, timeline, contacts, contracts, orders."""

from collections.abc import Sequence

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.commerce.history import amounts_of
from posvenda.commerce.models import ContractLine, Order, OrderLine
from posvenda.conversations.models import Interaction
from posvenda.customers import timeline
from posvenda.customers.forms import TagForm, shown_phone, shown_tax_id
from posvenda.customers.models import Contact, Customer, Identity, Subject
from posvenda.customers.wording import days, scalar
from posvenda.insights import today
from posvenda.insights.client import adoption, charts, journey, reasons, stakeholders
from posvenda.insights.client.forms import NoteForm, TaskForm
from posvenda.insights.client.page import Subject as About
from posvenda.insights.client.page import context, promise, subject
from posvenda.insights.clients.state import is_part
from posvenda.insights.items import Item
from posvenda.journeys.models import Task

ORDERS = 50
LATEST = 7


@require_GET
def overview(request: Request, public_id: str) -> HttpResponse:
    """This will show why the health is what it is, use or purchases, and what happened last."""
    about = subject(request, public_id)
    customer, row = about.customer, about.row
    locale = get_language() or "en"
    values = context(about, request, "client")
    if row:
        values["why"] = reasons.why(row, catalogue=about.catalogue, locale=locale)
        values["stage_rules"] = reasons.stage_rules(
            row, catalogue=about.catalogue, as_of=about.as_of
        )
        values["chart"] = charts.of(about)
        values["features"] = adoption.features(row)
        values["standing"] = journey.of(about, locale)
        spent = row.get("stage.days")
        values["days_in_stage"] = "" if spent is None else days(spent)
    people = _people(about, with_gone=True)
    values |= _who_and_use(about, [person for person, _phone in people])
    values |= {
        "item": _next_action(request, about),
        "people": [pair for pair in people if pair[0].left_at is None][:4],
        "contracts": _in_force(about)[:4],
        "subjects": Subject.objects.filter(customer=customer).order_by("name")[:6],
        "attributes": _attributes(about),
        "identities": Identity.objects.filter(customer=customer).order_by("scheme")[:6],
        "tax_id": shown_tax_id(customer.tax_id),
        "phone": shown_phone(customer.phone),
        "tag_form": TagForm(),
    }
    return render(request, "insights/client/overview.html", values)


def _who_and_use(about: About, contacts: Sequence[Contact]) -> dict[str, object]:
    """The sections on adoption and on people; a shop has neither."""
    if about.look.is_shop:
        return {}
    row = about.row
    users = adoption.people(about, contacts) if row.get("usage.active_people_90d") else []
    return {
        "chart_lede": charts.lede(about),
        "verdict": adoption.verdict(about) if row else "",
        "is_dropping": row.get("adoption.is_dropping"),
        "silent": row.get("usage.feed_silent_days"),
        "good_on": adoption.good_on(about),
        "users": users,
        "map": stakeholders.of(about, contacts, users),
        "use": {
            "weekly_rate": row.get("adoption.weekly_active_rate"),
            "base": row.get("adoption.active_base"),
            "seats_bought": row.get("contract.seats"),
            "known": row.get("usage.active_people_90d"),
            "habit": row.get("adoption.habit_weeks"),
            "longest": row.get("adoption.longest_habit_weeks"),
            "habit_rate": row.get("adoption.habit_people_rate"),
            "depth": row.get("adoption.uses_per_person_week"),
            "features": row.get("adoption.features_28d"),
            "breadth": row.get("adoption.breadth_rate"),
        },
    }


@require_GET
def history(request: Request, public_id: str) -> HttpResponse:
    """This will show everything dated, newest first, 50 at a time."""
    about = subject(request, public_id)
    group = request.GET.get("tipo", "")
    group = group if group in timeline.GROUPS else ""
    text = request.GET.get("page", "1")
    page = max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    found = timeline.stretch(about.customer, now=request.now, group=group, page=page)
    shared = {
        "stretch": found,
        "next_page": page + 1,
        "group": group,
        "groups": [("", _("Everything")), *timeline.GROUPS.items()],
        "customer": about.customer,
    }
    if is_part(request) and request.htmx.target == "more-entries":
        return render(request, "insights/client/_entries.html", shared)
    return render(
        request,
        "insights/client/timeline.html",
        context(about, request, "client_timeline") | shared,
    )


@require_GET
def latest(request: Request, public_id: str) -> HttpResponse:
    """This will show what happened last, for the overview."""
    visible = Customer.objects.visible_to(request.user)
    customer = get_object_or_404(visible, public_id=public_id)
    found = timeline.stretch(customer, now=request.now, size=LATEST)
    return render(request, "insights/client/_latest.html", {"stretch": found})


@require_GET
def contacts(request: Request, public_id: str) -> HttpResponse:
    """This will show the people to talk to, those who left last."""
    about = subject(request, public_id)
    values = context(about, request, "client_contacts")
    values["people"] = _people(about, with_gone=True)
    values["subjects"] = Subject.objects.filter(customer=about.customer).order_by("name")
    return render(request, "insights/client/contacts.html", values)


@require_GET
def contracts(request: Request, public_id: str) -> HttpResponse:
    """This will show the contract lines, the newest first."""
    about = subject(request, public_id)
    values = context(about, request, "client_contracts")
    values["contracts"] = _contracts(about)
    return render(request, "insights/client/contracts.html", values)


@require_GET
def orders(request: Request, public_id: str) -> HttpResponse:
    """This will show the orders with their amounts; lines come when asked for."""
    about = subject(request, public_id)
    rows = Order.objects.filter(
        customer=about.customer, superseded_at=None, is_retracted=False
    ).order_by("-happened_at", "-pk")
    page = Paginator(rows, ORDERS).get_page(request.GET.get("page"))
    amounts = amounts_of(list(page.object_list))
    values = context(about, request, "client_orders")
    values["page"] = page
    values["orders"] = [(o, amounts.get(o.key), promise(o)) for o in page.object_list]
    return render(request, "insights/client/orders.html", values)


@require_GET
def order_lines(request: Request, public_id: str, order_id: int) -> HttpResponse:
    """This will show what one order of this customer holds."""
    about = subject(request, public_id)
    order = get_object_or_404(
        Order, pk=order_id, customer=about.customer, superseded_at=None, is_retracted=False
    )
    lines = OrderLine.objects.filter(
        order_key=order.key, customer=about.customer, superseded_at=None, is_retracted=False
    ).select_related("product")
    values = {"order": order, "lines": lines.order_by("pk")[:200]}
    return render(request, "insights/client/_lines.html", values)


@require_GET
def notes(request: Request, public_id: str) -> HttpResponse:
    """This will show notes and tasks, with room to write more."""
    about = subject(request, public_id)
    return render(request, "insights/client/notes.html", notes_context(request, about))


def notes_context(
    request: Request,
    about: About,
    *,
    note_form: NoteForm | None = None,
    task_form: TaskForm | None = None,
) -> dict[str, object]:
    """This will give the tab of notes and tasks its values, with forms that may hold errors."""
    customer = about.customer
    tasks = Task.objects.filter(customer=customer).select_related("owner", "done_by")
    said = Interaction.objects.filter(customer=customer).select_related("by", "contact")
    values = context(about, request, "client_notes")
    people = Contact.objects.filter(customer=customer, left_at=None).order_by("name")
    owners = list(User.objects.owners())
    return values | {
        "open_tasks": tasks.filter(done_at=None).order_by("due_on", "pk")[:100],
        "done_tasks": tasks.exclude(done_at=None).order_by("-done_at")[:20],
        "written": said.order_by("-happened_at", "-pk")[:50],
        "note_form": note_form or NoteForm(people=people),
        "task_form": task_form or TaskForm(owners=owners, initial={"owner": request.user.pk}),
    }


def _next_action(request: Request, about: About) -> Item | None:
    """The best action that waits for this customer, as the queue of *Hoje* has it."""
    asked = today.asked_by(request)
    waiting = asked.waiting(request.user, is_team=request.user.sees_everyone)
    offered = waiting.filter(pl.col("customer_id") == about.customer.pk)
    who = today.reader(request.user, get_language() or "en", request.today)
    found = today.described(asked, offered, request.user, who)
    return found[0] if found else None


def _people(about: About, *, with_gone: bool = False) -> Sequence[tuple[Contact, str]]:
    rows = Contact.objects.filter(customer=about.customer)
    if not with_gone:
        rows = rows.filter(left_at=None)
    ordered = sorted(rows, key=lambda p: (p.left_at is not None, not p.is_champion, p.name))
    return [(person, shown_phone(person.phone)) for person in ordered]


def _contracts(about: About) -> Sequence[tuple[ContractLine, bool]]:
    lines = ContractLine.objects.filter(
        customer=about.customer, superseded_at=None, is_retracted=False
    ).select_related("product")
    return [
        (
            line,
            line.starts_on <= about.as_of and (line.ends_on is None or line.ends_on > about.as_of),
        )
        for line in lines.order_by("-starts_on", "pk")[:100]
    ]


def _in_force(about: About) -> Sequence[tuple[ContractLine, bool]]:
    """The lines in force, or the newest one when none is."""
    lines = _contracts(about)
    return [line for line in lines if line[1]] or lines[:1]


def _attributes(about: About) -> list[tuple[str, str]]:
    declared = [fact for name, fact in about.catalogue.items() if name.startswith("attr.")]
    return [
        (str(fact.label), scalar(fact, about.row.get(fact.name)))
        for fact in declared
        if about.row.get(fact.name) is not None
    ]
