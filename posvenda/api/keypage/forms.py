"""What is asked to make a key, and to rotate one."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from posvenda.api.rest.scopes import SCOPES as GROUPS
from posvenda.base.models import AccessKey

Kind = AccessKey.Kind
TRACK = ("track",)
SCOPES = (("read", _("Read everything")), ("write", _("Write everything")), *GROUPS.items())
OVERLAPS = {
    "0": _("At once"),
    "24": _("In 24 hours"),
    "168": _("In 7 days"),
}


class KeyForm(forms.Form):
    """A name, what the key is for, and what a REST key may do."""

    label = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("The system that will use it, such as “Site” or “ERP”."),
    )
    kind = forms.ChoiceField(
        label=_("What for"),
        choices=((Kind.WRITE, _("Send events (tracking)")), (Kind.API, _("Use the REST API"))),
        widget=forms.RadioSelect,
        initial=Kind.WRITE,
    )
    scopes = forms.MultipleChoiceField(
        label=_("REST API: may"),
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["read"],
    )

    def clean_label(self) -> str:
        """This will keep names apart, so that counts and refusals say which system it was."""
        label: str = self.cleaned_data["label"].strip()
        if AccessKey.objects.filter(label__iexact=label, revoked_at=None).exists():
            raise forms.ValidationError(_("There is a key with this name. Choose another one."))
        return label

    def clean(self) -> dict[str, Any]:
        """This will see that a REST key may do something, and that a tracking key only tracks."""
        data = super().clean() or {}
        if data.get("kind") == Kind.WRITE:
            data["scopes"] = list(TRACK)
        elif data.get("kind") == Kind.API and not data.get("scopes"):
            self.add_error("scopes", _("Choose what the key may do."))
        return data


class RotateForm(forms.Form):
    """When the present secret stops being taken."""

    hours = forms.ChoiceField(
        label=_("The present secret stops"), choices=list(OVERLAPS.items()), initial="24"
    )

    @property
    def overlap(self) -> timedelta:
        """How long both secrets are taken."""
        return timedelta(hours=int(self.cleaned_data["hours"]))
