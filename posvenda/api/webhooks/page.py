"""The page *Webhooks*: addresses, what came in at each, and what became of it."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from posvenda.api.imports.page.views import for_managers
from posvenda.api.models import WebhookDelivery, WebhookEndpoint
from posvenda.api.webhooks import endpoints, reasons, silence
from posvenda.api.webhooks.forms import EndpointForm, SecretForm
from posvenda.api.webhooks.providers import PROVIDERS
from posvenda.base.requests import Request
from posvenda.ui import toasts

Status = WebhookDelivery.Status
PAGE = 50
REPLAYED_AT_ONCE = 1_000


@require_GET
@for_managers
def webhooks(request: Request) -> HttpResponse:
    """This will list the addresses and the systems one can add."""
    counted = WebhookEndpoint.objects.annotate(
        refused=Count("webhookdelivery", filter=Q(webhookdelivery__status=Status.REFUSED)),
        waiting=Count("webhookdelivery", filter=Q(webhookdelivery__status=Status.WAITING)),
        total=Count("webhookdelivery"),
    )
    lines = [
        {
            "endpoint": each,
            "provider": PROVIDERS[each.provider].label,
            "silence": silence.of(each, now=request.now),
        }
        for each in counted.order_by("-is_active", "label")
    ]
    context = {"lines": lines, "providers": PROVIDERS.values()}
    return render(request, "api/webhooks/list.html", context)


@require_http_methods(["GET", "POST"])
@for_managers
def new(request: Request, provider: str) -> HttpResponse:
    """This will make an address for a system."""
    chosen = PROVIDERS.get(provider)
    if chosen is None:
        return redirect("webhooks")
    initial = {"label": str(chosen.label)}
    form = EndpointForm(request.POST or None, provider=chosen, is_new=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        endpoint, secret = endpoints.create(
            provider=provider,
            label=form.cleaned_data["label"],
            secret=form.cleaned_data.get("secret", ""),
            options=form.options,
            quiet_hours=form.cleaned_data["quiet_hours"],
            by=request.user,
            now=request.now,
        )
        return _shown(request, endpoint, secret)
    context = {"form": form, "provider": chosen}
    return render(request, "api/webhooks/new.html", context, status=422 if form.errors else 200)


def _shown(request: Request, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    """The one page that shows a secret we made; it is not kept anywhere to be shown again."""
    provider = PROVIDERS[endpoint.provider]
    context = {
        "endpoint": endpoint,
        "provider": provider,
        "address": request.build_absolute_uri(
            reverse("webhook_receive", args=[endpoint.public_id])
        ),
        "secret": secret if provider.makes_secret else "",
    }
    response = render(request, "api/webhooks/made.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _address(request: Request, endpoint: WebhookEndpoint) -> str:
    return request.build_absolute_uri(reverse("webhook_receive", args=[endpoint.public_id]))


@require_GET
@for_managers
def webhook(request: Request, public_id: str) -> HttpResponse:
    """This will show an address with its deliveries, newest first."""
    endpoint = get_object_or_404(WebhookEndpoint, public_id=public_id)
    deliveries = _chosen(request, endpoint).defer("body").select_related("letter")
    page = Paginator(deliveries, PAGE).get_page(request.GET.get("page"))
    counts = dict(
        WebhookDelivery.objects.filter(endpoint=endpoint)
        .order_by()
        .values_list("status")
        .annotate(count=Count("id"))
    )
    context = {
        "endpoint": endpoint,
        "provider": PROVIDERS[endpoint.provider],
        "address": _address(request, endpoint),
        "silence": silence.of(endpoint, now=request.now),
        "page": page,
        "rows": [_line(each) for each in page],
        "states": [(s.value, s.label, counts.get(s.value, 0)) for s in Status],
        "status": request.GET.get("status", ""),
        "form": _form(request, endpoint),
        "secret_form": SecretForm(provider=PROVIDERS[endpoint.provider]),
    }
    return render(request, "api/webhooks/one.html", context)


def _chosen(request: Request, endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    found = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-id")
    status = request.GET.get("status") or request.POST.get("status") or ""
    return found.filter(status=status) if status in Status.values else found


def _line(delivery: WebhookDelivery) -> dict[str, Any]:
    letter = delivery.letter
    reason = ""
    if letter is not None and delivery.status == Status.REFUSED:
        reason = reasons.sentence(
            letter.code, field=letter.field, value=letter.value, params=letter.params
        )
    return {"delivery": delivery, "reason": reason}


def _form(request: Request, endpoint: WebhookEndpoint) -> EndpointForm:
    initial = {"label": endpoint.label, "quiet_hours": endpoint.quiet_hours}
    provider = PROVIDERS[endpoint.provider]
    is_posted = request.method == "POST"
    return EndpointForm(
        request.POST if is_posted else None, provider=provider, is_new=False, initial=initial
    )


@require_GET
@for_managers
def delivery(request: Request, public_id: str, pk: int) -> HttpResponse:
    """This will show one delivery as it came."""
    found = get_object_or_404(
        WebhookDelivery.objects.select_related("endpoint", "letter"),
        pk=pk,
        endpoint__public_id=public_id,
    )
    context = {
        **_line(found),
        "endpoint": found.endpoint,
        "body": bytes(found.body).decode("utf-8", errors="replace"),
    }
    return render(request, "api/webhooks/delivery.html", context)


@require_POST
@for_managers
def change(request: Request, public_id: str) -> HttpResponse:
    """This will keep another name, options or silence."""
    endpoint = get_object_or_404(WebhookEndpoint, public_id=public_id)
    form = _form(request, endpoint)
    if form.is_valid():
        endpoints.change(
            endpoint,
            label=form.cleaned_data["label"],
            options=form.options,
            quiet_hours=form.cleaned_data["quiet_hours"],
            by=request.user,
            now=request.now,
        )
        toasts.say(request, _("Saved."))
    else:
        toasts.say(request, next(iter(form.errors.values()))[0], is_error=True)
    return redirect("webhook", public_id)


@require_POST
@for_managers
def renew(request: Request, public_id: str) -> HttpResponse:
    """This will take another secret."""
    endpoint = get_object_or_404(WebhookEndpoint, public_id=public_id)
    form = SecretForm(request.POST, provider=PROVIDERS[endpoint.provider])
    if not form.is_valid():
        toasts.say(request, next(iter(form.errors.values()))[0], is_error=True)
        return redirect("webhook", public_id)
    given = form.cleaned_data.get("secret", "")
    secret = endpoints.renew(endpoint, secret=given, by=request.user, now=request.now)
    return _shown(request, endpoint, secret)


@require_POST
@for_managers
def switch(request: Request, public_id: str) -> HttpResponse:
    """This will pause an address or have it take deliveries again."""
    endpoint = get_object_or_404(WebhookEndpoint, public_id=public_id)
    is_active = not endpoint.is_active
    endpoints.switch(endpoint, is_active=is_active, by=request.user, now=request.now)
    toasts.say(request, _("It takes deliveries again.") if is_active else _("Paused."))
    return redirect("webhook", public_id)


@require_POST
@for_managers
def replay(request: Request, public_id: str) -> HttpResponse:
    """This will take one delivery in again, or all of one status."""
    endpoint = get_object_or_404(WebhookEndpoint, public_id=public_id)
    chosen = _chosen(request, endpoint).only("pk")
    if request.POST.get("delivery", "").isdigit():
        chosen = chosen.filter(pk=int(request.POST["delivery"]))
    count = endpoints.replay(list(chosen[:REPLAYED_AT_ONCE]), by=request.user, now=request.now)
    said = ngettext(
        "%(count)s delivery goes through again.", "%(count)s deliveries go through again.", count
    )
    toasts.say(request, said % {"count": count})
    return redirect("webhook", public_id)
