"""What people fill in on the page *Privacidade*."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from posvenda.customers.privacy import purposes
from posvenda.customers.privacy.models import Incident, Request

LONGEST = 4_000
DAY = {"type": "date"}


def _day(**more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **more)


def _text(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=LONGEST, **more)


class FindForm(forms.Form):
    """Whom a request is about: by anything written on the record."""

    q = forms.CharField(label=_("CPF, e-mail, telephone, name or code"), max_length=120)


class RequestForm(forms.Form):
    """What was asked for, by whom, when."""

    kind = forms.ChoiceField(label=_("What was asked for"), choices=Request.Kind.choices)
    name = forms.CharField(label=_("Name of the person"), max_length=200)
    asked_by = forms.ChoiceField(label=_("Who asked"), choices=Request.Asker.choices)
    received_on = _day(
        label=_("Received on"), help_text=_("The legal deadline counts from this day.")
    )
    note = _text(_("How it arrived"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_received_on(self) -> date:
        """This will refuse a day that has not come yet."""
        day: date = self.cleaned_data["received_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class VerifyForm(forms.Form):
    """How we know that whoever asked is the person, or speaks for them."""

    proof = forms.ChoiceField(label=_("Proof of identity"), choices=Request.Proof.choices)
    note = _text(
        _("What was checked"),
        rows=2,
        help_text=_("Such as: RG shown at the counter; reply from the e-mail on record."),
    )


class ConfirmForm(forms.Form):
    """The name of the person, typed by whoever verified the request too."""

    typed = forms.CharField(
        label=_("Type the name of the person to confirm"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AnswerForm(forms.Form):
    """What the person was told; of a consent taken back, which purposes."""

    purposes = forms.MultipleChoiceField(
        label=_("Take back"), required=False, widget=forms.CheckboxSelectMultiple
    )
    answer = _text(_("What the person was told, and how"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != Request.Kind.REVOKE:
            del self.fields["purposes"]
            return
        field: forms.MultipleChoiceField = self.fields["purposes"]  # type: ignore[assignment]
        field.choices = [(each.key, each.label) for each in purposes.asked()]
        field.required = True
        field.initial = [each.key for each in purposes.asked() if each.key != "service"]


class RefuseForm(forms.Form):
    """Why a request is refused; the person has to be told."""

    reason = _text(_("Reason, as the person was told"), rows=2)


class TextForm(forms.Form):
    """Another version of what people agree to."""

    words = _text(
        _("Text"),
        rows=4,
        help_text=_("{company} and {channel} are filled in when the text is shown."),
    )


class IncidentForm(forms.ModelForm[Incident]):
    """A security incident and what became of it."""

    class Meta:
        model = Incident
        fields = (
            "known_on", "what", "data", "people", "is_relevant", "measures",
            "reported_on", "told_on",
        )  # fmt: skip
        widgets = {
            "known_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "reported_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "told_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "what": forms.Textarea(attrs={"rows": 3}),
            "data": forms.Textarea(attrs={"rows": 2}),
            "measures": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            for name in ("reported_on", "told_on"):
                del self.fields[name]


class ChoicesForm(forms.Form):
    """Who answers for personal data here, and how the erased are met when they return."""

    name = forms.CharField(
        label=_("Person in charge (encarregado)"),
        max_length=120,
        required=False,
        help_text=_("Small agents may leave this empty when they give a channel."),
    )
    email = forms.EmailField(label=_("E-mail for requests"), required=False)
    channel = forms.CharField(
        label=_("Other channel"),
        max_length=200,
        required=False,
        help_text=_("Such as a telephone number, an address or a page."),
    )
    is_small = forms.BooleanField(
        label=_("Agent of small size (Res. CD/ANPD 2/2022): deadlines are doubled"), required=False
    )
    returns = forms.ChoiceField(
        label=_("When an import brings somebody who was erased"),
        choices=(
            ("refused", _("Refuse the row and say so")),
            ("fresh", _("Let rows dated after the erasure in, without any history")),
        ),
    )

    def clean(self) -> dict[str, Any]:
        """This will ask for at least one way to reach the company (art. 41 § 1)."""
        data = super().clean() or {}
        if not data.get("email") and not data.get("channel"):
            self.add_error("email", _("People need at least one way to reach you."))
        return data
