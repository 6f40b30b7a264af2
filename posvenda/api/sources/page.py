"""The page *Leituras programadas*: places, when they are read, what went wrong, read now, pause."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.adapters import http, sftp
from posvenda.api import jobs
from posvenda.api.imports.page import shown
from posvenda.api.imports.page.views import for_managers
from posvenda.api.models import Source
from posvenda.api.sources import failures, places, reading, timetable
from posvenda.api.sources.forms import SourceForm
from posvenda.base import audit, vault
from posvenda.base.requests import Request
from posvenda.ui import toasts

RUNS = 20
ICONS = {"folder": "folder", "https": "globe", "sftp": "server"}


@require_GET
@for_managers
def sources(request: Request) -> HttpResponse:
    """This will list the places and the kinds one can add."""
    lines = [_line(each) for each in Source.objects.order_by("name", "pk")]
    kinds = [(kind.value, kind.label, ICONS[kind.value]) for kind in Source.Kind]
    return render(request, "api/sources/list.html", {"lines": lines, "kinds": kinds})


def _line(source: Source) -> dict[str, Any]:
    waiting = reading.waiting_run(source)
    return {
        "source": source,
        "icon": ICONS[source.kind],
        "timing": timing(source),
        "problem": problem(source),
        "is_alarm": timetable.is_alarm(source),
        "waiting": waiting,
        "needs_key": source.kind == Source.Kind.SFTP and not source.host_key,
    }


def timing(source: Source) -> str:
    """This will say how often a place is read."""
    if source.at_hour is not None:
        return _("each day at {hour}h").format(hour=source.at_hour)
    minutes = source.every_minutes or 60
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("every hour", "every {count} hours", hours).format(count=hours)
    return ngettext("every minute", "every {count} minutes", minutes).format(count=minutes)


def problem(source: Source) -> str:
    """This will say why the last reading failed, and the way out."""
    said = source.problem
    return failures.sentence(said["code"], said.get("detail", "")) if said else ""


@require_http_methods(["GET", "POST"])
@for_managers
def new(request: Request, kind: str) -> HttpResponse:
    """This will add a place; its first reading waits for a person to confirm the columns."""
    if kind not in Source.Kind.values:
        return redirect("sources")
    form = SourceForm(request.POST or None, kind=kind, is_new=True)
    if request.method == "POST" and form.is_valid():
        made = _create(form, kind, request)
        if kind == Source.Kind.SFTP:
            return redirect("source_key", made.public_id)
        return redirect("source", made.public_id)
    context = {"form": form, "kind": kind, "label": Source.Kind(kind).label}
    return render(request, "api/sources/new.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _create(form: SourceForm, kind: str, request: Request) -> Source:
    said = form.cleaned_data
    made = Source.objects.create(
        name=said["name"],
        kind=kind,
        address=said["address"],
        pattern=said.get("pattern", ""),
        username=said.get("username", ""),
        sealed=vault.seal(json.dumps(form.secrets)) if form.secrets else "",
        created_at=request.now,
        by=request.user,
        **form.timing,
    )
    _record("source.created", made, request)
    if kind != Source.Kind.SFTP:
        jobs.read_source.enqueue(made.pk)
    return made


def _record(verb: str, source: Source, request: Request) -> None:
    about, detail = f"source:{source.public_id}", {"name": source.name, "kind": source.kind}
    audit.record(verb, about=about, by=request.user, now=request.now, detail=detail)


@require_http_methods(["GET", "POST"])
@for_managers
def source(request: Request, public_id: str) -> HttpResponse:
    """This will show a place with its runs and failures, and keep other settings of it."""
    found = get_object_or_404(Source, public_id=public_id)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        return _change(request, found, form)
    runs = found.runs.select_related("by").prefetch_related("files").order_by("-id")[:RUNS]
    context = {
        **_line(found),
        "form": form,
        "fingerprint": sftp.fingerprint(found.host_key) if found.host_key else "",
        "lines": [shown.line(run, now=request.now) for run in runs],
    }
    return render(request, "api/sources/one.html", context, status=422 if form.errors else 200)


def _form(request: Request, found: Source) -> SourceForm:
    initial = {
        "name": found.name,
        "address": found.address,
        "pattern": found.pattern,
        "username": found.username,
        "every": "day" if found.at_hour is not None else str(found.every_minutes or 60),
        "hour": found.at_hour,
    }
    data = request.POST if request.method == "POST" else None
    return SourceForm(data, kind=found.kind, is_new=False, initial=initial)


def _change(request: Request, found: Source, form: SourceForm) -> HttpResponse:
    said = form.cleaned_data
    is_elsewhere = said["address"] != found.address
    with transaction.atomic():
        for name in ("name", "address", "pattern", "username"):
            setattr(found, name, said.get(name, getattr(found, name)))
        for name, value in form.timing.items():
            setattr(found, name, value)
        if form.secrets:
            found.sealed = vault.seal(json.dumps(form.secrets))
        if is_elsewhere:
            found.host_key = ""
        found.failures, found.problem = 0, {}
        found.next_at = timetable.next_after(found, request.now) if found.mappings else None
        found.save()
        _record("source.changed", found, request)
    toasts.say(request, _("Saved."))
    is_unknown = found.kind == Source.Kind.SFTP and not found.host_key
    return redirect("source_key" if is_unknown else "source", found.public_id)


@require_http_methods(["GET", "POST"])
@for_managers
def confirm_key(request: Request, public_id: str) -> HttpResponse:
    """This will show a server's key to compare, and keep it once a person confirmed it."""
    found = get_object_or_404(Source, public_id=public_id, kind=Source.Kind.SFTP)
    said, key = "", request.POST.get("key", "")
    if request.method == "POST" and " " in key:
        with transaction.atomic():
            found.host_key, found.failures, found.problem = key, 0, {}
            found.save(update_fields=["host_key", "failures", "problem"])
            _record("source.key_confirmed", found, request)
            jobs.read_source.enqueue(found.pk)
        toasts.say(request, _("The key is kept; the server is being read."))
        return redirect("source", public_id)
    try:
        key = sftp.host_key(places.server_of(found))
    except http.Refused as refused:
        said, key = failures.sentence(refused.code, refused.detail), ""
    except vault.Unreadable:
        said, key = failures.sentence("sealed_elsewhere"), ""
    context = {
        "source": found,
        "problem": said,
        "key": key,
        "fingerprint": sftp.fingerprint(key) if key else "",
        "former": sftp.fingerprint(found.host_key) if found.host_key else "",
    }
    return render(request, "api/sources/key.html", context)


