"""Conditions, operators and values of facts in the reader's language."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from posvenda.core import conditions
from posvenda.core.conditions import Condition, ConditionError, Problem, Scalar, Today
from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.core.money import Money
from posvenda.ui import formats

OPERATORS = {
    "=": _("is"),
    "!=": _("is not"),
    "<": _("is below"),
    "<=": _("is at most"),
    ">": _("is above"),
    ">=": _("is at least"),
    "between": _("is between"),
    "in": _("is one of"),
    "not in": _("is none of"),
    "contains": _("contains"),
    "starts with": _("starts with"),
    "is known": _("is known"),
    "is unknown": _("is unknown"),
}


class ReaderWords:
    """The words of the active language for ``conditions.describe``."""

    def label(self, fact: Fact) -> str:
        """This will name a fact."""
        return str(fact.label)

    def phrase(self, fact: Fact, op: str) -> str | None:
        """This will give the fact's own sentence part for an operator, if it has one."""
        return str(fact.phrases[op]) if op in fact.phrases else None

    def value(self, fact: Fact, value: Scalar | tuple[Scalar, ...], op: str) -> str:
        """This will write a value, or a list of them."""
        if isinstance(value, tuple):
            texts = [self.value(fact, each, op) for each in value]
            return self.join_all(texts) if op == "between" else self.join_any(texts)
        return scalar(fact, value)

    def op(self, op: str) -> str:
        """This will name an operator."""
        return str(OPERATORS[op])

    def join_all(self, texts: Sequence[str]) -> str:
        """This will join parts that must all hold."""
        return _joined(texts, gettext("and"))

    def join_any(self, texts: Sequence[str]) -> str:
        """This will join parts of which one must hold."""
        return _joined(texts, gettext("or"))

    def negate(self, text: str) -> str:
        """This will say that a part must not hold."""
        return gettext("not %(part)s") % {"part": text if text.startswith("(") else f"({text})"}


def describe(condition: Condition, catalogue: Catalogue) -> str:
    """This will say a condition in plain words, such as "use fell by 30% or more"."""
    return conditions.describe(condition, catalogue, ReaderWords())


def scalar(fact: Fact, value: object) -> str:
    """This will write one value of a fact as a person reads it; ``None`` is a dash."""
    locale = get_language() or "en"
    match value:
        case None:
            return formats.UNKNOWN
        case bool():
            return gettext("yes") if value else gettext("no")
        case Money(cents, currency):
            return formats.money(cents, locale, currency=currency)
        case Today(away):
            return _relative(away)
        case date():
            return formats.date_short(value, locale)
        case int() | float():
            return _figure(fact, value, locale)
        case list() | tuple():
            return ", ".join(str(each) for each in value)
    return str(fact.choices.get(str(value), value))


def _figure(fact: Fact, value: int | float, locale: str) -> str:
    match fact.kind:
        case Kind.RATE:
            return formats.percent(value, locale)
        case Kind.DAYS:
            return days(int(value))
        case Kind.MONEY:
            return formats.money(round(value), locale, currency=fact.unit or "BRL")
    return formats.number(value, locale)


def days(count: int) -> str:
    """This will write a length in days."""
    text = formats.number(count, get_language() or "en", digits=0)
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": text}


def read_number(text: str) -> Decimal:
    """This will read a number as the reader's language writes it: 7.200 and 7,2 are Brazilian.

    A lone mark that cannot separate thousands is taken for the decimal one. Anything else is a
    ``ValueError``.
    """
    thousands, decimal = (".", ",") if _is_brazilian() else (",", ".")
    bare = text.strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
    grouped = rf"[+-]?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:{re.escape(decimal)}\d+)?"
    if re.fullmatch(grouped, bare, re.ASCII):
        bare = bare.replace(thousands, "")
    plain = bare.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,18}(?:\.\d{1,9})?", plain, re.ASCII):
        raise ValueError(text[:40])
    return Decimal(plain)


def write_number(value: Decimal) -> str:
    """This will write a number so that ``read_number`` gives it back; no thousands marks."""
    text = f"{value:f}"
    return text.replace(".", ",") if _is_brazilian() else text


def _is_brazilian() -> bool:
    return formats.is_portuguese(get_language() or "en")


def complaint(error: ConditionError | Problem) -> str:
    """This will say in the reader's language what is wrong with a condition."""
    return gettext(error.message) % dict(error.params)


def _joined(texts: Sequence[str], word: str) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def _relative(away: int) -> str:
    today = date(2000, 1, 15)
    return formats.days_until(today + timedelta(days=away), get_language() or "en", today=today)
