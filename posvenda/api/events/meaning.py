"""Views of *Eventos* that change what events mean: the rules, their replay, the catalogue."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import yaml
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.api.events import wording
from posvenda.api.events.views import shared
from posvenda.api.imports.page.views import for_managers
from posvenda.base.requests import Request
from posvenda.commerce import offering, texts
from posvenda.commerce.models import Product
from posvenda.commerce.tracking import jobs, published, replaying
from posvenda.commerce.tracking.models import Replay
from posvenda.commerce.tracking.rules import Rules
from posvenda.core.features import Feature, dump_features
from posvenda.core.shapes import ShapeError
from posvenda.customers import sheet
from posvenda.customers.wording import describe
from posvenda.ui import toasts

DAYS = 90
PAST = 5
Status = Replay.Status


@require_http_methods(["GET", "POST"])
@for_managers
def rules(request: Request) -> HttpResponse:
    """This will show the rules in words and as text, try a draft, and put it in force."""
    text = texts.text(published.KIND)
    problem = ""
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        try:
            return _act(request, text)
        except ShapeError as error:
            problem = str(error)
    replays = Replay.objects.select_related("by").order_by("-pk")
    draft = replays.filter(is_rehearsal=True).first()
    if draft is not None and request.GET.get("ensaio") == str(draft.pk) and not problem:
        text = draft.text
    context = {
        **shared("events_rules"),
        "text": text,
        "problem": problem,
        "told": _told(published.in_force()),
        "since": request.today - timedelta(days=DAYS),
        "replays": replays[:PAST],
        "is_moving": replays.filter(status__in=(Status.QUEUED, Status.RUNNING)).exists(),
    }
    if request.htmx and request.htmx.target == "replays":
        return render(request, "api/events/_replays.html", context)
    status = 422 if problem else 200
    return render(request, "api/events/rules.html", context, status=status)


def _act(request: Request, text: str) -> HttpResponse:
    """Try, publish, or publish and read stored events again."""
    act = request.POST.get("act")
    starts_on = _day(request.POST.get("since", ""), request.today - timedelta(days=DAYS))
    ends_on = request.today + timedelta(days=2)
    published.read(text)
    with transaction.atomic():
        if act == "try":
            row = replaying.begin(
                starts_on=starts_on,
                ends_on=ends_on,
                text=text,
                is_rehearsal=True,
                by=request.user,
                now=request.now,
            )
            jobs.replay.enqueue(row.pk)
            return redirect(f"{reverse('events_rules')}?ensaio={row.pk}#replays")
        version = published.publish(text, by=request.user, now=request.now).version
        row = replaying.begin(
            starts_on=starts_on, ends_on=ends_on, by=request.user, now=request.now
        )
        jobs.replay.enqueue(row.pk)
    told = _("Version %(version)d is in force; stored events are being read again.")
    toasts.say(request, told % {"version": version})
    return redirect(f"{reverse('events_rules')}#replays")


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _told(found: Rules) -> dict[str, Any]:
    return {
        "ways": [wording.way(each) for each in found.ways],
        "staff": wording.staff(found),
        "uses": [wording.use(each) for each in found.uses],
        "contacts": wording.CONTACTS[found.contacts],
        "creates": found.create_customers,
        "days": found.waiting_days,
        "version": found.version,
    }


@require_POST
@for_managers
def stop(request: Request, pk: int) -> HttpResponse:
    """This will stop a replay after the month it is at."""
    if replaying.stop(get_object_or_404(Replay, pk=pk), now=request.now):
        toasts.say(request, _("Stopped. The months that were read stay as they are now."))
    return redirect(f"{reverse('events_rules')}#replays")


@require_http_methods(["GET", "POST"])
@for_managers
def features(request: Request) -> HttpResponse:
    """This will show the catalogue of features and how much each is used, and change it."""
    text, problem = texts.text(offering.KIND), ""
    if request.method == "POST":
        try:
            text = _changed(request, text)
            with transaction.atomic():
                offering.publish(text, by=request.user, now=request.now)
        except ShapeError as error:
            problem = str(error)
        else:
            toasts.say(request, _("Saved. Customers' figures follow within a minute."))
            return redirect("events_features")
    context = {
        **shared("events_features"),
        "text": text,
        "problem": problem,
        "features": _lines(request),
        "typed": request.POST if problem else {},
        "plans": list(Product.objects.filter(kind="plan").order_by("name")[:100]),
    }
    status = 422 if problem else 200
    return render(request, "api/events/features.html", context, status=status)


def _changed(request: Request, text: str) -> str:
    """The text as typed, or the catalogue with one feature more or fewer."""
    match request.POST.get("act"):
        case "text":
            return request.POST.get("text", "").replace("\r\n", "\n")
        case "remove":
            kept = [each for each in offering.in_force() if each.key != request.POST.get("key")]
            return _written(tuple(kept))
    name = " ".join(request.POST.get("name", "").split())
    if not name:
        raise ShapeError(_("Name"), _("is missing"))
    told: dict[str, object] = {"key": name.casefold().replace(" ", "_")[:60], "name": name}
    told["means"] = _words(request.POST.get("means", "")) or [name]
    told["plans"] = _words(request.POST.get("plans", ""))
    told["when"] = request.POST.get("when", "").strip()
    (added,) = offering.read(yaml.safe_dump({"features": [told]}))
    return _written((*offering.in_force(), added))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _written(found: tuple[Feature, ...]) -> str:
    return yaml.safe_dump(dump_features(found), allow_unicode=True, sort_keys=False)


def _lines(request: Request) -> list[dict[str, Any]]:
    """Each feature in words, with the customers it matters to and those that use it."""
    found = offering.in_force()
    if not found:
        return []
    catalogue = sheet.catalogue()
    frame = sheet.lazy(now=request.now).frame
    lists = frame.select("adoption.features_in_use", "adoption.features_missing").collect()
    used, missing = (Counter(lists[name].explode().drop_nulls()) for name in lists.columns)
    return [
        {
            "key": feature.key,
            "name": feature.name,
            "means": feature.means,
            "plans": feature.plans,
            "when": describe(feature.when, catalogue) if feature.when else "",
            "used": used[feature.key],
            "relevant": used[feature.key] + missing[feature.key],
        }
        for feature in found
    ]


@require_GET
@for_managers
def definition(request: Request, kind: str) -> HttpResponse:
    """This will send the text in force as a file, as ``posvenda config export`` writes it."""
    chosen = next((each for each in texts.kinds() if each.name == kind), None)
    if chosen is None:
        raise Http404
    response = HttpResponse(texts.text(chosen), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.yaml"'
    return response
