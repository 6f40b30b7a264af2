"""Onboarding plans of the demo's new customers, with what their people have done so far.

A plan begins with the contract. Milestones of people and customers are done at the pace the town
planted: most a little before their day, some not at all.
"""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from posvenda.base import clock, rows
from posvenda.customers import sheet
from posvenda.demo.town import SEED, stream
from posvenda.success.plans import following, template
from posvenda.success.plans.models import Mark, Milestone

DONE_RATE = 0.8
EARLIEST, LATEST = -3, 4


def begin(*, now: datetime) -> int:
    """This will begin the plans of those in onboarding and complete what is done."""
    told = template.in_force()
    if told is None:
        return 0
    view = sheet.lazy(now=now)
    inside = view.frame.filter(
        (pl.col("stage.name") == told.starts) & pl.col("contract.first_started_on").is_not_null()
    )
    found = inside.select("customer_id", "contract.first_started_on").sort("customer_id").collect()
    starts = list(found.iter_rows())
    following.write(starts, told, now=now, is_history=True)
    _complete(clock.day_of(now))
    return len(starts)


def _complete(today: date) -> None:
    dice = stream(SEED, "milestones")
    marks = []
    for each in Milestone.objects.exclude(by=Milestone.By.FACT).order_by("plan_id", "place"):
        day = each.due_on + timedelta(days=dice.randint(EARLIEST, LATEST))
        if dice.random() < DONE_RATE and day <= today:
            at = datetime.combine(day, time(14, dice.randint(0, 59)), tzinfo=UTC)
            marks.append((each.pk, True, day, at, each.by))
    rows.insert(Mark, ("milestone", "is_done", "on", "at", "via"), marks)
