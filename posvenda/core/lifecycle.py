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
    check,
    comparisons,
    expression,
    facts_of,
    kleene,
    to_text,
)
from posvenda.core.facts import Catalogue, Words
from posvenda.core.shapes import ShapeError, faults_named

_TOP = frozenset({"name", "version", "rules", "default", "default_label"})
_WORDS = ("label", "enter", "leave")
_RULE = frozenset({"stage", "when", *_WORDS})


@dataclass(frozen=True, slots=True)
class Rule:
    """This will put whoever meets a condition in a stage; the notes say how one comes and goes."""

    stage: str
    condition: Condition
    label: Words = ""
    enter: Words = ""
    leave: Words = ""


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
        return tuple(sorted(frozenset().union(*(facts_of(r.condition) for r in self.rules))))

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
        pl.when(expression(rule.condition, catalogue, as_of=as_of)).then(pl.lit(rule.stage))
        for rule in ladder.rules
    ]
    found = pl.coalesce(*steps, pl.lit(ladder.default, pl.String))
    return sheet.select("customer_id", pl.when(is_known).then(found).alias("stage"))


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
    return tuple(
        (f"rules[{index}].when", problem)
        for index, rule in enumerate(ladder.rules)
        for problem in check(rule.condition, catalogue)
    )


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
        "rules": [
            {
                "stage": rule.stage,
                "when": to_text(rule.condition),
                "label": str(rule.label),
                "enter": str(rule.enter),
                "leave": str(rule.leave),
            }
            for rule in ladder.rules
        ],
        "default": ladder.default,
        "default_label": str(ladder.default_label),
    }


def _is_anything_known(ladder: Ladder, catalogue: Catalogue, as_of: date) -> pl.Expr:
    questions = [Compare(name, "is known") for name in ladder.facts]
    return pl.any_horizontal(expression(each, catalogue, as_of=as_of) for each in questions)


def _answer(one: pl.DataFrame, rule: Rule, catalogue: Catalogue, as_of: date) -> RuleAnswer:
    asked: Sequence[Compare] = list(dict.fromkeys(comparisons(rule.condition)))
    truths = one.select(
        kleene(each, catalogue, as_of=as_of).alias(str(index))
        for index, each in enumerate([rule.condition, *asked])
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
    return Rule(
        stage=shapes.name(found, "stage", path),
        condition=shapes.condition(found.get("when"), f"{path}.when"),
        **words,
    )
