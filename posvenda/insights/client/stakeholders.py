"""Whom we know at one customer: roles filled and missing, last two-way contact, what is thin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from posvenda.base import clock
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Contact, Kind
from posvenda.customers.wording import days
from posvenda.insights.client.adoption import Person
from posvenda.insights.client.page import Row, Subject
from posvenda.success.coverage import wanted


@dataclass(frozen=True)
class Seat:
    """A wanted role and who fills it."""

    label: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """A contact: days since it talked with us (None: never), and how it uses the product."""

    contact: Contact
    days: int | None
    person: Person | None


@dataclass(frozen=True)
class Stakeholders:
    """The map: wanted roles, the people, and sentences about what is thin."""

    rate: float | None
    seats: tuple[Seat, ...]
    people: tuple[Known, ...]
    flags: tuple[str, ...]


def of(about: Subject, contacts: Sequence[Contact], users: Sequence[Person]) -> Stakeholders | None:
    """This will draw the map of a company; None where the pack wants no roles."""
    roles = wanted.in_force()
    if not roles or about.customer.kind != Kind.COMPANY:
        return None
    here = [each for each in contacts if each.left_at is None]
    seats = tuple(
        Seat(str(role.label), tuple(each.name for each in here if _fills(role, each)))
        for role in roles
    )
    last = _last_two_way(about)
    by_contact = {user.contact.pk: user for user in users if user.contact}
    people = tuple(
        Known(each, _days(last.get(each.pk), about.as_of), by_contact.get(each.pk)) for each in here
    )
    rate = sum(bool(seat.names) for seat in seats) / len(seats)
    return Stakeholders(rate, seats, people, tuple(_flags(about.row)))


def _fills(role: Any, contact: Contact) -> bool:
    return bool(role.is_filled_by(contact.role, is_champion=contact.is_champion))


def _last_two_way(about: Subject) -> Mapping[int, date]:
    answered = Q(direction__in=[Interaction.Direction.IN, Interaction.Direction.BOTH])
    met = Q(kind=Interaction.Kind.MEETING) & ~Q(direction=Interaction.Direction.INTERNAL)
    talks = Interaction.objects.filter(answered | met, customer=about.customer)
    rows = (
        talks.exclude(contact=None)
        .order_by()
        .values_list("contact")
        .annotate(last=Max("happened_at"))
    )
    return {contact: clock.day_of(last) for contact, last in rows}


def _days(last: date | None, today: date) -> int | None:
    return None if last is None else max(0, (today - last).days)


def _flags(row: Row) -> list[str]:
    found = []
    gone, quiet = row.get("who.champion_left_days"), row.get("adoption.champion_quiet_days")
    if gone is not None:
        found.append(_("A champion left %(days)s ago.") % {"days": days(gone)})
    if quiet is not None:
        told = _("A champion has not used the product for %(days)s, while others go on.")
        found.append(told % {"days": days(quiet)})
    if row.get("contact.two_way_people_90d") == 1:
        found.append(_("Only one person talked with us in 90 days."))
    if row.get("adoption.power_users") == 1:
        found.append(_("Only one person is a power user."))
    silence = row.get("contact.two_way_days")
    if silence is not None and silence >= 30:
        found.append(_("No two-way contact for %(days)s.") % {"days": days(silence)})
    return found
