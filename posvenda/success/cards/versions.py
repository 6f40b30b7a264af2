"""Cards as they were: by the version they were published as, and by the day they were in force."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from posvenda.base import choices, clock
from posvenda.base.models import Definition
from posvenda.core.health import Card, Cards
from posvenda.success import definitions

SCORECARD = "scorecard"


def of_title(title: str) -> Card | None:
    """This will find the card a record names (name@version); None when its text is not kept."""
    name, _at, version = title.rpartition("@")
    number = int(version) if version.isdecimal() else -1
    here = definitions.cards()
    if number == here.card.version:
        return here.find(name)
    found = _published(str(choices.get("pack")), number)
    return found.find(name) if found else None


def on(day: date) -> Cards:
    """This will give the cards that were in force at the end of a day.

    Before the first publication the first one counts: there was no other yardstick.
    """
    end = clock.start_of(day + timedelta(days=1))
    pack = str(choices.get("pack"))
    told = Definition.objects.filter(kind=SCORECARD, name=pack).order_by("version")
    versions = list(told.values_list("version", "published_at"))
    before = [version for version, at in versions if at < end]
    number = before[-1] if before else versions[0][0] if versions else -1
    if number in (-1, definitions.cards().card.version):
        return definitions.cards()
    return _published(pack, number) or definitions.cards()


def _published(pack: str, version: int) -> Cards | None:
    row = Definition.objects.filter(kind=SCORECARD, name=pack, version=version).first()
    return None if row is None else _read(row.text, version)


@lru_cache(maxsize=32)
def _read(text: str, version: int) -> Cards:
    return definitions.read_cards(text, version=version)
