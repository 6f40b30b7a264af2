"""Rows a batch made that have no versions: withdrawn when nothing else tells of them.

A withdrawn row stays in its table with the moment of the withdrawal, so that what was known before
can still be asked. Customers go last: one that anything else refers to stays, without what the
batch told of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Min, Q

from posvenda.api.imports.told import mark
from posvenda.api.imports.undo import facts, values
from posvenda.api.imports.undo.standing import Standing
from posvenda.api.models import Change
from posvenda.base.models import Audit
from posvenda.commerce import usage
from posvenda.customers.models import (
    AttributeValue,
    Customer,
    Ownership,
    Revision,
    Touch,
    Withdrawable,
)

PART = 500
BEGINNINGS = ("beginning", "since")
MODELS = ("contact", "subject", "interaction")
SILENT: tuple[type[models.Model], ...] = (Ownership, Revision, Touch, Change)
Counts = dict[str, int]


def undo_rows(name: str, standing: Standing, *, now: datetime) -> Counts:
    """This will take back the next contacts, subjects or interactions the batch made."""
    table = values.BY_NAME[name]
    assert issubclass(table.model, Withdrawable)
    model: Any = table.model
    part = list(model.objects.filter(batch=standing.batch).order_by("pk")[:PART])
    kept = _mentioned(name, part, standing)
    stay = [row for row in part if row.pk in kept]
    values.settle(table, stay, standing, now=now, is_created=True)
    for row in stay:
        model.objects.filter(pk=row.pk).update(batch=kept[row.pk])
    gone = [row.pk for row in part if row.pk not in kept]
    model.objects.filter(pk__in=gone).update(withdrawn_at=now)
    return {"undone": len(gone), "kept": len(stay)} if part else {}


def preview_rows(name: str, standing: Standing, *, limit: int) -> Counts:
    """This will count what ``undo_rows`` would take back and leave."""
    model: Any = values.BY_NAME[name].model
    made = model.objects.filter(batch=standing.batch)
    total = made.count()
    kept = len(_mentioned(name, list(made.only("pk", "key")), standing)) if total <= limit else 0
    return {"undone": total - kept, "later": kept}


def preview_attributes(standing: Standing, *, limit: int) -> Counts:
    """This will count what ``undo_attributes`` would take back and leave."""
    told = AttributeValue.objects.filter(batch=standing.batch).select_related("attribute")
    total = told.count()
    kept = 0
    if total <= limit:
        marks = [_marks(row) for row in told]
        found = standing.vouchers({each for pair in marks for each in pair})
        kept = sum(any(each in found for each in pair) for pair in marks)
        kept = total if "attributevalue" in standing.whole else kept
    return {"undone": total - kept, "later": kept}


def preview_customers(standing: Standing, *, limit: int) -> Counts:
    """This will count the customers that would be retired, and those that would stay."""
    made = Customer.objects.filter(batch=standing.batch).order_by("pk")
    total, kept = made.count(), 0
    if total <= limit:
        rows = list(made)
        for start in range(0, total, PART):
            kept += len(staying(rows[start : start + PART], standing, has_lake=False))
    return {"undone": total - kept, "later": kept}


def _mentioned(name: str, part: Sequence[Any], standing: Standing) -> dict[int, int]:
    if name in standing.whole:
        return {row.pk: standing.whole[name] for row in part}
    marks = {row.pk: mark(name, str(row.key)) for row in part}
    found = standing.vouchers(set(marks.values()))
    return {pk: found[each] for pk, each in marks.items() if each in found}


def undo_attributes(standing: Standing, *, now: datetime) -> Counts:
    """This will take back the next values of attributes the batch told."""
    told = AttributeValue.objects.filter(batch=standing.batch).select_related("attribute")
    part = list(told.order_by("pk")[: PART * 4])
    if not part:
        return {}
    whole = standing.whole.get("attributevalue")
    marks = {row.pk: _marks(row) for row in part}
    found = standing.vouchers({each for pair in marks.values() for each in pair})
    kept: dict[int, list[int]] = defaultdict(list)
    gone = []
    for row in part:
        voucher = whole or next((found[each] for each in marks[row.pk] if each in found), None)
        gone.append(row.pk) if voucher is None else kept[voucher].append(row.pk)
    for voucher, ids in kept.items():
        AttributeValue.objects.filter(pk__in=ids).update(batch=voucher)
    AttributeValue.objects.filter(pk__in=gone).update(withdrawn_at=now)
    return {"undone": len(gone), "kept": len(part) - len(gone)}


def _marks(row: AttributeValue) -> tuple[int, int]:
    parts = ("attribute", str(row.customer_id), row.attribute.name, row.value)
    return mark(*parts, row.happened_at.astimezone(UTC).isoformat()), mark(*parts, "")


def undo_customers(standing: Standing, *, now: datetime) -> Counts:
    """This will retire the next customers that only the batch made, and strip those that stay."""
    made = Customer.objects.filter(batch=standing.batch).order_by("pk")
    part = list(made[:PART])
    if not part:
        return {}
    stay = staying(part, standing)
    rest = [row for row in part if row.pk in stay]
    values.settle(values.BY_NAME["customer"], rest, standing, now=now, is_created=True)
    for row in rest:
        Customer.objects.filter(pk=row.pk).update(batch=stay[row.pk])
    begin([row.pk for row in rest], standing, now=now)
    gone = [row.pk for row in part if row.pk not in stay]
    Customer.objects.filter(pk__in=gone).update(withdrawn_at=now)
    return {"undone": len(gone), "kept": len(rest)}


def staying(
    part: Sequence[Customer], standing: Standing, *, has_lake: bool = True
) -> dict[int, int | None]:
    """This will give customers something else speaks of, with the batch that does (None: a person).

    Without the lake (a page asks) those with use that counts are taken to stay.
    """
    ids = [row.pk for row in part]
    stay: dict[int, int | None] = dict(_mentioned("customer", part, standing))
    for model, column in _references():
        query = _live(model).filter(**{f"{column}__in": ids}).order_by()
        if _has(model, "batch"):
            query = query.filter(Q(batch=None) | ~Q(batch=standing.batch))
        names = [column, *(["batch"] if _has(model, "batch") else [])]
        for pk, *batch in query.values_list(*names).distinct():
            told = batch[0] if batch else None
            if pk not in stay or standing.holds(told):
                stay.setdefault(pk, told if standing.holds(told) else None)
    users = usage.first_uses([pk for pk in ids if pk not in stay])
    if users and not has_lake:
        stay |= dict.fromkeys(users)
    elif users:
        told_by = usage.tellers(users.keys())
        stay |= {pk: told_by.get(pk) for pk in users}
    by_address = {f"customer:{row.public_id}": row.pk for row in part}
    touched = Audit.objects.filter(at__gte=standing.batch.started_at, about__in=by_address)
    for about in touched.values_list("about", flat=True).distinct():
        stay.setdefault(by_address[about], None)
    return stay


def _references() -> list[tuple[type[models.Model], str]]:
    """Every table with a key to a customer; owners and marks of change say nothing of their own."""
    return [
        (relation.related_model, relation.field.name)
        for relation in Customer._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel) and relation.related_model not in SILENT
    ]


def _live(model: type[models.Model]) -> "models.QuerySet[Any]":
    """The rows that count now: not superseded, retracted, withdrawn or ended."""
    query = model._default_manager.all()
    if _has(model, "is_retracted"):
        return query.filter(superseded_at=None, is_retracted=False)
    return query.filter(ends_at=None) if _has(model, "ends_at") else query


def _has(model: type[models.Model], name: str) -> bool:
    return any(column.name == name for column in model._meta.fields)


def told_of(batch: int, *, after: int) -> list[int]:
    """This will give the next customers, by number, of whom facts or beginnings of a batch told."""
    ids: set[int] = set()
    for model in facts.MODELS:
        told = model._default_manager.filter(batch=batch, customer_id__gt=after)
        found = told.order_by("customer_id").values_list("customer_id", flat=True)
        ids.update(int(pk) for pk in found.distinct()[:PART])
    moved = Change.objects.filter(batch=batch, table="customer", field__in=BEGINNINGS)
    moved = moved.filter(customer_id__gt=after).order_by("customer_id")
    ids.update(pk for pk in moved.values_list("customer_id", flat=True).distinct()[:PART] if pk)
    return sorted(ids)[:PART]


def begin(ids: Sequence[int], standing: Standing, *, now: datetime) -> None:
    """This will move the beginning of customers to the earliest thing that still tells of them."""
    rows = list(Customer.objects.filter(pk__in=ids).select_related("batch"))
    first = _told_beginnings(rows, standing)
    for model in facts.MODELS:
        live = _live(model).filter(customer_id__in=ids).order_by().values_list("customer_id")
        for pk, at in live.annotate(first=Min("happened_at")):
            first[pk].append(at)
    for pk, at in usage.first_uses(ids).items():
        first[pk].append(at)
    for row in rows:
        if min(first[row.pk]) > row.happened_at:
            values.revise(row, "happened_at", now)
            Customer.objects.filter(pk=row.pk).update(happened_at=min(first[row.pk]))


def _told_beginnings(
    rows: Sequence[Customer], standing: Standing
) -> defaultdict[int, list[datetime]]:
    """Beginnings that still hold: of whoever made the customer, and told by standing batches.

    An import that names no moment makes a customer at its own; a person or a demo at any.
    """
    first: defaultdict[int, list[datetime]] = defaultdict(list)
    own = {row.pk: row for row in rows if row.batch is None or row.batch.kind != "import"}
    for row in rows:
        if row.pk not in own and row.batch is not None:
            first[row.pk].append(row.batch.started_at)
    keys = [str(row.pk) for row in rows]
    wanted = Q(table="customer", field__in=BEGINNINGS, key__in=keys)
    changes = list(Change.objects.filter(wanted).order_by("id"))
    still = values.told_still(changes, standing)
    for change in changes:
        pk = int(change.key)
        if pk in own and change.field == "beginning":
            first[pk].append(datetime.fromisoformat(str(change.before)))
            del own[pk]
        if change.pk in still:
            first[pk].append(datetime.fromisoformat(str(change.after)))
    for pk, row in own.items():
        first[pk].append(row.happened_at)
    return first
