"""The page *Recusados*: reasons with their counts, the things themselves, and what to do."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from posvenda.api import jobs
from posvenda.api.imports import refused as files
from posvenda.api.imports.page.views import for_managers
from posvenda.api.models import Mending, Refusal
from posvenda.api.refused import again, groups, mending
from posvenda.base import deadletters
from posvenda.base.deadletters import StillRefused
from posvenda.base.requests import Request
from posvenda.ui import toasts

PAGE = 25
SHOWN = 6


@require_GET
@for_managers
def refused(request: Request) -> HttpResponse:
    """This will list the reasons, or the things refused for one of them."""
    door, source = request.GET.get("door", ""), request.GET.get("source", "")
    code = request.GET.get("code", "")
    if door and code:
        return _group(request, door, source, code)
    found = groups.groups()
    chosen = [g for g in found if door in ("", g.door) and source in ("", g.source)]
    context = {
        "groups": chosen,
        "doors": groups.doors(found),
        "door": door,
        "source": source,
        "sources": sorted({(g.source, g.source_label) for g in found if door in ("", g.door)}),
        "total": sum(group.count for group in found),
        **_working(),
    }
    is_part = request.htmx and request.htmx.target == "working"
    return render(
        request, "api/refused/_working.html" if is_part else "api/refused/list.html", context
    )


def _working() -> dict[str, Any]:
    """What is being tried again at this moment."""
    return {"working": list(Mending.objects.filter(finished_at=None).order_by("pk"))}


def _group(request: Request, door: str, source: str, code: str) -> HttpResponse:
    found = groups.of_group(door, source, code)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    if not page.paginator.count:
        return redirect("refused")
    query = {"door": door, "source": source, "code": code}
    group = next(g for g in groups.groups(door=door, source=source) if g.code == code)
    context = {
        "group": group,
        "page": page,
        "items": [_item(each) for each in page],
        "query": query,
        "csv": f"{reverse('refused_csv')}?{urlencode(query)}",
        **_working(),
    }
    return render(request, "api/refused/group.html", context)


def _item(each: Any, *, cells: list[str] | None = None, body: str = "", said: str = "") -> Any:
    """A refused thing ready to print, with what a person typed last and what is still wrong."""
    if isinstance(each, Refusal):
        return {
            "kind": "row",
            "pk": each.pk,
            "where": _("{file}, line {line}").format(file=each.file.name, line=each.line),
            "field": each.field,
            "value": each.value,
            "reason": said or groups.reason(each),
            "is_again": bool(said),
            **_cells(each, cells or each.row),
        }
    return {
        "kind": "letter",
        "pk": each.pk,
        "where": each.item or each.source or groups.door_label(each.door),
        "at": each.at,
        "field": each.field,
        "value": each.value,
        "reason": said or groups.letter_sentence(each),
        "is_again": bool(said),
        "body": body or _pretty(each.body),
        "may_retry": each.door in deadletters.doors(),
    }


def _cells(refusal: Refusal, cells: list[str]) -> dict[str, Any]:
    """The cells of a row: those to mend and the first ones, then the rest."""
    columns: list[str] = refusal.file.dialect.get("columns", [])
    names = [*columns, *(f"+{n}" for n in range(1, len(cells) - len(columns) + 1))]
    told = [
        {
            "number": number,
            "name": name,
            "value": cells[number] if number < len(cells) else "",
            "is_bad": name == refusal.field,
        }
        for number, name in enumerate(names)
    ]
    first = [cell for cell in told if cell["is_bad"]]
    first += [cell for cell in told if not cell["is_bad"]][: max(SHOWN - len(first), 0)]
    shown = {cell["number"] for cell in first}
    rest = [cell for cell in told if cell["number"] not in shown]
    return {"cells": sorted(first, key=lambda c: c["number"]), "rest": rest, "width": len(told)}


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body


@require_POST
@for_managers
def row(request: Request, pk: int) -> HttpResponse:
    """This will take one row in with the cells a person mended, or set it aside."""
    found = get_object_or_404(groups.rows().select_related("file__run__batch"), pk=pk)
    if request.POST.get("act") == "drop":
        again.set_aside(found, by=request.user, now=request.now)
        return _settled(request, _("Set aside."))
    width = max(len(found.row), len(found.file.dialect.get("columns", [])))
    before = [*found.row, *[""] * (width - len(found.row))]
    cells = [request.POST.get(f"c{n}", before[n]) for n in range(width)]
    if again.needs_worker(found.file):
        return _leave_to_worker(request, found, cells)
    try:
        again.take_in(found, cells, by=request.user, now=request.now)
    except StillRefused as error:
        return _still(request, _item(found, cells=cells, said=str(error)))
    return _settled(request, _("Taken in."))


def _leave_to_worker(request: Request, found: Refusal, cells: list[str]) -> HttpResponse:
    with transaction.atomic():
        again.open_of_line(found).update(row=cells)
        jobs.take_row_in.enqueue(found.pk, request.user.pk)
    return _settled(request, _("The worker takes it in within a moment."))


@require_POST
@for_managers
def letter(request: Request, pk: int) -> HttpResponse:
    """This will take one letter in with the text a person mended, or set it aside."""
    found = get_object_or_404(groups.letters(), pk=pk)
    if request.POST.get("act") == "drop" or found.door not in deadletters.doors():
        deadletters.drop(found, by=request.user, now=request.now)
        return _settled(request, _("Set aside."))
    body = request.POST.get("body", found.body)
    try:
        deadletters.retry(found, body=body, by=request.user, now=request.now)
    except StillRefused as error:
        return _still(request, _item(found, body=body, said=str(error)))
    return _settled(request, _("Taken in."))


def _settled(request: Request, words: str) -> HttpResponse:
    if request.htmx:
        return toasts.attach(HttpResponse(""), words)
    toasts.say(request, words)
    return redirect(request.META.get("HTTP_REFERER") or "refused")


def _still(request: Request, item: Any) -> HttpResponse:
    if request.htmx:
        return render(request, "api/refused/_item.html", {"item": item})
    toasts.say(request, item["reason"], is_error=True)
    return redirect(request.META.get("HTTP_REFERER") or "refused")


@require_POST
@for_managers
def everything(request: Request) -> HttpResponse:
    """This will have all of one reason tried again, or set aside, by the worker."""
    verb = "drop" if request.POST.get("act") == "drop" else "retry"
    chosen = {name: request.POST.get(name, "") for name in ("door", "source", "code")}
    with transaction.atomic():
        made = mending.begin(verb, **chosen, by=request.user, now=request.now)
        if made is not None:
            jobs.mend.enqueue(made.pk)
    if made is not None:
        words = ngettext("{count} is on its way.", "{count} are on their way.", made.total)
        toasts.say(request, words.format(count=made.total))
    return redirect("refused")


@require_GET
@for_managers
def as_csv(request: Request) -> StreamingHttpResponse:
    """This will send what is refused as a file that can be mended and imported again."""
    door, source = request.GET.get("door", ""), request.GET.get("source", "")
    code = request.GET.get("code", "")
    if door in ("", groups.IMPORT):
        rows = groups.rows().select_related("file").order_by("file", "line", "pk")
        rows = rows.filter(file__run__public_id=source) if source else rows
        rows = rows.filter(code=code) if code else rows
        lines = files.as_csv(rows.iterator(2_000), delimiter=";")
    else:
        lines = _letters(door, source, code)
    response = StreamingHttpResponse(("﻿" if n == 0 else "") + t for n, t in enumerate(lines))
    response["Content-Type"] = "text/csv; charset=utf-8"
    response["Content-Disposition"] = 'attachment; filename="recusados.csv"'
    return response


class _Echo:
    def write(self, text: str) -> str:
        """This will hand the text back."""
        return text


def _letters(door: str, source: str, code: str) -> Iterator[str]:
    found = groups.letters().filter(door=door).order_by("pk")
    found = found.filter(source=source) if source else found
    found = found.filter(code=code) if code else found
    writer: Any = csv.writer(_Echo(), delimiter=";")
    yield writer.writerow(
        [_("source"), _("when"), _("item"), _("field"), _("value"), _("reason"), _("text")]
    )
    for each in found.iterator(2_000):
        words = groups.letter_sentence(each)
        told = (each.source, each.at.isoformat(), each.item, each.field, each.value, words)
        yield writer.writerow([files.safe(cell) for cell in (*told, each.body)])
