"""Facts with a key: new, the same, or a correction that leaves the former row in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from posvenda.api.imports.identity import digest
from posvenda.api.imports.store import Old, Store
from posvenda.api.imports.told import table_of

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome

COMMON = (
    "key",
    "customer",
    "happened_at",
    "recorded_at",
    "superseded_at",
    "is_retracted",
    "digest",
    "batch",
)


@dataclass(slots=True)
class Draft:
    """A fact as a row describes it; ``values`` follow the columns that ``settle`` is given.

    ``stamp`` replaces the digest of the values: drafts that are only implied by other rows use it.
    """

    key: str
    customer_id: int | None
    happened_at: datetime
    values: tuple[Any, ...]
    stamp: str = ""
    line: int = 0
    digest: str = field(default="")


def settle(
    store: Store,
    model: type[models.Model],
    columns: Sequence[str],
    drafts: Sequence[Draft],
    outcome: "Outcome | None" = None,
    *,
    old: dict[str, Old] | None = None,
    changed: Callable[[Draft, Old | None], None] | None = None,
) -> None:
    """This will queue what is new or corrected and count it; equal facts are left alone."""
    known = store.facts(model, [draft.key for draft in drafts]) if old is None else old
    news: dict[str, Draft] = {}
    ended: list[tuple[int, datetime]] = []
    again: set[str] = set()  # keys an undone import told: known again from now on, not before
    table = table_of(model)
    counts = {"new": 0, "changed": 0, "same": 0}
    for draft in drafts:
        draft.digest = draft.stamp or digest(draft.customer_id, draft.happened_at, *draft.values)
        before = known.get(draft.key)
        verdict = _verdict(draft, news.get(draft.key), before)
        counts[verdict] += 1
        if verdict == "same":
            if before is not None:
                store.echo(table, draft.key, draft.digest)
            continue
        news[draft.key] = draft
        gone = store.retracted(model, draft.key)
        if before is None and gone is not None:
            again.add(draft.key)
            ended.append((gone, store.now))
        if verdict == "changed" and before is not None:
            ended.append((before.id, store.recorded(draft.happened_at)))
        if changed is not None:
            changed(draft, before)
    store.supersede(model, ended)
    batch = None if store.batch is None else store.batch.pk
    store.add(
        model,
        (*COMMON, *columns),
        (
            (
                draft.key,
                draft.customer_id,
                draft.happened_at,
                store.now if draft.key in again else store.recorded(draft.happened_at),
                None,
                False,
                draft.digest,
                batch,
                *draft.values,
            )
            for draft in news.values()
        ),
    )
    store.lower(_earliest(news.values()))
    if outcome is not None:
        outcome.new += counts["new"]
        outcome.changed += counts["changed"]
        outcome.same += counts["same"]


def _verdict(draft: Draft, queued: Draft | None, before: Old | None) -> str:
    if queued is not None:
        return "same" if queued.digest == draft.digest else "changed"
    if before is None:
        return "new"
    return "same" if before.digest == draft.digest else "changed"


def _earliest(drafts: Any) -> dict[int, datetime]:
    first: dict[int, datetime] = {}
    for draft in drafts:
        if draft.customer_id is not None:
            at = first.get(draft.customer_id, draft.happened_at)
            first[draft.customer_id] = min(at, draft.happened_at)
    return first
