"""Where one customer stands in the journey: stage since when, pace and why, its onboarding plan."""

from __future__ import annotations

from dataclasses import dataclass

from posvenda.insights.client.page import Subject
from posvenda.success import definitions
from posvenda.success.journey.board import Painter
from posvenda.success.plans.facts import PROGRESS
from posvenda.success.plans.models import Plan
from posvenda.ui import formats

BAND = {"on_track": "good", "behind": "warn", "stuck": "risk", "done": "good"}
SHOWN = ("stuck", "behind")


@dataclass(frozen=True)
class Standing:
    """The pace in the stage in words, and the plan with how far it is."""

    word: str
    band: str
    why: str
    limit: int | None
    plan: Plan | None
    plan_word: str
    plan_band: str
    done: str


def of(about: Subject, locale: str) -> Standing | None:
    """This will describe the pace and the plan; None where neither says anything."""
    row, rules = about.row, definitions.judgement()
    state = row.get("stage.progress")
    plan = Plan.objects.filter(customer=about.customer).order_by("-started_on").first()
    if state is None and plan is None:
        return None
    by = Painter(rules, about.catalogue, locale, about.as_of)
    progress = row.get("onboarding.progress")
    stage = row.get("stage.name")
    limits = [r.pace.limit_days for r in rules.stages.ladder.rules if r.stage == stage]
    return Standing(
        word=str(PROGRESS[state]) if state else "",
        band=BAND.get(state or "", ""),
        why=by.why(row) if state in SHOWN else "",
        limit=next((days for days in limits if days is not None), None),
        plan=plan,
        plan_word=str(PROGRESS[progress]) if progress else "",
        plan_band=BAND.get(progress or "", ""),
        done=formats.percent(row.get("onboarding.done_rate"), locale, digits=0),
    )
