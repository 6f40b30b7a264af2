"""The page *Desfazer*: what an undo would do, and the button that begins it."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from posvenda.api import jobs
from posvenda.api.imports.page import shown, undone
from posvenda.api.imports.page.views import for_managers
from posvenda.api.imports.undo import run as undo_run
from posvenda.api.models import ImportRun
from posvenda.base.requests import Request
from posvenda.ui import toasts


@require_http_methods(["GET", "POST"])
@for_managers
def undo(request: Request, public_id: str) -> HttpResponse:
    """This will show what undoing an import would do; a POST puts it in the queue."""
    run = get_object_or_404(ImportRun.objects.select_related("batch"), public_id=public_id)
    if not undone.may_undo(run):
        return redirect("import", public_id)
    if request.method == "POST":
        with transaction.atomic():
            if undo_run.ask(run, by=request.user, now=request.now):
                jobs.undo.enqueue(run.pk)
        toasts.say(request, _("The undo has begun; you can leave this page."))
        return redirect("import", public_id)
    lines = undone.preview(run)
    context = {
        "run": run,
        "title": shown.title(run),
        "lines": lines,
        "undone": sum(line.undone for line in lines),
        "kept": sum(line.kept for line in lines),
    }
    return render(request, "api/imports/undo.html", context)
