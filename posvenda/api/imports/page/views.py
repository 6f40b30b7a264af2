"""Views of the page *Importar*. Only people who manage may open it; the worker does the work."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.api import jobs
from posvenda.api.imports import refused, uploaded
from posvenda.api.imports import run as runs
from posvenda.api.imports.mapping.targets import BY_NAME, IGNORED
from posvenda.api.imports.page import columns, shown, undone
from posvenda.api.models import ImportFile, ImportRun, Source
from posvenda.api.sources.timetable import ALARM
from posvenda.base import audit
from posvenda.base.requests import Request
from posvenda.ui import toasts

Status = ImportRun.Status
PAST = 20
STEPS = (
    gettext_noop("File"),
    gettext_noop("Columns"),
    gettext_noop("Rehearsal"),
    gettext_noop("The import"),
)
View = Callable[..., HttpResponseBase]


def for_managers(view: View) -> View:
    """This will let in only people who may manage."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.may_manage:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "POST"])
@for_managers
def imports(request: Request) -> HttpResponse:
    """This will show where to drop files and what was imported before, and take files."""
    problem = ""
    if request.method == "POST":
        try:
            run = uploaded.keep(request.FILES.getlist("files"), by=request.user, now=request.now)
        except uploaded.Refused as refusal:
            problem = str(refusal)
        else:
            with transaction.atomic():
                audit.record(
                    "import.uploaded",
                    about=f"import:{run.public_id}",
                    by=request.user,
                    now=request.now,
                )
                jobs.inspect.enqueue(run.pk)
            return redirect("import", run.public_id)
    context = {
        "lines": _lines(request),
        "problem": problem,
        "failing": Source.objects.filter(failures__gte=ALARM, paused_at=None).count(),
        "limit_mb": settings.UPLOAD_LIMIT_BYTES // 1_048_576,
    }
    is_part = request.htmx and request.htmx.target == "runs"
    template = "api/imports/_runs.html" if is_part else "api/imports/list.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, template, _with_poll(context), status=status)


def _lines(request: Request) -> list[shown.RunLine]:
    past = ImportRun.objects.select_related("by").prefetch_related("files").order_by("-id")
    return [shown.line(run, now=request.now) for run in past[:PAST]]


def _with_poll(context: dict[str, Any]) -> dict[str, Any]:
    return {**context, "is_moving": any(line.progress is not None for line in context["lines"])}


@require_GET
@for_managers
def run_page(request: Request, public_id: str) -> HttpResponse:
    """This will show an import at the step it is at; htmx asks for the part that moves."""
    run = get_object_or_404(ImportRun.objects.select_related("by"), public_id=public_id)
    if request.htmx and request.GET.get("seen", "") == _state(run):
        return render(request, "api/imports/_moving.html", _context(request, run))
    if request.htmx:
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["HX-Refresh"] = "true"
        return response
    return render(request, f"api/imports/{_template(run)}.html", _context(request, run))


def _state(run: ImportRun) -> str:
    """What a waiting page watches: the status, and whether the files were looked at."""
    return f"{run.status}{int(run.files.exists())}"


def _template(run: ImportRun) -> str:
    match run.status:
        case Status.UPLOADED:
            return "columns" if run.files.exists() else "working"
        case Status.CHECKED:
            return "rehearsal"
        case Status.CHECKING | Status.QUEUED | Status.RUNNING | Status.UNDOING:
            return "working"
        case Status.UNDONE:
            return "undone"
    return "result"


def _context(request: Request, run: ImportRun) -> dict[str, Any]:
    groups = columns.tables(run)
    base: dict[str, Any] = {
        "run": run,
        "title": shown.title(run),
        "state": _state(run),
        "steps": [_(step) for step in STEPS],
        "step": _step(run),
    }
    match _template(run):
        case "columns":
            cards = [columns.card(n, members) for n, members in enumerate(groups)]
            return {**base, "cards": cards, "heading": _heading(cards)}
        case "working":
            return {**base, "progress": shown.progress_of(run, now=request.now)}
        case "undone":
            return {**base, **undone.result(run)}
    return {
        **base,
        "figures": shown.figures(run),
        "money": shown.money(run),
        "tallies": shown.tallies(run),
        "problem_tables": shown.problem_tables(run, groups),
        "cards": [columns.card(n, members) for n, members in enumerate(groups)],
        "importable": shown.importable(run),
        "problem": shown.problem(run),
        "may_undo": undone.may_undo(run),
    }


