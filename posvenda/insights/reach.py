"""Ways to reach a person with a text at hand: links that open the reader's own programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from posvenda.customers.models import Contact, Customer, Kind

BRAZIL = "55"
NATIONAL_LENGTHS = (10, 11)


@dataclass(frozen=True)
class Way:
    """One link: ``prefix`` + text + nothing more, so that an edited text can be put in again."""

    kind: str
    icon: str
    label: str
    url: str
    prefix: str


@dataclass(frozen=True)
class Person:
    """Somebody to talk to; ``pk`` is None for the customer itself."""

    pk: int | None
    name: str
    role: str
    ways: tuple[Way, ...]


def people(
    customer: Customer, contacts: Sequence[Contact], *, subject: str, body: str
) -> list[Person]:
    """This will list whom to talk to, each with the ways that are known."""
    listed = [
        Person(each.pk, each.name, each.role, ways(each.email, each.phone, subject, body))
        for each in contacts
        if each.left_at is None
    ]
    own = ways(customer.email, customer.phone, subject, body)
    if own or not listed:
        role = _("the customer") if customer.kind == Kind.PERSON else _("the company's own")
        listed.append(Person(None, customer.name, role, own))
    return listed


def ways(email: str, phone: str, subject: str, body: str) -> tuple[Way, ...]:
    """This will make the links for an e-mail address and a phone number."""
    digits = international(phone)
    text = quote(body)
    found = []
    if digits:
        prefix = f"https://wa.me/{digits}?text="
        found.append(Way("whatsapp", "message-circle", _("WhatsApp"), prefix + text, prefix))
        found.append(Way("call", "phone", pgettext("button", "Call"), f"tel:+{digits}", ""))
    if email:
        prefix = f"mailto:{quote(email, safe='@')}?subject={quote(subject)}&body="
        found.append(Way("email", "mail", _("E-mail"), prefix + text, prefix))
    return tuple(found)


def international(phone: str) -> str:
    """This will give the digits with the country; a Brazilian number may lack it."""
    digits = "".join(c for c in phone if c.isdigit())
    if not phone.strip().startswith("+") and len(digits) in NATIONAL_LENGTHS:
        return BRAZIL + digits
    return digits
