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


def own(key: str) -> str | None:
    """This will give the trade's words for something that only the trade has, such as a fact."""
    found = _source[0]().get(key)
    return None if found is None else str(found)


said_lazy = lazy(said, str)
