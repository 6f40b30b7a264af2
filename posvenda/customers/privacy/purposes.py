"""Why data is used: purposes and their legal bases, and the versions of what people agree to.

Purposes are read from ``purposes.yaml``. The text a person sees when asked is kept as a definition:
every version stays, and a consent names the one it was given to ("marketing@2"; version 0 is ours).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import get_language

from posvenda.base import audit, choices
from posvenda.base.models import Definition, User
from posvenda.core.consent import Basis

FILE = Path(__file__).with_name("purposes.yaml")
KIND = "consent_text"


@dataclass(frozen=True)
class Purpose:
    """One reason to use data: its basis, its channels, its words in both languages."""

    key: str
    basis: Basis
    channels: tuple[str, ...]
    labels: dict[str, str]
    helps: dict[str, str]
    texts: dict[str, str]
    holds: tuple[str, ...]
    keeps_for: dict[str, str]

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return _said(self.labels)

    @property
    def help(self) -> str:
        """What it is for, in the reader's language."""
        return _said(self.helps)

    @property
    def keeps(self) -> str:
        """How long data is kept for it, in the reader's language."""
        return _said(self.keeps_for)


class UnknownPurpose(LookupError):
    """Raised for a purpose that is not in the registry."""


@cache
def purposes() -> tuple[Purpose, ...]:
    """This will list the purposes in the order of the file."""
    return tuple(_read(each) for each in yaml.safe_load(FILE.read_text(encoding="utf-8")))


def purpose(key: str) -> Purpose:
    """This will find a purpose."""
    found = next((each for each in purposes() if each.key == key), None)
    if found is None:
        raise UnknownPurpose(key)
    return found


def asked() -> tuple[Purpose, ...]:
    """This will list the purposes that reach people, and so can be agreed to or refused."""
    return tuple(each for each in purposes() if each.channels)


@dataclass(frozen=True)
class Text:
    """One version of what people see when they are asked."""

    purpose: str
    version: int
    words: str
    published_at: datetime | None = None
    by: User | None = None

    @property
    def name(self) -> str:
        """How a consent names it."""
        return f"{self.purpose}@{self.version}"


def texts(key: str) -> list[Text]:
    """This will list the versions of a text, the newest first; the last is the one we bring."""
    rows = Definition.objects.filter(kind=KIND, name=key).select_related("by").order_by("-version")
    found = [Text(key, row.version, row.text, row.published_at, row.by) for row in rows]
    ours = _said(purpose(key).texts)
    return [*found, Text(key, 0, ours)] if ours else found


def present(key: str) -> Text | None:
    """This will give the version people see now."""
    return next(iter(texts(key)), None)


class NothingNew(ValueError):
    """Raised when a text is published that is the present one."""


@transaction.atomic
def publish(key: str, *, words: str, by: User, now: datetime) -> Text:
    """This will put another version of a text in force; earlier consents keep theirs."""
    last, said = present(key), " ".join(words.split())
    if not said or (last is not None and last.words == said):
        raise NothingNew(key)
    version = (last.version if last else 0) + 1
    Definition.objects.create(
        kind=KIND, name=key, version=version, text=said, published_at=now, by=by
    )
    audit.record("consent.text", about=f"purpose:{key}", by=by, now=now, detail={"v": version})
    return Text(key, version, said, now, by)


def filled(text: Text, *, channel: str) -> str:
    """This will write a text with the company's name and the channel in it."""
    return text.words.replace("{company}", str(choices.get("company"))).replace(
        "{channel}", channel
    )


def _read(told: dict[str, Any]) -> Purpose:
    return Purpose(
        key=told["key"],
        basis=Basis(told["basis"]),
        channels=tuple(told["channels"]),
        labels=told["label"],
        helps=told["help"],
        texts=told.get("text") or {},
        holds=tuple(told["holds"]),
        keeps_for=told["keeps"],
    )


def _said(words: dict[str, str]) -> str:
    language = (get_language() or "en").partition("-")[0]
    return words.get(language, words.get("en", ""))
