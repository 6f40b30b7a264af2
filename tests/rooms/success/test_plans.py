"""Onboarding plans begin once, follow facts and people, and tell who falls behind."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from posvenda.base.models import Announcement, Audit, User
from posvenda.commerce import texts
from posvenda.core.shapes import ShapeError
from posvenda.customers import sheet, timeline
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.journey.models import Crossing
from posvenda.success.plans import actions, links, queries, template
from posvenda.success.plans.models import Mark, Milestone, Plan
from tests.rooms import town

pytestmark = pytest.mark.django_db
Night = Callable[[datetime], None]
DAY = timedelta(days=1)
TODAY = date(2026, 6, 16)


@pytest.fixture
def ana(now: datetime, csm: User) -> Customer:
    """Signed ten days ago; another customer is older."""
    definitions.install("saas", now=now)
    old = town.company("Velha", owner=csm)
    town.contract(old, reais_a_month=100, starts=date(2025, 1, 10), ends=date(2027, 1, 10))
    found = town.company("Ana Ltda", owner=csm, since=TODAY - 10 * DAY)
    town.contract(found, reais_a_month=100, starts=TODAY - 10 * DAY, ends=date(2027, 6, 6))
    return found


def test_a_plan_begins_once_for_who_is_in_onboarding(
    ana: Customer, now: datetime, night: Night
) -> None:
    night(now)
    night(now)
    plan = Plan.objects.get()
    assert (plan.customer, plan.started_on) == (ana, TODAY - 10 * DAY)
    assert plan.milestones.count() == 9
    assert Announcement.objects.filter(kind="plan.started", customer_ref=ana.pk).count() == 1
    row = sheet.row(ana.pk, now=now)
    assert row is not None
    assert (row["onboarding.day"], row["onboarding.progress"]) == (10, "on_track")
    assert row["onboarding.done_rate"] == 0


def test_what_was_due_before_the_plan_was_made_gets_a_week(
    ana: Customer, now: datetime, night: Night
) -> None:
    night(now)
    due = dict(Milestone.objects.values_list("key", "due_on"))
    assert due["kickoff"] == TODAY + 7 * DAY
    assert due["access"] == TODAY + 4 * DAY


def test_a_milestone_completes_by_its_fact_and_a_reopened_one_stays_open(
    ana: Customer, now: datetime, night: Night, csm: User
) -> None:
    _use_other_facts(now)
    night(now)
    paid = Milestone.objects.get(key="paid")
    mark = paid.marks.get()
    assert (mark.is_done, mark.via, mark.on) == (True, "fact", TODAY)
    assert actions.reopen(paid, by=csm, now=now)
    assert not actions.reopen(paid, by=csm, now=now)
    night(now + DAY)
    assert [m.is_done for m in paid.marks.order_by("id")] == [True, False]


def test_a_plan_with_nothing_open_is_done_and_reopening_opens_it(
    ana: Customer, now: datetime, night: Night, csm: User
) -> None:
    _use_other_facts(now)
    night(now)
    talk = Milestone.objects.get(key="talk")
    assert actions.complete(talk, by=csm, now=now)
    assert not actions.complete(talk, by=csm, now=now)
    night(now + DAY)
    plan = Plan.objects.get()
    assert (plan.closed_as, plan.closed_on) == ("done", TODAY + DAY)
    assert Announcement.objects.filter(kind="plan.done", customer_ref=ana.pk).count() == 1
    talk.refresh_from_db()
    assert actions.reopen(Milestone.objects.get(key="talk"), by=csm, now=now + DAY)
    assert Plan.objects.get().closed_on is None
    verbs = set(Audit.objects.values_list("verb", flat=True))
    assert {"milestone.done", "milestone.reopened"} <= verbs


def test_a_milestone_past_its_day_is_behind_then_stuck_each_told_once(
    ana: Customer, now: datetime, night: Night
) -> None:
    night(now)
    for days in (8, 9, 19, 20):
        night(now + days * DAY)
    found = Crossing.objects.filter(of="plan", customer=ana).order_by("id")
    assert list(found.values_list("state", flat=True)) == ["behind", "stuck"]
    row = sheet.row(ana.pk, now=now + 20 * DAY)
    assert row is not None
    assert row["onboarding.progress"] == "stuck"


def test_the_plan_of_a_past_day_is_as_it_was(
    ana: Customer, now: datetime, night: Night, csm: User
) -> None:
    night(now)
    actions.complete(Milestone.objects.get(key="kickoff"), by=csm, now=now + 2 * DAY)
    before, after = (queries.standing(as_of=TODAY + n * DAY)["done"].item() for n in (1, 2))
    assert (before, after) == (0, 1)
    unknown = queries.standing(as_of=TODAY + 2 * DAY, known_at=now + DAY)
    assert unknown["done"].item() == 0


def test_a_plan_ends_when_the_customer_leaves(ana: Customer, now: datetime, night: Night) -> None:
    night(now)
    later = now + 400 * DAY
    night(later)
    assert Plan.objects.get().closed_as == "left"
    row = sheet.row(ana.pk, now=later)
    assert row is not None
    assert row["onboarding.progress"] is None


def test_a_colleague_outside_the_book_and_a_viewer_change_nothing(
    ana: Customer, now: datetime, night: Night, viewer: User
) -> None:
    night(now)
    stranger = User.objects.create_user("x@contaflux.example", "uma senha longa", name="X")
    for who in (viewer, stranger):
        with pytest.raises(PermissionDenied):
            actions.complete(Milestone.objects.get(key="kickoff"), by=who, now=now)
        with pytest.raises(PermissionDenied):
            actions.share(Plan.objects.get(), language="pt-br", days=9, by=who, now=now)
    assert not Mark.objects.exists()


def test_a_link_opens_until_it_ends_or_is_taken_back(
    ana: Customer, now: datetime, night: Night, csm: User
) -> None:
    night(now)
    plan = Plan.objects.get()
    link = actions.share(plan, language="en", days=10, by=csm, now=now)
    text = links.token(link)
    assert links.opened(text, now=now) == link
    assert links.opened(text, now=now + 10 * DAY) is None
    assert links.opened(text[:-1] + ("a" if text[-1] != "a" else "b"), now=now) is None
    assert links.opened(link.public_id, now=now) is None
    actions.revoke(link, by=csm, now=now)
    assert links.opened(text, now=now) is None
    for days in (0, 181):
        with pytest.raises(actions.TooLong):
            actions.share(plan, language="en", days=days, by=csm, now=now)


def test_the_customer_completes_only_what_is_its_own(
    ana: Customer, now: datetime, night: Night, csm: User
) -> None:
    night(now)
    plan = Plan.objects.get()
    link = actions.share(plan, language="en", days=10, by=csm, now=now)
    own, ours = (plan.milestones.get(key=key) for key in ("access", "kickoff"))
    with pytest.raises(actions.NotTheirs):
        actions.complete_by_customer(ours, link=link, now=now)
    assert actions.complete_by_customer(own, link=link, now=now)
    assert own.marks.get().via == "customer"
    assert Audit.objects.get(verb="milestone.done").by is None
    titles = [e.title for e in timeline.stretch(ana, now=now + DAY).entries]
    assert "Marco concluído" in titles


def test_a_wrong_template_is_refused_with_its_path(now: datetime, db: None) -> None:
    with pytest.raises(ShapeError, match=r"milestones\[0\]\.when"):
        texts.publish(template.KIND, _TEXT.replace("contract.mrr", "no.fact"), by=None, now=now)


_TEXT = """
name: short
starts: onboarding
milestones:
  - {key: paid, name: Pays, due: 3, by: fact, when: contract.mrr > 0}
  - {key: talk, name: Talk, due: 9}
"""


def _use_other_facts(now: datetime) -> None:
    texts.publish(template.KIND, _TEXT, by=None, now=now)
