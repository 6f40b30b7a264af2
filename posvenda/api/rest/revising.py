"""Corrections and removals: a new version of a fact, changed columns of what has no versions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from posvenda.api.rest import taking
from posvenda.api.rest.people import revise_customer
from posvenda.api.rest.problems import Fault, refuse
from posvenda.api.rest.records.resource import Item, Reading, Resource
from posvenda.api.rest.records.who import identifiers_of
from posvenda.api.rest.taking import SEARCHED, Taking
from posvenda.base.models import AccessKey
from posvenda.commerce.models import Answer, OrderLine
from posvenda.core.identifiers import match_key
from posvenda.customers.models import Customer

EMPTY: Mapping[str, Any] = {"detail": {}, "born_on": None, "left_at": None}


def twin(resource: Resource, entry: Taking, item: Item) -> Any:
    """This will find what stands under an item's key; of a customer, whoever is meant."""
    if resource.record != "customer":
        return resource.live().filter(key=entry.key(item)).first()
    pk = entry.meant(item)
    return None if pk is None else Customer.objects.get(pk=pk)


def revise(
    resource: Resource,
    row: Any,
    shown: Item,
    patch: Item,
    *,
    access: AccessKey,
    now: datetime,
) -> Item:
    """This will change a row where the patch says something new, and give it as it stands."""
    _refuse_nulls(resource, patch)
    if resource.is_versioned:
        return _correct(resource, row, shown, patch, access=access, now=now)
    change = revise_customer if resource.record == "customer" else _overwrite
    is_changed = change(row, patch, now=now)
    changed = resource.show([resource.live().get(pk=row.pk)])[0]
    if is_changed:
        about = f"{resource.one}:{shown['id']}"
        before = {name: shown[name] for name in patch if shown.get(name) != changed.get(name)}
        taking.record(
            f"api.{resource.name}", about=about, access=access, now=now, updated=1, before=before
        )
        taking.news(_whose(row), now=now, is_searched=resource.name in SEARCHED)
    return changed


def _whose(row: Any) -> set[int]:
    pk = row.pk if isinstance(row, Customer) else getattr(row, "customer_id", None)
    return set() if pk is None else {pk}


def _refuse_nulls(resource: Resource, patch: Item) -> None:
    """A field that a new row must have, or that has a default, cannot be emptied."""
    fields = resource.new.model_fields
    bare = [
        name
        for name, value in patch.items()
        if value is None
        and (name in ("name", "kind") or (name in fields and _is_needed(fields[name])))
    ]
    if bare:
        raise refuse(*(Fault("required", pointer=f"/{name}") for name in bare))


def _is_needed(field: Any) -> bool:
    return bool(field.is_required() or field.default is not None)


def _correct(
    resource: Resource,
    row: Any,
    shown: Item,
    patch: Item,
    *,
    access: AccessKey,
    now: datetime,
) -> Item:
    """A new version with the former values where the patch is silent."""
    kept = {
        name: shown[name] for name in resource.new.model_fields if name in shown and name != "lines"
    }
    if all(kept.get(name) == value for name, value in patch.items()):
        return shown
    entry = Taking(resource, access=access, now=now)
    result = entry.take([(0, {**kept, **patch, "key": row.key})])[0]
    if result.faults:
        raise refuse(*result.faults)
    _drop_parts(resource, row, patch, entry, access=access, now=now)
    return resource.show([resource.live().get(key=row.key)])[0]


def _drop_parts(
    resource: Resource,
    row: Any,
    patch: Item,
    entry: Taking,
    *,
    access: AccessKey,
    now: datetime,
) -> None:
    """Take back what the patch left out: lines of an order, the score of a ticket."""
    gone: list[Any] = []
    model: Any = OrderLine if resource.record == "order" else Answer
    current = model.objects.filter(superseded_at=None, is_retracted=False)
    if resource.record == "order" and "lines" in patch:
        stay = {part["_key"] for part in entry.parts}
        gone = list(current.filter(order_key=row.key).exclude(key__in=stay))
    elif resource.record == "ticket" and patch.get("score", 0) is None:
        gone = list(current.filter(key=f"ticket:{row.key}"))
    if gone:
        taking.retract_rows(model, gone, access=access, now=now)


def _overwrite(row: Any, patch: Item, *, now: datetime) -> bool:
    reading = Reading(0)
    told = {**patch, **identifiers_of(_words(patch), reading, taking.context())}
    if reading.faults:
        raise refuse(*reading.faults)
    news: dict[str, Any] = {
        name: EMPTY.get(name, "") if value is None else value for name, value in told.items()
    }
    news = {name: value for name, value in news.items() if getattr(row, name) != value}
    if "phone" in news:
        news["phone_key"] = match_key(news["phone"]) if news["phone"] else ""
    if "left_at" in news:
        news["left_recorded_at"] = None if news["left_at"] is None else now
    if news:
        type(row)._default_manager.filter(pk=row.pk).update(**news)
    return bool(news)


def _words(patch: Item) -> Item:
    return {name: patch[name] for name in ("email", "phone") if patch.get(name)}


def remove(resource: Resource, row: Any, *, access: AccessKey, now: datetime) -> None:
    """This will take a row back: a fact by a retraction, anything else by deleting it."""
    about = f"{resource.one}:{resource.id_of(row)}"
    shown = resource.show([row])[0]
    taking.record(
        f"api.{resource.name}", about=about, access=access, now=now, removed=1, key_of=row.key
    )
    if resource.is_versioned:
        taking.retract(resource, [row], access=access, now=now)
        parts = _PARTS.get(resource.record)
        if parts is not None:
            model, found = parts(row)
            taking.retract_rows(model, found, access=access, now=now)
    else:
        del shown
        row.delete()
    taking.news(_whose(row), now=now, is_searched=resource.name in SEARCHED)


def _order_parts(row: Any) -> tuple[Any, list[Any]]:
    current = OrderLine.objects.filter(superseded_at=None, is_retracted=False)
    return OrderLine, list(current.filter(order_key=row.key))


def _ticket_parts(row: Any) -> tuple[Any, list[Any]]:
    current = Answer.objects.filter(superseded_at=None, is_retracted=False)
    return Answer, list(current.filter(key=f"ticket:{row.key}"))


_PARTS: Mapping[str, Callable[[Any], tuple[Any, list[Any]]]] = {
    "order": _order_parts,
    "ticket": _ticket_parts,
}


def version(resource: Resource, row: Any) -> Item:
    """This will show one version of a fact; lines are shown with the order itself."""
    shown = resource.show([row])[0]
    left_out = ("id", "key", "lines", "recorded_at")
    return {
        "recorded_at": row.recorded_at,
        "superseded_at": row.superseded_at,
        "is_retracted": row.is_retracted,
        "values": {name: value for name, value in shown.items() if name not in left_out},
    }
