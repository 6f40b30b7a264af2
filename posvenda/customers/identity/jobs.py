"""Looking for pairs that may be one customer: every night, after an import, or when asked."""

from django_tasks import task

from posvenda.base import clock
from posvenda.base import jobs as schedule
from posvenda.base.models import Announcement
from posvenda.customers.identity import proposals


@task()
def find() -> int:
    """This will look through all customers and keep the pairs for people to decide."""
    return proposals.find(now=clock.now())


def look() -> None:
    """This will put the search in the queue, once."""
    schedule.enqueue_once(find)


def on_import(news: Announcement) -> None:
    """This will look again after an import."""
    look()
