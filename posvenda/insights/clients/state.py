"""The state of the house a page is made from, read once per request and shared with the menu."""

from dataclasses import dataclass

from posvenda.base.requests import Request
from posvenda.core.facts import Catalogue
from posvenda.customers import sheet
from posvenda.customers.sheet import SheetView
from posvenda.insights import today
from posvenda.insights.clients.pack import Look, look


@dataclass(frozen=True)
class State:
    """The sheet as pages see it, the catalogue, and how the pack shows customers."""

    view: SheetView
    catalogue: Catalogue
    look: Look


def of(request: Request) -> State:
    """This will read the state: with the menu's when a whole page is printed, alone for a part."""
    if is_part(request):
        return State(sheet.lazy(now=request.now), sheet.catalogue(), look())
    asked = today.asked_by(request)
    return State(asked.view, asked.catalogue, look())


def is_part(request: Request) -> bool:
    """This will say whether htmx asked for a part of a page only."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request
