"""Doors of the job loop: freezing what people could see."""

from datetime import date

import polars as pl
from django.db import transaction
from django_tasks import task

from posvenda.base import clock, jobs, rows
from posvenda.base.models import Announcement
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.models import HealthShown

COLUMNS = ("customer_id", "on", "score", "band", "stage", "card")


def on_facts_built(news: Announcement) -> None:
    """This will have the health of the day frozen after a sheet is built."""
    jobs.enqueue_once(freeze)


@task()
def freeze() -> None:
    """This will freeze the health the newest sheet shows."""
    view = sheet.lazy(now=clock.now())
    freeze_shown(view.frame, on=view.as_of)


def freeze_shown(frame: pl.LazyFrame, *, on: date) -> int:
    """This will keep each customer's first known health of a day and say how many were written.

    Running it again changes nothing: what people saw first on a day stands. A customer without a
    score is left out; no row means unknown.
    """
    label = definitions.judgement().label
    known = (
        frame.filter(pl.col("health.score").is_not_null())
        .select("customer_id", "health.score", "health.band", "stage.name")
        .collect()
    )
    frozen = HealthShown.objects.filter(on=on).values_list("customer_id", flat=True)
    fresh = known.filter(~pl.col("customer_id").is_in(list(frozen)))
    for part in fresh.iter_slices(rows.CHUNK):
        with transaction.atomic():
            rows.insert(
                HealthShown,
                ("customer", *COLUMNS[1:]),
                (
                    (customer, on, score, band, stage or "", label)
                    for customer, score, band, stage in part.iter_rows()
                ),
                ignore=True,
            )
    return fresh.height
