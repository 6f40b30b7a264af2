"""Forms about customers: who they are, contacts, attributes; identifiers are checked as typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from posvenda.base import choices
from posvenda.base.models import User
from posvenda.core import identifiers
from posvenda.core.facts import Kind as Is
from posvenda.core.identifiers import InvalidIdentifier
from posvenda.customers import attributes
from posvenda.customers.models import Attribute, Customer, Kind

SENTENCES = {
    "length": _("The number of digits is wrong."),
    "check_digits": _("The last two digits do not match the others; check what was typed."),
    "repeated": _("The same digit is repeated; check the number."),
    "ddd_missing": _("The area code (DDD) is missing."),
    "ddd_unknown": _("This area code (DDD) does not exist."),
    "not_a_contact": _("This is a service number; write one that reaches the customer."),
    "not_a_phone": _("This does not look like a telephone. Example: (11) 98765-4321."),
    "not_an_email": _("This does not look like an e-mail. Example: ana@empresa.com.br."),
    "empty": _("Nothing is written here."),
}
LENGTHS = {"cpf": 11, "cnpj": 14}


class IdentifierField(forms.CharField):
    """A field that keeps an identifier in its one written form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 254)
        super().__init__(*args, **kwargs)

    def read(self, text: str) -> str:
        """This will give the written form, or raise ``InvalidIdentifier``."""
        raise NotImplementedError

    def clean(self, value: Any) -> str:
        """This will say in a sentence what is missing, and blame nobody."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return self.read(text)
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(SENTENCES[error.code]), code=error.code) from error


class EmailField(IdentifierField):
    """An e-mail address in lower case."""

    def read(self, text: str) -> str:
        """This will read the address."""
        return identifiers.email(text)


class PhoneField(IdentifierField):
    """A telephone in E.164; without area code it gets the company's."""

    def read(self, text: str) -> str:
        """This will read the number."""
        return identifiers.phone(text, default_ddd=str(choices.get("default_ddd"))).e164


class CustomerForm(forms.Form):
    """A company or a person."""

    kind = forms.ChoiceField(
        label=_("Company or person"), choices=Kind.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    tax_id = forms.CharField(
        label=_("CNPJ or CPF"),
        required=False,
        max_length=40,
        help_text=_("With or without dots; the CNPJ may have letters."),
    )
    email = EmailField(label=_("E-mail"))
    phone = PhoneField(label=_("Phone"), help_text=_("With area code, such as (11) 98765-4321."))
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, by: User, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new and by.sees_everyone:
            owners: forms.ModelChoiceField[User] = self.fields["owner"]  # type: ignore[assignment]
            owners.queryset = User.objects.owners()
        else:
            del self.fields["owner"]

    @classmethod
    def of(cls, customer: Customer, *, by: User) -> "CustomerForm":
        """This will give the form filled with what is known."""
        initial = {
            "kind": customer.kind,
            "name": customer.name,
            "tax_id": shown_tax_id(customer.tax_id),
            "email": customer.email,
            "phone": shown_phone(customer.phone),
        }
        return cls(initial=initial, by=by, is_new=False)

    def clean(self) -> dict[str, Any]:
        """This will read the document by the kind of customer."""
        data = super().clean() or {}
        text = (data.get("tax_id") or "").strip()
        if text:
            is_person = data.get("kind") == Kind.PERSON
            try:
                read = identifiers.cpf if is_person else identifiers.document
                data["tax_id"] = read(text).value
            except InvalidIdentifier as error:
                self.add_error("tax_id", _document_problem(error, text, is_person))
        return data


class ContactForm(forms.Form):
    """A person to talk to."""

    name = forms.CharField(label=_("Name"), max_length=200)
    role = forms.CharField(label=_("Role"), max_length=120, required=False)
    email = EmailField(label=_("E-mail"))
    phone = PhoneField(label=_("Phone"))
    is_champion = forms.BooleanField(label=_("Champions our product there"), required=False)


class TagForm(forms.Form):
    """A word to put on a customer."""

    tag = forms.CharField(label=_("Tag"), max_length=40)


class AttributesForm(forms.Form):
    """One field for each declared attribute."""

    def __init__(self, *args: Any, declared: list[Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared = declared
        for attribute in declared:
            self.fields[attribute.name] = _field_for(attribute)

    def clean(self) -> dict[str, Any]:
        """This will check each value against the kind of its attribute."""
        data = super().clean() or {}
        for attribute in self.declared:
            try:
                attributes.stored(attribute, data.get(attribute.name) or "")
            except attributes.BadValue:
                self.add_error(
                    attribute.name, EXAMPLES.get(attribute.kind, _("Choose from the list."))
                )
        return data


EXAMPLES = {
    Is.DATE.value: _("Write a date such as 31/12/2026."),
    Is.NUMBER.value: _("Write a number such as 12,5."),
    Is.RATE.value: _("Write a number from 0 to 1 such as 0,25."),
    Is.INTEGER.value: _("Write a whole number."),
    Is.DAYS.value: _("Write a whole number of days."),
    Is.BOOLEAN.value: _("Choose yes or no."),
}


def shown_tax_id(value: str) -> str:
    """This will write a CPF or CNPJ with its usual punctuation."""
    try:
        return identifiers.document(value).shown
    except InvalidIdentifier:
        return value


def shown_phone(value: str) -> str:
    """This will write a telephone as people do."""
    try:
        return identifiers.phone(value).shown
    except InvalidIdentifier:
        return value


def _document_problem(error: InvalidIdentifier, text: str, is_person: bool) -> str:
    wanted = LENGTHS["cpf" if is_person or len(_bare(text)) <= 11 else "cnpj"]
    missing = wanted - len(_bare(text))
    if not missing or error.code == "repeated":
        return str(SENTENCES[error.code])
    if missing == 1:
        return gettext("The last digit is missing.")
    if missing > 1:
        return ngettext("%(count)d digit is missing.", "%(count)d digits are missing.", missing) % {
            "count": missing
        }
    return ngettext(
        "There is %(count)d digit too many.", "There are %(count)d digits too many.", -missing
    ) % {"count": -missing}


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _field_for(attribute: Attribute) -> forms.Field:
    if attribute.kind == Is.BOOLEAN:
        options = [("", "—"), ("true", _("yes")), ("false", _("no"))]
        return forms.ChoiceField(label=attribute.label, choices=options, required=False)
    if attribute.kind == Is.CHOICE and attribute.choices:
        listed = [("", "—"), *((text, text) for text in attribute.choices)]
        return forms.ChoiceField(label=attribute.label, choices=listed, required=False)
    return forms.CharField(label=attribute.label, max_length=500, required=False)
