"""What the command palette lists. The view that searches lives in a room above."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from posvenda.ui import menu


@dataclass(frozen=True, kw_only=True)
class Option:
    """One line of the palette: where it leads and what stands at its end."""

    label: str
    url: str
    icon: str
    hint: str = ""
    keys: tuple[str, ...] = ()
    score: float | None = None
    band: str | None = None


@dataclass(frozen=True)
class Group:
    """A heading and its options."""

    label: str
    options: tuple[Option, ...]


def places(request: HttpRequest, query: str) -> Group:
    """This will list the pages of the menu that match what was typed."""
    lines = (line for section in menu.visible(request).sections for line in section.lines)
    options = (
        Option(
            label=str(line.entry.label),
            url=line.url,
            icon=line.entry.icon,
            keys=("G", line.entry.goto.upper()) if line.entry.goto else (),
        )
        for line in lines
    )
    return Group(_("Go to"), matching(options, query))


def matching(options: Iterable[Option], query: str) -> tuple[Option, ...]:
    """This will keep the options whose label holds the words typed, whatever the accents."""
    words = plain(query).split()
    return tuple(o for o in options if all(word in plain(o.label) for word in words))


def filled(*groups: Group) -> list[Group]:
    """This will drop the groups without options, for ``ui/_palette.html``."""
    return [group for group in groups if group.options]


def plain(text: str) -> str:
    """This will fold case and take accents away."""
    folded = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))
