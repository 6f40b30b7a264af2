"""Upkeep of the event lake, in the small hours."""

from django_tasks import task

from posvenda.commerce import usage


@task()
def compact() -> int:
    """This will rewrite months kept in many small files as one file each."""
    return usage.lake().compact()
