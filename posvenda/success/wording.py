"""Sentences of a play for one customer: facts by kind and locale, words that fit the number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.success.texts import PLACE
from posvenda.ui import formats

LONGEST_TEXT = 160


@dataclass(frozen=True)
class Speaker:
    """What turns facts into words: the catalogue, the reader's locale, the day, the currency."""

    catalogue: Catalogue
    locale: str
    today: date
    currency: str = "BRL"

    def say(self, text: str, row: Mapping[str, object], words: Mapping[str, str]) -> str | None:
        """This will fill a text; None when a fact it shows is not known."""
        wanted = [name for _sign, name, _one, _many in PLACE.findall(text) if name not in words]
        if any(row.get(name) is None for name in wanted):
            return None
        return _capital(PLACE.sub(lambda found: self._put(found, row, words), text))

    def fill(self, text: str, row: Mapping[str, object], words: Mapping[str, str]) -> str:
        """This will fill a text and print a dash for what is not known."""
        return _capital(PLACE.sub(lambda found: self._put(found, row, words), text))

    def show(self, name: str, value: object) -> str:
        """This will write the value of a fact by its kind."""
        if value is None:
            return formats.UNKNOWN
        fact = self.catalogue.get(name)
        return str(value) if fact is None else self._written(fact, value)

    def _put(
        self, found: re.Match[str], row: Mapping[str, object], words: Mapping[str, str]
    ) -> str:
        sign, name, one, many = found.groups()
        if name in words:
            return words[name]
        value = row.get(name)
        if sign and isinstance(value, int | float):
            value = -value
        if one is not None and isinstance(value, float):
            value = round(value)
        shown = self.show(name, value)
        return shown if one is None else f"{shown} {one if _is_one(value) else many}"

    def _written(self, fact: Fact, value: object) -> str:
        match fact.kind, value:
            case Kind.MONEY, int() | float():
                return formats.money(round(value), self.locale, currency=self.currency)
            case Kind.RATE, int() | float():
                return formats.percent(value, self.locale, digits=0)
            case Kind.DAYS, int() | float():
                return days(round(value), self.locale)
            case ((Kind.INTEGER | Kind.NUMBER), int() | float()):
                return formats.number(value, self.locale, digits=_digits(fact))
            case Kind.DATE, date():
                return formats.date_short(value, self.locale, today=self.today)
            case Kind.BOOLEAN, bool():
                return _("yes") if value else _("no")
            case Kind.CHOICE, _choice:
                return str(fact.choices.get(str(value), value))
        return _short(str(value))


def days(count: int, locale: str) -> str:
    """This will write a number of days: 63 days, 1 day."""
    return ngettext("%(count)s day", "%(count)s days", count) % {
        "count": formats.number(count, locale, digits=0)
    }


def _digits(fact: Fact) -> int:
    return 0 if fact.name.startswith("health.") or fact.kind is Kind.INTEGER else 1


def _is_one(value: object) -> bool:
    return isinstance(value, int | float) and round(value) == 1


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_TEXT else flat[: LONGEST_TEXT - 1].rstrip() + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
