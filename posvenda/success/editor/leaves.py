"""Single values of a scorecard as the fields of a form write them, and back.

A field that was not touched leaves its value alone, to the byte of the text; what cannot be read as
a number stays as it was typed, so that nothing is lost and the fault is shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from posvenda.ui import formats

ENGLISH, PORTUGUESE = "en", "pt-br"
Post = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """One field of the form: its name in the post, what it shows, what is wrong with it."""

    name: str
    value: str
    error: str = ""


def number(value: object) -> str:
    """This will write a number as the reader writes it; anything else as it stands."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    text = repr(value).removesuffix(".0")
    return text.replace(".", ",") if is_brazilian() else text


def read_number(text: str) -> object:
    """This will read a number with a point or a comma; anything else stays a text."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        found = float(plain.replace(",", "."))
    except ValueError:
        return text.strip()
    return found if math.isfinite(found) else text.strip()


def texts(value: object) -> tuple[str, str]:
    """This will give a text in Portuguese and in English; a plain one stands for both."""
    if isinstance(value, Mapping):
        return _flat(value.get(PORTUGUESE, "")), _flat(value.get(ENGLISH, ""))
    return _flat("" if value is None else value), ""


def read_texts(portuguese: str, english: str) -> object:
    """This will make one text of two languages, plain where only one is given."""
    if portuguese and english:
        return {ENGLISH: english, PORTUGUESE: portuguese}
    return portuguese or english or None


def put(data: MutableMapping[str, Any], key: str, value: object) -> None:
    """This will set a value, or take the key out for None."""
    if value is None:
        data.pop(key, None)
    else:
        data[key] = value


def change(
    data: MutableMapping[str, Any],
    key: str,
    post: Post,
    name: str,
    *,
    show: Callable[[object], str] | None = None,
    read: Callable[[str], object] | None = None,
) -> None:
    """This will set what a field says, if it says something else than before."""
    now = post.get(name)
    was = (show or plain)(data.get(key))
    if now is None or _flat(now) == _flat(was):
        return
    put(data, key, (read or _flat)(now) if now.strip() else None)


def change_number(data: MutableMapping[str, Any], key: str, post: Post, name: str) -> None:
    """This will set a number that a field changed."""
    change(data, key, post, name, show=number, read=read_number)


def change_texts(data: MutableMapping[str, Any], key: str, post: Post, name: str) -> None:
    """This will set a text whose languages two fields changed."""
    was = texts(data.get(key))
    now = _flat(post.get(f"{name}.pt", was[0])), _flat(post.get(f"{name}.en", was[1]))
    if now != was:
        put(data, key, read_texts(*now))


def plain(value: object) -> str:
    """This will show a value as one line."""
    return "" if value is None else _flat(value)


def _flat(value: object) -> str:
    return " ".join(str(value).split())


def is_brazilian() -> bool:
    """This will say whether the reader writes decimals with a comma."""
    return formats.is_portuguese(get_language() or "en")
