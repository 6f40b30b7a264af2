"""The page *Comparar importações*: what the second import has new, changed, gone and the same."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from posvenda.api.imports.compare import compare
from posvenda.api.imports.page import shown
from posvenda.api.imports.page.views import for_managers
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import ImportRun
from posvenda.base.requests import Request

LISTED = 50


@require_GET
@for_managers
def comparing(request: Request) -> HttpResponse:
    """This will let two imports be chosen, and show them side by side."""
    past = ImportRun.objects.exclude(batch=None).select_related("by").prefetch_related("files")
    runs = list(past.order_by("-id")[:LISTED])
    chosen = [_chosen(runs, request.GET.get(name, "")) for name in ("a", "b")]
    context: dict[str, Any] = {
        "lines": [shown.line(run, now=request.now) for run in runs],
        "first": chosen[0],
        "second": chosen[1],
        "tables": [],
        "problem": "",
    }
    first, second = chosen
    if first is not None and second is not None:
        try:
            context["tables"] = compare(first, second)
        except Unusable as error:
            context["problem"] = str(error)
    return render(request, "api/imports/compare.html", context)


def _chosen(runs: list[ImportRun], public_id: str) -> ImportRun | None:
    listed = next((run for run in runs if run.public_id == public_id), None)
    if listed is None and public_id:
        return ImportRun.objects.exclude(batch=None).filter(public_id=public_id).first()
    return listed
