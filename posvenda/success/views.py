"""Doors of the success room."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from posvenda.base import announcements, audit, choices
from posvenda.base.models import Role
from posvenda.base.requests import Request
from posvenda.success import definitions
from posvenda.success.forms import PackForm
from posvenda.ui import toasts


@require_http_methods(["GET", "POST"])
def pack(request: Request) -> HttpResponse:
    """This will show and keep the kind of company; health and the queue follow at once."""
    if request.user.role != Role.ADMIN:
        raise PermissionDenied
    form = PackForm(request.POST or None, initial={"pack": choices.get("pack")})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["pack"]
        if choices.is_made("pack") and choices.get("pack") == name:
            # What people published since is theirs: the files do not take its place.
            return redirect("settings")
        with transaction.atomic():
            definitions.install(name, now=request.now, by=request.user)
            audit.record("pack.chosen", about=name, by=request.user, now=request.now)
            announcements.announce("config.published", now=request.now, payload={"pack": name})
        toasts.say(request, _("Saved. Health and queue are worked out again now."))
        return redirect("settings")
    return render(request, "success/pack.html", {"form": form})
