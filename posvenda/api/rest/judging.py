"""Facts and health as the customer page shows them: the same row, the same card, the same sum."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl
from django.utils import translation

from posvenda.core.health.card import rounded
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.insights.client import reasons


def facts_row(customer: Customer, *, now: datetime) -> tuple[Mapping[str, Any], date]:
    """This will give a customer's row of the newest sheet, empty where it has none, and its day."""
    view = sheet.lazy(now=now)
    found = view.frame.filter(pl.col("customer_id") == customer.pk).collect()
    return (found.row(0, named=True) if found.height else {}), view.as_of


def scored(row: Mapping[str, Any]) -> dict[str, Any]:
    """This will give the health of a row of the sheet, in whole points."""
    score, change = row.get("health.score"), row.get("health.change_30d")
    return {
        "customer": row.get("public_id"),
        "key": row.get("who.key"),
        "name": row.get("who.name"),
        "score": None if score is None else rounded(score),
        "band": row.get("health.band") or "unknown",
        "change_30d": None if change is None else rounded(change),
        "coverage": row.get("health.coverage_rate"),
        "stage": row.get("stage.name"),
    }


def explained(customer: Customer, row: Mapping[str, Any], *, as_of: date) -> dict[str, Any]:
    """This will give a customer's health with what every measure adds, as the page adds it up."""
    judged = reasons.explained(row)
    found, card = judged.found, judged.card
    told = scored(row) | {
        "customer": customer.public_id,
        "key": customer.key,
        "name": customer.name,
        "score": found.score,
        "band": found.band,
        "coverage": found.coverage,
    }
    language = translation.get_language() or "en"
    return told | {
        "as_of": as_of,
        "card": str(card.name),
        "start": found.start,
        "contributions": [
            {
                "group": line.group,
                "measure": str(line.measure),
                "fact": line.fact,
                "points": line.points,
                "change": line.change,
                "value": line.value,
                "why": _why(line.why, language),
            }
            for line in (*found.lines, *found.adjustments)
        ],
        "groups": [
            {
                "group": group.group,
                "label": str(group.label),
                "points": group.points,
                "change": group.change,
            }
            for group in found.groups
        ],
    }


def _why(words: Any, language: str) -> str | None:
    return None if words is None else str(words)
