"""Plans follow the facts: they begin, their milestones complete by themselves, they close."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
from django.db import transaction

from posvenda.base import announcements, clock, rows
from posvenda.core import plans as theory
from posvenda.core.conditions import check, expression, parse, to_text
from posvenda.core.facts import Catalogue
from posvenda.core.plans import DONE, FACT, Template
from posvenda.customers import sheet
from posvenda.customers.models import public_id
from posvenda.customers.sheet import SheetView
from posvenda.success.journey import crossings
from posvenda.success.journey.models import Crossing
from posvenda.success.plans import queries, template
from posvenda.success.plans.models import Mark, Milestone, Plan
from posvenda.success.plans.words import late_texts
from posvenda.success.texts import LANGUAGES, in_language

PLAN = ("public_id", "customer", "template", "label", "started_on", "days", "behind_after",
        "stuck_after", "created_at", "closed_as")  # fmt: skip
GRACE = timedelta(days=7)
MILESTONE = ("plan", "place", "key", "name", "help", "due_on", "by", "when", "is_shown")


def follow(view: SheetView, *, screen: tuple[str, ...], now: datetime) -> set[int]:
    """This will bring all plans to the day of a sheet and give the customers whose plan changed."""
    told = template.in_force()
    changed: set[int] = set()
    if told is not None:
        changed |= _begin(view, told, now=now)
    changed |= _complete(view, now=now)
    changed |= _close(view, screen, now=now)
    _cross(view.as_of, now=now)
    if changed:
        with transaction.atomic():
            sheet.stale(sorted(changed), now=now)
    return changed


def _begin(view: SheetView, told: Template, *, now: datetime) -> set[int]:
    """Who is in the stage and has no plan of this stay gets one, from the day it came in."""
    inside = (
        view.frame.filter(
            (pl.col("stage.name") == told.starts) & pl.col("stage.since").is_not_null()
        )
        .select("customer_id", pl.col("stage.since").alias("since"))
        .collect()
    )
    has = queries.latest(as_of=view.as_of, ids=inside["customer_id"].to_list())
    fresh = (
        inside.join(
            has.select("customer_id", "started_on", "closed_on"), on="customer_id", how="left"
        )
        .filter(
            pl.col("started_on").is_null()
            | (pl.col("closed_on").is_not_null() & (pl.col("started_on") < pl.col("since")))
        )
        .sort("customer_id")
    )
    with transaction.atomic():
        write(list(fresh.select("customer_id", "since").iter_rows()), told, now=now)
    return set(fresh["customer_id"].to_list())


def write(
    starts: list[tuple[int, date]], told: Template, *, now: datetime, is_history: bool = False
) -> None:
    """This will begin plans: customer and first day. Plans of the past keep all their days."""
    label, name = _texts(told.label), template.label()
    terms = (told.days, told.behind_after, told.stuck_after)
    ids = [public_id() for _each in starts]
    rows.insert(
        Plan,
        PLAN,
        (
            (public, customer, name, label, since, *terms, now, "")
            for public, (customer, since) in zip(ids, starts, strict=True)
        ),
        ignore=True,
    )
    made = dict(_in_parts(ids))
    begun = [
        (made[public], *start) for public, start in zip(ids, starts, strict=True) if public in made
    ]
    rows.insert(
        Milestone,
        MILESTONE,
        (
            (plan, place, each.key, _texts(each.name), _texts(each.help),
             _due(since, each.due, None if is_history else now), each.by, _when(each), each.shown)
            for plan, _customer, since in begun
            for place, each in enumerate(told.milestones)
        ),
    )  # fmt: skip
    announcements.announce_many(
        (("plan.started", customer, {"plan": plan}) for plan, customer, _since in begun), now=now
    )


def _due(since: date, days: int, now: datetime | None) -> date:
    """A plan made in the middle of an onboarding gives a week to what would be past by then."""
    due = since + timedelta(days=days)
    made_on = since if now is None else clock.day_of(now)
    return due if due >= made_on or since >= made_on else made_on + GRACE


def _in_parts(ids: list[str]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for start in range(0, len(ids), 500):
        part = Plan.objects.filter(public_id__in=ids[start : start + 500])
        found.extend(part.values_list("public_id", "pk"))
    return found


def _complete(view: SheetView, *, now: datetime) -> set[int]:
    """Open milestones whose condition holds are done today; what a person reopened is theirs."""
    plans = _open(view.as_of)
    waiting = queries.milestones(plans, as_of=view.as_of).filter(
        (pl.col("by") == FACT) & ~pl.col("is_marked")
    )
    if waiting.is_empty():
        return set()
    waiting = waiting.join(plans.select("plan_id", "customer_id"), on="plan_id")
    ids = waiting["customer_id"].unique().to_list()
    asked = view.frame.filter(pl.col("customer_id").is_in(ids)).collect()
    catalogue = sheet.catalogue()
    done = [
        waiting.filter((pl.col("when") == when) & pl.col("customer_id").is_in(holders))
        for (when,) in waiting.select("when").unique().iter_rows()
        if (holders := _holders(when, asked, catalogue, view.as_of))
    ]
    if not done:
        return set()
    found = pl.concat(done).sort("milestone_id")
    with transaction.atomic():
        rows.insert(
            Mark,
            ("milestone", "is_done", "on", "at", "via"),
            ((each, True, view.as_of, now, FACT) for each in found["milestone_id"]),
        )
        pairs = found.select("customer_id", "milestone_id", "key").iter_rows()
        announcements.announce_many(
            (
                ("milestone.done", customer, {"milestone": each, "key": key, "via": FACT})
                for customer, each, key in pairs
            ),
            now=now,
        )
    return set(found["customer_id"].to_list())


def _holders(when: str, asked: pl.DataFrame, catalogue: Catalogue, as_of: date) -> list[int]:
    """Who meets a condition; one whose fact is gone is met by nobody."""
    condition = parse(when)
    if check(condition, catalogue):
        return []
    holds = expression(condition, catalogue, as_of=as_of)
    return asked.filter(holds)["customer_id"].to_list()


def _close(view: SheetView, screen: tuple[str, ...], *, now: datetime) -> set[int]:
    """A plan ends when nothing is open, or when the customer left the stages of the screen.

    Who is paused, or comes later, has not left.
    """
    plans = _open(view.as_of)
    stages = view.frame.select("customer_id", "stage.name", "contract.status").collect()
    judged = queries.standing(as_of=view.as_of).select("plan_id", "progress")
    known = plans.join(stages, on="customer_id", how="left").join(judged, on="plan_id")
    is_done = pl.col("progress") == DONE
    is_away = pl.col("contract.status").is_in(["paused", "coming"])
    has_left = ~(pl.col("stage.name").is_in(list(screen)) | is_away).fill_null(value=False)
    done = known.filter(is_done)
    left = known.filter(~is_done & has_left)
    with transaction.atomic():
        for found, how in ((done, Plan.Closed.DONE), (left, Plan.Closed.LEFT)):
            for part in found.iter_slices(500):
                ids = part["plan_id"].to_list()
                Plan.objects.filter(pk__in=ids, closed_on=None).update(
                    closed_on=view.as_of, closed_as=how
                )
        pairs = done.select("customer_id", "plan_id").iter_rows()
        announcements.announce_many(
            (("plan.done", customer, {"plan": plan}) for customer, plan in pairs), now=now
        )
    return {*done["customer_id"].to_list(), *left["customer_id"].to_list()}


def _open(as_of: date) -> pl.DataFrame:
    return queries.latest(as_of=as_of).filter(pl.col("closed_on").is_null())


def _cross(on: date, *, now: datetime) -> None:
    """Who fell behind with a plan, got stuck, or is on track again."""
    plans = _open(on)
    judged = queries.standing(as_of=on).join(plans.select("plan_id"), on="plan_id", how="semi")
    states = judged.select(
        "customer_id",
        pl.lit("").alias("stage"),
        pl.col("progress").replace({DONE: None}).alias("state"),
        pl.col("late_days").cast(pl.String).alias("reason"),
    )
    texts = late_texts(int(judged["late_days"].max() or 0))  # type: ignore[arg-type]
    crossings.follow(states, of=Crossing.Of.PLAN, on=on, now=now, texts=texts)


def _texts(text: object) -> dict[str, str]:
    """A text in every language, to be kept with the plan."""
    return {language: in_language(text, language) for language in LANGUAGES} if text else {}


def _when(each: theory.Milestone) -> str:
    return "" if each.when is None else to_text(each.when)
