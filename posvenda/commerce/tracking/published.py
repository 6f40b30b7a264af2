"""The rules in force: versioned text, the newest published version or the product's own."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml
from django.utils.translation import get_language

from posvenda.base import memo
from posvenda.base.models import Definition, User
from posvenda.commerce import texts
from posvenda.commerce.tracking import rules
from posvenda.commerce.tracking.rules import Rules
from posvenda.core.shapes import ShapeError

_HERE = Path(__file__).parent


def in_force() -> Rules:
    """This will give the rules in force."""
    return memo.once("tracking", _newest)


def read(text: str, *, version: int = 0) -> Rules:
    """This will read rules from their text; ``ShapeError`` names what is wrong."""
    return rules.read(text, public_domains=public_domains(), version=version)


def publish(text: str, *, by: User | None, now: datetime) -> Definition:
    """This will put rules in force; ``ShapeError`` leaves everything as it was."""
    return texts.publish(KIND, text, by=by, now=now)


@lru_cache(maxsize=1)
def public_domains() -> frozenset[str]:
    """This will list the mail providers that say nothing about a company."""
    return frozenset(yaml.safe_load(_file("public_domains.yaml")))


def _newest() -> Rules:
    row = texts.newest(KIND.name)
    return read(row.text, version=row.version) if row else read(KIND.default())


def _problems(text: str) -> list[str]:
    try:
        read(text)
    except ShapeError as error:
        return [str(error)]
    return []


@lru_cache(maxsize=4)
def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _delivered() -> str:
    """The product's own rules; their comments speak the reader's language."""
    is_portuguese = (get_language() or "").startswith("pt")
    return _file("tracking.pt.yaml" if is_portuguese else "tracking.yaml")


KIND = texts.Kind("tracking", _delivered, _problems)
