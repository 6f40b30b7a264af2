"""Sentences of the board: what asks for attention, how far a replay is, how long things take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from posvenda.core.survival import Median
from posvenda.success.journey.models import HistoryRun
from posvenda.ui import formats


class Counted(Protocol):
    """A stage with its figures."""

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def count(self) -> int:
        """How many customers are in it."""

    @property
    def stuck(self) -> int:
        """How many of them are stuck."""


def days_word(days: int) -> str:
    """This will write a number of days: 63 days, 1 day, today."""
    if days == 0:
        return pgettext("days so far", "today")
    text = ngettext("%(count)s day", "%(count)s days", days)
    return text % {"count": formats.number(days, get_language() or "en", digits=0)}


def lede(lanes: Sequence[Counted]) -> str:
    """This will say how many customers there are and which stage asks for attention."""
    locale = get_language() or "en"
    count = sum(lane.count for lane in lanes)
    text = ngettext(
        "%(count)s customer in %(stages)s stages.",
        "%(count)s customers in %(stages)s stages.",
        count,
    ) % {"count": formats.number(count, locale, digits=0), "stages": _number(len(lanes))}
    stuck = [lane for lane in lanes if lane.stuck]
    if not stuck:
        calm = _("Nobody is stuck.")
        return f"{text} {calm}" if count else text
    worst = max(stuck, key=lambda lane: (lane.stuck / lane.count, lane.stuck))
    told = ngettext(
        "%(stage)s asks for attention: %(stuck)s of %(all)s is stuck.",
        "%(stage)s asks for attention: %(stuck)s of %(all)s are stuck.",
        worst.stuck,
    ) % {
        "stage": worst.label,
        "stuck": formats.number(worst.stuck, locale, digits=0),
        "all": formats.number(worst.count, locale, digits=0),
    }
    return f"{text} {told}"


def interval(found: Median) -> str:
    """This will write the interval of a median; without an upper bound it says "or more"."""
    if found.low is None:
        return ""
    low = formats.number(found.low, get_language() or "en", digits=0)
    if found.high is None:
        return _("%(low)s days or more") % {"low": low}
    high = formats.number(found.high, get_language() or "en", digits=0)
    return _("%(low)s to %(high)s days") % {"low": low, "high": high}


def how_far(run: HistoryRun) -> int:
    """This will give the part of a replay that is done, in percent."""
    whole = max(1, (run.ends_on - run.starts_on).days)
    return round(100 * (run.ends_on - run.done_to).days / whole)


def _number(count: int) -> str:
    words = ("", _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"))
    return words[count] if 0 < count < len(words) else str(count)
