"""Stages: an ordered ladder of rules over the fact sheet; the first that holds names the stage.

Nothing is stored or walked through step by step, so the stage of any past day can be recomputed,
and no order of edits can leave a customer in a stage the facts do not support.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from posvenda.core import shapes
from posvenda.core.conditions import (
    Compare,
    Condition,
    Problem,
    all_of,
    check,
    comparisons,
    expression,
    facts_of,
    kleene,
    to_text,
)
from posvenda.core.facts import Catalogue, Words
from posvenda.core.pace import KEYS as _PACE
from posvenda.core.pace import Pace, dump_pace, load_pace
from posvenda.core.shapes import ShapeError, faults_named

_TOP = frozenset({"name", "version", "rules", "default", "default_label"})
_WORDS = ("label", "enter", "leave")
_RULE = frozenset({"stage", "when", "segment", *_WORDS, *_PACE})
_SEGMENT = frozenset({"when", "label"})
NO_PACE = Pace()


@dataclass(frozen=True, slots=True)
class Rule:
    """This will put whoever meets a condition in a stage; the notes say how one comes and goes.

    With a ``segment`` the rule speaks only about those who meet that condition too, so that one
    stage can have other criteria and another pace for some customers.
    """

    stage: str
    condition: Condition
    label: Words = ""
    enter: Words = ""
    leave: Words = ""
    segment: Condition | None = None
    segment_label: Words = ""
    pace: Pace = NO_PACE

    @property
    def whole(self) -> Condition:
        """This will give the condition with the segment's."""
        return self.condition if self.segment is None else all_of((self.segment, self.condition))


@dataclass(frozen=True, slots=True)
class Ladder:
    """This will hold rules in order; who meets none is in the default stage (None: no stage)."""

    name: str
    version: int
    rules: tuple[Rule, ...]
    default: str | None = None
    default_label: Words = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """This will name every fact the rules ask about, in alphabetical order."""
        return tuple(sorted(frozenset().union(*(facts_of(r.whole) for r in self.rules))))

    @property
    def stages(self) -> Mapping[str, Words]:
        """This will give the label of each stage, in the order of the rules."""
        found: dict[str, Words] = {}
        for rule in self.rules:
            found.setdefault(rule.stage, rule.label or rule.stage)
        if self.default is not None:
            found.setdefault(self.default, self.default_label or self.default)
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """This will show one comparison for one customer: the value and whether it holds."""

    comparison: Compare
    value: object
    holds: bool | None


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """This will show one rule for one customer; `holds` is None where the answer is unknown."""

    rule: Rule
    holds: bool | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Criteria:
    """This will show why a customer is in a stage; `matched` is None for the default stage."""

    stage: str | None
    matched: int | None
    rules: tuple[RuleAnswer, ...]


def stage(
    sheet: pl.DataFrame, ladder: Ladder, catalogue: Catalogue, *, as_of: date
) -> pl.DataFrame:
    """This will name every customer's stage.

    Reads customer_id and the ladder's facts. One row per customer in the sheet's order:
    customer_id, stage (null where not one of the ladder's facts is known).
    """
    is_known = _is_anything_known(ladder, catalogue, as_of)
    steps = [
        pl.when(expression(rule.whole, catalogue, as_of=as_of)).then(pl.lit(rule.stage))
        for rule in ladder.rules
    ]
    found = pl.coalesce(*steps, pl.lit(ladder.default, pl.String))
    return sheet.select("customer_id", pl.when(is_known).then(found).alias("stage"))


def progress(
    sheet: pl.DataFrame, ladder: Ladder, catalogue: Catalogue, *, days: str, as_of: date
) -> pl.DataFrame:
    """This will say who is on track, behind or stuck, and by which reason.

    Reads customer_id, the ladder's facts, what its paces ask about and ``days`` (the column with
    the days in the stage). One row per customer: customer_id, progress (null where the rule sets no
    pace) and reason, such as ``2.s0``: of the third rule the first condition of stuck_when.
    """
    states, codes = [], []
    for index, rule in enumerate(ladder.rules):
        matched = expression(rule.whole, catalogue, as_of=as_of)
        if not rule.pace.is_set:
            states.append(pl.when(matched).then(pl.lit("")))
            codes.append(pl.when(matched).then(pl.lit("")))
            continue
        holds = {
            path: expression(condition, catalogue, as_of=as_of)
            for path, condition in rule.pace.conditions
        }
        state, code = rule.pace.state(pl.col(days), holds)
        states.append(pl.when(matched).then(state))
        codes.append(pl.when(matched).then(pl.concat_str(pl.lit(f"{index}."), code).fill_null("")))
    none = pl.lit(None, pl.String)
    found = sheet.select(
        "customer_id",
        pl.coalesce(*states, none).alias("progress"),
        pl.coalesce(*codes, none).alias("reason"),
    )
    return found.with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
        for name in ("progress", "reason")
    )


