"""The forms of a scheduled reading: where, how often, and what opens it."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from posvenda.api.models import Source
from posvenda.api.sources import failures, places
from posvenda.api.sources.failures import Failed

Kind = Source.Kind
EVERY = (
    ("5", _("every 5 minutes")),
    ("15", _("every 15 minutes")),
    ("60", _("every hour")),
    ("360", _("every 6 hours")),
    ("day", _("once a day")),
)
LABELS = {
    Kind.FOLDER.value: (_("Folder"), _("A folder of this server, for example /dados/erp")),
    Kind.HTTPS.value: (_("Address"), _("The address of one file, beginning with https://")),
    Kind.SFTP.value: (_("Server and folder"), _("For example arquivos.exemplo.com.br:22/saida")),
}
KEPT = _("Leave empty to keep the present one. It is never shown again.")


class SourceForm(forms.Form):
    """What a person says of a source; the fields follow its kind."""

    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(max_length=1000)
    pattern = forms.CharField(
        label=_("Only files named"),
        required=False,
        max_length=120,
        help_text=_("For example vendas_*.csv; several are parted by commas. Empty: every file."),
    )
    username = forms.CharField(label=_("User name"), required=False, max_length=120)
    password = forms.CharField(
        label=_("Password"), required=False, max_length=500, widget=forms.PasswordInput()
    )
    key = forms.CharField(
        label=_("Private key"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    every = forms.ChoiceField(label=_("How often"), choices=EVERY, initial="60")
    hour = forms.IntegerField(
        label=_("At what hour"),
        required=False,
        min_value=0,
        max_value=23,
        help_text=_("For a reading once a day, 0 to 23."),
    )

    def __init__(self, *args: Any, kind: str, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        label, hint = LABELS[kind]
        self.fields["address"].label, self.fields["address"].help_text = label, hint
        if kind == Kind.FOLDER:
            for name in ("username", "password", "key"):
                del self.fields[name]
        if kind == Kind.HTTPS:
            del self.fields["pattern"], self.fields["key"]
            self.fields["password"].label = _("Password or access token")
            self.fields["username"].help_text = _("Empty when there is an access token only.")
        if kind == Kind.SFTP:
            self.fields["key"].help_text = _("Instead of a password; the password then opens it.")
        if not is_new and "password" in self.fields:
            self.fields["password"].help_text = KEPT

    def clean_address(self) -> str:
        """This will refuse an address that could never be read."""
        address: str = self.cleaned_data["address"].strip()
        try:
            if self.kind == Kind.FOLDER:
                places.root_of(address)
            elif self.kind == Kind.HTTPS:
                _check_web(address)
            elif not places.split(address)[0]:
                raise Failed("unknown_host", address)
        except (Failed, ValueError) as error:
            code, detail = (
                (error.code, error.detail)
                if isinstance(error, Failed)
                else (
                    "unknown_host",
                    address,
                )
            )
            raise forms.ValidationError(failures.sentence(code, detail)) from error
        return address

    def clean(self) -> dict[str, Any]:
        """This will ask for the hour of a daily reading."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("every") == "day" and said.get("hour") is None:
            self.add_error("hour", _("Say at what hour, 0 to 23."))
        return said

    @property
    def timing(self) -> dict[str, int | None]:
        """How often, as the source keeps it."""
        every = self.cleaned_data["every"]
        if every == "day":
            return {"every_minutes": None, "at_hour": self.cleaned_data["hour"]}
        return {"every_minutes": int(every), "at_hour": None}

    @property
    def secrets(self) -> dict[str, str]:
        """What opens the place, as far as it was filled in."""
        names = ("password", "key")
        return {n: self.cleaned_data[n] for n in names if self.cleaned_data.get(n)}


def _check_web(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Failed("not_http", address)
    if parts.username or parts.password:
        raise forms.ValidationError(
            _("Leave name and password out of the address; enter them below.")
        )
