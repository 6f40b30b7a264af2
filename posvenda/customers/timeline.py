"""Everything dated about one customer in one line, out of what each room remembers.

A room hands its sources in from ``AppConfig.ready()``. A source reads its newest rows of one
customer; the page merges them, newest first.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.translation import pgettext_lazy

from posvenda.customers.models import Customer

PAGE = 50
GROUPS: Mapping[str, Any] = {
    "contact": pgettext_lazy("timeline", "Contacts"),
    "signal": pgettext_lazy("timeline", "Signals"),
    "business": pgettext_lazy("timeline", "Purchases and contracts"),
    "record": pgettext_lazy("timeline", "Record"),
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened: when, what, and how it shows."""

    at: datetime
    group: str
    icon: str
    title: str
    kind: str
    text: str = ""
    by: str = ""
    band: str = ""


Load = Callable[[Customer, datetime, int], Iterable[Entry]]


@dataclass(frozen=True)
class Source:
    """Where entries of one group come from: ``load(customer, until, count)``, newest first."""

    name: str
    group: str
    load: Load


_sources: dict[str, Source] = {}


def provide(*sources: Source) -> None:
    """This will have the timeline read these sources; the same name again replaces the earlier."""
    for source in sources:
        _sources[source.name] = source


@dataclass(frozen=True)
class Stretch:
    """One page of the timeline."""

    entries: tuple[Entry, ...]
    page: int
    has_more: bool


def stretch(
    customer: Customer, *, now: datetime, group: str = "", page: int = 1, size: int = PAGE
) -> Stretch:
    """This will merge the newest entries of all sources, or of one group, and cut one page."""
    wanted = page * size + 1
    lists = [
        list(source.load(customer, now, wanted))
        for source in _sources.values()
        if not group or source.group == group
    ]
    merged = heapq.merge(*lists, key=lambda entry: entry.at, reverse=True)
    found = list(islice(merged, (page - 1) * size, wanted))
    return Stretch(tuple(found[:size]), page, has_more=len(found) > size)
