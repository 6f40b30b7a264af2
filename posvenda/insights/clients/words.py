"""Sentences of the list: what it adds up to, and what is wrong with a condition."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from posvenda.base.models import User
from posvenda.base.said import said as _
from posvenda.core.conditions import ConditionError
from posvenda.customers.models import Customer
from posvenda.customers.wording import complaint
from posvenda.insights.clients.asking import Asking
from posvenda.insights.clients.listing import Totals
from posvenda.insights.clients.pack import Look
from posvenda.ui import formats


def lede(totals: Totals, look: Look) -> str:
    """This will say how many customers there are, their money, and how much of it is at risk."""
    locale = get_language() or "en"
    count = _customers(totals.count)
    if not totals.count:
        return ""
    money = amounts([(s.currency, s.cents) for s in totals.sums])
    risk = amounts([(s.currency, s.risk_cents) for s in totals.sums if s.risk_cents])
    values = {
        "customers": count,
        "money": money,
        "risk": risk,
        "at_risk": formats.number(totals.at_risk, locale, digits=0),
    }
    first = _orders(look, values)
    if not totals.at_risk or not risk:
        return first
    return f"{first} {_risk(look, values, totals.at_risk)}"


def amounts(sums: list[tuple[str, int]]) -> str:
    """This will write sums of several currencies side by side; they are never added up."""
    locale = get_language() or "en"
    written = [formats.money(cents, locale, currency=currency) for currency, cents in sums]
    return written[0] if len(written) == 1 else f" {_('and')} ".join(written)


def problem(asking: Asking) -> SafeString:
    """This will say what is wrong with a condition and mark the place in it."""
    error = asking.problem
    assert error is not None
    sentence = complaint(error)
    place = error.position if isinstance(error, ConditionError) else -1
    if not 0 <= place <= len(asking.where):
        return format_html("{}", sentence)
    before, after = asking.where[max(0, place - 60) : place], asking.where[place : place + 60]
    at = _("Character %(position)d") % {"position": place + 1}
    return format_html(
        '{} <br><small>{}: <code>{}<mark>{}</mark>{}</code></small>',
        sentence, at, before, after[:1] or "▯", after[1:],
    )  # fmt: skip


def twin(customer: Customer, user: User) -> SafeString:
    """This will say that the document is taken, with a link where the user may follow it."""
    is_seen = user.sees_everyone or customer.owner_id == user.pk
    if not is_seen:
        return format_html("{}", _("A customer of another book has this document."))
    return format_html(
        '{} <a href="{}">{}</a>',
        _("This document belongs to"), customer.get_absolute_url(), customer.name,
    )  # fmt: skip


def _customers(count: int) -> str:
    text = formats.number(count, get_language() or "en", digits=0)
    return ngettext("%(count)s customer", "%(count)s customers", count) % {"count": text}


def _orders(look: Look, values: dict[str, str]) -> str:
    if look.is_shop:
        return _("%(customers)s, %(money)s bought in 12 months.") % values
    return _("%(customers)s, %(money)s of MRR.") % values


def _risk(look: Look, values: dict[str, str], count: int) -> str:
    if look.is_shop:
        text = ngettext(
            "%(at_risk)s is past the own interval and adds up to %(risk)s.",
            "%(at_risk)s are past their own interval and add up to %(risk)s.",
            count,
        )
    else:
        text = ngettext(
            "%(at_risk)s at risk adds up to %(risk)s.",
            "%(at_risk)s at risk add up to %(risk)s.",
            count,
        )
    return text % values
