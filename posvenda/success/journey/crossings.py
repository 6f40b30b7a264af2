"""Crossings of pace: the day somebody fell behind, got stuck, or is on track again; told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Max

from posvenda.base import announcements, rows
from posvenda.core.pace import ON_TRACK, STATES
from posvenda.success.journey.facts import reasons
from posvenda.success.journey.models import Crossing
from posvenda.success.texts import LANGUAGES, in_language

COLUMNS = ("customer", "of", "on", "at", "stage", "state", "reason", "is_first")


def follow(
    now_: pl.DataFrame, *, of: str, on: date, now: datetime, texts: Mapping[str, Any]
) -> pl.DataFrame:
    """This will keep who crossed since the last time, announce it, and give them.

    Reads customer_id, stage, state and reason (a code of ``texts``). Before the first crossing of
    all nobody is told: that everybody begins somewhere is no news.
    """
    is_first = not Crossing.objects.filter(of=of).exists()
    before = last(of).rename({"state": "was", "stage": "was_in"})
    state = pl.col("state").fill_null(ON_TRACK)
    crossed = (
        now_.with_columns(state)
        .join(before, on="customer_id", how="left")
        .with_columns(pl.col("was").fill_null(ON_TRACK), pl.col("was_in").fill_null(""))
        .filter(
            (state != pl.col("was")) | ((state != ON_TRACK) & (pl.col("stage") != pl.col("was_in")))
        )
        .sort("customer_id")
    )
    with transaction.atomic():
        rows.insert(
            Crossing,
            COLUMNS,
            (
                (
                    row["customer_id"],
                    of,
                    on,
                    now,
                    row["stage"],
                    row["state"],
                    _told(row, texts),
                    is_first,
                )
                for row in crossed.iter_rows(named=True)
            ),
        )
        if not is_first:
            announcements.announce_many(_news(crossed, of, on, texts), now=now)
    return crossed.select("customer_id", "stage", "state", "reason", "was")


def last(of: str) -> pl.DataFrame:
    """This will give everybody's last crossing: customer_id, stage, state."""
    newest = Crossing.objects.filter(of=of).order_by().values("customer").annotate(last=Max("id"))
    query = Crossing.objects.filter(pk__in=newest.values("last")).order_by()
    return rows.frame(query, ("customer_id", "stage", "state"))


def stage_texts() -> Mapping[str, Any]:
    """This will give the sentences of the ladder in force."""
    return reasons()


def _told(row: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, str]:
    """The sentence in every language, as the text was on that day."""
    text = texts.get(row["reason"] or "")
    if text is None:
        return {}
    return {language: in_language(text, language) for language in LANGUAGES}


def _news(
    crossed: pl.DataFrame, of: str, on: date, texts: Mapping[str, Any]
) -> Iterable[tuple[str, int, dict[str, Any]]]:
    for row in crossed.iter_rows(named=True):
        kind = f"progress.{row['state']}"
        assert row["state"] in STATES
        payload = {
            "of": of,
            "stage": row["stage"],
            "on": on.isoformat(),
            "before": row["was"],
            "reason": _told(row, texts),
        }
        yield kind, row["customer_id"], payload
