"""How a row is recognised when it comes again: by its key, or by its values and their count.

A record with a key of its own is that key; a second line of the same file with the same key and
other values is refused, so that reading a file twice cannot swing between the two. A record without
a key is its values and the count of equal rows before it in the same file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from posvenda.api.imports.problems import Problem
from posvenda.api.imports.seen import Seen

Row = dict[str, Any]


@dataclass(frozen=True)
class Identity:
    """Which key a row brings, and which fields make one when it brings none.

    ``may_repeat`` is for records that merge (customers, products): a repeated key is marked with
    ``_first`` (the line of the first) instead of being refused.
    """

    key: Callable[[Row], str]
    fields: Sequence[str] = ()
    may_repeat: bool = False


def name_rows(
    rows: list[Row], identity: Identity, seen: Seen, *, is_one_file: bool
) -> tuple[list[Row], int, list[Problem]]:
    """This will give each row its ``_key`` and leave out repeated ones: rest, repeated, refused."""
    fresh: list[Row] = []
    problems: list[Problem] = []
    same = 0
    for row in rows:
        key = identity.key(row)
        if not key and identity.fields:
            base = base_of(row, identity)
            row["_key"] = f"{prefix_of(row, base)}{seen.occurrence(base)}"
            fresh.append(row)
            continue
        row["_key"] = key
        first = _earlier(row, key, seen) if is_one_file and key else None
        if first is None:
            fresh.append(row)
        elif identity.may_repeat:
            row["_first"] = first[0]
            fresh.append(row)
        elif first[1] == _content(row):
            same += 1
        else:
            problems.append(Problem(row["_line"], "duplicate_key", _field(row), key, {"key": key}))
    return fresh, same, problems


def base_of(row: Row, identity: Identity) -> str:
    """This will give what stands for the values of a row without a key."""
    return digest(*(row.get(name) for name in identity.fields))[:24]


def prefix_of(row: Row, base: str) -> str:
    """This will give the key of such a row but for the count of equal ones before it."""
    return f"{row.get('order') or 'auto'}/{base}/"


def digest(*values: Any) -> str:
    """This will give 32 characters that stand for these values."""
    return blake2b(repr(values).encode(), digest_size=16).hexdigest()


def _earlier(row: Row, key: str, seen: Seen) -> tuple[int, int] | None:
    return seen.first(key, line=row["_line"], content=_content(row))


def _field(row: Row) -> str:
    return next((name for name in ("key", "number", "line") if row.get(name)), "")


def _content(row: Row) -> int:
    text = repr(sorted((name, value) for name, value in row.items() if name[0] != "_"))
    return hash(text) >> 1
