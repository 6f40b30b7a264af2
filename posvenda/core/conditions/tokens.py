"""Cutting the text of a condition into tokens, in one pass and linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from posvenda.core.conditions.errors import END, ConditionError
from posvenda.core.conditions.tree import MAX_CHARACTERS

RESERVED = frozenset(
    (
        "and", "or", "not", "in", "is", "between", "contains", "starts", "with",
        "known", "unknown", "true", "false", "today",
    )
)  # fmt: skip
NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
CURRENCY = re.compile(r"[A-Z]{3}")
_LONGEST_NUMBER = 400

# Every alternative is free of nested repetition over the same characters, so none backtracks.
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-]))
    | (?P<reais>R\$\s*-?(?:[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9])|[0-9]+)(?:[.,][0-9]{1,2}(?![0-9]))?)
    | (?P<days>[0-9]+d(?!\w))
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?!\w))
    | (?P<word>[^\W\d]\w*(?:\.\w+)*)
    | (?P<symbol>!=|<>|<=|>=|==|[=<>≤≥≠()\[\],%+-])
    """,
    re.VERBOSE | re.DOTALL,
)
_SAME = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Token:
    """This will hold one token: its kind, its text and where it begins."""

    kind: str
    text: str
    position: int

    @property
    def word(self) -> str:
        """This will give a keyword or symbol to compare with, in lower case."""
        return self.text.lower() if self.kind in ("word", "symbol") else ""

    @property
    def shown(self) -> str:
        """This will give the token as an error message names it."""
        return self.text[:40] or END


def tokens(text: str) -> list[Token]:
    """This will cut text into tokens and close them with an empty one of kind `end`."""
    if len(text) > MAX_CHARACTERS:
        raise ConditionError("too_long", MAX_CHARACTERS, limit=MAX_CHARACTERS)
    return [*_cut(text), Token("end", "", len(text))]


def _cut(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text, position)
        kind, part = str(found.lastgroup), found.group()
        if kind in ("number", "days", "reais") and len(part) > _LONGEST_NUMBER:
            raise ConditionError("number_size", position, found=part[:40])
        if kind != "space":
            yield Token(kind, _SAME.get(part, part), position)
        position = found.end()


def _unreadable(text: str, position: int) -> ConditionError:
    if text[position] in "\"'":
        return ConditionError("unclosed_text", position)
    return ConditionError("character", position, found=text[position])
