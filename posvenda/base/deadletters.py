"""What was refused at any door, one table for all: nothing that came in is dropped in silence.

A door (``tracking``, ``webhook``, ``source`` …) keeps what it refused with ``keep`` and hands in
how one such letter is taken in again, and how its reasons read. Rows of imported files have a table
of their own, for they are many and belong to their file.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from posvenda.base import audit, rows
from posvenda.base.models import DeadLetter, User

BODY_LIMIT = 65_536


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One thing that stays out: its text, which field and value are wrong, and a reason's code."""

    body: str
    code: str
    item: str = ""
    field: str = ""
    value: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Door:
    """What a door knows of its letters.

    ``sentence`` says the reason and the way out in the reader's language. ``retry`` takes a letter
    in with a body that a person may have mended; it raises ``StillRefused`` when that fails.
    """

    name: str
    label: Any
    sentence: Callable[[DeadLetter], str]
    retry: Callable[[DeadLetter, str, datetime], None]


class StillRefused(ValueError):
    """Raised with a sentence when a letter cannot be taken in yet."""


Screen = Callable[[Sequence[Refused]], Sequence[Refused]]
_doors: dict[str, Door] = {}
_screens: list[Screen] = []


def screen_with(screen: Screen) -> None:
    """This will have ``screen`` empty what may not be kept at all; call it in ``ready()``."""
    _screens.append(screen)


def open_door(door: Door) -> None:
    """This will list a door; call it in ``ready()``."""
    _doors[door.name] = door


def doors() -> Mapping[str, Door]:
    """This will give the doors by name."""
    return _doors


def keep(refused: Iterable[Refused], *, door: str, source: str, now: datetime) -> int:
    """This will keep refused things in the present transaction and say how many."""
    several: Sequence[Refused] = list(refused)
    for screen in _screens:
        several = screen(several) if several else several
    columns = ("door", "source", "at", "body", "item", "field", "value", "code", "params", "status")
    return rows.insert(
        DeadLetter,
        columns,
        [
            (
                door,
                source[:120],
                now,
                _storable(each.body, BODY_LIMIT),
                _storable(each.item, 200),
                each.field[:120],
                _storable(each.value, 2_000),
                each.code,
                dict(each.params),
                DeadLetter.Status.OPEN,
            )
            for each in several
        ],
    )


@transaction.atomic
def retry(letter: DeadLetter, *, body: str, by: User, now: datetime) -> None:
    """This will take a letter in again with this text; ``StillRefused`` leaves it as it was."""
    if not _claim(letter, DeadLetter.Status.RETRIED, by=by, now=now):
        return
    _doors[letter.door].retry(letter, body, now)
    audit.record("letter.retried", about=f"letter:{letter.pk}", by=by, now=now)


@transaction.atomic
def drop(letter: DeadLetter, *, by: User, now: datetime) -> None:
    """This will set a letter aside; it stays readable."""
    if _claim(letter, DeadLetter.Status.DROPPED, by=by, now=now):
        audit.record("letter.dropped", about=f"letter:{letter.pk}", by=by, now=now)


def _claim(letter: DeadLetter, status: str, *, by: User, now: datetime) -> bool:
    waiting = DeadLetter.objects.filter(pk=letter.pk, status=DeadLetter.Status.OPEN)
    return bool(waiting.update(status=status, settled_at=now, by=by))


def _storable(text: str, limit: int) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:limit]
