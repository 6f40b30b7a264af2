"""How each fact prints in a row of the list: a few by a drawing of their own, the rest by kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from posvenda.base.said import said_lazy as _
from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.core.health import moved
from posvenda.customers.wording import scalar
from posvenda.insights.clients.asking import Asking
from posvenda.success import definitions
from posvenda.ui import charts, formats, parts

Row = Mapping[str, Any]
NUMERIC = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.RATE, Kind.DAYS)
WEEKS = 12


@dataclass(frozen=True)
class Reader:
    """What a cell needs to know besides its row: language, day, names of owners, stages."""

    locale: str
    today: date
    owners: Mapping[str, str]
    catalogue: Catalogue
    places: Mapping[str, int | None]
    steps: int


@dataclass(frozen=True)
class Column:
    """A heading with how to sort by it."""

    name: str
    label: str
    css: str
    is_sortable: bool
    aria_sort: str
    next_order: str


@dataclass(frozen=True)
class Cell:
    """One printed value."""

    html: SafeString
    css: str
    label: str
    has_label: bool


@dataclass(frozen=True)
class Line:
    """One customer, ready to print."""

    public_id: str
    name: str
    sub: str
    money_cents: int
    currency: str
    cells: tuple[Cell, ...]


LABELS = {
    "health.score": _("Health"),
    "usage.weekly_people": _("Use, 12 weeks"),
    "orders.monthly_value": _("Purchases, 12 months"),
    "stage.name": _("Stage"),
    "contract.mrr": _("MRR"),
    "contract.renews_on": _("Renewal"),
    "orders.count": _("Orders"),
    "orders.recency_days": _("Last purchase"),
    "orders.median_interval_days": _("Own interval"),
    "orders.value_365d": _("Value in 12 months"),
    "orders.next_expected_on": _("Next purchase"),
    "who.owner": _("Owner"),
}
ON_PHONES = frozenset(
    {
        "health.score", "contract.mrr", "contract.renews_on", "orders.value_365d",
        "orders.next_expected_on", "orders.recency_days",
    }
)  # fmt: skip
IN_THE_MIDDLE = frozenset({"usage.weekly_people", "who.owner", "orders.median_interval_days"})


def reader(*, today: date, owners: Mapping[str, str], catalogue: Catalogue) -> Reader:
    """This will gather what the cells of one page need."""
    stages = definitions.judgement().stages
    return Reader(
        locale=get_language() or "en",
        today=today,
        owners=owners,
        catalogue=catalogue,
        places={name: stages.place(name) for name in stages.ladder.stages},
        steps=len(stages.screen),
    )


def headings(asking: Asking, catalogue: Catalogue) -> list[Column]:
    """This will give the headings of the columns that were asked for."""
    return [_heading(catalogue[name], asking) for name in asking.columns]


def label(fact: Fact) -> str:
    """This will name a column, shorter than its fact where the list has a word for it."""
    return str(LABELS.get(fact.name, fact.label))


def lines(rows: Sequence[Row], columns: Sequence[Column], *, money: str, by: Reader) -> list[Line]:
    """This will print rows of the sheet."""
    return [
        Line(
            public_id=row["public_id"],
            name=row["who.name"] or row["who.key"],
            sub=subtitle(row),
            money_cents=row.get(money) or 0,
            currency=row["who.currency"] or "BRL",
            cells=tuple(_cell(row, column, by) for column in columns),
        )
        for row in rows
    ]


def subtitle(row: Row) -> str:
    """This will say in a few words who a customer is: industry and town, else the kind."""
    town = ", ".join(str(row[n]) for n in ("attr.city", "attr.state") if row.get(n))
    known = [str(text) for text in (row.get("attr.industry"), town) if text]
    if known:
        return " · ".join(known)
    return gettext("Person") if row["who.kind"] == "person" else gettext("Company")


def health(row: Row, locale: str) -> SafeString:
    """This will print score, word and the change in 30 days."""
    shown = parts.health(row["health.score"], row["health.band"], locale)
    change = shown_change(row)
    if change is None:
        return shown
    return format_html('<span class="row nowrap">{} {}</span>', shown, parts.trend(change, locale))


def shown_change(row: Row) -> int | None:
    """This will give the change in 30 days between the two whole scores that people saw."""
    return moved(row.get("health.score"), row.get("health.change_30d"))


def _heading(fact: Fact, asking: Asking) -> Column:
    is_current = asking.sort_fact == fact.name
    is_sortable = fact.kind not in (Kind.SERIES, Kind.TAGS)
    direction = "descending" if asking.is_descending else "ascending"
    flipped = is_current and asking.is_descending
    return Column(
        name=fact.name,
        label=label(fact),
        css=_css(fact),
        is_sortable=is_sortable,
        aria_sort=direction if is_current else "",
        next_order=fact.name if flipped or _rises(fact, is_current) else f"-{fact.name}",
    )


def _rises(fact: Fact, is_current: bool) -> bool:
    """Dates and words begin with the first, figures with the largest, on the first press."""
    return not is_current and fact.kind not in NUMERIC


def _css(fact: Fact) -> str:
    is_number = fact.kind in NUMERIC and fact.name not in _OWN
    words = [
        "num" if is_number else "",
        "" if fact.name in ON_PHONES else "wide-only",
        "opt" if fact.name in IN_THE_MIDDLE else "",
    ]
    return " ".join(word for word in words if word)


def _cell(row: Row, column: Column, by: Reader) -> Cell:
    fact = by.catalogue[column.name]
    draw = _OWN.get(fact.name, _plain)
    has_label = fact.kind in NUMERIC and fact.name != "health.score"
    return Cell(draw(row, fact, by), column.css, column.label, has_label)


def _plain(row: Row, fact: Fact, by: Reader) -> SafeString:
    value = row.get(fact.name)
    if fact.kind is Kind.MONEY:
        written = formats.money(value, by.locale, currency=row["who.currency"] or "BRL")
        return format_html("{}", written)
    if fact.kind is Kind.SERIES:
        return charts.spark(list(value or ()), by.locale, label=label(fact))
    return format_html("{}", scalar(fact, value))


def _health(row: Row, fact: Fact, by: Reader) -> SafeString:
    return health(row, by.locale)


def _weekly(row: Row, fact: Fact, by: Reader) -> SafeString:
    values = list(row.get(fact.name) or ())[-WEEKS:]
    if not any(values):
        return format_html('<span class="muted">{}</span>', gettext("no use"))
    band = parts.band_class(row["health.band"])
    return charts.spark(values, by.locale, band=band, label=gettext("Active people a week"))


def _stage(row: Row, fact: Fact, by: Reader) -> SafeString:
    value = row.get(fact.name)
    if value is None:
        return format_html('<span class="muted">{}</span>', formats.UNKNOWN)
    return parts.stage_badge(str(fact.choices.get(value, value)), by.places.get(value), of=by.steps)


def _date_ahead(row: Row, fact: Fact, by: Reader) -> SafeString:
    value = row.get(fact.name)
    if value is None:
        return format_html('<span class="muted">{}</span>', formats.UNKNOWN)
    away = formats.days_until(value, by.locale, today=by.today)
    return format_html("{}<small>{}</small>", formats.date_short(value, by.locale), away)


def _ago(row: Row, fact: Fact, by: Reader) -> SafeString:
    value = row.get(fact.name)
    if value is None:
        return format_html('<span class="muted">{}</span>', formats.UNKNOWN)
    return format_html("{}", gettext("%(days)s ago") % {"days": scalar(fact, value)})


def _owner(row: Row, fact: Fact, by: Reader) -> SafeString:
    mail = row.get("who.owner")
    if not mail:
        return format_html('<span class="muted">{}</span>', gettext("nobody"))
    name = by.owners.get(mail, mail)
    return format_html(
        '<span class="person">{}{}</span>', parts.avatar(name), name.split(" ", 1)[0]
    )


_OWN: Mapping[str, Callable[[Row, Fact, Reader], SafeString]] = {
    "health.score": _health,
    "usage.weekly_people": _weekly,
    "stage.name": _stage,
    "contract.renews_on": _date_ahead,
    "orders.next_expected_on": _date_ahead,
    "orders.recency_days": _ago,
    "who.owner": _owner,
}
