"""When a source is read next: every so many minutes, or each day at an hour; after failures later.

After the n-th failure in a row it waits 5 minutes times 2 to the n−1, at least its own pause and at
most a day.
"""

from datetime import datetime, timedelta

from posvenda.api.models import Source
from posvenda.base import jobs

FIRST = timedelta(minutes=5)
LONGEST = timedelta(days=1)
ALARM = 3


def next_after(source: Source, now: datetime) -> datetime:
    """This will give the next reading after a moment."""
    if source.at_hour is not None:
        due: datetime = jobs.daily_at(source.at_hour)(now)
        return due
    return now + timedelta(minutes=source.every_minutes or 60)


def after_failure(source: Source, failures: int, now: datetime) -> datetime:
    """This will give the next try after so many failures in a row."""
    pause = min(FIRST * (1 << min(failures - 1, 12)), LONGEST)
    if source.at_hour is None:
        pause = min(max(pause, timedelta(minutes=source.every_minutes or 60)), LONGEST)
    return now + pause


def is_alarm(source: Source) -> bool:
    """This will say whether a source failed so often that somebody should look."""
    return source.failures >= ALARM and source.paused_at is None
