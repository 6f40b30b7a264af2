"""Adoption of one customer: active people, habit, drops, people by name, and the features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from posvenda.commerce import offering, usage
from posvenda.commerce.tracking.models import Actor
from posvenda.core import adoption as core
from posvenda.customers.identity import ledger
from posvenda.customers.models import Contact
from posvenda.insights.client.page import Row, Subject
from posvenda.ui import formats

SHOWN = 8
MOST_NAMES = 500


@dataclass(frozen=True)
class Features:
    """Features of the catalogue by name; both lists follow the catalogue."""

    relevant: int
    rate: float | None
    used: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody who uses the product: the weeks of the last 8, oldest first, and how much."""

    name: str
    weeks: tuple[bool, ...]
    days: int
    uses: float
    age: int
    is_power: bool
    is_quiet: bool
    contact: Contact | None

    @property
    def count(self) -> int:
        """In how many of the 8 weeks."""
        return sum(self.weeks)

    @property
    def is_candidate(self) -> bool:
        """A power user we can talk to, who is not marked as champion yet."""
        return self.is_power and self.contact is not None and not self.contact.is_champion


def features(row: Row) -> Features | None:
    """This will read the sheet's two lists; None without a catalogue, or when use is unknown."""
    used, missing = row.get("adoption.features_in_use"), row.get("adoption.features_missing")
    if used is None or missing is None or not (used or missing):
        return None
    names = {feature.key: str(feature.name) for feature in offering.in_force()}
    return Features(
        relevant=len(used) + len(missing),
        rate=row.get("adoption.relevant_rate"),
        used=tuple(names.get(key, key) for key in used),
        missing=tuple(names.get(key, key) for key in missing),
    )


def good_on(about: Subject) -> date:
    """This will give the last day on which the usage feed was good."""
    return about.as_of - timedelta(days=about.row.get("usage.feed_silent_days") or 0)


def people(about: Subject, contacts: Sequence[Contact]) -> list[Person]:
    """This will name who uses the product: power users first, then who went quiet, then others."""
    found = usage.people_of(about.customer.pk, as_of=good_on(about), leads=ledger.leads(None))
    first = found.sort("is_power", "is_quiet", descending=True, maintain_order=True).head(SHOWN)
    known = _names(about, contacts) if found.height else {}
    return [
        _person(row, known, number) for number, row in enumerate(first.iter_rows(named=True), 1)
    ]


def verdict(about: Subject) -> str:
    """This will say in a sentence how the week compares with the own past and with peers."""
    row, locale = about.row, get_language() or "en"
    own, weekly = row.get("adoption.own_change_rate"), row.get("usage.weekly_people")
    if own is None or not weekly:
        return _("There are too few weeks of use to tell what is usual here.")
    told = _against_itself(own, weekly[-1], locale)
    peers = _against_peers(row, locale)
    holidays = core.holidays(good_on(about) - timedelta(days=6), good_on(about))
    if not holidays:
        return f"{told} {peers}"
    days = ", ".join(formats.date_short(day, locale, today=about.as_of) for day in holidays)
    return f"{told} {peers} " + _("The week had a holiday: %(days)s.") % {"days": days}


def _against_itself(own: float, week: float, locale: str) -> str:
    count = round(week)
    values = {
        "people": formats.number(count, locale, digits=0),
        "usual": formats.number(week / (1 + own) if own > -1 else None, locale),
        "part": formats.percent(abs(own), locale, digits=0),
    }
    if own <= -1:
        return _("Nobody used it this week.")
    if abs(own) < 0.005:
        return (
            ngettext(
                "%(people)s active person this week, as usual here.",
                "%(people)s active people this week, as usual here.",
                count,
            )
            % values
        )
    below = own < 0
    text = (
        ngettext(
            "%(people)s active person this week, %(part)s below the %(usual)s that are usual here.",
            "%(people)s active people this week, %(part)s below the %(usual)s that are usual here.",
            count,
        )
        if below
        else ngettext(
            "%(people)s active person this week, %(part)s above the %(usual)s that are usual here.",
            "%(people)s active people this week, %(part)s above the %(usual)s that are usual here.",
            count,
        )
    )
    return text % values


def _against_peers(row: Row, locale: str) -> str:
    season, peers = row.get("adoption.season_rate"), row.get("adoption.peers_change_rate")
    if season is None or peers is None:
        return _("There are too few similar customers to compare the week with.")
    part = formats.percent(season, locale, digits=0)
    if row.get("adoption.is_dropping"):
        text = _("Similar customers had %(part)s of their usual week, so this is a drop.")
    elif peers <= -core.DROP:
        text = _(
            "Similar customers had %(part)s of their usual week; the difference may be chance."
        )
    else:
        text = _("Similar customers had %(part)s of their usual week: no sign of a drop.")
    return text % {"part": part}


def _names(about: Subject, contacts: Sequence[Contact]) -> Mapping[int, tuple[str, Contact | None]]:
    """Who stands behind a person of the event store: people of tracking, then contacts."""
    actors = Actor.objects.filter(customer=about.customer).order_by("-last_seen_at")
    told = list(actors.values_list("person", "name", "email")[:MOST_NAMES])
    by_mail = {each.email.lower(): each for each in contacts if each.email}
    named = [(person, name or email, by_mail.get(email.lower())) for person, name, email in told]
    for each in contacts:
        named += [(ref, each.name, each) for ref in (each.email.lower(), each.key) if ref]
    hashes = usage.persons(pl.Series([ref for ref, _name, _who in named], dtype=pl.String))
    return {
        key: (who.name if who else name, who)
        for key, (_ref, name, who) in zip(hashes.to_list(), named, strict=True)
    }


def _person(row: dict[str, Any], known: Mapping[int, Any], number: int) -> Person:
    name, contact = known.get(row["person"], ("", None))
    bits = row["weeks"]
    return Person(
        name=name or _("Person %(number)s, not a contact") % {"number": number},
        weeks=tuple(bool(bits >> week & 1) for week in reversed(range(core.POWER_OF_WEEKS))),
        days=row["days"],
        uses=row["uses"],
        age=row["age"],
        is_power=row["is_power"],
        is_quiet=row["is_quiet"],
        contact=contact,
    )
