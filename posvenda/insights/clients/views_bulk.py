"""Actions on many customers: the dialog first says how many they are and how much money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.base.said import said as _
from posvenda.customers import actions, sheet
from posvenda.customers.models import Customer
from posvenda.insights.clients import asking as ask
from posvenda.insights.clients import words
from posvenda.insights.clients.listing import everything, visible
from posvenda.insights.clients.pack import look
from posvenda.insights.clients.state import State
from posvenda.journeys import actions as tasks
from posvenda.ui import formats, toasts

MOST = 100_000
NOBODY = "nobody"


class OwnerForm(forms.Form):
    """Who answers for these customers from now on."""

    owner = forms.ChoiceField(label=gettext_lazy("New owner"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in User.objects.owners()}
        named = [(pk, user.name) for pk, user in self.people.items()]
        field: forms.ChoiceField = self.fields["owner"]  # type: ignore[assignment]
        field.choices = [("", _("Choose…")), *named, (NOBODY, _("Nobody"))]

    @property
    def picked(self) -> User | None:
        """The person chosen; None is nobody, said on purpose."""
        return self.people.get(self.cleaned_data["owner"])


class TaskForm(forms.Form):
    """The same task for each of these customers."""

    title = forms.CharField(label=gettext_lazy("What to do"), max_length=200)
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@dataclass(frozen=True)
class Picked:
    """The customers a person picked, and their money by currency."""

    customers: Sequence[Customer]
    money: str

    @property
    def count(self) -> int:
        """How many customers."""
        return len(self.customers)


@require_http_methods(["GET", "POST"])
def assign(request: Request) -> HttpResponse:
    """This will show whom to give the picked customers to, and give them."""
    _require_writer(request.user)
    chosen = _chosen(request)
    form = OwnerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        picked = picked_of(request, chosen)
        owner = form.picked
        token = actions.assign_owner(
            picked.customers, owner=owner, by=request.user, now=request.now
        )
        told = _counted(picked.count, owner.name if owner else _("nobody"))
        toasts.say(request, told, undo=reverse("clients_give_back", args=[token]))
        return _back(request)
    return _dialog(request, chosen, form, "owner")


@require_http_methods(["GET", "POST"])
def create_task(request: Request) -> HttpResponse:
    """This will ask for a task and write it for each picked customer."""
    _require_writer(request.user)
    chosen = _chosen(request)
    form = TaskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        picked = picked_of(request, chosen)
        tasks.add_tasks(picked.customers, **form.cleaned_data, by=request.user, now=request.now)
        count = formats.number(picked.count, request.LANGUAGE_CODE, digits=0)
        told = ngettext(
            "Task written for %(count)s customer.",
            "Task written for %(count)s customers.",
            picked.count,
        )
        toasts.say(request, told % {"count": count})
        return _back(request)
    return _dialog(request, chosen, form, "task")


@require_POST
def give_back(request: Request, token: str) -> HttpResponse:
    """This will undo an assignment of this person."""
    count = actions.give_back(token, by=request.user, now=request.now)
    told = ngettext(
        "%(count)d customer is back with the earlier owner.",
        "%(count)d customers are back with their earlier owners.",
        count,
    )
    toasts.say(request, told % {"count": count})
    return _back(request)


def picked_of(request: Request, chosen: QueryDict) -> Picked:
    """This will read the ticked rows, or all that the filter gives; only what the user may see."""
    state = State(sheet.lazy(now=request.now), sheet.catalogue(), look())
    style = state.look
    if chosen.get("everyone"):
        query = QueryDict(chosen.get("query", ""))
        asking = ask.read(query, user=request.user, look=style, catalogue=state.catalogue)
        frame = everything(asking, user=request.user, state=state)
    else:
        ids = chosen.getlist("id")
        mine = visible(state.view.frame, request.user)
        frame = mine.filter(pl.col("public_id").is_in(ids))
    found = frame.select("customer_id", "who.currency", pl.col(style.money).fill_null(0)).head(MOST)
    rows = found.collect()
    sums = rows.group_by(pl.col("who.currency").fill_null("BRL")).agg(pl.col(style.money).sum())
    customers = _customers(rows["customer_id"].to_list(), request.user)
    return Picked(customers, words.amounts(sorted(sums.iter_rows())) if sums.height else "")


def _customers(ids: list[int], user: User) -> list[Customer]:
    found: list[Customer] = []
    for start in range(0, len(ids), 5_000):
        part = Customer.objects.visible_to(user).filter(pk__in=ids[start : start + 5_000])
        found += part.only("pk", "public_id", "owner_id")
    return found


def _chosen(request: Request) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _dialog(request: Request, chosen: QueryDict, form: forms.Form, kind: str) -> HttpResponse:
    picked = picked_of(request, chosen)
    context = {
        "form": form,
        "picked": picked,
        "kind": kind,
        "ids": [] if chosen.get("everyone") else chosen.getlist("id"),
        "is_everyone": bool(chosen.get("everyone")),
        "query": chosen.get("query", ""),
        "is_shop": look().is_shop,
        "bought": _("%(money)s bought in 12 months") % {"money": picked.money},
    }
    part = "_bulk" if request.htmx else "bulk"
    status = 422 if form.errors else 200
    return render(request, f"insights/clients/{part}.html", context, status=status)


def _counted(count: int, name: str) -> str:
    told = ngettext(
        "%(count)d customer is now with %(name)s.",
        "%(count)d customers are now with %(name)s.",
        count,
    )
    return told % {"count": count, "name": name}


def _back(request: Request) -> HttpResponse:
    """To where the person was: a page of ours, never somewhere else."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    query = request.POST.get("query", "")
    url = asked if safe else f"{reverse('clients')}{'?' + query if query else ''}"
    if not request.htmx:
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def _require_writer(user: User) -> None:
    if not user.may_write:
        raise PermissionDenied
