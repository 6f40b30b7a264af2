"""The menu is data: rooms add their entries when they start, pages show what a person may open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SECTIONS = {
    "today": pgettext_lazy("menu section", "Today"),
    "know": pgettext_lazy("menu section", "Know"),
    "act": pgettext_lazy("menu section", "Act"),
    "measure": pgettext_lazy("menu section", "Measure"),
    "data": pgettext_lazy("menu section", "Data"),
    "system": _("System"),
}
UNTITLED = frozenset({"today", "system"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the menu; ``goto`` is the letter after G, ``tab`` puts it on the phone bar."""

    section: str
    key: str
    label: object
    icon: str
    url_name: str
    goto: str = ""
    count: Callable[[HttpRequest], int | None] | None = None
    permission: Callable[[HttpRequest], bool] | None = None
    order: int = 50
    tab: bool = False


class UnknownSection(ValueError):
    """The section is not one of ``SECTIONS``."""


_entries: dict[str, Entry] = {}


def add(*entries: Entry) -> None:
    """This will put entries on the menu; the same key again replaces the earlier one."""
    for entry in entries:
        if entry.section not in SECTIONS:
            raise UnknownSection(entry.section)
        _entries[entry.key] = entry


def remove(*keys: str) -> None:
    """This will take entries off the menu."""
    for key in keys:
        _entries.pop(key, None)


def entries() -> tuple[Entry, ...]:
    """This will list all entries in the order of the screen."""
    sections = list(SECTIONS)
    return tuple(sorted(_entries.values(), key=lambda e: (sections.index(e.section), e.order)))


@dataclass(frozen=True)
class Line:
    """An entry ready to print."""

    entry: Entry
    url: str
    count: int | None
    is_current: bool


@dataclass(frozen=True)
class Section:
    """A heading with its lines."""

    key: str
    label: object
    lines: tuple[Line, ...]

    @property
    def is_titled(self) -> bool:
        """Whether the heading is printed; Today and System are not."""
        return self.key not in UNTITLED


@dataclass(frozen=True)
class Menu:
    """The menu for one person on one page."""

    sections: tuple[Section, ...]

    @property
    def tabs(self) -> tuple[Line, ...]:
        """The first four entries that belong on the phone bar."""
        lines = (line for section in self.sections for line in section.lines if line.entry.tab)
        return tuple(lines)[:4]

    @property
    def goto(self) -> tuple[Line, ...]:
        """The entries that can be reached with G and a letter."""
        return tuple(line for s in self.sections for line in s.lines if line.entry.goto)


def visible(request: HttpRequest, *, here: str = "") -> Menu:
    """This will give the menu a person may use, with only sections that have entries."""
    shown = [(e, url) for e, url in _reachable(request)]
    current = here or _key_of(request.path, shown)
    sections = (
        Section(
            key,
            label,
            tuple(
                Line(e, url, e.count(request) if e.count else None, e.key == current)
                for e, url in shown
                if e.section == key
            ),
        )
        for key, label in SECTIONS.items()
    )
    return Menu(tuple(section for section in sections if section.lines))


def _reachable(request: HttpRequest) -> Iterator[tuple[Entry, str]]:
    for entry in entries():
        if entry.permission and not entry.permission(request):
            continue
        yield entry, reverse(entry.url_name)


def _key_of(path: str, shown: list[tuple[Entry, str]]) -> str:
    matches = [(len(url), e.key) for e, url in shown if _leads_to(url, path)]
    return max(matches)[1] if matches else ""


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