def _heading(cards: list[columns.TableCard]) -> str:
    """What the files hold, when it is one thing."""
    known = {choice.label for card in cards for choice in card.records if choice.is_chosen}
    return known.pop() if len(known) == 1 else ""


def _step(run: ImportRun) -> int:
    match run.status:
        case Status.UPLOADED:
            return 2 if run.files.exists() else 1
        case Status.CHECKING | Status.CHECKED:
            return 3
        case Status.DONE:
            return 5
    return 4


@require_POST
@for_managers
def choose(request: Request, public_id: str) -> HttpResponse:
    """This will take what a person says of the columns, and begin the rehearsal."""
    run = get_object_or_404(ImportRun, public_id=public_id, status=Status.UPLOADED)
    groups = columns.tables(run)
    changed = False
    for number, members in enumerate(groups):
        record = request.POST.get(f"t{number}-record", members[0].record)
        if record != members[0].record and record in _known_records():
            columns.change_record(members, record)
            changed = True
        else:
            columns.change_columns(members, request.POST, number)
    run.is_history = bool(request.POST.get("is_history"))
    run.save(update_fields=["is_history"])
    if changed:
        columns.reorder(run)
    if request.POST.get("act", "").startswith("save-"):
        _save_preset(request, columns.tables(run))
        return redirect("import", public_id)
    cards = [columns.card(n, members) for n, members in enumerate(columns.tables(run))]
    if changed or request.POST.get("act") != "check" or any(card.missing for card in cards):
        return redirect("import", public_id)
    if not any(file.mapping.get("outputs") for file in run.files.all()):
        toasts.say(
            request, _("Nothing is left to import; choose what a file holds."), is_error=True
        )
        return redirect("import", public_id)
    with transaction.atomic():
        columns.remember(run, now=request.now)
        run.status, run.beat_at = Status.CHECKING, None
        run.save(update_fields=["status", "beat_at"])
        jobs.check.enqueue(run.pk)
    return redirect("import", public_id)


def _save_preset(request: Request, groups: list[list[ImportFile]]) -> None:
    """Keep the mapping of the table whose button was pressed as a preset."""
    number = request.POST["act"].removeprefix("save-")
    title = " ".join(request.POST.get(f"t{number}-preset", "").split())
    if not title or not number.isdigit() or int(number) >= len(groups):
        toasts.say(request, _("Give the preset a name."), is_error=True)
        return
    saved = columns.save_preset(groups[int(number)], title, by=request.user, now=request.now)
    toasts.say(request, _("Preset “{title}” is saved.").format(title=saved.title))


def _known_records() -> set[str]:
    return {*BY_NAME, IGNORED}


@require_POST
@for_managers
def back(request: Request, public_id: str) -> HttpResponse:
    """This will go back from the rehearsal to the columns."""
    ImportRun.objects.filter(
        public_id=public_id, status__in=(Status.CHECKED, Status.STOPPED), batch=None
    ).update(status=Status.UPLOADED, finished_at=None)
    return redirect("import", public_id)


@require_POST
@for_managers
def begin(request: Request, public_id: str) -> HttpResponse:
    """This will put a rehearsed import, or one that was stopped, in the queue."""
    run = get_object_or_404(ImportRun, public_id=public_id)
    with transaction.atomic():
        if runs.queue(run, now=request.now):
            audit.record(
                "import.began", about=f"import:{run.public_id}", by=request.user, now=request.now
            )
            jobs.perform.enqueue(run.pk)
    return redirect("import", public_id)


@require_POST
@for_managers
def stop(request: Request, public_id: str) -> HttpResponse:
    """This will stop an import after the rows it is at; what came in stays."""
    run = get_object_or_404(ImportRun, public_id=public_id)
    if runs.stop(run):
        toasts.say(request, _("Stopped. The rows that were in already stay."))
    if request.POST.get("from") == "list":
        return redirect("imports")
    return redirect("import", public_id)


@require_GET
@for_managers
def problems(request: Request, public_id: str) -> StreamingHttpResponse:
    """This will send the rows with problems as a file for a spreadsheet."""
    run = get_object_or_404(ImportRun, public_id=public_id)
    lines = refused.as_csv(runs.problems_of(run), delimiter=";")
    response = StreamingHttpResponse(("﻿" if n == 0 else "") + text for n, text in enumerate(lines))
    response["Content-Type"] = "text/csv; charset=utf-8"
    response["Content-Disposition"] = 'attachment; filename="linhas_com_problema.csv"'
    return response
