"""What every part of a customer's page needs: the customer, its row of the sheet, the header."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, Value
from django.http import Http404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from posvenda.base import clock
from posvenda.base.requests import Request
from posvenda.base.said import said as _
from posvenda.commerce.models import Order
from posvenda.core.facts import Catalogue
from posvenda.customers.identity import leading
from posvenda.customers.models import Contact, Customer, Tagging
from posvenda.customers.wording import days
from posvenda.insights.clients.columns import shown_change
from posvenda.insights.clients.pack import Look
from posvenda.insights.clients.state import of as state_of
from posvenda.journeys.models import Task
from posvenda.success import definitions
from posvenda.ui import formats, parts

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One part of the header: a name, a value and what surrounds it."""

    label: str
    html: SafeString
    note: SafeString | str = ""
    action: str = ""


@dataclass(frozen=True)
class Subject:
    """The customer a page is about, with its row of the sheet."""

    customer: Customer
    row: Row
    as_of: date
    look: Look
    catalogue: Catalogue

    @property
    def currency(self) -> str:
        """The customer's own currency."""
        return self.row.get("who.currency") or "BRL"


def subject(request: Request, public_id: str) -> Subject:
    """This will find a customer the user may see; any other does not exist for them."""
    customer = (
        Customer.objects.visible_to(request.user)
        .filter(public_id=public_id)
        .select_related("owner")
        .first()
    )
    if customer is None:
        leading.lead(public_id, request.user)
        raise Http404
    state = state_of(request)
    found = state.view.frame.filter(pl.col("customer_id") == customer.pk).collect()
    row = found.row(0, named=True) if found.height else {}
    return Subject(customer, row, state.view.as_of, state.look, state.catalogue)


def context(about: Subject, request: Request, tab: str) -> dict[str, Any]:
    """This will give the header and the tabs their values."""
    customer = about.customer
    locale = get_language() or "en"
    open_tasks, people = _counts(customer)
    return {
        "customer": customer,
        "row": about.row,
        "tab": tab,
        "tabs": _tabs(about, people, open_tasks),
        "lede": lede(about, locale),
        "figures": figures(about, locale, request.today),
        "tags": list(Tagging.objects.filter(customer=customer, ends_at=None).order_by("tag")),
        "may_write": request.user.may_write,
        "currency": about.currency,
        "is_shop": about.look.is_shop,
        "is_judged": bool(about.row),
        "words": words(),
    }


def words() -> dict[str, str]:
    """This will give the texts of the templates that every trade says in its own words."""
    return {
        "orders": _("Orders"),
        "no_orders": _("No orders"),
        "orders_come": _("Orders come by import or by your store, with their items."),
        "purchases": _("Purchases"),
        "no_purchases": _("No purchases in the last 12 months."),
        "cared_for": _("Cared for"),
    }


def promise(order: Order) -> str:
    """This will say when an order was delivered, or for when it is promised."""
    at, text = order.delivered_at, _("delivered on %(day)s")
    if at is None:
        at, text = order.promised_at, _("promised for %(day)s")
    if at is None:
        return ""
    return text % {"day": formats.date_short(clock.day_of(at), get_language() or "en")}


def _counts(customer: Customer) -> tuple[int, int]:
    """Open tasks and present contacts, in one question."""
    held = {
        "tasks": Task.objects.filter(customer=customer, done_at=None),
        "people": Contact.objects.filter(customer=customer, left_at=None),
    }
    tasks, people = (
        rows.order_by().values("customer").annotate(what=Value(name), n=Count("pk"))
        for name, rows in held.items()
    )
    found = dict(tasks.values_list("what", "n").union(people.values_list("what", "n")))
    return found.get("tasks", 0), found.get("people", 0)


def lede(about: Subject, locale: str) -> str:
    """This will say who the customer is: industry, people, town, since when."""
    row, customer = about.row, about.customer
    employees = row.get("attr.employees")
    work = str(row.get("attr.industry") or "")
    if employees:
        staff = _("%(count)s employees") % {"count": _whole(employees, locale)}
        work = f"{work}, {staff}" if work else staff
    town = ", ".join(str(row[n]) for n in ("attr.city", "attr.state") if row.get(n))
    began = row.get("contract.first_started_on") or row.get("orders.first_on")
    since = ""
    if began:
        since = _("customer since %(day)s") % {"day": formats.date_short(began, locale)}
    kind = "" if work or town else str(customer.get_kind_display())
    return " · ".join(part for part in (work, town, kind, since) if part)


