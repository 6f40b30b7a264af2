"""What another text of the stages would do today: who would stand elsewhere, who would be late."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from posvenda.core import lifecycle
from posvenda.core.facts import Catalogue
from posvenda.customers.sheet import SheetView
from posvenda.success.definitions import Stages


@dataclass(frozen=True)
class Move:
    """So many customers would go from one stage to another."""

    start: str
    goal: str
    count: int


@dataclass(frozen=True)
class Preview:
    """The difference a text makes: moves, and how many would change pace."""

    customers: int
    moved: int
    moves: tuple[Move, ...]
    stuck_before: int
    stuck_after: int


def preview(
    view: SheetView, draft: Stages, current: Stages, catalogue: Catalogue, frame: pl.LazyFrame
) -> Preview:
    """This will judge today's sheet by a draft and compare it with what is in force.

    Days in the stage are those of the stage in force; whoever moves would begin with none.
    """
    names = sorted({*draft.facts, "stage.name", "stage.days", "stage.progress", "customer_id"})
    there = frame.collect_schema()
    sheet = frame.select(name for name in names if name in there).collect()
    sheet = sheet.with_columns(
        pl.lit(None, catalogue[n].kind.dtype).alias(n) for n in names if n not in sheet.columns
    )
    staged = lifecycle.stage(sheet, draft.ladder, catalogue, as_of=view.as_of)
    both = sheet.with_columns(staged["stage"].alias("then"))
    is_same = pl.col("stage.name").eq_missing(pl.col("then"))
    both = both.with_columns(
        pl.when(is_same).then("stage.days").otherwise(pl.lit(0)).alias("stage.days")
    )
    paced = lifecycle.progress(both, draft.ladder, catalogue, days="stage.days", as_of=view.as_of)
    moved = both.filter(~is_same)
    counts = moved.group_by("stage.name", "then").len().sort("len", descending=True)
    return Preview(
        customers=sheet.height,
        moved=moved.height,
        moves=tuple(
            Move(_label(current, start), _label(draft, goal), count)
            for start, goal, count in counts.iter_rows()
        ),
        stuck_before=int((sheet["stage.progress"] == "stuck").sum()),
        stuck_after=int((paced["progress"] == "stuck").sum()),
    )


def _label(stages: Stages, name: str | None) -> str:
    return _("no stage") if name is None else str(stages.ladder.stages.get(name, name))
