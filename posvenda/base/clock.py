"""The clock: the only place that reads it. Everybody else receives the time as an argument."""

import os
from datetime import UTC, date, datetime

from django.utils import timezone


def now() -> datetime:
    """This will give the present moment in UTC (or the instant POSVENDA_NOW, when it is set)."""
    fixed = os.environ.get("POSVENDA_NOW")
    if fixed:
        moment = datetime.fromisoformat(fixed)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """This will give the calendar day of a moment in the company's time zone."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def start_of(day: date) -> datetime:
    """This will give the first instant of a day in the company's time zone, in UTC."""
    local = datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
    return local.astimezone(UTC)
