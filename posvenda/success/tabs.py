"""The pages of *Saúde* as data: each adds its tab when the room starts."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from posvenda.ui import menu


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One page of *Saúde*: its address, what it is called, its place."""

    key: str
    label: object
    url_name: str
    order: int


_tabs: dict[str, Tab] = {}


def add(tab: Tab) -> None:
    """This will put a page beside the others; the first of all is where the menu leads."""
    _tabs[tab.key] = tab
    first = min(_tabs.values(), key=lambda each: each.order)
    menu.add(
        menu.Entry(
            section="know",
            key="health",
            label=_("Health"),
            icon="heart-pulse",
            url_name=first.url_name,
            goto="s",
            order=20,
        )
    )


def shown(current: str) -> list[dict[str, object]]:
    """This will give the tabs ready to print, the current one marked."""
    ordered = sorted(_tabs.values(), key=lambda each: each.order)
    return [
        {"label": tab.label, "url": reverse(tab.url_name), "is_here": tab.key == current}
        for tab in ordered
    ]
