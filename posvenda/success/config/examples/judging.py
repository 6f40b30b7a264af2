"""What came out against what is expected, with the reasons in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from posvenda.core import plays as plays_theory
from posvenda.core.conditions import Condition, matches, parse
from posvenda.core.facts import Catalogue, Kind
from posvenda.core.health import explain, rounded
from posvenda.core.lifecycle import Ladder, Rule, criteria
from posvenda.customers import sheet
from posvenda.customers.models import Segment
from posvenda.customers.wording import describe, scalar
from posvenda.success import definitions
from posvenda.success.config.examples.reading import Expectation

Row = Mapping[str, Any]
TOLERANCE = 1e-6
MOST_LINES = 6


@dataclass(frozen=True)
class Miss:
    """One thing that is not as expected: what was, what came out, and why."""

    what: str
    expected: str
    actual: str
    why: tuple[str, ...] = ()


def judge(expected: Expectation, row: Row, frame: pl.DataFrame) -> list[Miss]:
    """This will list what is not as expected; ``frame`` is the sheet with that one row."""
    known = sheet.catalogue()
    return [
        *_stage(expected, row, known),
        *_health(expected, row, known),
        *_segments(expected, frame, known),
        *_plays(expected, frame, known),
        *_facts(expected, row, known),
    ]


def _stage(expected: Expectation, row: Row, known: Catalogue) -> Iterator[Miss]:
    actual = row.get("stage.name")
    if expected.stage is None or actual == expected.stage:
        return
    ladder = definitions.ladder()
    found = criteria(row, ladder, known, as_of=expected.on)
    why = []
    for answer in found.rules:
        if answer.rule.stage not in (actual, expected.stage):
            continue
        why.append(f"{answer.rule.label}: {_truth(answer.holds)}")
        why += [
            f"  {describe(each.comparison, known)}: {_truth(each.holds)}"
            f" ({scalar(known[each.comparison.fact], each.value)})"
            for each in answer.answers
        ]
    if expected.stage not in ladder.stages:
        why = [_("the ladder has no stage of that name")]
    yield Miss(_("stage"), expected.stage, str(actual), tuple(why))


def _health(expected: Expectation, row: Row, known: Catalogue) -> Iterator[Miss]:
    wanted, score = expected.health, row.get("health.score")
    if not wanted:
        return
    shown = None if score is None else rounded(score)
    low, high = wanted.get("from"), wanted.get("to")
    is_out = (low is not None and (shown is None or shown < low)) or (
        high is not None and (shown is None or shown > high)
    )
    band = row.get("health.band")
    if not is_out and wanted.get("band", band) == band:
        return
    limits = [f"{low:g}–{high:g}"] if low is not None and high is not None else []
    limits += [f"≥ {low:g}"] if low is not None and high is None else []
    limits += [f"≤ {high:g}"] if high is not None and low is None else []
    told = ", ".join([*limits, *([wanted["band"]] if "band" in wanted else [])])
    actual = f"{_('unknown') if shown is None else shown}, {band}"
    yield Miss(_("health"), told, actual, tuple(_sum(row, known)))


def _sum(row: Row, known: Catalogue) -> list[str]:
    """The start and the largest contributions, which add up to the score."""
    judged = {**row, "score": row.get("health.score"), "coverage": row.get("health.coverage_rate")}
    card = definitions.cards().find(str(row.get("health.card"))) or definitions.card()
    found = explain(judged, card)
    lines = sorted((each for each in found.lines if each.points), key=lambda e: -abs(e.points or 0))
    labels = {m.fact: str(m.label or m.fact) for m in card.measures}
    told = [_("starts at %(points)d") % {"points": found.start}]
    for each in lines[:MOST_LINES]:
        fact = known.get(each.fact)
        value = "" if fact is None else f" ({scalar(fact, row.get(each.fact))})"
        told.append(f"{each.points:+d} {labels[each.fact]}{value}")
    rest = sum(each.points or 0 for each in lines[MOST_LINES:])
    return told + ([_("%(points)+d by the rest") % {"points": rest}] if rest else [])


def _segments(expected: Expectation, frame: pl.DataFrame, known: Catalogue) -> Iterator[Miss]:
    for name, is_wanted in _both(expected.segments, expected.not_segments):
        condition = _segment(name)
        if condition is None:
            yield Miss(_("segment"), name, _("there is no such segment"))
            continue
        yield from _asked(_("segment"), name, condition, is_wanted, frame, known, expected)


def _segment(name: str) -> Condition | None:
    built = definitions.judgement().look.segment(name)
    if built is not None:
        return built.condition
    row = Segment.objects.filter(name=name, is_shared=True).first()
    return parse(row.condition) if row and row.condition else None


def _plays(expected: Expectation, frame: pl.DataFrame, known: Catalogue) -> Iterator[Miss]:
    plays = definitions.plays()
    queue = plays_theory.queue(frame, plays, known, as_of=expected.on, best_only=False)
    offered = set(queue["play"].cast(pl.String).to_list())
    for name, is_wanted in _both(expected.plays, expected.not_plays):
        if (name in offered) == is_wanted:
            continue
        play = next((each for each in plays if each.id == name), None)
        if play is None:
            yield Miss(_("action"), name, _("there is no such action"))
        else:
            actual = _("offered") if name in offered else _("not offered")
            why = _answers(play.when, frame, known, expected)
            yield Miss(_("action"), _wanted(name, is_wanted), actual, why)


def _facts(expected: Expectation, row: Row, known: Catalogue) -> Iterator[Miss]:
    for name, wanted in expected.facts.items():
        fact = known.get(name)
        if fact is None:
            yield Miss(name, str(wanted), _("there is no such fact"))
            continue
        actual = row.get(name)
        if not _same(wanted, actual, is_money=fact.kind is Kind.MONEY):
            yield Miss(str(fact.label), str(wanted), scalar(fact, actual))


def _same(wanted: Any, actual: Any, *, is_money: bool) -> bool:
    if isinstance(wanted, bool) or actual is None or wanted is None:
        return wanted is actual
    if isinstance(actual, int | float) and isinstance(wanted, int | float):
        return abs(actual - wanted * (100 if is_money else 1)) < TOLERANCE
    return str(wanted) == str(actual)


def _asked(
    what: str,
    name: str,
    condition: Condition,
    is_wanted: bool,
    frame: pl.DataFrame,
    known: Catalogue,
    expected: Expectation,
) -> Iterator[Miss]:
    is_in = bool(matches(frame, condition, known, as_of=expected.on).item())
    if is_in != is_wanted:
        actual = _("in it") if is_in else _("not in it")
        why = _answers(condition, frame, known, expected)
        yield Miss(what, _wanted(name, is_wanted), actual, why)


def _answers(
    condition: Condition, frame: pl.DataFrame, known: Catalogue, expected: Expectation
) -> tuple[str, ...]:
    ladder = Ladder("asked", 1, (Rule("asked", condition),))
    found = criteria(frame.row(0, named=True), ladder, known, as_of=expected.on)
    return tuple(
        f"{describe(each.comparison, known)}: {_truth(each.holds)}"
        f" ({scalar(known[each.comparison.fact], each.value)})"
        for each in found.rules[0].answers
    )


def _both(wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> list[tuple[str, bool]]:
    return [*((name, True) for name in wanted), *((name, False) for name in unwanted)]


def _wanted(name: str, is_wanted: bool) -> str:
    return name if is_wanted else _("not %(name)s") % {"name": name}


def _truth(holds: bool | None) -> str:
    return _("unknown") if holds is None else _("yes") if holds else _("no")
