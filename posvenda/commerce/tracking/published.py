"""The rules in force: versioned text, the newest published version or the product's own."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml

from posvenda.base import announcements, audit, memo
from posvenda.base.models import Definition, User
from posvenda.commerce.tracking import rules
from posvenda.commerce.tracking.rules import Rules

KIND = NAME = "tracking"
_HERE = Path(__file__).parent


def in_force() -> Rules:
    """This will give the rules in force."""
    return memo.once("tracking", _newest)


def text() -> str:
    """This will give the text of the rules in force."""
    row = _row()
    return row.text if row else _file("tracking.yaml")


def read(text: str, *, version: int = 0) -> Rules:
    """This will read rules from their text; ``ShapeError`` names what is wrong."""
    return rules.read(text, public_domains=public_domains(), version=version)


def publish(text: str, *, by: User | None, now: datetime) -> Definition:
    """This will check a text and put it in force, unless it is in force already.

    Callers hold the transaction. A ``ShapeError`` leaves everything as it was.
    """
    read(text)
    newest = _row()
    if newest and newest.text == text:
        return newest
    memo.forget()
    row = Definition.objects.create(
        kind=KIND,
        name=NAME,
        version=newest.version + 1 if newest else 1,
        text=text,
        published_at=now,
        by=by,
    )
    detail = {"version": row.version}
    audit.record("tracking.published", about="definition:tracking", by=by, now=now, detail=detail)
    announcements.announce("config.published", now=now, payload={"kind": KIND})
    return row


@lru_cache(maxsize=1)
def public_domains() -> frozenset[str]:
    """This will list the mail providers that say nothing about a company."""
    return frozenset(yaml.safe_load(_file("public_domains.yaml")))


def _newest() -> Rules:
    row = _row()
    return read(row.text, version=row.version) if row else read(_file("tracking.yaml"))


def _row() -> Definition | None:
    return Definition.objects.filter(kind=KIND, name=NAME).order_by("-version").first()


@lru_cache(maxsize=4)
def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