@require_POST
@for_managers
def read_now(request: Request, public_id: str) -> HttpResponse:
    """This will have a place read at once."""
    found = get_object_or_404(Source, public_id=public_id)
    waiting = reading.waiting_run(found)
    if waiting is not None and not found.mappings:
        toasts.say(request, _("First confirm the columns of the first file."), is_error=True)
        return redirect("import", waiting.public_id)
    with transaction.atomic():
        jobs.read_source.enqueue(found.pk)
        _record("source.read", found, request)
    toasts.say(request, _("It is being read."))
    return redirect("source", public_id)


@require_POST
@for_managers
def switch(request: Request, public_id: str) -> HttpResponse:
    """This will pause a place, or have it read again by its timetable."""
    found = get_object_or_404(Source, public_id=public_id)
    with transaction.atomic():
        found.paused_at = None if found.paused_at else request.now
        if found.paused_at is None and found.mappings:
            found.next_at = timetable.next_after(found, request.now)
        found.save(update_fields=["paused_at", "next_at"])
        _record("source.paused" if found.paused_at else "source.resumed", found, request)
    toasts.say(
        request, _("Paused.") if found.paused_at else _("It is read again by its timetable.")
    )
    return redirect("source", public_id)


@require_POST
@for_managers
def remove(request: Request, public_id: str) -> HttpResponse:
    """This will stop reading a place for good; what it brought stays."""
    found = get_object_or_404(Source, public_id=public_id)
    with transaction.atomic():
        _record("source.removed", found, request)
        found.delete()
    toasts.say(request, _("Removed. What it brought stays."))
    return redirect("sources")
