"""What is read once per request: settings, rules, catalogue, asked for by many parts.

Outside a request (jobs, command line, tests of rooms) nothing is remembered, but for the length of
a piece of work that asks for it (``during``). Whoever writes what is remembered calls ``forget``.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_shelf: ContextVar[dict[Hashable, Any] | None] = ContextVar("memo", default=None)


@contextmanager
def shelf() -> Iterator[None]:
    """This will remember what is asked for until the block ends."""
    token = _shelf.set({})
    try:
        yield
    finally:
        _shelf.reset(token)


@contextmanager
def during() -> Iterator[None]:
    """This will remember until the block ends what is asked for, unless that is done already."""
    if _shelf.get() is not None:
        yield
        return
    with shelf():
        yield


def once(key: Hashable, make: Callable[[], T]) -> T:
    """This will give what ``make`` gave earlier in this request, or ask it now."""
    kept = _shelf.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found


def forget() -> None:
    """This will have everything asked for again."""
    kept = _shelf.get()
    if kept is not None:
        kept.clear()
