"""Why the health is what it is: start, each family and measure, total; whole points that add up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from posvenda.core.conditions import comparisons
from posvenda.core.facts import Catalogue
from posvenda.core.health import (
    REWEIGHTED,
    Card,
    Explanation,
    GroupLine,
    Line,
    Trend,
    explain,
)
from posvenda.core.lifecycle import criteria
from posvenda.customers.wording import days, describe, scalar
from posvenda.success import definitions
from posvenda.success.cards import frozen, past, versions
from posvenda.success.facts import PAST_START, past_column
from posvenda.ui import formats

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One line of the sum: its words, its bar from ``low`` over ``width``, its points."""

    label: str
    note: str
    points: str
    low: int
    width: int
    band: str
    change: str
    is_known: bool = True
    hint: str = ""


@dataclass(frozen=True)
class Family:
    """A family of signals: its own line, the measures in it, and the families within."""

    step: Step
    measures: tuple[Step, ...]
    inner: tuple["Family", ...] = ()

    @property
    def count(self) -> int:
        """How many signals there are in all."""
        return len(self.measures) + sum(each.count for each in self.inner)


@dataclass(frozen=True)
class Why:
    """The whole sum, ready to print."""

    start: Step
    families: tuple[Family, ...]
    total: Step
    score: int | None
    band: str
    warn: int
    good: int
    coverage: str
    change: int | None
    card: str = ""
    card_when: str = ""
    fresh: str = ""
    evidence: str = ""
    frozen_on: date | None = None
    adjustments: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Told:
    """An explanation with the card that judged; frozen scores keep no values of facts."""

    found: Explanation
    card: Card
    is_frozen: bool = False


def why(row: Row, *, catalogue: Catalogue, locale: str) -> Why:
    """This will explain one row of the sheet by the card that judged it."""
    told = explained(row)
    found, card = told.found, told.card
    at, families = found.start, []
    for group in found.groups:
        families.append(_family(group, told, at, catalogue))
        at += group.points
    extra = []
    for line in found.adjustments:
        extra.append(_adjusted(line, at, row))
        at += line.points or 0
    return Why(
        start=Step(
            label=_("Starting point"),
            note=_("what a typical customer gets"),
            points=str(found.start),
            low=0,
            width=found.start,
            band="",
            change="",
        ),
        families=tuple(families),
        total=_total(told, at, locale),
        score=found.score,
        band=found.band,
        warn=card.bands.warn,
        good=card.bands.good,
        coverage=formats.percent(found.coverage, locale, digits=0),
        change=found.change,
        card=str(card.label or card.name) if len(definitions.cards().cards) > 1 else "",
        card_when=describe(card.when, catalogue) if card.when is not None else "",
        frozen_on=row.get("health.frozen_on"),
        adjustments=tuple(extra),
        **_freshness(row, locale),
    )


def explained(row: Row) -> Told:
    """This will explain a row by its card against 30 days ago; a frozen score by what was kept."""
    card = definitions.cards().find(row.get("health.card")) or definitions.card()
    left = row.get("health.frozen_on")
    kept = past.farewell(row["customer_id"], left) if left else None
    if kept is None:
        return Told(explain(_judged(row), card, previous=_earlier(row, card)), card)
    card = versions.of_title(kept.card) or card
    return Told(explain(frozen.as_row(kept, card), card), card, is_frozen=True)


def _freshness(row: Row, locale: str) -> dict[str, str]:
    fresh, age = row.get("health.fresh_rate"), row.get("health.evidence_days")
    if fresh is None or age is None or row.get("health.frozen_on"):
        return {}
    return {"fresh": formats.percent(fresh, locale, digits=0), "evidence": days(int(age))}


def _family(group: GroupLine, told: Told, at: int, catalogue: Catalogue) -> Family:
    """A group and, from its own place on, each measure and then each group within."""
    lines = [line for line in told.found.lines if line.group == group.group]
    note = "" if told.is_frozen else _strongest(group, told, catalogue)
    step = _step(str(group.label), note, group.points, at, group.change)
    measures, inner = [], []
    for line in lines:
        measures.append(_measure(line, at, catalogue, is_frozen=told.is_frozen))
        at += line.points or 0
    for each in group.inner:
        inner.append(_family(each, told, at, catalogue))
        at += each.points
    return Family(step, tuple(measures), tuple(inner))


def _strongest(group: GroupLine, told: Told, catalogue: Catalogue) -> str:
    names = {group.group, *_names(group)}
    return _known([line for line in told.found.lines if line.group in names], catalogue)


def _names(group: GroupLine) -> Iterator[str]:
    for each in group.inner:
        yield each.group
        yield from _names(each)


@dataclass(frozen=True)
class Rule:
    """One stage of the ladder: how one comes in, how one leaves, and whether it holds."""

    label: str
    enter: str
    leave: str
    is_current: bool
    answers: tuple[tuple[str, str, bool | None], ...]


def stage_rules(row: Row, *, catalogue: Catalogue, as_of: date) -> list[Rule]:
    """This will show the stages in order with the truth of every question they ask."""
    ladder = definitions.ladder()
    found = criteria(row, ladder, catalogue, as_of=as_of)
    return [
        Rule(
            label=str(answer.rule.label),
            enter=str(answer.rule.enter),
            leave=str(answer.rule.leave),
            is_current=index == found.matched,
            answers=tuple(
                (
                    describe(each.comparison, catalogue),
                    scalar(catalogue[each.comparison.fact], each.value),
                    each.holds,
                )
                for each in answer.answers
            ),
        )
        for index, answer in enumerate(found.rules)
        if any(True for _each in comparisons(answer.rule.condition))
    ]


