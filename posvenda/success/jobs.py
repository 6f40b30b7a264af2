"""Doors of the job loop: freezing what people could see, last scores, signals of the rules."""

from datetime import date

import polars as pl
from django.db import transaction
from django_tasks import task

from posvenda.base import clock, jobs, rows
from posvenda.base.models import Announcement
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.cards import farewells, frozen, raising
from posvenda.success.models import HealthShown

COLUMNS = ("on", "score", "band", "stage", "card", "coverage", "parts")


def on_facts_built(news: Announcement) -> None:
    """This will have the health of the day frozen and signals raised after a sheet is built."""
    jobs.enqueue_once(freeze)
    jobs.enqueue_once(signals)


@task()
def freeze() -> None:
    """This will freeze the health the newest sheet shows, and the last one of whoever left."""
    now = clock.now()
    view = sheet.lazy(now=now)
    freeze_shown(view.frame, on=view.as_of)
    remaining = farewells.say(view.frame, now=now)
    if remaining:
        jobs.enqueue_once(freeze)


@task()
def signals() -> None:
    """This will raise and close the signals of the rules by the newest sheet."""
    now = clock.now()
    view = sheet.lazy(now=now)
    raising.raise_all(view.frame, as_of=view.as_of, now=now)


def freeze_shown(frame: pl.LazyFrame, *, on: date) -> int:
    """This will keep each customer's first known health of a day and say how many were written.

    Running it again changes nothing: what people saw first on a day stands. A customer without a
    score is left out, and so is one whose score is frozen; no row means unknown.
    """
    cards = definitions.cards()
    titles = {card.name: card.title for card in cards.cards}
    known = (
        frame.filter(pl.col("health.score").is_not_null() & pl.col("health.frozen_on").is_null())
        .select(
            "customer_id",
            "health.score",
            "health.band",
            "stage.name",
            pl.col("health.card").replace_strict(titles, default=cards.card.title),
            "health.coverage_rate",
            frozen.written(cards).alias("parts"),
        )
        .collect()
    )
    held = HealthShown.objects.filter(on=on).values_list("customer_id", flat=True)
    fresh = known.filter(~pl.col("customer_id").is_in(list(held)))
    for part in fresh.iter_slices(rows.CHUNK):
        with transaction.atomic():
            rows.insert(
                HealthShown,
                ("customer", *COLUMNS),
                (
                    (customer, on, score, band, stage or "", *rest)
                    for customer, score, band, stage, *rest in part.iter_rows()
                ),
                ignore=True,
            )
    return fresh.height
