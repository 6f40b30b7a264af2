"""Writes of plans by people: a milestone done or reopened, a link made or taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from posvenda.base import announcements, audit, clock
from posvenda.base.models import User
from posvenda.core.plans import CUSTOMER, PERSON
from posvenda.customers import actions as customers
from posvenda.customers import sheet
from posvenda.success.plans.models import Mark, Milestone, Plan, PlanLink

LONGEST_DAYS = 180


class NotTheirs(ValueError):
    """Raised when a customer's link asks to complete what is not the customer's to complete."""


class TooLong(ValueError):
    """Raised when a link is asked to live longer than a link may."""


@transaction.atomic
def complete(milestone: Milestone, *, by: User, now: datetime) -> bool:
    """This will have a person of ours complete a milestone; it says whether it was open."""
    customers.check([milestone.plan.customer], by=by)
    return _mark(milestone, is_done=True, via=PERSON, by=by, now=now)


@transaction.atomic
def reopen(milestone: Milestone, *, by: User, now: datetime) -> bool:
    """This will take a completion back; facts do not complete it again by themselves."""
    customers.check([milestone.plan.customer], by=by)
    return _mark(milestone, is_done=False, via=PERSON, by=by, now=now)


@transaction.atomic
def complete_by_customer(milestone: Milestone, *, link: PlanLink, now: datetime) -> bool:
    """This will have the customer complete its own milestone on the page of its link."""
    if milestone.plan_id != link.plan_id or milestone.by != CUSTOMER or not milestone.is_shown:
        raise NotTheirs
    return _mark(milestone, is_done=True, via=CUSTOMER, by=None, now=now, link=link)


@transaction.atomic
def share(plan: Plan, *, language: str, days: int, by: User, now: datetime) -> PlanLink:
    """This will make a link the customer can open for so many days."""
    customers.check([plan.customer], by=by)
    if not 0 < days <= LONGEST_DAYS:
        raise TooLong
    link = PlanLink.objects.create(
        plan=plan, language=language, created_at=now, by=by, expires_at=now + timedelta(days=days)
    )
    _record("plan.shared", plan, by=by, now=now, detail={"link": link.public_id, "days": days})
    return link


@transaction.atomic
def revoke(link: PlanLink, *, by: User, now: datetime) -> None:
    """This will have a link open nothing from now on."""
    customers.check([link.plan.customer], by=by)
    PlanLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now)
    _record("plan.unshared", link.plan, by=by, now=now, detail={"link": link.public_id})


def _mark(
    milestone: Milestone,
    *,
    is_done: bool,
    via: str,
    by: User | None,
    now: datetime,
    link: PlanLink | None = None,
) -> bool:
    Plan.objects.select_for_update().get(pk=milestone.plan_id)
    last = milestone.marks.order_by("-id").first()
    if (last is not None and last.is_done) == is_done:
        return False
    on = clock.day_of(now)
    Mark.objects.create(milestone=milestone, is_done=is_done, on=on, at=now, via=via, by=by)
    plan = milestone.plan
    if not is_done and plan.closed_as == Plan.Closed.DONE:
        Plan.objects.filter(pk=plan.pk).update(closed_on=None, closed_as="")
    verb = "milestone.done" if is_done else "milestone.reopened"
    detail = {"key": milestone.key, "via": via} | ({"link": link.public_id} if link else {})
    _record(verb, plan, by=by, now=now, detail=detail)
    payload = {"milestone": milestone.pk, "key": milestone.key, "via": via}
    announcements.announce(verb, now=now, customer_id=plan.customer_id, payload=payload)
    sheet.touch([plan.customer_id], now=now)
    return True


def _record(
    verb: str, plan: Plan, *, by: User | None, now: datetime, detail: Mapping[str, Any]
) -> None:
    about = f"customer:{plan.customer.public_id}"
    audit.record(verb, about=about, by=by, now=now, detail={"plan": plan.public_id, **detail})
