"""Were the stated chances right: outcomes written beside predictions once their time has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import transaction
from django.db.models import Avg, Case, Count, F, FloatField, Q, When

from posvenda.base import clock, rows
from posvenda.success.backtest.models import Prediction

PART = 5_000


@dataclass(frozen=True)
class Matured:
    """Chances of one day whose outcome is in: how many, what was said, what came, the Brier."""

    as_of: date
    model: str
    count: int
    said: float
    came: float
    brier: float


def is_due(*, now: datetime) -> bool:
    """This will say whether any chance waits for an outcome that is in by now."""
    return Prediction.objects.filter(scored_at=None, due_on__lt=clock.day_of(now)).exists()


def score_due(*, now: datetime) -> int:
    """This will score every chance whose horizon has passed; gives how many."""
    from posvenda.commerce.decisions import decisions  # NumPy: not at the start of the web process

    today = clock.day_of(now)
    waiting = Prediction.objects.filter(scored_at=None, due_on__lt=today)
    asked = rows.frame(waiting.order_by(), ("pk", "customer_id", "as_of", "due_on"))
    if asked.is_empty():
        return 0
    left = decisions(until=today).spells.filter(pl.col("left_on").is_not_null())
    came = asked.join(left.select("customer_id", "left_on"), on="customer_id", how="inner")
    is_within = (pl.col("left_on") > pl.col("as_of")) & (pl.col("left_on") <= pl.col("due_on"))
    gone = came.filter(is_within)["pk"].unique().to_list()
    stayed = sorted(set(asked["pk"].to_list()) - set(gone))
    for has_left, ids in ((True, sorted(gone)), (False, stayed)):
        for start in range(0, len(ids), PART):
            with transaction.atomic():
                part = Prediction.objects.filter(pk__in=ids[start : start + PART])
                part.update(left=has_left, scored_at=now)
    return asked.height


def matured(limit: int = 6) -> list[Matured]:
    """This will compare what was said with what came, the newest days first."""
    error = F("chance") - Case(When(left=True, then=1.0), default=0.0, output_field=FloatField())
    found = (
        Prediction.objects.exclude(left=None)
        .values("as_of", "model")
        .annotate(
            count=Count("pk"),
            said=Avg("chance"),
            gone=Count("pk", filter=Q(left=True)),
            brier=Avg(error * error, output_field=FloatField()),
        )
        .order_by("-as_of", "model")[:limit]
    )
    return [
        Matured(
            as_of=row["as_of"],
            model=row["model"],
            count=row["count"],
            said=row["said"],
            came=row["gone"] / row["count"],
            brier=row["brier"],
        )
        for row in found
    ]
