"""Declared attributes: reading what a person typed, and what each is now."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from posvenda.base.said import own, own_choice
from posvenda.core.facts import Kind
from posvenda.customers.models import Attribute, AttributeValue, Customer
from posvenda.customers.wording import read_number

DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y")
YES = frozenset({"true", "1", "yes", "sim", "on"})
NO = frozenset({"false", "0", "no", "não", "nao"})


LABELS = {
    "city": _("City"),
    "state": _("State"),
    "country": _("Country"),
    "industry": _("Industry"),
    "employees": _("Employees"),
    "plan": _("Plan"),
    "segment": _("Segment"),
    "source": _("Source"),
}


def label(attribute: Attribute) -> str:
    """This will name an attribute: in the reader's language where the pack or imports know it."""
    worded = own(f"attr.{attribute.name}", attribute.label)
    if worded != attribute.label:
        return worded
    known = LABELS.get(attribute.name)
    is_plain = attribute.label in ("", attribute.name, attribute.name.capitalize())
    return str(known) if known and is_plain else attribute.label


def choice_labels(attribute: Attribute) -> dict[str, str]:
    """This will name the choices of an attribute, as the pack words them or as they are kept."""
    kept = [str(each) for each in attribute.choices or []]
    return {each: own_choice(f"attr.{attribute.name}={each}", each) for each in kept}


class BadValue(ValueError):
    """Raised when text does not fit the kind of an attribute."""


def current(customer: Customer) -> dict[str, str]:
    """This will give each attribute's latest text; an emptied one is empty."""
    values = AttributeValue.objects.filter(customer=customer).order_by("happened_at", "id")
    return dict(values.values_list("attribute__name", "value"))


def stored(attribute: Attribute, text: str) -> str:
    """This will give the text kept for what a person typed; empty text means not known."""
    cleaned = text.strip()
    if not cleaned:
        return ""
    return _STORED.get(attribute.kind, _text)(attribute, cleaned)


def _text(attribute: Attribute, text: str) -> str:
    if len(text) > 500:
        raise BadValue(text[:40])
    return text


def _choice(attribute: Attribute, text: str) -> str:
    if attribute.choices and text not in attribute.choices:
        raise BadValue(text[:40])
    return _text(attribute, text)


def _number(attribute: Attribute, text: str) -> str:
    try:
        value = read_number(text)
    except ValueError as error:
        raise BadValue(text[:40]) from error
    return format(value.normalize(), "f")


def _whole(attribute: Attribute, text: str) -> str:
    value = Decimal(_number(attribute, text))
    if value != value.to_integral_value():
        raise BadValue(text[:40])
    return str(int(value))


def _day(attribute: Attribute, text: str) -> str:
    for pattern in DATES:
        try:
            return _date(text, pattern).isoformat()
        except ValueError:
            continue
    raise BadValue(text[:40])


def _date(text: str, pattern: str) -> date:
    return datetime.strptime(text, pattern).date()  # noqa: DTZ007


def _flag(attribute: Attribute, text: str) -> str:
    word = text.casefold()
    if word in YES | NO:
        return "true" if word in YES else "false"
    raise BadValue(text[:40])


_STORED: Mapping[str, Callable[[Attribute, str], str]] = {
    Kind.CHOICE.value: _choice,
    Kind.INTEGER.value: _whole,
    Kind.DAYS.value: _whole,
    Kind.NUMBER.value: _number,
    Kind.RATE.value: _number,
    Kind.DATE.value: _day,
    Kind.BOOLEAN.value: _flag,
}
