"""Beside the requests: consents and their texts, the erased, incidents, record of processing."""

import csv
from http import HTTPStatus

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from posvenda.base import actions as base
from posvenda.base import choices
from posvenda.base.requests import Request as Page
from posvenda.core import deadlines
from posvenda.customers import holdings
from posvenda.customers.privacy import purposes, requests
from posvenda.customers.privacy.models import Consent, Erasure, Incident
from posvenda.customers.privacy.page import words
from posvenda.customers.privacy.page.forms import ChoicesForm, IncidentForm, TextForm
from posvenda.customers.privacy.page.guard import for_managers
from posvenda.ui import toasts

SIZE = 50


@require_GET
@for_managers
def consents(request: Page) -> HttpResponse:
    """This will show the purposes with their bases, texts, and how many lines say yes or no."""
    said = Consent.objects.order_by().values_list("purpose", "is_granted")
    counted = {(key, yes): n for key, yes, n in said.annotate(n=Count("pk"))}
    rows = [
        {
            "purpose": each,
            "basis": words.BASES[each.basis],
            "text": purposes.present(each.key),
            "yes": counted.get((each.key, True), 0),
            "no": counted.get((each.key, False), 0),
        }
        for each in purposes.purposes()
    ]
    latest = Consent.objects.select_related("customer", "contact", "by").order_by(
        "-recorded_at", "-pk"
    )
    page = Paginator(latest, SIZE).get_page(request.GET.get("page"))
    labels = {each.key: each.label for each in purposes.purposes()}
    lines = [(line, labels.get(line.purpose, line.purpose)) for line in page.object_list]
    context = {"rows": rows, "page": page, "lines": lines, "tab": "privacy_consents"}
    return render(request, "privacy/consents.html", context)


@require_http_methods(["GET", "POST"])
@for_managers
def text(request: Page, key: str) -> HttpResponse:
    """This will show the versions of a text and put another one in force."""
    try:
        purpose = purposes.purpose(key)
    except purposes.UnknownPurpose as unknown:
        raise Http404 from unknown
    if not purpose.channels:
        raise Http404
    present = purposes.present(key)
    form = TextForm(request.POST or None, initial={"words": present.words if present else ""})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["words"]
        try:
            made = purposes.publish(key, words=said, by=request.user, now=request.now)
        except purposes.NothingNew:
            form.add_error("words", _("This is the present text."))
        else:
            toasts.say(request, _("Version %(n)s is in force.") % {"n": made.version})
            return redirect("privacy_text", key)
    context = {
        "form": form,
        "purpose": purpose,
        "versions": purposes.texts(key),
        "tab": "privacy_consents",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "privacy/text.html", context, status=status)


@require_GET
@for_managers
def erased(request: Page) -> HttpResponse:
    """This will show who was erased as what is left of them: a number, a day, hashes."""
    every = Erasure.objects.prefetch_related("tombstones").order_by("-at", "-pk")
    page = Paginator(every, SIZE).get_page(request.GET.get("page"))
    return render(request, "privacy/erased.html", {"page": page, "tab": "privacy_erased"})


@require_GET
@for_managers
def incidents(request: Page) -> HttpResponse:
    """This will show security incidents with the clock to tell about them."""
    page = Paginator(Incident.objects.order_by("-known_on", "-pk"), SIZE).get_page(
        request.GET.get("page")
    )
    lines = [(each, _clock(each, request)) for each in page.object_list]
    rule = requests.rule("incident", on=request.today)
    context = {"page": page, "lines": lines, "rule": rule, "tab": "privacy_incidents"}
    return render(request, "privacy/incidents.html", context)


def _clock(incident: Incident, request: Page) -> deadlines.Clock | None:
    """An incident without relevant risk has nobody to tell, so no clock (art. 48)."""
    if not incident.is_relevant:
        return None
    told = [day for day in (incident.reported_on, incident.told_on) if day]
    closed = max(told) if len(told) == 2 else None
    return deadlines.clock(incident.due_on, today=request.today, closed_on=closed)


@require_http_methods(["GET", "POST"])
@for_managers
def incident(request: Page, public_id: str = "") -> HttpResponse:
    """This will enter an incident, or keep what became of it."""
    found = get_object_or_404(Incident, public_id=public_id) if public_id else None
    initial = {} if found else {"known_on": request.today}
    form = IncidentForm(request.POST or None, instance=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        kept = form.save(commit=False)
        write = requests.settle_incident if found else requests.report_incident
        write(kept, by=request.user, now=request.now)
        toasts.say(request, _("Saved."))
        return redirect("privacy_incidents")
    context = {"form": form, "incident": found, "tab": "privacy_incidents"}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "privacy/incident.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_managers
def settings_page(request: Page) -> HttpResponse:
    """This will show who answers for personal data, the deadlines in force, and the record."""
    told = choices.get("privacy_contact")
    initial = {
        **told,
        "is_small": choices.get("is_small_agent"),
        "returns": choices.get("erased_returns"),
    }
    form = ChoicesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        base.save_choices(
            {
                "privacy_contact": {name: data[name] for name in ("name", "email", "channel")},
                "is_small_agent": data["is_small"],
                "erased_returns": data["returns"],
            },
            by=request.user,
            now=request.now,
        )
        toasts.say(request, _("Saved."))
        return redirect("privacy_settings")
    context = {
        "form": form,
        "rules": _rules(request),
        "held": _kept_rows(),
        "tab": "privacy_settings",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "privacy/settings.html", context, status=status)


def _kept_rows() -> list[holdings.Holding]:
    """One line for each kind of row: a pair is held by both of its sides, and told once."""
    found = {
        (str(each.label), each.kept_by_law): each for each in holdings.every() if each.exported
    }
    return list(found.values())


def _rules(request: Page) -> list[dict[str, object]]:
    from posvenda.customers.privacy.models import Request

    labels = {**dict(Request.Kind.choices), "incident": _("Security incident")}
    is_small = bool(choices.get("is_small_agent"))
    found = []
    for kind, label in labels.items():
        rule = requests.rule(kind, on=request.today)
        days = rule.length(is_small=is_small)
        found.append(
            {"label": label, "rule": rule, "days": days, "is_business": rule.unit == "business"}
        )
    return found


@require_GET
@for_managers
def record(request: Page) -> HttpResponse:
    """This will give the record of processing (art. 37): purposes, bases, data, how long."""
    response = HttpResponse(content_type="text/csv; charset=utf-8-sig")
    response["Content-Disposition"] = 'attachment; filename="registro-de-tratamento.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    head = (_("Purpose"), _("What for"), _("Legal basis"), _("Channels"), _("Kept"), _("Data"))
    writer.writerow(head)
    for each in purposes.purposes():
        basis = f"{words.BASES[each.basis]} (LGPD, {each.basis.article})"
        channels = ", ".join(each.channels)
        held = "; ".join(_held(each.holds))
        writer.writerow([each.label, each.help, basis, channels, each.keeps, held])
    writer.writerow([])
    writer.writerow((_("Table"), _("Fields"), _("Personal fields"), _("Kept after an erasure")))
    for holding in holdings.every():
        fields = (", ".join(holding.exported), ", ".join(holding.personal))
        writer.writerow([str(holding.label), *fields, str(holding.kept_by_law)])
    for place in holdings.elsewhere():
        writer.writerow([str(place.label), "", "", str(place.kept_by_law)])
    return response


def _held(names: tuple[str, ...]) -> list[str]:
    return [str(words.HELD[name]) for name in names]
