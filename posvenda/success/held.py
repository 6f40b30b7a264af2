"""What this room holds about a customer."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from posvenda.customers.holdings import Holding
from posvenda.success.cards import held as cards
from posvenda.success.coverage.models import ChampionGone
from posvenda.success.models import (
    Crossing,
    HealthShown,
    Mark,
    Milestone,
    Plan,
    PlanLink,
    Prediction,
    StageChange,
)


def same_start(source: int, target: int) -> Collection[int]:
    """Plans that began on a day on which the other customer has one, too, stay where they are."""
    days = Plan.objects.filter(customer_id=target).values("started_on")
    same = Plan.objects.filter(customer_id=source, started_on__in=days)
    return set(same.values_list("pk", flat=True))


HOLDINGS = (
    Holding(
        model=HealthShown,
        label=_("Health as it was shown"),
        exported=("on", "score", "band", "stage"),
        is_moved=False,
    ),
    Holding(
        model=StageChange,
        label=_("Stages of the past"),
        exported=("on", "stage", "before", "recorded_at", "superseded_at"),
        is_moved=False,
    ),
    Holding(
        model=Crossing,
        label=_("Behind and stuck"),
        exported=("of", "on", "stage", "state", "reason"),
        is_moved=False,
    ),
    Holding(
        model=Plan,
        label=_("Onboarding plans"),
        exported=("template", "started_on", "closed_on", "closed_as"),
        stays=same_start,
        shown=lambda row: f"{row.template} · {row.started_on}",
    ),
    Holding(
        model=Milestone,
        label=_("Milestones"),
        by="",
        find=lambda ids: Milestone.objects.filter(plan__customer_id__in=list(ids)),
        exported=("key", "name", "due_on", "by"),
        is_moved=False,
    ),
    Holding(
        model=Mark,
        label=_("Milestones done and reopened"),
        by="",
        find=lambda ids: Mark.objects.filter(milestone__plan__customer_id__in=list(ids)),
        exported=("is_done", "on", "at", "via"),
        is_moved=False,
    ),
    Holding(
        model=PlanLink,
        label=_("Links of onboarding plans"),
        by="",
        find=lambda ids: PlanLink.objects.filter(plan__customer_id__in=list(ids)),
        exported=("created_at", "expires_at", "revoked_at", "seen_at", "visits"),
        is_moved=False,
    ),
    Holding(
        model=Prediction,
        label=_("Stated chance of leaving"),
        exported=("as_of", "due_on", "model", "score", "chance", "left"),
        is_moved=False,
    ),
    *cards.HOLDINGS,
    Holding(
        model=ChampionGone,
        label=_("Champions who are gone"),
        exported=("how", "on"),
    ),
)
