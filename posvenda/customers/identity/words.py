"""Reasons, rules and schemes as people read them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.core.duplicates import Reason
from posvenda.core.matching import Rule
from posvenda.customers.forms import shown_phone, shown_tax_id

REASONS: Mapping[str, Any] = {
    "document": _("Same document: %(value)s"),
    "email": _("Same e-mail: %(value)s"),
    "phone": _("Same telephone, with or without the ninth digit: %(value)s"),
    "name": _("Same name, apart from accents, order and legal form"),
    "born": _("Same birth date"),
    "contact": _("A contact in common: %(value)s"),
    "city": _("Same city: %(value)s"),
    "other_name": _("The names have no word in common"),
    "other_born": _("The birth dates differ"),
    "other_kind": _("One is a company, the other a person"),
    "other_document": _("Two different documents: these are two customers"),
    "root": _("Same CNPJ root, %(value)s: head office and branch, not a duplicate"),
}
RULES: Mapping[Rule, Any] = {
    Rule.KEY: _("the code of your own system"),
    Rule.CODE: _("the code of another system"),
    Rule.DOCUMENT: _("the same CPF or CNPJ"),
    Rule.EMAIL: _("the same e-mail"),
    Rule.PHONE: _("the same telephone"),
}
SCHEMES: Mapping[str, Any] = {
    "key": _("Code"),
    "tax_id": _("CPF or CNPJ"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "wa_id": _("WhatsApp number"),
    "whatsapp": _("WhatsApp user without a telephone"),
}
SOURCES: Mapping[str, Any] = {
    "import": _("import"),
    "tracking": _("usage events"),
    "api": _("API"),
    "webhook": _("webhook"),
    "person": _("by hand"),
}
CAME_WITH = pgettext_lazy("identity", "came with the record")


def _as_is(value: str) -> str:
    return value


_VALUES: Mapping[str, Callable[[str], str]] = {
    "document": shown_tax_id,
    "phone": lambda value: shown_phone(f"+{value}"),
}


def reason(told: Reason) -> str:
    """This will write one reason in the reader's language."""
    value = _VALUES.get(told.code, _as_is)(told.value)
    return str(REASONS[told.code]) % {"value": value}


def rule(number: int | None) -> str:
    """This will name what tied an identity to its customer."""
    return str(CAME_WITH if number is None else RULES[Rule(number)])


def scheme(name: str) -> str:
    """This will name whose code an identity is; other systems by their own name."""
    return str(SCHEMES.get(name, name))


def source(name: str) -> str:
    """This will name who brought an identity."""
    return str(SOURCES.get(name, name or "—"))
