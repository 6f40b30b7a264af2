"""What people said about a customer's health, for merging, exporting and erasing."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from posvenda.customers.holdings import Holding
from posvenda.success.cards.models import Call, Farewell, Indicator, Override, Rating


def raised_there(source: int, target: int) -> Collection[int]:
    """This will leave the open signals whose rule has raised one on the other side too."""
    there = Indicator.objects.filter(customer_id=target, resolved_at=None).exclude(rule="")
    twice = Indicator.objects.filter(
        customer_id=source, resolved_at=None, rule__in=there.values("rule")
    )
    return set(twice.values_list("pk", flat=True))


HOLDINGS = (
    Holding(
        model=Override,
        label=_("Health overridden by a person"),
        exported=("kind", "value", "reason", "happened_at", "until_on"),
        personal=("reason",),
        shown=lambda row: f"{row.get_kind_display()} {row.value or ''} · {row.reason}",
    ),
    Holding(
        model=Rating,
        label=_("Ratings by people"),
        exported=("name", "value", "note", "happened_at"),
        personal=("note",),
        shown=lambda row: f"{row.name}: {row.value or '—'} {row.note}",
    ),
    Holding(
        model=Call,
        label=_("What people expected"),
        exported=("says", "note", "happened_at", "decides_on"),
        personal=("note",),
        shown=lambda row: f"{row.get_says_display()} {row.note}",
    ),
    Holding(
        model=Indicator,
        label=_("Signals"),
        exported=("nature", "rule", "title", "raised_at", "resolved_at", "outcome", "note"),
        personal=("title", "note"),
        stays=raised_there,
        shown=lambda row: f"{row.get_nature_display()} {row.title or row.rule}",
    ),
    Holding(
        model=Farewell,
        label=_("Health on the last day"),
        exported=("on", "score", "band"),
        is_moved=False,
    ),
)
