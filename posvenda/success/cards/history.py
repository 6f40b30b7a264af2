"""What the timeline of a customer remembers of health: overrides, ratings, calls, signals."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry, Source
from posvenda.success import definitions
from posvenda.success.cards import words
from posvenda.success.cards.models import Call, Indicator, Override, Rating


def overrides(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell who overrode the score, why, and when that ended."""
    held = Override.objects.filter(customer=customer, happened_at__lte=until)
    for made in held.select_related("by").order_by("-happened_at", "-pk")[:count]:
        is_end = made.kind == Override.Kind.END
        title = _("Health override ended") if is_end else _("Health overridden")
        text = "" if is_end else f"{words.override(made)} · {made.reason}"
        yield Entry(
            at=made.happened_at,
            group="signal",
            icon="lock",
            kind=_("health"),
            title=title,
            text=text,
            by=made.by.name if made.by else "",
        )


def ratings(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell how people rated the customer."""
    asked = definitions.cards().judgements
    held = Rating.objects.filter(customer=customer, happened_at__lte=until)
    for made in held.select_related("by").order_by("-happened_at", "-pk")[:count]:
        label = str(asked[made.name].label) if made.name in asked else made.name
        mark = _("rating taken back") if made.value is None else f"{made.value}/5"
        yield Entry(
            at=made.happened_at,
            group="signal",
            icon="star",
            kind=_("rating"),
            title=f"{label}: {mark}",
            text=made.note,
            by=made.by.name if made.by else "",
        )


def calls(customer: Customer, until: datetime, count: int) -> Iterator[Entry]:
    """This will tell what people expected."""
    held = Call.objects.filter(customer=customer, happened_at__lte=until)
    for made in held.select_related("by").order_by("-happened_at", "-pk")[:count]:
        yield Entry(
            at=made.happened_at,
            group="signal",
            icon="user-round",
            kind=_("expectation"),
            title=str(made.get_says_display()),
            text=made.note,
            by=made.by.name if made.by else "",
        )


def signals(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell which signals were raised and closed."""
    held = Indicator.objects.filter(customer=customer, raised_at__lte=until)
    found = []
    for made in held.select_related("raised_by", "resolved_by").order_by("-raised_at", "-pk")[
        :count
    ]:
        title = words.title(made)
        by = made.raised_by.name if made.raised_by else ""
        found.append(_signal(made, made.raised_at, title, by))
        if made.resolved_at and made.resolved_at <= until:
            told = _("%(signal)s: %(outcome)s") % {
                "signal": title,
                "outcome": made.get_outcome_display(),
            }
            closed_by = made.resolved_by.name if made.resolved_by else ""
            found.append(_signal(made, made.resolved_at, told, closed_by, made.note))
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:count]


def _signal(made: Indicator, at: datetime, title: str, by: str, text: str = "") -> Entry:
    is_risk = made.nature == Indicator.Nature.RISK
    return Entry(
        at=at,
        group="signal",
        icon="triangle-alert" if is_risk else "trending-up",
        kind=str(made.get_nature_display()),
        title=title,
        text=text,
        by=by,
        band="risk" if is_risk else "good",
    )


SOURCES = (
    Source("success.overrides", "signal", overrides),
    Source("success.ratings", "signal", ratings),
    Source("success.calls", "signal", calls),
    Source("success.signals", "signal", signals),
)
