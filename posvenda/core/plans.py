"""Onboarding plans: milestones with a day each, and whether a plan is on track, behind or stuck.

    behind when an open milestone is past its day by more than ``behind_after`` days
    stuck  when one is past it by more than ``stuck_after`` days
    done   when no milestone is open

A milestone is completed by a fact (its condition holds), by a person, or by the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from posvenda.core import shapes
from posvenda.core.conditions import Condition, check, to_text
from posvenda.core.facts import Catalogue, Words
from posvenda.core.pace import BEHIND, ON_TRACK, STUCK
from posvenda.core.shapes import ShapeError, faults_named

DONE = "done"
STATES = (ON_TRACK, BEHIND, STUCK, DONE)
FACT, PERSON, CUSTOMER = "fact", "person", "customer"
BY = (FACT, PERSON, CUSTOMER)
_TOP = frozenset({"name", "label", "starts", "days", "behind_after", "stuck_after", "milestones"})
_MILESTONE = frozenset({"key", "name", "help", "due", "by", "when", "shown"})


class TemplateError(ShapeError):
    """A template that cannot be read; `path` says where, such as milestones[2].when."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing to get done by so many days after the start; ``shown`` to the customer or not."""

    key: str
    name: Words
    due: int
    by: str
    help: Words = ""
    when: Condition | None = None
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A plan every customer gets when it comes into the stage ``starts``."""

    name: str
    label: Words
    starts: str
    milestones: tuple[Milestone, ...]
    days: int = 90
    behind_after: int = 0
    stuck_after: int = 14


def load_template(data: object) -> Template | None:
    """This will read a template from its YAML shape; nothing written means no plans."""
    if not data:
        return None
    with faults_named(TemplateError):
        top = shapes.mapping(data, "", _TOP)
        listed = shapes.items(shapes.required(top, "milestones", ""), "milestones")
        milestones = tuple(_milestone(each, path) for path, each in listed)
        shapes.refuse_twice([each.key for each in milestones], "milestones")
        behind = _days(top, "behind_after", 0)
        stuck = _days(top, "stuck_after", 14)
        if behind > stuck:
            raise ShapeError("behind_after", "must not be above stuck_after")
        return Template(
            name=shapes.name(top, "name", ""),
            label=shapes.text(top.get("label", ""), "label") or shapes.name(top, "name", ""),
            starts=shapes.name(top, "starts", ""),
            milestones=milestones,
            days=_days(top, "days", 90),
            behind_after=behind,
            stuck_after=stuck,
        )


def dump_template(template: Template) -> dict[str, object]:
    """This will give a template as plain mappings and lists; `load_template` reads them back."""
    return {
        "name": template.name,
        "label": str(template.label),
        "starts": template.starts,
        "days": template.days,
        "behind_after": template.behind_after,
        "stuck_after": template.stuck_after,
        "milestones": [_dumped(each) for each in template.milestones],
    }


def check_template(template: Template, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """This will list the conditions that the facts cannot answer, each with its path."""
    return tuple(
        (f"milestones[{number}].when", str(problem))
        for number, each in enumerate(template.milestones)
        if each.when is not None
        for problem in check(each.when, catalogue)
    )


def progress(milestones: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """This will say how far each plan is.

    Reads plan_id, due_on, done_on (null: open), behind_after, stuck_after; one row per milestone.
    One row per plan, by plan_id: plan_id, total, done, late_days (of the latest open one past its
    day; 0 when none is), progress.
    """
    day = pl.lit(as_of, pl.Date)
    is_done = (pl.col("done_on") <= day).fill_null(value=False)
    late = pl.when(~is_done).then((day - pl.col("due_on")).dt.total_days().clip(lower_bound=0))
    counted = milestones.group_by("plan_id").agg(
        pl.len().cast(pl.Int64).alias("total"),
        is_done.sum().cast(pl.Int64).alias("done"),
        late.max().fill_null(0).cast(pl.Int64).alias("late_days"),
        pl.col("behind_after").first(),
        pl.col("stuck_after").first(),
    )
    return counted.select(
        "plan_id",
        "total",
        "done",
        "late_days",
        pl.when(pl.col("done") == pl.col("total"))
        .then(pl.lit(DONE))
        .when(pl.col("late_days") > pl.col("stuck_after"))
        .then(pl.lit(STUCK))
        .when(pl.col("late_days") > pl.col("behind_after"))
        .then(pl.lit(BEHIND))
        .otherwise(pl.lit(ON_TRACK))
        .alias("progress"),
    ).sort("plan_id")


def _days(found: Mapping[str, object], key: str, default: int) -> int:
    days = shapes.whole(found.get(key, default), key)
    if days < 0:
        raise ShapeError(key, "must not be below zero")
    return days


def _milestone(data: object, path: str) -> Milestone:
    found = shapes.mapping(data, path, _MILESTONE)
    by = shapes.one_of(found.get("by", PERSON), BY, f"{path}.by")
    when = found.get("when")
    if (by == FACT) != (when is not None):
        raise ShapeError(f"{path}.when", "belongs to a milestone completed by a fact, only there")
    due = shapes.whole(shapes.required(found, "due", path), f"{path}.due")
    if due < 0:
        raise ShapeError(f"{path}.due", "must not be below zero")
    return Milestone(
        key=shapes.name(found, "key", path),
        name=shapes.name(found, "name", path),
        due=due,
        by=by,
        help=shapes.text(found.get("help", ""), f"{path}.help"),
        when=None if when is None else shapes.condition(when, f"{path}.when"),
        shown=_is_shown(found.get("shown", by == CUSTOMER), f"{path}.shown"),
    )


def _is_shown(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise ShapeError(path, "must be true or false")
    return value


def _dumped(each: Milestone) -> dict[str, object]:
    told: dict[str, object] = {
        "key": each.key,
        "name": str(each.name),
        "due": each.due,
        "by": each.by,
        "shown": each.shown,
    }
    if each.help:
        told["help"] = str(each.help)
    if each.when is not None:
        told["when"] = to_text(each.when)
    return told
