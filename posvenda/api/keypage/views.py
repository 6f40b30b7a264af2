"""Views of the page *Chaves*, for people who manage. An answer with a secret is never kept."""

from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.api.imports.page.views import for_managers
from posvenda.api.keypage import shown, snippets
from posvenda.api.keypage.forms import KeyForm, RotateForm
from posvenda.api.tracking.settings import address
from posvenda.base import keys
from posvenda.base.models import AccessKey
from posvenda.base.requests import Request
from posvenda.ui import toasts

PAGE = 50
BLANKS = {AccessKey.Kind.WRITE: "wk_…", AccessKey.Kind.API: "sk_…"}


@require_GET
@for_managers
def key_list(request: Request) -> HttpResponse:
    """This will list the keys in force, then the revoked ones, and say how to send events."""
    rows = AccessKey.objects.order_by(F("revoked_at").desc(nulls_first=True), "label", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": shown.lines(list(page.object_list), now=request.now),
        "page": page,
        "snippets": snippets.tracking(key="wk_…", address=_address(request)),
    }
    return render(request, "api/keys/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@for_managers
def new_key(request: Request) -> HttpResponse:
    """This will make a key; its clear text is in this one answer."""
    form = KeyForm(request.POST or None)
    if form.is_valid():
        row, clear = keys.issue(
            kind=form.cleaned_data["kind"],
            label=form.cleaned_data["label"],
            scopes=form.cleaned_data["scopes"],
            by=request.user,
            now=request.now,
        )
        return _key_page(request, row, clear=clear)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "api/keys/new.html", {"form": form}, status=status)


@require_GET
@for_managers
def key_page(request: Request, prefix: str) -> HttpResponse:
    """This will show one key: its days, how to use it, how to rotate and revoke it."""
    return _key_page(request, get_object_or_404(AccessKey, prefix=prefix))


@never_cache
@require_POST
@for_managers
def rotate(request: Request, prefix: str) -> HttpResponse:
    """This will give a key a new secret, shown in this one answer."""
    row = get_object_or_404(AccessKey, prefix=prefix, revoked_at=None)
    form = RotateForm(request.POST)
    if not form.is_valid():
        return redirect("key", prefix)
    clear = keys.rotate(row, overlap=form.overlap, by=request.user, now=request.now)
    return _key_page(request, row, clear=clear)


@require_POST
@for_managers
def revoke(request: Request, prefix: str) -> HttpResponse:
    """This will have a key refused for good."""
    row = get_object_or_404(AccessKey, prefix=prefix, revoked_at=None)
    keys.revoke(row, by=request.user, now=request.now)
    toasts.say(request, _("Key %(name)s revoked.") % {"name": row.label})
    return redirect("keys")


def _key_page(request: Request, row: AccessKey, *, clear: str = "") -> HttpResponse:
    [line] = shown.lines([row], now=request.now)
    key = clear or BLANKS[AccessKey.Kind(row.kind)]
    context: dict[str, Any] = {
        "line": line,
        "key": row,
        "clear": clear,
        "days": shown.history(row, now=request.now),
        "snippets": snippets.of(row.kind, key=key, address=_address(request)),
        "rotate_form": RotateForm(),
    }
    return render(request, "api/keys/key.html", context)


def _address(request: Request) -> str:
    return address(scheme=request.scheme or "http", host=request.get_host())
