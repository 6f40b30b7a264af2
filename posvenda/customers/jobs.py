"""Keeping the fact sheet fresh. The worker runs these; the lake is within its reach."""

from datetime import datetime, timedelta

from django_tasks import task

from posvenda.base import clock, jobs
from posvenda.base.models import Announcement
from posvenda.customers import patches, search, sheet
from posvenda.customers.models import Sheet, Stale, Touch

PATCH_SECONDS = 5
FOLD_EVERY = 600
FOLD_AT_ONCE = 200


def rebuild(now: datetime) -> int:
    """This will build today's sheet, put it on disk and give its number of customers.

    Called twice it only builds twice.
    """
    return sheet.refresh(now=now).rows


@task()
def refresh() -> int:
    """This will build today's sheet."""
    return rebuild(clock.now())


@task()
def fold() -> int:
    """This will take hand-made changes into the sheet when there are any, or a new day began."""
    now = clock.now()
    newest = Sheet.objects.order_by("-id").first()
    if newest is None or newest.as_of != clock.day_of(now):
        return rebuild(now)
    later = Touch.objects.filter(id__gt=newest.last_touch)
    is_due = later.count() >= FOLD_AT_ONCE or later.filter(
        at__lt=now - timedelta(seconds=FOLD_EVERY)
    )
    return rebuild(now) if is_due else 0


@task()
def patch() -> int:
    """This will lay the rows that a stream changed over the sheet."""
    return patches.lay(now=clock.now())


def is_stale() -> bool:
    """This will say whether a stream changed any row."""
    return Stale.objects.exists()


@task()
def find() -> int:
    """This will write the search index anew."""
    return search.index_all()


def on_import(news: Announcement) -> None:
    """This will have imported customers found by search."""
    jobs.enqueue_once(find)


def on_news(news: Announcement) -> None:
    """This will have the sheet rebuilt after an import or a new version of the rules."""
    jobs.enqueue_once(refresh)
