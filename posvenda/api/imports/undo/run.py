"""The undo of a run: short transactions that also keep the counts, so that a killed one goes on.

Every part takes what still counts as told by the batch, and leaves it not counting any more; doing
a part again finds nothing to do.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from posvenda.api.imports import mrr
from posvenda.api.imports.one_file import Clock
from posvenda.api.imports.run import SILENCE
from posvenda.api.imports.told import table_of
from posvenda.api.imports.undo import facts, journal, orders, people, standing
from posvenda.api.imports.undo.standing import Standing
from posvenda.api.models import ImportRun
from posvenda.base import audit
from posvenda.base.announcements import announce
from posvenda.base.models import Batch, User

Status = ImportRun.Status
LOOKED_AT = 20_000
READY = (Status.DONE, Status.STOPPED, Status.FAILED)
Counts = dict[str, dict[str, int]]
Step = Callable[[], Counts]


def ask(run: ImportRun, *, by: User | None, now: datetime) -> bool:
    """This will mark a finished run as being undone; False when it cannot be."""
    waiting = ImportRun.objects.filter(pk=run.pk, status__in=READY).exclude(batch=None)
    with transaction.atomic():
        asked = bool(waiting.update(status=Status.UNDOING, beat_at=None))
        if asked:
            audit.record("import.undo", about=f"import:{run.public_id}", by=by, now=now)
    return asked


def claim(run_id: int, *, now: datetime) -> ImportRun | None:
    """This will take a run to undo, or one whose worker fell silent."""
    silent = Q(beat_at=None) | Q(beat_at__lt=now - SILENCE)
    free = ImportRun.objects.filter(silent, pk=run_id, status=Status.UNDOING)
    return ImportRun.objects.get(pk=run_id) if free.update(beat_at=now) else None


def perform(run: ImportRun, *, now: datetime, clock: Clock) -> None:
    """This will undo a claimed run, part by part."""
    batch = run.batch
    assert batch is not None
    left = standing.without(batch)
    if "undo" not in run.summary:
        later = {table_of(each): facts.corrected_later(each, batch.pk) for each in facts.MODELS}
        undo = {"counts": {}, "later": later, "mrr": mrr.present(now=now), "at": now.isoformat()}
        _save(run, {**run.summary, "undo": undo})
    for step in _steps(run, left, now):
        while _part(run, step, clock):
            pass
    with transaction.atomic():
        undo = {**run.summary["undo"], "mrr_after": mrr.present(now=now)}
        _save(run, {**run.summary, "undo": undo})
        ImportRun.objects.filter(pk=run.pk).update(status=Status.UNDONE, finished_at=clock())
        announce("import.undone", now=now, payload={"run": run.public_id})
        about = f"import:{run.public_id}"
        audit.record("import.undone", about=about, by=run.by, now=now, detail=totals(run))
    run.refresh_from_db()


def _part(run: ImportRun, step: Step, clock: Clock) -> bool:
    whole = step() if isinstance(step, _Usage) else None
    with transaction.atomic():
        counts = step() if whole is None else whole
        if not counts:
            return False
        undo = run.summary["undo"]
        merged = {name: dict(before) for name, before in undo["counts"].items()}
        for name, more in counts.items():
            merged[name] = dict(Counter(merged.get(name, {})) + Counter(more))
        _save(run, {**run.summary, "undo": {**undo, "counts": merged}})
        ImportRun.objects.filter(pk=run.pk).update(beat_at=clock())
    return True


def _save(run: ImportRun, summary: dict[str, Any]) -> None:
    ImportRun.objects.filter(pk=run.pk).update(summary=summary)
    run.summary = summary


def _steps(run: ImportRun, left: Standing, now: datetime) -> Iterator[Step]:
    """What is undone, in an order in which nothing points to what is gone already."""
    for model in facts.MODELS:
        yield partial(_named, table_of(model), partial(facts.undo_part, model, left, now=now))
    yield _Orders(left, now)
    for name in people.MODELS:
        yield partial(_named, name, partial(people.undo_rows, name, left, now=now))
    yield partial(_named, "attributevalue", partial(people.undo_attributes, left, now=now))
    yield _Usage(run, left, now)
    yield partial(journal.undo_part, left, now=now)
    yield partial(_named, "customer", partial(people.undo_customers, left, now=now))
    yield _Beginnings(left, now)


def _named(name: str, step: Callable[[], dict[str, int]]) -> Counts:
    counts = step()
    return {name: counts} if counts else {}


class _Orders:
    """The orders that lines imply, key by key; their counts are those of the lines."""

    def __init__(self, left: Standing, now: datetime) -> None:
        self.left, self.now, self.after = left, now, ""

    def __call__(self) -> Counts:
        keys = orders.affected(self.left.batch.pk, after=self.after, limit=people.PART)
        if not keys:
            return {}
        orders.resettle(keys, self.left, now=self.now)
        self.after = keys[-1]
        return {"order": {}}


class _Beginnings:
    """The beginnings of customers the batch told of, worked out again."""

    def __init__(self, left: Standing, now: datetime) -> None:
        self.left, self.now, self.after = left, now, 0

    def __call__(self) -> Counts:
        ids = people.told_of(self.left.batch.pk, after=self.after)
        if not ids:
            return {}
        people.begin(ids, self.left, now=self.now)
        self.after = ids[-1]
        return {"customer": {}}


class _Usage:
    """Usage events: they stop counting, in transactions of the event store's own."""

    def __init__(self, run: ImportRun, left: Standing, now: datetime) -> None:
        self.run, self.left, self.now = run, left, now

    def __call__(self) -> Counts:
        from posvenda.commerce import usage

        if "usage" in self.run.summary["undo"]["counts"]:
            return {}
        outputs = [
            each for file in self.run.files.all() for each in file.mapping.get("outputs", ())
        ]
        has_usage = any(output["record"] == "usage" for output in outputs)
        batches = [self.left.batch.pk] if has_usage and "usage" not in self.left.whole else []
        done = sum(
            usage.retract(batch, told_again=self.left.usage_events, now=self.now)
            for batch in (*batches, *self.left.carried("usage"))
        )
        return {"usage": {"undone": done}}


def totals(run: ImportRun) -> dict[str, int]:
    """This will add up what an undo took back, brought back and left."""
    undo = run.summary.get("undo", {})
    total: Counter[str] = Counter({"undone": 0, "restored": 0, "kept": 0})
    for counts in undo.get("counts", {}).values():
        total.update(counts)
    total["later"] = sum(undo.get("later", {}).values())
    return dict(total)


def preview(batch: Batch) -> dict[str, dict[str, int]]:
    """This will count, without writing, what an undo would take back and what it would leave.

    Of very large imports what others tell too is not looked for: then more is left than said.
    """
    left = standing.without(batch)
    counts: dict[str, dict[str, int]] = {}
    for model in facts.MODELS:
        kept = facts.corrected_later(model, batch.pk)
        told = facts.current(model, batch.pk).count()
        vouched = facts.vouched(model, left) if told <= LOOKED_AT else 0
        counts[table_of(model)] = {"undone": told - vouched, "later": kept + vouched}
    for name in people.MODELS:
        counts[name] = people.preview_rows(name, left, limit=LOOKED_AT)
    counts["attributevalue"] = people.preview_attributes(left, limit=LOOKED_AT)
    counts["customer"] = people.preview_customers(left, limit=LOOKED_AT)
    return {name: count for name, count in counts.items() if any(count.values())}
