"""What plans know about a customer: how far its onboarding is, and its day."""

import polars as pl
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posvenda.core.facts import Fact, Kind
from posvenda.core.plans import DONE
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.success.journey.facts import ONBOARDING, STATES
from posvenda.success.plans import queries

PROGRESS = {**STATES, DONE: pgettext_lazy("plan", "Done")}
FACTS = (
    Fact(
        "onboarding.progress",
        Kind.CHOICE,
        _("Onboarding plan"),
        _("On track, behind, stuck or done, by the milestones of the last onboarding plan."),
        ONBOARDING,
        choices=PROGRESS,
        phrases={"=": _("onboarding plan: {value}"), "in": _("onboarding plan: {value}")},
    ),
    Fact(
        "onboarding.done_rate",
        Kind.RATE,
        _("Milestones done"),
        _("Completed milestones of the onboarding plan, out of all."),
        ONBOARDING,
        phrases={"<": _("fewer than {value} of the milestones done")},
        higher_is="better",
    ),
    Fact(
        "onboarding.day",
        Kind.DAYS,
        _("Day of the onboarding"),
        _("Days since the onboarding plan began, while it is not done."),
        ONBOARDING,
    ),
    Fact(
        "onboarding.late_days",
        Kind.DAYS,
        _("Milestone late by"),
        _("Days since the open milestone that is late the longest was due; 0 when none is late."),
        ONBOARDING,
        phrases={">": _("a milestone is late by more than {value}")},
        higher_is="worse",
    ),
)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will say how far each onboarding is. Gives onboarding.* of plans."""
    found = queries.standing(as_of=evidence.as_of, ids=evidence.ids, known_at=evidence.known_at)
    day = (pl.lit(evidence.as_of, pl.Date) - pl.col("started_on")).dt.total_days()
    return found.select(
        "customer_id",
        pl.col("progress").alias("onboarding.progress"),
        (pl.col("done") / pl.col("total")).alias("onboarding.done_rate"),
        pl.when(pl.col("progress") != DONE).then(day).alias("onboarding.day"),
        pl.col("late_days").alias("onboarding.late_days"),
    )


PROVIDER = Provider("plans", FACTS, compute)
