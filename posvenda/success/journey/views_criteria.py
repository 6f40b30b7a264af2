"""The criteria as text: checked, previewed against today's customers, published as a version."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from posvenda.base import announcements, audit
from posvenda.base.models import Definition
from posvenda.base.requests import Request
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.journey.preview import Preview, preview
from posvenda.ui import toasts

KIND = "stages"
VERSIONS = 10
LONGEST = 100_000


@dataclass(frozen=True)
class _Draft:
    """A text on the way: what is wrong with it, or what it would do."""

    text: str
    base: int
    problems: tuple[str, ...] = ()
    preview: Preview | None = None
    is_behind: bool = False


@require_http_methods(["GET", "POST"])
def criteria(request: Request) -> HttpResponse:
    """This will show the text of the stages, say what another one would change, and publish it."""
    if not request.user.may_manage:
        raise PermissionDenied
    rules = definitions.judgement()
    pack, version = rules.pack.name, rules.versions[1]
    if request.method == "GET":
        text = definitions.text_of(KIND, pack, version=_whole(request.GET.get("versao", "")))
        return _page(request, pack, _Draft(text, version))
    draft = _checked(request, pack, version)
    if request.POST.get("do") != "publish" or draft.problems or draft.is_behind:
        return _page(request, pack, draft, status=422 if draft.problems else 200)
    _publish(request, pack, draft.text)
    toasts.say(request, _("Published. Stages are worked out again now, those of past days too."))
    return redirect("journey_criteria")


def _checked(request: Request, pack: str, version: int) -> _Draft:
    text = request.POST.get("text", "").replace("\r\n", "\n")[:LONGEST]
    base = _whole(request.POST.get("base", "")) or 0
    catalogue = sheet.catalogue()
    problems = definitions.check_text(KIND, text, catalogue, file=f"{KIND}.yaml")
    if problems:
        return _Draft(text, base, problems=tuple(problems))
    view = sheet.lazy(now=request.now)
    current, draft = definitions.judgement().stages, definitions.read_stages(text)
    found = preview(view, draft, current, catalogue, view.frame)
    return _Draft(text, base, preview=found, is_behind=base != version)


def _publish(request: Request, pack: str, text: str) -> None:
    with transaction.atomic():
        row = definitions.publish(KIND, pack, text, now=request.now, by=request.user)
        audit.record(
            "config.published",
            about=f"definition:{KIND}/{pack}",
            by=request.user,
            now=request.now,
            detail={"version": row.version},
        )
        payload = {"kind": KIND, "pack": pack, "version": row.version}
        announcements.announce("config.published", now=request.now, payload=payload)


def _page(request: Request, pack: str, draft: _Draft, *, status: int = 200) -> HttpResponse:
    rows = Definition.objects.filter(kind=KIND, name=pack).select_related("by")
    versions = rows.order_by("-version")[:VERSIONS]
    values = {"draft": draft, "versions": versions, "pack": pack}
    return render(request, "success/journey/criteria.html", values, status=status)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
