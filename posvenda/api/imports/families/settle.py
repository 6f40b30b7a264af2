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

    ``stamp`` gives, for a customer, what replaces the digest of the values: drafts that are only
    implied by other rows use it.
    """

    key: str
    customer_id: int | None
    happened_at: datetime
    values: tuple[Any, ...]
    stamp: Callable[[int | None], str] | None = None
    line: int = 0
    digest: str = field(default="")

    def digest_for(self, customer_id: int | None) -> str:
        """This will give the digest the fact would have as this customer's."""
        if self.stamp is not None:
            return self.stamp(customer_id)
        return digest(customer_id, self.happened_at, *self.values)


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
    keys = [draft.key for draft in drafts]
    known = store.facts(model, keys) if old is None else old
    former = store.former(model, keys)
    news: dict[str, Draft] = {}
    ended: list[tuple[int, datetime]] = []
    again: set[str] = set()  # keys an undone import told: known again from now on, not before
    table = table_of(model)
    counts = {"new": 0, "changed": 0, "same": 0}
    for draft in drafts:
        before = known.get(draft.key)
        _sign(draft, before, former.get(draft.key, set()))
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


def _sign(draft: Draft, before: Old | None, former: set[int]) -> None:
    """Give the draft its digest. A fact that a person moved stays where it was moved to.

    A file that names whom it belonged to before, told the fact unchanged, is told the same digest.
    """
    draft_customer, draft.digest = draft.customer_id, draft.digest_for(draft.customer_id)
    if before is None or before.customer_id is None or not former:
        return
    if draft_customer not in (before.customer_id, *former):
        return
    draft.customer_id = before.customer_id
    known_as = {draft.digest_for(each) for each in (draft_customer, before.customer_id, *former)}
    is_same = before.digest in known_as
    draft.digest = before.digest if is_same else draft.digest_for(before.customer_id)


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
