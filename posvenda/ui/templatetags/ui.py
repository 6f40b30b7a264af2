"""Tags and filters: the thin side of ``formats``, ``parts``, ``icons`` and ``charts``.

Locale, zone and today's date come from the page; the work is done by pure functions.
"""

from datetime import date, datetime, time
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from posvenda.ui import charts, formats, forms, icons, parts, toasts

register = template.Library()


def _locale() -> str:
    return get_language() or "en"


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """This will draw an icon: ``{% icon "sun" %}``, ``{% icon "x" "sm" label="Close" %}``."""
    return icons.icon(str(name), str(size), str(label))


@register.simple_tag
def health(score: float | None, band: str | None, variant: str = "") -> SafeString:
    """This will print health; ``"compact"`` keeps the word for screen readers only."""
    return parts.health(score, band, _locale(), is_compact=variant in ("compact", "sr"))


@register.simple_tag
def band_word(band: str | None) -> str:
    """This will name a health band."""
    return parts.band_word(band)


@register.simple_tag
def badge(text: object, band: str = "") -> SafeString:
    """This will print a badge."""
    return parts.badge(text, band)


@register.simple_tag
def trend(change: float | None, higher_is_better: bool = True, text: str = "") -> SafeString:
    """This will print a change with its arrow."""
    return parts.trend(change, _locale(), is_higher_better=higher_is_better, text=text)


@register.simple_tag
def stage_badge(key: str, label: object, n: int | None, of: int = 6) -> SafeString:
    """This will print a stage and its place on the ladder; the key is kept for styling hooks."""
    return parts.stage_badge(label, n, of=of)


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """This will print initials: sizes ``lg``, ``sq``, ``lg sq``."""
    return parts.avatar(str(name or ""), size)


@register.simple_tag
def spark(series: Any, band: str | None = "", label: str = "") -> SafeString:
    """This will draw a sparkline with a sentence for screen readers."""
    return charts.spark(
        list(series), _locale(), band=parts.band_class(band) if band else "", label=label
    )


@register.simple_tag
def undo_url(message: Message) -> str:
    """This will give the address that takes back what a message tells."""
    return toasts.undo_of(message.extra_tags)


@register.inclusion_tag("ui/_field.html")
def field(bound: BoundField, hint: str = "", css: str = "", label: str = "") -> dict[str, Any]:
    """This will print label, control, hint and errors of one form field, tied together."""
    return forms.field_context(bound, hint=hint, css=css, label=label)


@register.inclusion_tag("ui/_form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """This will print what is wrong with the form as a whole."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("ui/_define.html")
def define(key: str, title: object, text: object, formula: object = "") -> dict[str, Any]:
    """This will print the (?) button that opens the definition of a figure."""
    return {"key": key, "title": title, "text": text, "formula": formula}


@register.inclusion_tag("ui/_empty.html")
def empty(
    icon: str, title: object, text: object = "", url: str = "", action: object = "", do: str = ""
) -> dict[str, Any]:
    """This will print an empty state: what appears here and the one thing to do next."""
    return {
        "icon": icon,
        "title": title,
        "text": text,
        "url": url,
        "action": action,
        "do": do,
    }


@register.inclusion_tag("ui/_stepper.html")
def stepper(labels: Any, current: int) -> dict[str, Any]:
    """This will print the steps of a longer task; ``current`` counts from one."""
    return {"steps": list(labels), "current": current}


@register.inclusion_tag("ui/_progress.html")
def progress(done: int, total: int | None, text: object = "", left: object = "") -> dict[str, Any]:
    """This will print how far a long work is; without a total it only says that it runs."""
    rate = done / total if total else None
    return {"done": done, "total": total, "rate": rate, "text": text, "left": left}


@register.inclusion_tag("ui/_pages.html", takes_context=True)
def pages(context: RequestContext, page: Any, target: str = "") -> dict[str, Any]:
    """This will print the way to the other pages and keep the filters in the address."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {
        "page": page,
        "target": target,
        "first": page.start_index(),
        "last": page.end_index(),
        "total": page.paginator.count,
        "query": query.urlencode(),
    }


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: object) -> str:
    """This will give the address of this page with some parameters changed; ``None`` drops one."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in (None, ""):
            params[key] = str(value)
    return f"?{params.urlencode()}"


@register.filter
def money(cents: int | None, currency: str = "BRL") -> str:
    """This will write whole cents as money."""
    return formats.money(cents, _locale(), currency=currency)


@register.filter
def money_signed(cents: int | None, currency: str = "BRL") -> str:
    """This will write a change of money with its sign."""
    return formats.money(cents, _locale(), currency=currency, is_signed=True)


@register.filter
def money_short(cents: int | None, currency: str = "BRL") -> str:
    """This will write money with three figures: R$ 1,43 mi."""
    return formats.money_short(cents, _locale(), currency=currency)


@register.filter
def number(value: formats.Number | None, digits: int = 1) -> str:
    """This will write a number by locale."""
    return formats.number(value, _locale(), digits=digits)


@register.filter
def percent(rate: formats.Number | None, digits: int = 1) -> str:
    """This will write a rate as a percentage."""
    return formats.percent(rate, _locale(), digits=digits)


@register.filter
def points(change: formats.Number | None, digits: int = 0) -> str:
    """This will write a signed change."""
    return formats.points(change, _locale(), digits=digits)


@register.filter
def file_size(size: int | None) -> str:
    """This will write a number of bytes."""
    return formats.file_size(size, _locale())


@register.filter
def duration(seconds: float | None) -> str:
    """This will write a length of time."""
    return formats.duration(seconds, _locale())


@register.filter
def date_short(day: date | None, today: date | None = None) -> str:
    """This will write a date; with ``today`` the year is left out within the same year."""
    return formats.date_short(_day(day), _locale(), today=_day(today or None))


@register.filter
def date_weekday(day: date | None) -> str:
    """This will write the weekday and the date."""
    return formats.date_weekday(_day(day), _locale())


@register.filter
def clock(moment: time | datetime | None) -> str:
    """This will write the time of day in the installation's zone."""
    return formats.clock(_wall(moment), _locale())


@register.filter
def days_until(day: date | None, today: date) -> str:
    """This will say how far a date is from today."""
    return formats.days_until(_day(day), _locale(), today=_day(today) or today)


@register.filter
def relative(moment: datetime | None, now: datetime) -> str:
    """This will say when something was, seen from now."""
    if moment is None:
        return formats.UNKNOWN
    return formats.relative(timezone.localtime(moment), _locale(), now=timezone.localtime(now))


def _day(day: date | None) -> date | None:
    if isinstance(day, datetime):
        return timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    return day


def _wall(moment: time | datetime | None) -> time | datetime | None:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment
