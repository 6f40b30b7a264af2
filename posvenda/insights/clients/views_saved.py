"""Saved views: keep what the list shows under a name, share it, throw it away."""

from datetime import datetime

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from posvenda.base import audit
from posvenda.base.models import User
from posvenda.base.requests import Request
from posvenda.customers import sheet
from posvenda.customers.models import Segment
from posvenda.customers.wording import describe
from posvenda.insights.clients import asking as ask
from posvenda.insights.clients.asking import Asking
from posvenda.insights.clients.pack import look
from posvenda.ui import toasts


class SegmentForm(forms.Form):
    """A name, and who sees it."""

    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=80)
    is_shared = forms.BooleanField(label=gettext_lazy("Everybody here sees it"), required=False)


@require_http_methods(["GET", "POST"])
def save_view(request: Request) -> HttpResponse:
    """This will ask for a name and keep filter, order and columns of the list."""
    if not request.user.may_write:
        raise PermissionDenied
    catalogue = sheet.catalogue()
    asking = ask.read(request.GET, user=request.user, look=look(), catalogue=catalogue)
    form = SegmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        segment = keep(asking, by=request.user, now=request.now, **form.cleaned_data)
        toasts.say(request, _("View %(name)s saved.") % {"name": segment.name})
        return _to(request, f"{reverse('clients')}?view={segment.public_id}")
    told = describe(asking.condition, catalogue) if asking.condition else _("all customers")
    context = {"form": form, "told": told, "query": request.GET.urlencode()}
    return render(
        request,
        f"insights/clients/{'_save' if request.htmx else 'save'}.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
def remove_view(request: Request, public_id: str) -> HttpResponse:
    """This will throw a saved view away: the own one, or a shared one for managers."""
    segment = get_object_or_404(Segment, public_id=public_id)
    is_own = segment.owner_id == request.user.pk
    is_managed = segment.is_shared and request.user.may_manage
    if not is_own and not segment.is_shared:
        return HttpResponse(status=404)
    if not request.user.may_write or not (is_own or is_managed):
        raise PermissionDenied
    name = segment.name
    with transaction.atomic():
        _record("segment.removed", segment, by=request.user, now=request.now)
        segment.delete()
    toasts.say(request, _("View %(name)s removed.") % {"name": name})
    return redirect("clients")


@transaction.atomic
def keep(asking: Asking, *, name: str, is_shared: bool, by: User, now: datetime) -> Segment:
    """This will store a view; the words searched for are not part of it."""
    segment = Segment.objects.create(
        name=name,
        condition=asking.where if asking.problem is None else "",
        order=asking.order,
        columns=list(asking.columns),
        owner=by,
        is_shared=is_shared,
        created_at=now,
    )
    _record("segment.saved", segment, by=by, now=now)
    return segment


def _record(verb: str, segment: Segment, *, by: User, now: datetime) -> None:
    detail = {"name": segment.name, "condition": segment.condition, "shared": segment.is_shared}
    audit.record(verb, about=f"segment:{segment.public_id}", by=by, now=now, detail=detail)


def _to(request: Request, url: str) -> HttpResponse:
    if not request.htmx:
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
