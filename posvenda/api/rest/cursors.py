"""Cursors: where a page ended, in a text that only this list takes back."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from posvenda.api.rest.problems import Fault, refuse

LONGEST = 2_000


def write(place: Sequence[Any], *, asked: Any) -> str:
    """This will write a place in a list that was asked for in this way."""
    content = msgspec.json.encode([_mark(asked), list(place)])
    return urlsafe_b64encode(content).decode().rstrip("=")


def read(cursor: str, *, asked: Any, size: int) -> list[Any]:
    """This will give the place, or refuse a cursor of another list or another question."""
    try:
        content = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        found = msgspec.json.decode(content)
    except (binascii.Error, ValueError, RecursionError, msgspec.DecodeError) as error:
        raise refuse(bad(cursor)) from error
    match found:
        case [mark, list(place)] if mark == _mark(asked) and len(place) == size:
            return place
    raise refuse(bad(cursor))


def bad(cursor: str) -> Fault:
    """This will say that this is no cursor of this list."""
    return Fault("cursor", parameter="cursor", value=cursor)


def _mark(asked: Any) -> str:
    return blake2b(msgspec.json.encode(asked), digest_size=6).hexdigest()
