"""Door of the job loop: plans follow every new sheet."""

from django_tasks import task

from posvenda.base import clock, jobs
from posvenda.base.models import Announcement
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.plans import following


def on_facts_built(news: Announcement) -> None:
    """This will have plans follow a new sheet."""
    jobs.enqueue_once(follow)


@task()
def follow() -> int:
    """This will bring all plans to the newest sheet and give how many changed."""
    now = clock.now()
    view = sheet.lazy(now=now)
    if view.built_at is None:
        return 0
    screen = definitions.judgement().stages.screen
    return len(following.follow(view, screen=screen, now=now))
