"""What the timeline of a customer remembers of health: overrides, ratings, calls, signals."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.utils.translation import gettext as _

from posvenda.customers.models import Customer
from posvenda.customers.timeline import Entry, Source
from posvenda.success import definitions
from posvenda.success.cards import words
from posvenda.success.cards.models import Call, Indicator, Override, Rating

COLUMNS = ("at", "row", "what", "who", "key", "told", "number", "nature", "outcome")
SIGNAL = {"key": F("rule"), "nature": F("nature")}
Row = dict[str, Any]


def said(customer: Customer, until: datetime, count: int) -> list[Entry]:
    """This will tell what people said and what signals did, in one question to the database."""
    about = {"customer": customer}
    closed = Indicator.objects.filter(**about).exclude(resolved_at=None)
    parts = (
        _rows(
            Override.objects.filter(**about),
            what="override",
            key=F("kind"),
            told=F("reason"),
            number=F("value"),
        ),
        _rows(
            Rating.objects.filter(**about),
            what="rating",
            key=F("name"),
            told=F("note"),
            number=F("value"),
        ),
        _rows(Call.objects.filter(**about), what="call", key=F("says"), told=F("note")),
        _rows(
            Indicator.objects.filter(**about),
            what="raised",
            at=F("raised_at"),
            who=F("raised_by__name"),
            told=F("title"),
            **SIGNAL,
        ),
        _rows(
            closed,
            what="closed",
            at=F("resolved_at"),
            who=F("resolved_by__name"),
            told=F("title"),
            outcome=F("outcome"),
            **SIGNAL,
        ),
    )
    first, *rest = (part.filter(c_at__lte=until) for part in parts)
    found = first.union(*rest, all=True).order_by("-c_at", "-c_row")[:count]
    return [_entry(dict(zip(COLUMNS, row, strict=True))) for row in found]


def _rows(held: "QuerySet[Any]", *, what: str, **columns: Any) -> Any:
    """Rows of one table in the columns all of them share."""
    nothing = Value("", output_field=CharField())
    number = Value(None, output_field=IntegerField())
    told = {
        **dict.fromkeys(COLUMNS, nothing),
        "at": F("happened_at"),
        "row": F("pk"),
        "who": F("by__name"),
        "number": number,
        **columns,
        "what": Value(what, output_field=CharField()),
    }
    named = {f"c_{name}": value for name, value in told.items()}
    return held.order_by().annotate(**named).values_list(*named)


def _entry(row: Row) -> Entry:
    match row["what"]:
        case "override":
            return _override(row)
        case "rating":
            return _rating(row)
        case "call":
            return _shown(
                row,
                icon="user-round",
                kind=_("expectation"),
                title=str(Call.Says(row["key"]).label),
            )
    return _signal(row)


def _override(row: Row) -> Entry:
    if row["key"] == Override.Kind.END:
        return _shown(row, icon="lock", kind=_("health"), title=_("Health override ended"))
    limit = words.limit(row["key"], row["number"])
    title = _("Health overridden")
    told = f"{limit} · {row['told']}"
    return _shown({**row, "told": told}, icon="lock", kind=_("health"), title=title)


def _rating(row: Row) -> Entry:
    asked = definitions.cards().judgements.get(row["key"])
    label = str(asked.label) if asked else row["key"]
    mark = _("rating taken back") if row["number"] is None else f"{row['number']}/5"
    return _shown(row, icon="star", kind=_("rating"), title=f"{label}: {mark}")


def _signal(row: Row) -> Entry:
    is_risk = row["nature"] == Indicator.Nature.RISK
    title = row["told"] or words.of_rule(row["key"])
    if row["what"] == "closed":
        outcome = str(Indicator.Outcome(row["outcome"]).label)
        title = _("%(signal)s: %(outcome)s") % {"signal": title, "outcome": outcome}
    return _shown(
        {**row, "told": ""},
        icon="triangle-alert" if is_risk else "trending-up",
        kind=str(Indicator.Nature(row["nature"]).label),
        title=title,
        band="risk" if is_risk else "good",
    )


def _shown(row: Row, *, icon: str, kind: str, title: str, band: str = "") -> Entry:
    return Entry(
        at=row["at"],
        group="signal",
        icon=icon,
        kind=kind,
        title=title,
        text=row["told"] or "",
        by=row["who"] or "",
        band=band,
    )


SOURCES = (Source("success.said", "signal", said),)
