"""The chart of one customer: people a week, or money a month, from the sheet's own series."""

from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from posvenda.base.said import said as _
from posvenda.insights.client.page import Subject
from posvenda.ui import charts, formats


def of(about: Subject) -> SafeString | None:
    """This will draw purchases for a shop and use for a subscription; None without any."""
    return _purchases(about) if about.look.is_shop else _use(about)


def lede(about: Subject) -> str:
    """This will say what the chart of use shows, with its denominator."""
    base = _base(about)
    if base is None:
        return _("Active people a week, 26 weeks")
    if about.row.get("adoption.active_base") == "seats":
        return _("Active people a week out of %(count)d seats of today, 26 weeks") % {"count": base}
    return _("Active people a week out of %(count)d known in 90 days, 26 weeks") % {"count": base}


def _use(about: Subject) -> SafeString | None:
    values = _series(about.row.get("usage.weekly_people"))
    if not values:
        return None
    locale, base = get_language() or "en", _base(about)
    last_day = about.as_of - timedelta(days=about.row.get("usage.feed_silent_days") or 0)
    ends = [last_day - timedelta(weeks=len(values) - 1 - i) for i in range(len(values))]
    first, last, top = values[0], values[-1], max(values)
    told = _("From %(first)s people a week to %(last)s; the most was %(top)s.") % {
        "first": _whole(first, locale),
        "last": _whole(last, locale),
        "top": _whole(top, locale),
    }
    frame = charts.Frame(
        title=_("Weekly active people") if base else _("Active people a week"),
        sentence=told,
        labels=[formats.date_short(day, locale, today=about.as_of) for day in ends],
        write=lambda value: (
            formats.percent(value, locale, digits=0) if base else _whole(value, locale)
        ),
        axis=charts.month_axis(ends, locale),
        heading=_("Week until"),
    )
    drawn = [value / base for value in values] if base else values
    return charts.line([charts.Series(about.customer.name, drawn)], frame)


def _base(about: Subject) -> int | None:
    """What the people of a week are divided by: seats, or people known in 90 days."""
    base = about.row.get("adoption.active_base")
    fact = {"seats": "contract.seats", "known": "usage.active_people_90d"}.get(str(base))
    return about.row.get(fact) if fact else None


def _purchases(about: Subject) -> SafeString | None:
    values = _series(about.row.get("orders.monthly_value"))
    if not values:
        return None
    locale = get_language() or "en"
    months = _months(about.as_of, len(values))
    total = sum(values)
    told = _("%(total)s in %(count)d months; the best month had %(top)s.") % {
        "total": _money(total, about, locale),
        "count": len(values),
        "top": _money(max(values), about, locale),
    }
    frame = charts.Frame(
        title=_("Purchases a month"),
        sentence=told,
        labels=[formats.month_year(day, locale) for day in months],
        write=lambda value: _money(value, about, locale),
        axis={i: formats.month(day, locale) for i, day in enumerate(months)},
        heading=_("Month"),
    )
    return charts.bars(charts.Series(about.customer.name, values), frame)


def _series(values: Any) -> list[float]:
    found = [float(value or 0) for value in values or ()]
    return found if any(found) else []


def _months(last: date, count: int) -> list[date]:
    at = last.year * 12 + last.month - 1
    return [date((at - i) // 12, (at - i) % 12 + 1, 1) for i in reversed(range(count))]


def _whole(value: float, locale: str) -> str:
    return formats.number(value, locale, digits=0)


def _money(cents: float, about: Subject, locale: str) -> str:
    return formats.money_short(round(cents), locale, currency=about.currency)
