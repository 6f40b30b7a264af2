"""Doors of the job loop: after each sheet the history moves on, and late facts are looked for."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from django.db.models import QuerySet
from django_tasks import task

from posvenda.base import announcements, clock, jobs
from posvenda.base.models import Announcement
from posvenda.customers import jobs as sheet_jobs
from posvenda.customers import sheet
from posvenda.success.journey import crossings, history, late, replaying
from posvenda.success.journey.models import Crossing, HistoryRun

REPLAY_SECONDS = 15
Kind = HistoryRun.Kind


def on_facts_built(news: Announcement) -> None:
    """This will have the history follow a new sheet."""
    jobs.enqueue_once(follow)


@task()
def follow() -> None:
    """This will bring history and crossings to the newest sheet, or begin the history."""
    step()


def step() -> int:
    """This will do the work of ``follow`` and give how many customers came into another stage."""
    now = clock.now()
    view = sheet.lazy(now=now)
    if view.built_at is None:
        return 0
    if not _is_ready():
        if not _unfinished().filter(ladder=replaying.label()).exists():
            replaying.begin(ends_on=view.as_of, now=now)
        jobs.enqueue_once(replay)
        return 0
    frame = view.frame.select(
        "customer_id", "stage.name", "stage.progress", "stage.reason"
    ).collect()
    frame = frame.rename(lambda name: name.removeprefix("stage."))
    frame = frame.rename({"name": "stage", "progress": "state"})
    entered = replaying.advance(frame, on=view.as_of, now=now)
    _announce(entered, now=now)
    in_stage = frame.filter(pl.col("stage").is_not_null())
    crossings.follow(
        in_stage, of=Crossing.Of.STAGE, on=view.as_of, now=now, texts=crossings.stage_texts()
    )
    return entered.height


@task(priority=jobs.AFTER_PEOPLE)
def replay() -> None:
    """This will work on the waiting replay for a few seconds; the timetable brings it back.

    Between two turns the processor is free for pages: the past can wait, people cannot.
    """
    was_whole = _unfinished().exists()
    replaying.turn(now=clock.now())
    if was_whole and not _unfinished().exists():
        jobs.enqueue_once(sheet_jobs.refresh)


@task()
def look_for_late() -> None:
    """This will replay the past of customers about whom something was learnt late."""
    seek(now=clock.now())


def seek(*, now: datetime) -> HistoryRun | None:
    """This will do the work of ``look_for_late`` and give the run that was put in the queue."""
    done = HistoryRun.objects.filter(kind__in=(Kind.REPLAY, Kind.LATE)).order_by("-id").first()
    covered = history.covered_to()
    if done is None or covered is None:
        return None
    found = late.learnt(after=done.created_at)
    if found is None:
        return None
    run = replaying.begin_late(
        None if found.customers is None else list(found.customers),
        since=found.since,
        ends_on=covered,
        now=now,
    )
    jobs.enqueue_once(replay)
    return run


def _is_ready() -> bool:
    """Whether the whole past is known under the ladder in force."""
    whole = HistoryRun.objects.filter(kind=Kind.REPLAY).order_by("-id").first()
    is_done = whole is not None and whole.finished_at is not None
    return is_done and whole is not None and whole.ladder == replaying.label()


def _unfinished() -> QuerySet[HistoryRun]:
    return HistoryRun.objects.filter(kind=Kind.REPLAY, finished_at=None)


def _announce(entered: pl.DataFrame, *, now: datetime) -> None:
    news = [
        (
            "stage.entered",
            row["customer_id"],
            {"stage": row["stage"], "before": row["before"], "on": row["on"].isoformat()},
        )
        for row in entered.filter(pl.col("stage") != "").iter_rows(named=True)
    ]
    announcements.announce_many(news, now=now)
