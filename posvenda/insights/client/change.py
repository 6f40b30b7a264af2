"""Why health changed between any two days, in words; and the line of what was shown."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from posvenda.core.health import Change
from posvenda.core.health.card import rounded
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.customers.wording import scalar
from posvenda.success.cards import past
from posvenda.success.models import HealthShown
from posvenda.ui import charts, formats

SHOWN_DAYS = 180


@dataclass(frozen=True)
class Side:
    """One of the two days: the score, its band, and what people saw that day if it differs."""

    on: date
    score: int | None
    band: str
    shown: int | None
    card: str
    frozen_on: date | None


@dataclass(frozen=True)
class Cause:
    """One line of the sum: what changed, from what to what, and its points."""

    label: str
    note: str
    points: str
    band: str


@dataclass(frozen=True)
class Changed:
    """The whole sum, ready to print; ``steady`` counts the signals that moved nothing."""

    before: Side
    after: Side
    causes: tuple[Cause, ...]
    steady: int
    points: int | None
    sentence: str


def between(customer: Customer, first: date, last: date) -> Changed:
    """This will explain the change of one customer's health between two days."""
    told = past.between(customer, first, last)
    before, after = _side(told.before), _side(told.after)
    found = told.causes.changes if told.causes else ()
    moving = sorted((c for c in found if c.points or _is_big(c)), key=_size)
    causes = tuple(_cause(each, told) for each in moving)
    points = told.causes.points if told.causes else None
    steady = len(found) - len(moving)
    return Changed(before, after, causes, steady, points, _sentence(before, after, points, causes))


def shown(customer: Customer, *, as_of: date) -> SafeString | None:
    """This will draw the scores people saw, day by day; None with fewer than two."""
    held = HealthShown.objects.filter(
        customer=customer, on__gt=as_of - timedelta(days=SHOWN_DAYS), on__lte=as_of
    )
    pairs = held.order_by("on").values_list("on", "score")
    told = [(on, score) for on, score in pairs if score is not None]
    if len(told) < 2:
        return None
    locale = get_language() or "en"
    days, values = [on for on, _score in told], [float(rounded(score)) for _on, score in told]
    sentence = _("From %(first)s to %(last)s points in %(days)d days that were looked at.") % {
        "first": formats.number(values[0], locale, digits=0),
        "last": formats.number(values[-1], locale, digits=0),
        "days": len(values),
    }
    frame = charts.Frame(
        title=_("Health as it was shown"),
        sentence=sentence,
        labels=[formats.date_short(day, locale, today=as_of) for day in days],
        write=lambda value: formats.number(value, locale, digits=0),
        axis=charts.month_axis(days, locale),
        heading=_("Day"),
    )
    return charts.line([charts.Series(customer.name, values)], frame)


def _side(day: past.Day) -> Side:
    score = day.score
    band = day.card.bands.of(score) if day.card else "unknown"
    seen = None if day.shown is None else rounded(day.shown)
    whole = None if score is None else rounded(score)
    return Side(
        on=day.on,
        score=whole,
        band=band,
        shown=seen if seen != whole else None,
        card=str(day.card.label or day.card.name) if day.card else "",
        frozen_on=day.frozen_on,
    )


def _is_big(change: Change) -> bool:
    return change.cause != "fact" and abs(change.exact) >= 0.5


def _size(change: Change) -> tuple[float, str]:
    return (-abs(change.exact), change.measure.fact if change.measure else change.cause)


def _cause(change: Change, told: past.Between) -> Cause:
    band = "good" if change.points > 0 else "risk" if change.points < 0 else ""
    label, note = _named(change, told)
    return Cause(label, note, formats.points(change.points, get_language() or "en"), band)


def _named(change: Change, told: past.Between) -> tuple[str, str]:
    match change.cause:
        case "card":
            cards = {"old": _title(told.before), "new": _title(told.after)}
            return _("Scorecard changed"), _("from %(old)s to %(new)s") % cards
        case "reweighted":
            return _("Re-weighting"), _("another part of the scorecard was unknown and left out")
        case "override":
            return _("Override"), _("a person capped or set the score, or that ended")
    measure = change.measure
    assert measure is not None
    fact = sheet.catalogue().get(measure.fact)
    before, after = (
        formats.UNKNOWN if fact is None or value is None else scalar(fact, value)
        for value in (change.before, change.after)
    )
    note = _("from %(before)s to %(after)s") % {"before": before, "after": after}
    if told.after.frozen_on or told.before.frozen_on:
        note = ""
    return str(measure.label or measure.fact), note


def _title(day: past.Day) -> str:
    if day.card is None:
        return formats.UNKNOWN
    version = _("version %(n)d") % {"n": day.card.version}
    return f"{day.card.label or day.card.name}, {version}"


def _sentence(before: Side, after: Side, points: int | None, causes: tuple[Cause, ...]) -> str:
    """The change in one plain sentence, with its largest cause."""
    if points is None:
        return _("There is no score on one of the two days, so there is no change to add up.")
    days = {"before": before.score, "after": after.score, "points": abs(points)}
    if points == 0:
        text = _("Health is the same on both days: %(after)s.") % days
    elif points > 0:
        text = _("Health rose by %(points)s points, from %(before)s to %(after)s.") % days
    else:
        text = _("Health fell by %(points)s points, from %(before)s to %(after)s.") % days
    same = [c for c in causes if c.band == ("good" if points > 0 else "risk")]
    if points and same:
        text += " " + _("Mostly: %(cause)s.") % {"cause": same[0].label}
    return text
