"""Requests and erasures ready to print."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.core.deadlines import Clock, Rule
from posvenda.customers.privacy import erasing, requests
from posvenda.customers.privacy.models import Erasure, Request
from posvenda.customers.privacy.page import words

STEPS: dict[str, Any] = {
    "ledger": _("Writing the hashes that keep the person out"),
    "texts": _("Reading queues, refused rows and files"),
    "outside": _("Erasing events and the search index"),
    "rows": _("Erasing the tables"),
    "sheets": _("Rewriting the fact sheets"),
    "scrub": _("Overwriting the free space of the database"),
}


@dataclass(frozen=True)
class Line:
    """A request with its clock."""

    request: Request
    clock: Clock

    @property
    def who(self) -> str:
        """The person, or that the name went with the erasure."""
        return self.request.name or str(_("Erased person"))

    @property
    def kind(self) -> str:
        """What was asked for."""
        return str(self.request.get_kind_display())


def line(request: Request, *, today: date) -> Line:
    """This will read the clock of a request."""
    return Line(request, requests.clock_of(request, today=today))


@dataclass(frozen=True)
class Progress:
    """How far an erasure got."""

    done: int
    total: int
    text: str


def progress(erasure: Erasure) -> Progress:
    """This will name the step that is being done."""
    done = list(erasing.STEPS).index(erasure.step) + 1 if erasure.step else 0
    text = str(list(STEPS.values())[done])
    return Progress(done, len(STEPS), text)


def rule_of(request: Request) -> Rule:
    """This will give the rule the deadline came from."""
    return requests.rule(request.kind, on=request.received_on)


@dataclass(frozen=True)
class Held:
    """A line of the preview in words."""

    label: Any
    rows: int
    reason: Any
    stays: str


def held(item: erasing.Item) -> Held:
    """This will name the fields that stay of rows the law keeps."""
    named = (str(words.FIELDS[name]) for name in item.fields if name in words.FIELDS)
    return Held(item.label, item.rows, item.reason, ", ".join(named) if item.is_kept else "")


def found_of(erasure: Erasure) -> list[tuple[Any, int, bool]]:
    """This will name what was found where, and whether it was kept without the person."""
    from posvenda.customers import holdings
    from posvenda.customers.privacy import places

    labels = {each.name: (each.label, bool(each.kept_by_law)) for each in holdings.every()}
    labels |= {each.name: (each.label, False) for each in places.every()}
    return [
        (labels[name][0], count, labels[name][1])
        for name, count in sorted(erasure.found.items())
        if count and name in labels
    ]


VIEWS: dict[str, Any] = {
    "": _("Waiting"),
    "respondidos": _("Answered"),
    "todos": pgettext_lazy("requests", "All"),
}


def chosen(view: str) -> "QuerySet[Request]":
    """This will give the requests of a view: those that wait by deadline, the others by date."""
    every = Request.objects.select_related("customer", "contact", "created_by")
    match view:
        case "respondidos":
            return every.exclude(status__in=requests.WAITING).order_by("-closed_at", "-pk")
        case "todos":
            return every.order_by("-received_on", "-pk")
    return every.filter(status__in=requests.WAITING).order_by("due_on", "pk")
