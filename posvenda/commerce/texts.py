"""Configuration of this room that is kept as text, every version of it: rules and catalogue.

A kind is checked before it counts; the newest published version is in force, or the product's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from posvenda.base import announcements, audit, memo
from posvenda.base.models import Definition, User
from posvenda.core.shapes import ShapeError


@dataclass(frozen=True)
class Kind:
    """One kind of text: its name, what is in force before anybody writes one, and its check.

    ``check`` lists what is wrong, one line each, with the path.
    """

    name: str
    default: Callable[[], str]
    check: Callable[[str], list[str]]


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> None:
    """This will list a kind, for the command line; call it in ``ready()``."""
    _kinds[kind.name] = kind


def kinds() -> tuple[Kind, ...]:
    """This will list the kinds of this room."""
    return tuple(_kinds.values())


def newest(kind: str) -> Definition | None:
    """This will give the version in force, if anybody published one."""
    return Definition.objects.filter(kind=kind, name=kind).order_by("-version").first()


def text(kind: Kind) -> str:
    """This will give the text in force."""
    row = newest(kind.name)
    return row.text if row else kind.default()


def publish(kind: Kind, told: str, *, by: User | None, now: datetime) -> Definition:
    """This will check a text and put it in force, unless it is so already.

    Callers hold the transaction. A ``ShapeError`` leaves everything as it was.
    """
    if problems := kind.check(told):
        raise ShapeError("", "\n".join(problems))
    last = newest(kind.name)
    if last and last.text == told:
        return last
    memo.forget()
    row = Definition.objects.create(
        kind=kind.name,
        name=kind.name,
        version=last.version + 1 if last else 1,
        text=told,
        published_at=now,
        by=by,
    )
    about, detail = f"definition:{kind.name}", {"version": row.version}
    audit.record("config.published", about=about, by=by, now=now, detail=detail)
    announcements.announce("config.published", now=now, payload={"kind": kind.name})
    return row
