"""Reads of plans: milestones with their last mark, and how far every plan is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from posvenda.base import rows
from posvenda.core import plans as theory
from posvenda.success.plans.models import Mark, Milestone, Plan
from posvenda.success.texts import Text

__all__ = ["Step", "Text", "latest", "milestones", "standing", "steps", "steps_of"]


@dataclass(frozen=True)
class Step:
    """One milestone with the state a person sees."""

    milestone: Milestone
    done_on: date | None
    via: str
    by: str
    late_days: int

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(Text(self.milestone.name)) if self.milestone.name else self.milestone.key

    @property
    def help(self) -> str:
        """What it is about, in the reader's language."""
        return str(Text(self.milestone.help)) if self.milestone.help else ""

    @property
    def is_done(self) -> bool:
        """Whether it is completed."""
        return self.done_on is not None

    @property
    def day(self) -> int:
        """The day of the plan it is due on."""
        return (self.milestone.due_on - self.milestone.plan.started_on).days


def steps(plan: Plan, *, today: date) -> list[Step]:
    """This will list a plan's milestones in order, each with its last mark: two queries."""
    return steps_of([plan], today=today)[plan.pk]


def steps_of(plans: Sequence[Plan], *, today: date) -> dict[int, list[Step]]:
    """This will do the same for several plans, by plan, in two queries."""
    by_id = {plan.pk: plan for plan in plans}
    marks = Mark.objects.filter(milestone__plan__in=by_id).select_related("by").order_by("id")
    last = {mark.milestone_id: mark for mark in marks}
    found: dict[int, list[Step]] = {pk: [] for pk in by_id}
    for each in Milestone.objects.filter(plan__in=by_id).order_by("plan_id", "place"):
        step = _step(each, by_id[each.plan_id], last.get(each.pk), today)
        found[each.plan_id].append(step)
    return found


def _step(milestone: Milestone, plan: Plan, mark: Mark | None, today: date) -> Step:
    milestone.plan = plan
    is_done = mark is not None and mark.is_done
    late = 0 if is_done else max(0, (today - milestone.due_on).days)
    return Step(
        milestone=milestone,
        done_on=mark.on if mark and is_done else None,
        via=mark.via if mark else "",
        by=mark.by.name if mark and mark.by else "",
        late_days=late,
    )


def milestones(
    plans: pl.DataFrame, *, as_of: date, known_at: datetime | None = None
) -> pl.DataFrame:
    """This will give the milestones of plans as they stood at the end of a day.

    Reads plan_id, behind_after, stuck_after. Gives plan_id, milestone_id, key, by, when, due_on,
    done_on, is_marked (anybody ever marked it) and the plan's two columns.
    """
    ids = plans["plan_id"].to_list()
    marks = Mark.objects.filter(on__lte=as_of)
    every = Milestone.objects.all()
    if len(ids) <= FEW:
        marks, every = marks.filter(milestone__plan_id__in=ids), every.filter(plan_id__in=ids)
    if known_at is not None:
        marks = marks.filter(at__lte=known_at)
    last = (
        rows.frame(marks.order_by(), ("id", "milestone_id", "is_done", "on"))
        .sort("id")
        .unique("milestone_id", keep="last")
        .drop("id")
    )
    found = rows.frame(every.order_by(), ("pk", "plan_id", "key", "by", "when", "due_on")).rename(
        {"pk": "milestone_id"}
    )
    return (
        found.join(plans.select("plan_id", "behind_after", "stuck_after"), on="plan_id")
        .join(last, on="milestone_id", how="left")
        .with_columns(
            pl.when("is_done").then("on").alias("done_on"),
            pl.col("is_done").is_not_null().alias("is_marked"),
        )
        .drop("is_done", "on")
    )


FEW = 500
COLUMNS = (
    "pk", "customer_id", "started_on", "closed_on", "closed_as", "behind_after", "stuck_after",
)  # fmt: skip


def latest(
    *, as_of: date, ids: Sequence[int] | None = None, known_at: datetime | None = None
) -> pl.DataFrame:
    """This will give everybody's last plan by a day: plan_id, customer_id, the plan's columns."""
    query = Plan.objects.filter(started_on__lte=as_of)
    if ids is not None and len(ids) <= 10 * FEW:
        query = query.filter(customer_id__in=list(ids))
    if known_at is not None:
        query = query.filter(created_at__lte=known_at)
    found = rows.frame(query.order_by(), COLUMNS).rename({"pk": "plan_id"})
    return found.sort("customer_id", "started_on").unique(
        "customer_id", keep="last", maintain_order=True
    )


def standing(
    *, as_of: date, ids: Sequence[int] | None = None, known_at: datetime | None = None
) -> pl.DataFrame:
    """This will say how far everybody's last plan is; plans of those who left say nothing.

    Gives customer_id, plan_id, started_on, total, done, late_days, progress.
    """
    plans = latest(as_of=as_of, ids=ids, known_at=known_at).filter(
        (pl.col("closed_as") != Plan.Closed.LEFT) | (pl.col("closed_on") > as_of)
    )
    judged = theory.progress(milestones(plans, as_of=as_of, known_at=known_at), as_of=as_of)
    return plans.select("customer_id", "plan_id", "started_on").join(judged, on="plan_id")
