"""Tasks: what is still to be done for the customer."""

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.journeys.models import Task

FACTS = (
    Fact(
        "contact.open_tasks",
        Is.INTEGER,
        _("Open tasks"),
        _("Tasks for people here that are not done yet."),
        "contact",
        phrases={">=": _("open tasks: {value} or more"), "=": _("open tasks: {value}")},
    ),
)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will count the tasks that were written by then and not done."""
    tasks = evidence.rows(Task, happened="created_at", recorded="created_at", later=("done_at",))
    is_done = pl.col("done_at").is_not_null()
    if evidence.known_at is not None:
        is_done &= pl.col("done_at") <= evidence.known_at
    open_ = tasks.filter(~is_done)
    return open_.group_by("customer_id").agg(pl.len().cast(pl.Int64).alias("contact.open_tasks"))


PROVIDER = Provider("tasks", FACTS, compute, defaults={"contact.open_tasks": 0})
