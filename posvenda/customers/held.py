"""What this room and the base hold about a customer."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from posvenda.base.models import Announcement, Audit
from posvenda.customers import search
from posvenda.customers.holdings import Elsewhere, Holding
from posvenda.customers.identity.models import Change, Proposal, Relation
from posvenda.customers.models import (
    AttributeValue,
    Contact,
    Customer,
    Identity,
    Ownership,
    Revision,
    Stale,
    Subject,
    Tagging,
    Touch,
)

ACCOUNTABILITY = _(
    "Proof of who changed what, which whoever processes personal data must be able to give"
    " (LGPD, art. 37)."
)


def same_tags(source: int, target: int) -> Collection[int]:
    """This will name the tags the other side carries at present too."""
    there = Tagging.objects.filter(customer_id=target, ends_at=None).values("tag")
    twice = Tagging.objects.filter(customer_id=source, ends_at=None, tag__in=there)
    return set(twice.values_list("pk", flat=True))


def other_owners(source: int, target: int) -> Collection[int]:
    """This will leave the past owners, and the present one where the other side has one."""
    held = Ownership.objects.filter(customer_id=source)
    theirs = Ownership.objects.filter(customer_id=target, ends_at=None).exclude(user=None)
    if not theirs.exists():
        held = held.exclude(ends_at=None, user__isnull=False)
    return set(held.values_list("pk", flat=True))


def told_attributes(source: int, target: int) -> Collection[int]:
    """This will leave the values of attributes that the other side tells itself."""
    told = AttributeValue.objects.filter(customer_id=target).values("attribute_id")
    twice = AttributeValue.objects.filter(customer_id=source, attribute_id__in=told)
    return set(twice.values_list("pk", flat=True))


def relations(source: int, target: int) -> Collection[int]:
    """This will leave relations between the two sides, and those the other side has at present."""
    return _tied("customer_id", "other_id", source, target)


def relations_to(source: int, target: int) -> Collection[int]:
    """This will leave relations from the other end that are between the two or stand already."""
    return _tied("other_id", "customer_id", source, target)


def _tied(mine: str, theirs: str, source: int, target: int) -> Collection[int]:
    there = set(Relation.objects.filter(**{mine: target}, ends_on=None).values_list(theirs, "kind"))
    held = Relation.objects.filter(**{mine: source}).values_list("pk", theirs, "kind", "ends_on")
    return {
        pk
        for pk, end, kind, ends_on in held
        if end == target or (ends_on is None and (end, kind) in there)
    }


def trail(customer_ids: Sequence[int]) -> "models.QuerySet[Any]":
    """This will give the trail's rows about customers; it names them by public id."""
    public = Customer.objects.filter(pk__in=customer_ids).values_list("public_id", flat=True)
    return Audit.objects.filter(Q(about__in=[f"customer:{each}" for each in public]))


HOLDINGS = (
    Holding(
        model=Customer,
        label=_("Record"),
        by="pk",
        exported=("key", "kind", "name", "tax_id", "email", "phone", "happened_at"),
        personal=("key", "name", "tax_id", "email", "phone", "phone_key"),
        is_moved=False,
    ),
    Holding(
        model=Identity,
        label=_("Identities"),
        exported=("scheme", "value", "recorded_at"),
        personal=("value",),
        shown=lambda row: f"{row.scheme}: {row.value}",
    ),
    Holding(
        model=Contact,
        label=_("Contacts"),
        exported=("key", "name", "role", "email", "phone", "is_champion", "happened_at", "left_at"),
        personal=("key", "name", "role", "email", "phone", "phone_key"),
        shown=lambda row: " · ".join(each for each in (row.name, row.role, row.email) if each),
    ),
    Holding(
        model=Subject,
        label=_("Cared for"),
        exported=("key", "kind", "name", "born_on", "detail", "happened_at"),
        personal=("key", "name", "born_on", "detail"),
        shown=lambda row: f"{row.name} · {row.get_kind_display()}",
    ),
    Holding(
        model=Ownership,
        label=_("Owners"),
        exported=("user", "starts_at", "ends_at"),
        stays=other_owners,
    ),
    Holding(
        model=Tagging,
        label=_("Tags"),
        exported=("tag", "starts_at", "ends_at"),
        personal=("tag",),
        stays=same_tags,
    ),
    Holding(
        model=AttributeValue,
        label=_("Own attributes"),
        exported=("attribute", "value", "happened_at", "recorded_at"),
        personal=("value",),
        stays=told_attributes,
    ),
    Holding(
        model=Relation,
        label=_("Household and payer"),
        exported=("kind", "other", "subject", "starts_on", "ends_on"),
        stays=relations,
    ),
    Holding(
        model=Relation,
        by="other",
        label=_("Household and payer, from the other side"),
        exported=("customer", "kind", "subject", "starts_on", "ends_on"),
        stays=relations_to,
    ),
    *(
        Holding(
            model=Change,
            by=end,
            label=_("Records joined and parted"),
            exported=("kind", "at", "undone_at"),
            personal=("fields", "evidence"),
            is_moved=False,
        )
        for end in ("source", "target")
    ),
    *(
        Holding(
            model=Proposal,
            by=end,
            label=_("Records that may be the same"),
            exported=("status", "found_at", "decided_at"),
            personal=("reasons",),
            is_moved=False,
        )
        for end in ("one", "other")
    ),
    Holding(
        model=Revision,
        label=_("Values until an undo"),
        personal=("before",),
        is_moved=False,
    ),
    Holding(model=Touch, label=_("Marks of change"), by="customer_ref", is_moved=False),
    Holding(model=Stale, label=_("Marks of use"), by="customer_ref", is_moved=False),
    Holding(
        model=Announcement,
        label=_("News"),
        by="customer_ref",
        personal=("payload",),
        is_moved=False,
    ),
    Holding(
        model=Audit,
        label=_("Trail of changes"),
        by="",
        find=trail,
        exported=("at", "verb"),
        personal=("detail",),
        kept_by_law=ACCOUNTABILITY,
        is_moved=False,
    ),
)
INDEX = Elsewhere(name="customers.search", label=_("Search"), forget=search.forget)
