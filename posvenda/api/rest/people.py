"""Changes of one customer: the rules of the pages, without a person who asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from posvenda.api.imports.families.dated import as_text, kind_of
from posvenda.api.imports.store import FROM_BIRTH
from posvenda.api.rest import taking
from posvenda.api.rest.problems import Refused, refuse
from posvenda.api.rest.records.resource import Context, Item, Reading
from posvenda.api.rest.records.who import attribute, identifiers_of
from posvenda.core.identifiers import match_key
from posvenda.customers.identity.resolution import canonical
from posvenda.customers.models import (
    Attribute,
    AttributeValue,
    Customer,
    Ownership,
    Tagging,
)

PLAIN = ("name", "kind", "tax_id", "email", "phone")


def revise_customer(row: Customer, patch: Item, *, now: datetime) -> bool:
    """This will change a customer and say whether anything changed."""
    reading, context = Reading(0), taking.context()
    told = {**patch, **identifiers_of(patch, reading, context)}
    values = {
        name: attribute(name, value, reading, context)
        for name, value in (patch.get("attributes") or {}).items()
    }
    if reading.faults:
        raise refuse(*reading.faults)
    changes = [
        _plain(row, told),
        _owner(row, told, context, now=now),
        _tags(row, told, now=now),
        *[_attribute(row, name, value, context, now=now) for name, value in values.items()],
    ]
    return any(changes)


def _plain(row: Customer, told: Item) -> bool:
    news = {name: told[name] or "" for name in PLAIN if name in told}
    news = {name: value for name, value in news.items() if getattr(row, name) != value}
    if news.get("tax_id"):
        _refuse_twin(row, news["tax_id"])
    if "phone" in news:
        news["phone_key"] = match_key(news["phone"]) if news["phone"] else ""
    if news:
        Customer.objects.filter(pk=row.pk).update(**news)
    return bool(news)


def _refuse_twin(row: Customer, tax_id: str) -> None:
    twins = Customer.objects.filter(Q(tax_id=tax_id) | Q(key=tax_id)).exclude(pk=row.pk)
    standing = canonical(list(twins.values_list("pk", flat=True)[:10]))
    twin = Customer.objects.filter(pk__in=standing.values()).exclude(pk=row.pk).first()
    if twin is not None:
        raise Refused("already_there", id=twin.public_id, more={"id": twin.public_id})


def _owner(row: Customer, told: Mapping[str, Any], context: Context, *, now: datetime) -> bool:
    if "owner" not in told:
        return False
    owner = context.owners[told["owner"]] if told["owner"] else None
    if owner == row.owner_id:
        return False
    Customer.objects.filter(pk=row.pk).update(owner_id=owner)
    Ownership.objects.filter(customer=row, ends_at=None).update(ends_at=now)
    if owner is not None:
        Ownership.objects.create(customer=row, user_id=owner, starts_at=now, recorded_at=now)
    return True


def _tags(row: Customer, told: Item, *, now: datetime) -> bool:
    if "tags" not in told:
        return False
    wanted = dict.fromkeys(" ".join(tag.split()) for tag in told["tags"] or ())
    held = Tagging.objects.filter(customer=row, ends_at=None)
    before = set(held.values_list("tag", flat=True))
    held.exclude(tag__in=list(wanted)).update(ends_at=now)
    fresh = [tag for tag in wanted if tag and tag not in before]
    Tagging.objects.bulk_create(
        Tagging(customer=row, tag=tag, starts_at=now, recorded_at=now) for tag in fresh
    )
    return bool(fresh) or bool(before - set(wanted))


def _attribute(row: Customer, name: str, value: Any, context: Context, *, now: datetime) -> bool:
    declared = context.attributes.get(name)
    if declared is None:
        if value is None:
            return False
        label = name.replace("_", " ").capitalize()
        declared, _ = Attribute.objects.get_or_create(
            name=name, defaults={"label": label, "kind": kind_of(value)}
        )
    stored = "" if value is None else as_text(value)
    held = AttributeValue.objects.filter(customer=row, attribute=declared)
    last = held.order_by("happened_at", "id").last()
    if stored == (last.value if last else ""):
        return False
    # A first value stands a moment after the customer's beginning, which may be this very moment.
    at = now if last is None else max(now, last.happened_at + FROM_BIRTH)
    AttributeValue.objects.create(
        customer=row, attribute=declared, value=stored, happened_at=at, recorded_at=now
    )
    return True
