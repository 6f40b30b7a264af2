"""The forms of an endpoint: its name, its secret where the provider makes it, its options."""

import base64
from binascii import Error as NotBase64
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from posvenda.api.webhooks.providers.provider import Provider

OPTION = "option_"


class EndpointForm(forms.Form):
    """What a person says of an endpoint; the fields follow the provider."""

    label = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("So that you know which account it is.")
    )
    quiet_hours = forms.IntegerField(
        label=_("Warn after so many hours of silence"),
        required=False,
        min_value=0,
        max_value=8_760,
        help_text=_("Empty: three times the longest pause of its own past. 0: never."),
    )

    def __init__(self, *args: Any, provider: Provider, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider
        if is_new and not provider.makes_secret:
            self.fields["secret"] = secret_field(provider)
        for option in provider.options:
            self.fields[OPTION + option.name] = forms.CharField(
                label=str(option.label),
                help_text=_("Leave empty to keep the present one.")
                if option.is_secret and not is_new
                else str(option.help),
                required=False,
                initial=option.default,
                max_length=500,
                widget=forms.PasswordInput() if option.is_secret else forms.TextInput(),
            )
        self.order_fields(["label", "secret", *(n for n in self.fields if n[:7] == OPTION)])

    @property
    def options(self) -> dict[str, str]:
        """What was filled in for the provider's options."""
        return {
            name.removeprefix(OPTION): value
            for name, value in self.cleaned_data.items()
            if name.startswith(OPTION)
        }


class SecretForm(forms.Form):
    """Another secret of a provider that makes its own."""

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not provider.makes_secret:
            self.fields["secret"] = secret_field(provider)


def secret_field(provider: Provider) -> forms.CharField:
    """This will make the field of a secret, which is never shown again."""
    return _Secret(
        label=str(provider.secret_label),
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class _Secret(forms.CharField):
    def clean(self, value: Any) -> Any:
        """This will refuse a secret that cannot sign anything."""
        text = super().clean(value)
        if text.startswith("whsec_"):
            _check_base64(text)
        return text


def _check_base64(text: str) -> None:
    try:
        base64.b64decode(text.removeprefix("whsec_"), validate=False)
    except NotBase64 as error:
        raise forms.ValidationError(_("Part of the secret is missing; copy it again.")) from error
