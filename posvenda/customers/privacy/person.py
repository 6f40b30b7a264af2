"""Whom a request is about, and how that person is recognised in texts, files and queues."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from posvenda.core.identifiers import match_key
from posvenda.customers.models import Contact, Customer, Identity
from posvenda.customers.search import fold, phone_forms

LEAST_KEY = 5
LEAST_NAME = 7
GAP = r"[\s().+/\-]{0,2}"
REDACTED = "[apagado]"


@dataclass(frozen=True)
class Person:
    """A customer with everything under it, or one contact of a company."""

    customer: Customer
    contact: Contact | None = None

    @property
    def name(self) -> str:
        """The name a person is asked to type before the erasure."""
        return (self.contact or self.customer).name

    @cached_property
    def records(self) -> list[Customer]:
        """The record and, as they are the same person, all that were joined to it."""
        found = [self.customer]
        for each in found:
            found += list(Customer.everything.filter(merged_into=each).order_by("pk"))
        return found

    @property
    def ids(self) -> list[int]:
        """The numbers of these records, the present one first."""
        return [each.pk for each in self.records]

    @cached_property
    def traces(self) -> re.Pattern[str] | None:
        """One pattern for every form of every identifier, and for the full name.

        Short keys and names of one short word are left out: they would find strangers. Numbers are
        found with or without dots, dashes and brackets.
        """
        forms = sorted({form for form in self._forms() if form}, key=len, reverse=True)
        return re.compile("|".join(forms)) if forms else None

    def _forms(self) -> Iterator[str]:
        for who in self._everybody():
            yield from _forms_of(who)
        if self.contact is None:
            yield from (_digits(each.tax_id) for each in self.records)
            values = Identity.objects.filter(customer__in=self.ids).values_list("value", flat=True)
            for value in values:
                yield from _key(value)

    def _everybody(self) -> list[Customer | Contact]:
        if self.contact is not None:
            return [self.contact]
        return [*self.records, *Contact.everything.filter(customer__in=self.ids)]

    def is_in(self, text: str) -> bool:
        """This will say whether a text holds any form of the person."""
        return self.traces is not None and self.traces.search(fold(text)) is not None

    def is_inside(self, value: Any) -> bool:
        """This will look through lists and dicts as well."""
        return any(self.is_in(text) for text in texts_in(value))

    def redacted(self, text: str) -> str:
        """This will replace every form of the person in a text; a text without any stays itself."""
        if self.traces is None or not self.is_in(text):
            return text
        folded, places = _folded(text)
        parts, done = [], 0
        for found in self.traces.finditer(folded):
            start, end = places[found.start()], places[found.end() - 1] + 1
            parts += [text[done:start], REDACTED]
            done = end
        return "".join([*parts, text[done:]])


def _forms_of(who: Customer | Contact) -> Iterator[str]:
    if len(who.name) >= LEAST_NAME and " " in who.name.strip():
        yield _words(who.name)
    if who.email:
        yield re.escape(fold(who.email))
    for form in phone_forms(who.phone):
        if len(form) > LEAST_NAME:
            yield _digits(form)
    yield _digits(match_key(who.phone))
    yield from _key(who.key)


def texts_in(value: Any) -> Iterator[str]:
    """This will give every text inside a value that JSON can hold, keys too, and inside bytes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes | memoryview):
        yield bytes(value).decode("utf-8", "replace")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from texts_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _words(name: str) -> str:
    return r"\s+".join(re.escape(word) for word in fold(name).split())


def _key(key: str) -> Iterator[str]:
    if len(key) >= LEAST_KEY:
        yield rf"(?<![0-9a-z]){re.escape(fold(key))}(?![0-9a-z])"


def _digits(number: str) -> str:
    marks = [re.escape(each) for each in fold(number) if each.isalnum()]
    return rf"(?<!\d){GAP.join(marks)}(?!\d)" if marks else ""


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters the place in the text it came from."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for each in fold(letter):
            letters.append(each)
            places.append(place)
    return "".join(letters), places
