"""What was planted in a town: who is at risk and why, since when, and what ought to be seen."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Cause(StrEnum):
    """Why a customer is as it is."""

    USAGE_DECLINE = "usage_decline"
    CHAMPION_LEFT = "champion_left"
    TICKETS_PILING = "tickets_piling"
    DETRACTOR = "detractor"
    ONBOARDING_STALLED = "onboarding_stalled"
    EXPANSION_READY = "expansion_ready"
    PROMOTER = "promoter"
    HEALTHY = "healthy"
    CHURNED = "churned"
    LAPSING = "lapsing"
    LAPSED = "lapsed"
    LATE_DELIVERY = "late_delivery"
    MOVED = "moved_by_the_house"
    NO_SHOW = "no_show"
    DUE = "due"
    LOYAL = "loyal"
    NEW = "new"


class Severity(StrEnum):
    """How far it went: the band that the product should show, or gone, or too early to say."""

    RISK = "risk"
    WARN = "warn"
    GOOD = "good"
    GONE = "gone"
    EARLY = "early"


@dataclass(frozen=True)
class Planted:
    """One customer's planted truth; of those who left also why, and when it was decided."""

    customer: str
    cause: Cause
    severity: Severity
    since: date
    reason: Cause | None = None
    decided: date | None = None
