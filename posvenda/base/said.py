"""Words of the trade: a clinic's orders are appointments, a salon's are visits.

A pack may give other words for a text of the product, by its English msgid. Whoever writes such a
text imports ``said`` (or ``said_lazy``) as ``_``; everybody else's texts stay what they are.
"""

from collections.abc import Callable, Mapping

from django.utils.functional import lazy
from django.utils.translation import gettext

Words = Mapping[str, object]


def _none() -> Words:
    return {}


_source: list[Callable[[], Words]] = [_none]


def words_from(source: Callable[[], Words]) -> None:
    """This will take the trade's words from a function; call it in ``ready()``."""
    _source[0] = source


def said(message: str) -> str:
    """This will say a text in the words of the trade, or else translate it as usual."""
    found = _source[0]().get(message)
    return gettext(message) if found is None else str(found)


def own(key: str, kept: str) -> str:
    """This will say what is kept as data in the reader's language, where the trade wrote both.

    Who renamed it keeps the own name: only a text of the trade itself is said otherwise.
    """
    found = _source[0]().get(key)
    texts = getattr(found, "texts", {})
    return str(found) if kept in texts.values() else kept


def own_choice(key: str, kept: str) -> str:
    """This will name a choice that the trade has words for, or say what is kept."""
    found = _source[0]().get(key)
    return kept if found is None else str(found)


said_lazy = lazy(said, str)
