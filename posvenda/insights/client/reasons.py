"""Why the health is what it is: start, each family and measure, total; whole points that add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from posvenda.core.conditions import comparisons
from posvenda.core.facts import Catalogue
from posvenda.core.health import Card, Explanation, Line, contribution_of, explain
from posvenda.core.lifecycle import criteria
from posvenda.customers.wording import describe, scalar
from posvenda.success import definitions
from posvenda.success.facts import past_of
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


@dataclass(frozen=True)
class Family:
    """A family of signals: its own line, and the measures in it."""

    step: Step
    measures: tuple[Step, ...]


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


def why(row: Row, *, catalogue: Catalogue, locale: str) -> Why:
    """This will explain one row of the sheet by the card in force."""
    card = definitions.card()
    found = explained_row(row, card)
    at = found.start
    families = []
    for group in found.groups:
        lines = [line for line in found.lines if line.group == group.group]
        step = _step(str(group.label), _known(lines, catalogue), group.points, at, group.change)
        measures, place = [], at
        for line in lines:
            measures.append(_measure(line, place, catalogue))
            place += line.points or 0
        families.append(Family(step, tuple(measures)))
        at += group.points
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
        total=_total(found, at, card, locale),
        score=found.score,
        band=found.band,
        warn=card.bands.warn,
        good=card.bands.good,
        coverage=formats.percent(found.coverage, locale, digits=0),
        change=found.change,
    )


def explained_row(row: Row, card: Card) -> Explanation:
    """This will explain a row of the sheet against the one of 30 days ago."""
    return explain(_judged(row), card, previous=_earlier(row, card))


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
    """The row of 30 days ago, where the sheet carries what each measure gave then."""
    change, score = row.get("health.change_30d"), row.get("health.score")
    names = [past_of(fact) for fact in card.facts]
    if change is None or score is None or not all(name in row for name in names):
        return None
    past: dict[str, object] = {contribution_of(fact): row[past_of(fact)] for fact in card.facts}
    return {**past, "score": score - change}


def _measure(line: Line, at: int, catalogue: Catalogue) -> Step:
    fact = catalogue.get(line.fact)
    value = scalar(fact, line.value) if fact else formats.UNKNOWN
    note = str(line.why).replace("{value}", value) if line.why else value
    if line.points is None:
        told = str(line.why) if line.why else _("not known; moves nothing")
        return Step(str(line.measure), told, _("unknown"), at, 0, "unknown", "", is_known=False)
    return _step(str(line.measure), note, line.points, at, line.change)


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


def _total(found: Explanation, at: int, card: Card, locale: str) -> Step:
    limits = {"warn": card.bands.warn, "good": card.bands.good}
    note = _("at risk below %(warn)d, healthy from %(good)d") % limits
    if found.score is None:
        note = _("too little is known for a score: %(known)s of the scorecard") % {
            "known": formats.percent(found.coverage, locale, digits=0)
        }
    shown = formats.UNKNOWN if found.score is None else str(found.score)
    width = 0 if found.score is None else _within(at)
    return Step(_("Health today"), note, shown, 0, width, found.band, "")


def _known(lines: Sequence[Line], catalogue: Catalogue) -> str:
    """The measure that moves most, in words; or that nothing is known."""
    known = [line for line in lines if line.points is not None]
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
