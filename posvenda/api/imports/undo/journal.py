"""The journal of a batch, undone entry by entry: values, identities, tags, beginnings."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from posvenda.api.imports.told import mark
from posvenda.api.imports.undo import people, values
from posvenda.api.imports.undo.standing import Standing
from posvenda.api.models import Change
from posvenda.customers.models import Identity, Tagging

PART = 500


def undo_part(standing: Standing, *, now: datetime) -> dict[str, dict[str, int]]:
    """This will undo the next entries and give the counts by table; nothing when all are done."""
    waiting = Change.objects.filter(batch=standing.batch, undone_at=None).order_by("table", "key")
    part = list(waiting[:PART])
    if not part:
        return {}
    last = part[-1]
    part += waiting.filter(table=last.table, key=last.key).exclude(pk__in=[c.pk for c in part])
    counts: dict[str, dict[str, int]] = {}
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in part:
        groups[change.table].append(change)
    for table, changes in groups.items():
        taken = [change for change in changes if change.is_applied]
        match table:
            case "identity":
                counts[table] = _identities(taken, standing)
            case "tag":
                counts[table] = _tags(taken, standing, now)
            case _:
                counts[table] = _values(table, taken, standing, now)
    done = Change.objects.filter(pk__in=[change.pk for change in part], batch=standing.batch)
    done.update(undone_at=now)
    return counts


def _values(
    name: str, changes: Sequence[Change], standing: Standing, now: datetime
) -> dict[str, int]:
    table = values.BY_NAME[name]
    wanted: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        is_new = change.field not in wanted[change.key]
        if is_new and change.field not in people.BEGINNINGS:
            wanted[change.key].append(change.field)
    model: Any = table.model
    rows = list(model._default_manager.filter(key__in=wanted))
    counts = values.settle(table, rows, standing, now=now, fields=wanted)
    return counts


def _identities(changes: Sequence[Change], standing: Standing) -> dict[str, int]:
    """Names other systems know the customers by: taken off unless another import tells them."""
    marks = {change.pk: mark("identity", *change.key.split("\x1f", 1)) for change in changes}
    found = standing.vouchers(set(marks.values()))
    gone = 0
    for change in changes:
        voucher = standing.whole.get("customer") or found.get(marks[change.pk])
        if voucher is not None:
            Change.objects.filter(pk=change.pk).update(batch=voucher)
            continue
        scheme, _, value = change.key.partition("\x1f")
        own = Identity.objects.filter(scheme=scheme, value=value, customer__key=change.after)
        gone += own.delete()[0]
    return {"undone": gone, "kept": len(changes) - gone}


def _tags(changes: Sequence[Change], standing: Standing, now: datetime) -> dict[str, int]:
    """Words put on customers: they end now; the past keeps them."""
    marks = {change.pk: mark("tag", change.key, change.field) for change in changes}
    found = standing.vouchers(set(marks.values()))
    gone = 0
    for change in changes:
        voucher = standing.whole.get("customer") or found.get(marks[change.pk])
        if voucher is not None:
            Change.objects.filter(pk=change.pk).update(batch=voucher)
            continue
        on = Tagging.objects.filter(customer=change.customer_id, tag=change.after, ends_at=None)
        gone += on.update(ends_at=now)
    return {"undone": gone, "kept": len(changes) - gone}
