"""Doors of *Hoje*: the page, the dialog of an action, done, postponed, undone."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from posvenda.base.requests import Request
from posvenda.customers.models import Customer
from posvenda.insights import actions, reach, today
from posvenda.insights.forms import ReportForm
from posvenda.insights.items import Item
from posvenda.insights.models import Decision
from posvenda.success import definitions
from posvenda.success.wording import Speaker
from posvenda.ui import formats, toasts

LATER = (1, 3, 7)


@require_GET
def home(request: Request) -> HttpResponse:
    """This will show whom to act on today."""
    return _page(request)


@require_http_methods(["GET", "POST"])
def act(request: Request, public_id: str, play: str) -> HttpResponse:
    """This will open an action with its message, or keep how it went and take it off the queue."""
    customer = _customer(request, public_id)
    offer = definitions.judgement().offer(play)
    if offer is None:
        raise Http404(play)
    if not request.user.may_write:
        raise actions.MayNotAct
    form = ReportForm(request.POST or None, customer=customer, action=offer.play.action)
    if request.method == "POST" and form.is_valid():
        return _done(request, customer, play, form)
    item = _item(request, customer, play)
    if item is None:
        return _gone(request)
    status = 422 if form.is_bound else 200
    return render(request, "insights/_act.html", _dialog(request, item, form), status=status)


@require_POST
def later(request: Request, public_id: str, play: str) -> HttpResponse:
    """This will keep an action off the queue for one, three or seven days."""
    customer = _customer(request, public_id)
    days = request.POST.get("days", "1")
    if days not in map(str, LATER) or definitions.judgement().offer(play) is None:
        return HttpResponseBadRequest()
    item = _item(request, customer, play)
    until = request.today + timedelta(days=int(days))
    decision = actions.snooze(
        customer,
        play,
        until=until,
        expected_cents=_worth(item),
        by=request.user,
        now=request.now,
    )
    when = formats.days_until(until, _locale(), today=request.today)
    return _decided(request, _("Postponed: comes back %(when)s.") % {"when": when}, decision)


@require_POST
def undo(request: Request, public_id: str) -> HttpResponse:
    """This will put an action back on the queue."""
    visible = Customer.objects.visible_to(request.user)
    decision = get_object_or_404(
        Decision.objects.select_related("customer"), public_id=public_id, customer__in=visible
    )
    if actions.undo(decision, by=request.user, now=request.now):
        is_done = decision.verdict == Decision.Verdict.DONE
        kept = _("The action is back on the queue. The note stays in the history.")
        toasts.say(request, kept if is_done else _("The action is back on the queue."))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return redirect(wanted if is_ours else reverse("today"))


def _page(request: Request, *, is_answer: bool = False) -> HttpResponse:
    query = request.GET
    size = query.get("show", "")
    made = today.page(
        request.user,
        today.asked_by(request),
        scope=today.scope_of(request.user, query.get("who", "")),
        size=min(int(size), today.MOST) if size.isdigit() and int(size) else today.PAGE,
        now=request.now,
        locale=_locale(),
    )
    context = {"page": made, "may_act": request.user.may_write, "later": LATER}
    shown = 1 + len(made.rest)
    return render(
        request,
        "insights/today.html",
        context | {"is_answer": is_answer, "show_next": shown + made.more},
    )


def _done(request: Request, customer: Customer, play: str, form: ReportForm) -> HttpResponse:
    item = _item(request, customer, play)
    said = form.cleaned_data
    report = actions.Report(
        kind=said["kind"],
        contact=said["contact"],
        note=said["note"] or (item.title if item else ""),
    )
    try:
        decision = actions.done(
            customer,
            play,
            report,
            expected_cents=_worth(item),
            rest_days=definitions.judgement().pack.rest.action_days,
            by=request.user,
            now=request.now,
        )
    except actions.AlreadyDone as error:
        who = error.decision.by.name if error.decision.by else "—"
        text = _("%(person)s has already done this action.") % {"person": who}
        return _decided(request, text, None)
    text = _("Done and noted: %(customer)s.") % {"customer": customer.name}
    return _decided(request, text, decision)


def _decided(request: Request, text: str, decision: Decision | None) -> HttpResponse:
    """The queue after a decision: swapped in place by htmx; other pages are shown afresh."""
    undo_url = reverse("today_undo", args=[decision.public_id]) if decision else ""
    if not request.htmx:
        toasts.say(request, text, undo=undo_url)
        return redirect("today")
    here = request.htmx.current_url_abs_path or ""
    if here.startswith("/clientes/"):
        toasts.say(request, text, undo=undo_url)
        return HttpResponseClientRedirect(here)
    today.forget(request)
    answer = _page(request, is_answer=True)
    trigger_client_event(answer, "dialog-close", {})
    return toasts.attach(answer, text, undo=undo_url)


def _gone(request: Request) -> HttpResponse:
    """The action was there a moment ago: the facts changed, or somebody decided."""
    text = _("This action no longer applies: the facts have changed.")
    if not request.htmx:
        toasts.say(request, text)
        return redirect("today")
    return toasts.attach(HttpResponse(status=204), text)


def _dialog(request: Request, item: Item, form: ReportForm) -> dict[str, object]:
    speaker = Speaker(item.catalogue, _locale(), request.today, item.currency)
    words = dict(item.words, contact=item.words["contact_first"])
    subject = speaker.fill(str(item.offer.subject), item.row, words)
    body = speaker.fill(str(item.offer.body), item.row, words)
    contacts = today.contacts_of([item.customer.pk]).get(item.customer.pk, ())
    return {
        "item": item,
        "form": form,
        "subject": subject,
        "body": body,
        "people": reach.people(item.customer, contacts, subject=subject, body=body),
        "query": request.GET.urlencode(),
    }


def _item(request: Request, customer: Customer, play: str) -> Item | None:
    return today.one(request.user, today.asked_by(request), customer, play, locale=_locale())


def _customer(request: Request, public_id: str) -> Customer:
    """The customer, if this person may see it; whoever may not cannot tell it exists."""
    return get_object_or_404(Customer.objects.visible_to(request.user), public_id=public_id)


def _worth(item: Item | None) -> int:
    return round(item.formula.expected_cents or 0) if item else 0


def _locale() -> str:
    return get_language() or "en"
