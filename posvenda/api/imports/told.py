"""What a batch told, kept so that it can be undone: hashes of what was known, values it changed.

A fact or value that a batch found already there leaves no row of its own. A hash of it does
(``mark``), so that undoing the import that brought it first leaves what another import tells too.
"""

from array import array
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

from django.db import models


def mark(*parts: str) -> int:
    """This will give 64 bits that stand for a statement: table, key, field, value."""
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def packed(marks: Iterable[int]) -> bytes:
    """This will write marks eight bytes each."""
    return array("q", marks).tobytes()


def unpacked(data: bytes | memoryview) -> Iterator[int]:
    """This will read what ``packed`` wrote."""
    marks = array("q")
    marks.frombytes(bytes(data))
    return iter(marks)


def table_of(model: type[models.Model]) -> str:
    """This will name a table of facts in marks: ``order``, ``contractline`` …"""
    return str(model._meta.model_name)


def plain(value: Any) -> Any:
    """This will write a value the way JSON keeps it, so that two of them can be compared."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int | dict):
        return value
    return str(value)