def figures(about: Subject, locale: str, today: date) -> list[Figure]:
    """This will give the five figures of the header."""
    business = (
        _shop(about, locale, today) if about.look.is_shop else _subscription(about, locale, today)
    )
    return [_health(about, locale), _stage(about), *business, _owner(about)]


def _health(about: Subject, locale: str) -> Figure:
    row = about.row
    shown = parts.health(row.get("health.score"), row.get("health.band"), locale)
    change = shown_change(row)
    note: SafeString | str = ""
    if change is not None:
        note = format_html("{} {}", parts.trend(change, locale), _("in 30 days"))
    return Figure(_("Health"), shown, note)


def _stage(about: Subject) -> Figure:
    stages = definitions.judgement().stages
    name = about.row.get("stage.name")
    label = stages.ladder.stages.get(name) if name else None
    if label is None:
        return Figure(_("Stage"), format_html("{}", formats.UNKNOWN))
    badge = parts.stage_badge(str(label), stages.place(name), of=len(stages.screen))
    since = about.row.get("stage.since")
    if since is not None:
        day = formats.date_short(since, get_language() or "en")
        return Figure(_("Stage"), badge, _("since %(day)s") % {"day": day})
    rule = next((r for r in stages.ladder.rules if r.stage == name), None)
    return Figure(_("Stage"), badge, str(rule.enter) if rule else "")


def _subscription(about: Subject, locale: str, today: date) -> list[Figure]:
    row = about.row
    mrr, arr = row.get("contract.mrr"), row.get("contract.arr")
    yearly = formats.money(arr, locale, currency=about.currency)
    per_year = _("%(amount)s a year") % {"amount": yearly} if arr else ""
    return [
        Figure(
            _("MRR"),
            format_html("{}", formats.money(mrr, locale, currency=about.currency)),
            per_year,
        ),
        _date(_("Renewal"), row.get("contract.renews_on"), locale, today, _renewal_note(row)),
    ]


def _renewal_note(row: Row) -> str:
    if row.get("contract.is_cancelling"):
        return _("asked to cancel")
    if row.get("contract.is_auto_renewed"):
        return _("renews by itself")
    return ""


def _shop(about: Subject, locale: str, today: date) -> list[Figure]:
    row = about.row
    value = formats.money(row.get("orders.value"), locale, currency=about.currency)
    count = _whole(row.get("orders.count"), locale)
    interval = row.get("orders.median_interval_days")
    rhythm = _("every %(days)s") % {"days": days(round(interval))} if interval else ""
    return [
        Figure(_("Orders"), format_html("{}", count), _("%(amount)s in all") % {"amount": value}),
        _date(_("Next purchase"), row.get("orders.next_expected_on"), locale, today, rhythm),
    ]


def _date(label: str, day: date | None, locale: str, today: date, more: str) -> Figure:
    if day is None:
        return Figure(label, format_html("{}", formats.UNKNOWN), more)
    away = formats.days_until(day, locale, today=today)
    note = f"{away} · {more}" if more else away
    return Figure(label, format_html("{}", formats.date_short(day, locale)), note)


def _owner(about: Subject) -> Figure:
    owner = about.customer.owner
    name = owner.name if owner else _("nobody")
    shown = format_html(
        '<span class="person">{}{}</span>', parts.avatar(name) if owner else "", name
    )
    silence = about.row.get("contact.silence_days")
    if silence is None:
        return Figure(_("Owner"), shown, _("no contact on record"), action="owner")
    note = _("last contact today")
    if silence:
        note = _("last contact %(days)s ago") % {"days": days(silence)}
    return Figure(_("Owner"), shown, note, action="owner")


def _whole(value: Any, locale: str) -> str:
    return formats.number(value, locale, digits=0)


def _parts() -> tuple[tuple[str, str], ...]:
    return (
        ("client", _("Overview")),
        ("client_health", _("Health")),
        ("client_timeline", _("Timeline")),
        ("client_contacts", _("Contacts")),
        ("client_contracts", _("Contracts")),
        ("client_orders", _("Orders")),
        ("client_notes", _("Notes and tasks")),
        ("client_consents", _("Consents")),
        ("client_identities", _("Identities")),
    )


def _tabs(about: Subject, people: int, open_tasks: int) -> list[dict[str, Any]]:
    row = about.row
    counts = {
        "client_contacts": people,
        "client_contracts": row.get("contract.lines"),
        "client_orders": row.get("orders.count"),
        "client_notes": open_tasks,
    }
    return [{"name": name, "label": label, "count": counts.get(name)} for name, label in _parts()]
