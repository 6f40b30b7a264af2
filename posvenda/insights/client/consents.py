"""The part of a customer's page about consents: how they stand, their history, a new line."""

from datetime import date, datetime, time
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from posvenda.base.requests import Request
from posvenda.customers.models import Contact
from posvenda.customers.privacy import consent, purposes
from posvenda.customers.privacy.models import Channel, Consent, Source
from posvenda.insights.client.page import Subject, context, subject
from posvenda.ui import toasts

GRANTED, REFUSED = "sim", "nao"
BY_HAND = (Source.HAND, Source.FORM)


class ConsentForm(forms.Form):
    """One line for the ledger; a yes needs its proof."""

    said = forms.ChoiceField(
        label=gettext_lazy("What was said"),
        choices=((GRANTED, gettext_lazy("Agreed")), (REFUSED, gettext_lazy("Took it back"))),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"))
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel.choices)
    contact = forms.ModelChoiceField(
        label=gettext_lazy("Who said it"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=gettext_lazy("the customer"),
    )
    happened_on = forms.DateField(
        label=gettext_lazy("When"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Where"), choices=[(each.value, each.label) for each in BY_HAND]
    )
    evidence = forms.CharField(
        label=gettext_lazy("Proof"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Needed for a yes, such as: signed form, folder 12; message of 03/06."
        ),
    )

    def __init__(self, *args: Any, people: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["purpose"].choices = [(p.key, p.label) for p in purposes.asked()]  # type: ignore[attr-defined]
        self.fields["contact"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """This will ask for the proof of a yes, a channel the purpose uses, and a day that came."""
        data = super().clean() or {}
        if data.get("said") == GRANTED and not (data.get("evidence") or "").strip():
            self.add_error("evidence", _("A consent needs its proof: where can it be seen?"))
        known = {each.key: each.channels for each in purposes.asked()}.get(data.get("purpose", ""))
        if known and data.get("channel") not in (*known, Channel.ANY):
            self.add_error("channel", _("This purpose does not use this channel."))
        if data.get("happened_on") and data["happened_on"] > self.today:
            self.add_error("happened_on", _("This day has not come yet."))
        return data


@require_http_methods(["GET", "POST"])
def consents(request: Request, public_id: str) -> HttpResponse:
    """This will show how consents stand and were, and take another line."""
    about = subject(request, public_id)
    people = Contact.objects.filter(customer=about.customer).order_by("name")
    form = ConsentForm(
        request.POST or None,
        people=people,
        today=request.today,
        initial={"happened_on": request.today, "channel": Channel.EMAIL, "purpose": "marketing"},
    )
    if request.method != "POST" or not form.is_valid():
        return _page(request, about, form)
    data = form.cleaned_data
    text = purposes.present(data["purpose"])
    said = consent.Said(
        purpose=data["purpose"],
        channel=data["channel"],
        is_granted=data["said"] == GRANTED,
        happened_at=_moment(data["happened_on"], request),
        source=data["source"],
        evidence=data["evidence"],
        text=text.name if text and data["said"] == GRANTED else "",
    )
    consent.record(about.customer, said, by=request.user, now=request.now, contact=data["contact"])
    toasts.say(request, _("Written into the ledger."))
    return redirect("client_consents", public_id)


def _moment(day: date, request: Request) -> datetime:
    """Today means now; an earlier day its last moment, so that it counts after what was there."""
    if day == request.today:
        return request.now
    return datetime.combine(day, time(23, 59, 59), timezone.get_default_timezone())


def _page(request: Request, about: Subject, form: ConsentForm) -> HttpResponse:
    lines = list(
        Consent.objects.filter(customer=about.customer)
        .select_related("by", "contact")
        .order_by("-happened_at", "-pk")
    )
    own = [line for line in lines if line.contact_id is None]
    values = context(about, request, "client_consents") | {
        "standing": consent.standing(own, as_of=request.now),
        "lines": [(line, _label(line.purpose)) for line in lines[:200]],
        "consent_form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "insights/client/consents.html", values, status=status)


def _label(purpose: str) -> str:
    return next((each.label for each in purposes.purposes() if each.key == purpose), purpose)


@require_POST
def revoke(request: Request, public_id: str) -> HttpResponse:
    """This will take one consent of the customer back, from now on."""
    about = subject(request, public_id)
    try:
        consent.revoke(
            about.customer,
            purpose=request.POST.get("purpose", ""),
            channel=request.POST.get("channel", ""),
            by=request.user,
            now=request.now,
        )
    except (purposes.UnknownPurpose, consent.UnknownChannel):
        toasts.say(request, _("This purpose does not use this channel."), is_error=True)
    else:
        toasts.say(request, _("Taken back. Nobody writes for this purpose any more."))
    return redirect("client_consents", public_id)
