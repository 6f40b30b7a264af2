"""The settings pages: yourself, the company, the people."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from posvenda.base import actions, choices
from posvenda.base.forms import CompanyForm, PersonForm, ProfileForm
from posvenda.base.models import Role, User
from posvenda.base.requests import Request
from posvenda.ui import toasts


@require_http_methods(["GET", "POST"])
def settings_page(request: Request) -> HttpResponse:
    """This will show and keep the user's own settings, and lists what administrators may change."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        toasts.say(request, _("Saved."))
        return redirect("settings")
    people = User.objects.order_by("-is_active", "name") if _is_admin(request) else None
    return render(request, "base/settings.html", {"form": form, "people": people})


@require_http_methods(["GET", "POST"])
def company(request: Request) -> HttpResponse:
    """This will show and keep the company's choices."""
    _require_admin(request)
    initial = {name: choices.get(name) for name in ("company", "default_ddd")}
    form = CompanyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.save_choices(form.cleaned_data, by=request.user, now=request.now)
        toasts.say(request, _("Saved."))
        return redirect("settings")
    return render(request, "base/company.html", {"form": form})


@require_http_methods(["GET", "POST"])
def person(request: Request, pk: int | None = None) -> HttpResponse:
    """This will add somebody, or change what they may do."""
    _require_admin(request)
    who = get_object_or_404(User, pk=pk) if pk else None
    form = PersonForm(request.POST or None, instance=who, by=request.user)
    if request.method == "POST" and form.is_valid():
        actions.save_person(
            form.save(commit=False),
            password=form.cleaned_data["password"],
            by=request.user,
            now=request.now,
        )
        toasts.say(request, _("Saved."))
        return redirect("settings")
    return render(request, "base/person.html", {"form": form, "person": who})


def _is_admin(request: Request) -> bool:
    return request.user.role == Role.ADMIN


def _require_admin(request: Request) -> None:
    if not _is_admin(request):
        raise PermissionDenied