def criteria(
    row: Mapping[str, object], ladder: Ladder, catalogue: Catalogue, *, as_of: date
) -> Criteria:
    """This will show, for one row of the sheet, which rule matched and how every question fell."""
    schema = {name: catalogue[name].kind.dtype for name in ladder.facts}
    one = pl.DataFrame({name: [row.get(name)] for name in schema}, schema=schema)
    rules = tuple(_answer(one, rule, catalogue, as_of) for rule in ladder.rules)
    matched = next((index for index, each in enumerate(rules) if each.holds), None)
    if not one.select(_is_anything_known(ladder, catalogue, as_of)).item():
        return Criteria(None, None, rules)
    name = ladder.default if matched is None else ladder.rules[matched].stage
    return Criteria(name, matched, rules)


def check_ladder(ladder: Ladder, catalogue: Catalogue) -> tuple[tuple[str, Problem], ...]:
    """This will list what keeps the rules from being asked, each with the path of its rule."""
    asked = [
        (f"rules[{index}].{path}", condition)
        for index, rule in enumerate(ladder.rules)
        for path, condition in _asked(rule)
    ]
    return tuple((path, problem) for path, cond in asked for problem in check(cond, catalogue))


def _asked(rule: Rule) -> list[tuple[str, Condition]]:
    segment = [] if rule.segment is None else [("segment.when", rule.segment)]
    return [("when", rule.condition), *segment, *rule.pace.conditions]


class LadderError(ShapeError):
    """A ladder that cannot be read; `path` says where, such as rules[2].when."""


def load_ladder(data: object) -> Ladder:
    """This will read a ladder from its YAML shape: name, version, rules and the default stage."""
    with faults_named(LadderError):
        top = shapes.mapping(data, "", _TOP)
        rules = shapes.items(shapes.required(top, "rules", ""), "rules")
        return Ladder(
            name=shapes.name(top, "name", ""),
            version=shapes.whole(top.get("version", 1), "version"),
            rules=tuple(_rule(each, path) for path, each in rules),
            default=None if top.get("default") is None else shapes.name(top, "default", ""),
            default_label=shapes.text(top.get("default_label", ""), "default_label"),
        )


def dump_ladder(ladder: Ladder) -> dict[str, object]:
    """This will give a ladder as plain mappings and lists; `load_ladder` reads them back."""
    return {
        "name": ladder.name,
        "version": ladder.version,
        "rules": [_dumped(rule) for rule in ladder.rules],
        "default": ladder.default,
        "default_label": str(ladder.default_label),
    }


def _dumped(rule: Rule) -> dict[str, object]:
    told: dict[str, object] = {
        "stage": rule.stage,
        "when": to_text(rule.condition),
        "label": str(rule.label),
        "enter": str(rule.enter),
        "leave": str(rule.leave),
    }
    if rule.segment is not None:
        told["segment"] = {"when": to_text(rule.segment), "label": str(rule.segment_label)}
    return told | dump_pace(rule.pace)


def _is_anything_known(ladder: Ladder, catalogue: Catalogue, as_of: date) -> pl.Expr:
    questions = [Compare(name, "is known") for name in ladder.facts]
    return pl.any_horizontal(expression(each, catalogue, as_of=as_of) for each in questions)


def _answer(one: pl.DataFrame, rule: Rule, catalogue: Catalogue, as_of: date) -> RuleAnswer:
    asked: Sequence[Compare] = list(dict.fromkeys(comparisons(rule.whole)))
    truths = one.select(
        kleene(each, catalogue, as_of=as_of).alias(str(index))
        for index, each in enumerate([rule.whole, *asked])
    ).row(0)
    values = one.row(0, named=True)
    answers = (
        Answer(each, values[each.fact], holds)
        for each, holds in zip(asked, truths[1:], strict=True)
    )
    return RuleAnswer(rule, truths[0], tuple(answers))


def _rule(data: object, path: str) -> Rule:
    found = shapes.mapping(data, path, _RULE)
    words = {key: shapes.text(found.get(key, ""), f"{path}.{key}") for key in _WORDS}
    segment, label = _segment(found.get("segment"), f"{path}.segment")
    return Rule(
        stage=shapes.name(found, "stage", path),
        condition=shapes.condition(found.get("when"), f"{path}.when"),
        segment=segment,
        segment_label=label,
        pace=load_pace(found, path),
        **words,
    )


def _segment(data: object, path: str) -> tuple[Condition | None, Words]:
    if data is None:
        return None, ""
    found = shapes.mapping(data, path, _SEGMENT)
    condition = shapes.condition(found.get("when"), f"{path}.when")
    return condition, shapes.text(found.get("label", ""), f"{path}.label")