def _judged(row: Row) -> dict[str, object]:
    return {
        **row,
        "score": row.get("health.score"),
        "coverage": row.get("health.coverage_rate"),
    }


def _earlier(row: Row, card: Card) -> dict[str, object] | None:
    """The row of 30 days ago, where the same card judged and the sheet carries its parts."""
    change, score = row.get("health.change_30d"), row.get("health.score")
    names = frozen.columns(card)
    if change is None or score is None or row.get(PAST_START) != card.start:
        return None
    return {**{name: row.get(past_column(name)) for name in names}, "score": score - change}


def _measure(line: Line, at: int, catalogue: Catalogue, *, is_frozen: bool) -> Step:
    label, hint = str(line.measure), _hint(line)
    if is_frozen and line.points is not None:
        return _step(label, "", line.points, at, None)
    if line.state != "known":
        told = _unknown(line)
        if line.points is None:
            return Step(label, told, _("unknown"), at, 0, "unknown", "", is_known=False, hint=hint)
        return replace(_step(label, told, line.points, at, line.change), hint=hint)
    fact = catalogue.get(line.fact)
    value = scalar(fact, line.value) if fact else formats.UNKNOWN
    note = str(line.why).replace("{value}", value) if line.why else value
    return replace(_step(label, note, line.points or 0, at, line.change), hint=hint)


def _unknown(line: Line) -> str:
    """What the card makes of a fact that is not known, in words."""
    match line.state:
        case "leave_out":
            return _("not known; left out, its weight goes to the others of its group")
        case "points":
            return str(line.missing) or _("not known; counts as fixed points")
        case "expired":
            return _("the rating has expired; moves nothing until somebody rates again")
    return str(line.why) if line.why else _("not known; moves nothing")


TRENDS: Mapping[Trend, Any] = {
    "higher_is_better": gettext_lazy("higher is better"),
    "higher_is_worse": gettext_lazy("higher is worse"),
    "best_in_the_middle": gettext_lazy("neither low nor high is best"),
    "level": gettext_lazy("always the same points"),
    "by_value": gettext_lazy("points by answer"),
}


def _hint(line: Line) -> str:
    """Direction, weight and the age of the evidence."""
    weight = formats.percent(line.share, get_language() or "en", digits=0)
    parts = [str(TRENDS[line.trend]), _("weight %(share)s") % {"share": weight}]
    if line.age_days is not None:
        text = _("evidence of %(days)s ago") if line.is_fresh else _("stale: of %(days)s ago")
        parts.append(text % {"days": days(line.age_days)})
    return " · ".join(parts)


def _adjusted(line: Line, at: int, row: Row) -> Step:
    if line.fact == REWEIGHTED:
        note = _("what is unknown was left out and its weight shared among the others")
        return _step(_("Re-weighting"), note, line.points or 0, at, line.change)
    until = row.get("override.until")
    note = _("by a person")
    if until:
        day = formats.date_short(until, get_language() or "en")
        note = _("by a person, until %(day)s") % {"day": day}
    return _step(_("Override"), note, line.points or 0, at, line.change)


def _step(label: str, note: str, points: int, at: int, change: int | None) -> Step:
    return Step(
        label=label,
        note=note,
        points=_signed(points),
        low=_within(min(at, at + points)),
        width=_within(max(at, at + points)) - _within(min(at, at + points)),
        band="good" if points > 0 else "risk" if points < 0 else "",
        change=_moved(change),
    )


def _total(told: Told, at: int, locale: str) -> Step:
    found, card = told.found, told.card
    limits = {"warn": card.bands.warn, "good": card.bands.good}
    note = _("at risk below %(warn)d, healthy from %(good)d") % limits
    if found.score is None:
        note = _("too little is known for a score: %(known)s of the scorecard") % {
            "known": formats.percent(found.coverage, locale, digits=0)
        }
    shown = formats.UNKNOWN if found.score is None else str(found.score)
    width = 0 if found.score is None else _within(at)
    label = _("Health on the last day") if told.is_frozen else _("Health today")
    return Step(label, note, shown, 0, width, found.band, "")


def _known(lines: Sequence[Line], catalogue: Catalogue) -> str:
    """The measure that moves most, in words; or that nothing is known."""
    known = [line for line in lines if line.points is not None and line.state == "known"]
    if not known:
        return _("not known; moves nothing")
    strongest = max(known, key=lambda line: abs(line.points or 0))
    fact = catalogue.get(strongest.fact)
    value = scalar(fact, strongest.value) if fact else formats.UNKNOWN
    return str(strongest.why).replace("{value}", value) if strongest.why else value


def _signed(points: int) -> str:
    if points == 0:
        return "0"
    return f"+{points}" if points > 0 else f"{formats.MINUS}{-points}"


def _moved(change: int | None) -> str:
    if change is None:
        return ""
    if change == 0:
        return _("steady")
    return _("%(points)s in the month") % {"points": _signed(change)}


def _within(points: int) -> int:
    return max(0, min(100, points))
