"""Forms of the settings page."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from posvenda.base.models import User


class CompanyForm(forms.Form):
    """The company's name and the area code for phone numbers written without one."""

    company = forms.CharField(label=_("Company name"), max_length=80)
    default_ddd = forms.RegexField(
        r"^[1-9][1-9]$",
        label=_("Area code (DDD)"),
        help_text=_("Used for phone numbers written without one."),
        error_messages={"invalid": _("Two digits, such as 11.")},
    )


class ProfileForm(forms.ModelForm[User]):
    """What a user decides about herself."""

    class Meta:
        model = User
        fields = ("name", "uses_single_keys")
        labels = {"uses_single_keys": _("Single-key shortcuts")}


class PersonForm(forms.ModelForm[User]):
    """Somebody who works here, as an administrator adds or changes them."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Leave empty to keep the present one."),
    )

    class Meta:
        model = User
        fields = ("name", "email", "role", "is_active")
        labels = {"is_active": _("May sign in")}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if self.instance.pk is None:
            self.fields["password"].required = True
            self.fields["password"].help_text = _("At least 10 characters.")

    def clean_email(self) -> str:
        """This will keep e-mails in lower case, so that they are one person's only."""
        email: str = self.cleaned_data["email"].lower()
        return email

    def clean(self) -> dict[str, Any]:
        """This will check the password and that administrators do not lock themselves out."""
        data = super().clean() or {}
        if data.get("password"):
            self.instance.name = data.get("name", "")
            try:
                validate_password(data["password"], self.instance)
            except forms.ValidationError as refusal:
                self.add_error("password", refusal)
        is_self = self.instance.pk == self.by.pk
        if is_self and (not data.get("is_active") or data.get("role") != self.by.role):
            self.add_error("role", _("Another administrator has to change your own access."))
        return data
