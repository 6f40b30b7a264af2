"""Writes about customers: one verb, one transaction, then audit, news, search and sheet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from posvenda.base import audit, rows
from posvenda.base import jobs as schedule
from posvenda.base.models import Announcement, Audit, User
from posvenda.core import identifiers
from posvenda.customers import attributes, jobs, search, sheet
from posvenda.customers.identity.resolution import canonical
from posvenda.customers.models import (
    Attribute,
    AttributeValue,
    Contact,
    Customer,
    Ownership,
    Sheet,
    Tagging,
    public_id,
)

CHUNK = 1_000
EDITABLE = ("name", "kind", "tax_id", "email", "phone")


class MayNotWrite(PermissionDenied):
    """Raised when a viewer, or a CSM outside the own book, tries to change something."""


def check(customers: Sequence[Customer], *, by: User) -> None:
    """This will refuse, loudly, whoever may not change all of these customers."""
    if not by.may_write:
        raise MayNotWrite
    if not by.sees_everyone and any(customer.owner_id != by.pk for customer in customers):
        raise MayNotWrite


def changed(customers: Sequence[Customer], *, now: datetime, verb: str) -> None:
    """This will tell everybody below and above that these customers changed."""
    ids = [customer.pk for customer in customers]
    rows.insert(
        Announcement,
        ("kind", "customer_ref", "payload", "at"),
        (("customer.changed", pk, {"verb": verb}, now) for pk in ids),
    )
    sheet.touch(ids, now=now)


class AlreadyThere(ValueError):
    """Raised when a customer with this tax id or key exists; ``customer`` is that one."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        super().__init__(f"customer {customer.public_id} is there already")


@transaction.atomic
def create(
    *, name: str, kind: str, by: User, now: datetime, owner: User | None = None, **fields: str
) -> Customer:
    """This will add a customer; a CSM's new customer joins the own book."""
    if not by.may_write:
        raise MayNotWrite
    values = _cleaned({"name": name, "kind": kind, **fields})
    if values.get("tax_id"):
        _refuse_twin(values["tax_id"], but=None)
    address = public_id()
    customer = Customer.objects.create(
        public_id=address,
        key=_free_key(values.get("tax_id", "")) or address,
        owner=owner if by.sees_everyone else by,
        happened_at=now,
        recorded_at=now,
        **values,
    )
    _own([customer], customer.owner, now=now)
    _record("customer.created", customer, by=by, now=now, detail={"name": name})
    search.index([customer.pk])
    changed([customer], now=now, verb="created")
    if not Sheet.objects.exists():
        schedule.enqueue_once(jobs.refresh)
    return customer


@transaction.atomic
def edit(customer: Customer, *, by: User, now: datetime, **fields: str) -> Customer:
    """This will correct name, kind, tax id, e-mail or phone; the trail keeps what they were."""
    check([customer], by=by)
    values = _cleaned(fields)
    if values.get("tax_id"):
        _refuse_twin(values["tax_id"], but=customer)
    before = {name: getattr(customer, name) for name in values if name != "phone_key"}
    for name, value in values.items():
        setattr(customer, name, value)
    customer.save(update_fields=list(values))
    _record("customer.edited", customer, by=by, now=now, detail={"before": before})
    search.index([customer.pk])
    changed([customer], now=now, verb="edited")
    return customer


class NotAnOwner(ValueError):
    """Raised when somebody is to answer for customers who may not: a viewer, or no longer here."""


def assign_owner(
    customers: Sequence[Customer], *, owner: User | None, by: User, now: datetime
) -> str:
    """This will give customers to an owner and return the token that ``give_back`` takes.

    Many customers go in short transactions of 1,000; each leaves its trail.
    """
    check(customers, by=by)
    if owner is not None and not User.objects.owners().filter(pk=owner.pk).exists():
        raise NotAnOwner(owner.email)
    token = public_id()
    moving = [customer for customer in customers if customer.owner_id != (owner and owner.pk)]
    for start in range(0, len(moving), CHUNK):
        with transaction.atomic():
            _assign(moving[start : start + CHUNK], owner, token=token, by=by, now=now)
    return token


def give_back(token: str, *, by: User, now: datetime) -> int:
    """This will undo one assignment of this person, where nobody changed the owner since."""
    if not by.may_write:
        raise MayNotWrite
    count = 0
    for trail in Audit.objects.filter(verb="customer.owner", about=f"assignment:{token}", by=by):
        for was, ids in trail.detail["before"].items():
            owner = User.objects.filter(pk=int(was)).first() if was else None
            with transaction.atomic():
                found = list(Customer.objects.filter(pk__in=ids, owner_id=trail.detail["owner"]))
                _assign(found, owner, token=f"{token}:undo", by=by, now=now)
                count += len(found)
    return count


@transaction.atomic
def tag(customer: Customer, *, tag: str, by: User, now: datetime) -> None:
    """This will put a word on a customer; a word that is there stays as it is."""
    check([customer], by=by)
    word = " ".join(tag.split())[:40]
    if not word:
        raise ValueError("a tag needs a word")
    taggings = Tagging.objects.filter(customer=customer, ends_at=None)
    if taggings.filter(tag__iexact=word).exists():
        return
    Tagging.objects.create(customer=customer, tag=word, starts_at=now, recorded_at=now)
    _record("customer.tagged", customer, by=by, now=now, detail={"tag": word})
    changed([customer], now=now, verb="tagged")


@transaction.atomic
def untag(customer: Customer, *, tag: str, by: User, now: datetime) -> None:
    """This will take a word off a customer; the past keeps it."""
    check([customer], by=by)
    ended = Tagging.objects.filter(customer=customer, tag=tag, ends_at=None).update(ends_at=now)
    if ended:
        _record("customer.untagged", customer, by=by, now=now, detail={"tag": tag})
        changed([customer], now=now, verb="untagged")


@transaction.atomic
def set_attribute(
    customer: Customer, *, attribute: Attribute, value: str, by: User, now: datetime
) -> None:
    """This will add what an attribute is from now on; text that does not fit is a ``BadValue``."""
    check([customer], by=by)
    stored = attributes.stored(attribute, value)
    if stored == attributes.current(customer).get(attribute.name, ""):
        return
    AttributeValue.objects.create(
        customer=customer, attribute=attribute, value=stored, happened_at=now, recorded_at=now
    )
    _record("customer.attribute", customer, by=by, now=now, detail={attribute.name: stored})
    changed([customer], now=now, verb="attribute")


@transaction.atomic
def add_contact(
    customer: Customer,
    *,
    name: str,
    by: User,
    now: datetime,
    role: str = "",
    email: str = "",
    phone: str = "",
    is_champion: bool = False,
) -> Contact:
    """This will add a person to talk to."""
    check([customer], by=by)
    contact = Contact.objects.create(
        customer=customer,
        key=public_id(),
        name=name,
        role=role,
        email=email,
        phone=phone,
        phone_key=_match_key(phone),
        is_champion=is_champion,
        happened_at=now,
        recorded_at=now,
    )
    _record("contact.added", customer, by=by, now=now, detail={"contact": contact.key})
    search.index([customer.pk])
    changed([customer], now=now, verb="contact")
    return contact


@transaction.atomic
def contact_left(contact: Contact, *, has_left: bool, by: User, now: datetime) -> None:
    """This will note that a contact left the customer, or take that back."""
    check([contact.customer], by=by)
    contact.left_at = contact.left_recorded_at = now if has_left else None
    contact.save(update_fields=["left_at", "left_recorded_at"])
    verb = "contact.left" if has_left else "contact.returned"
    _record(verb, contact.customer, by=by, now=now, detail={"contact": contact.key})
    changed([contact.customer], now=now, verb="contact")


def _cleaned(fields: Mapping[str, str]) -> dict[str, Any]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise KeyError(sorted(unknown)[0])
    values: dict[str, Any] = dict(fields)
    if "phone" in values:
        values["phone_key"] = _match_key(values["phone"])
    return values


def _match_key(phone: str) -> str:
    return identifiers.match_key(phone) if phone else ""


def _free_key(tax_id: str) -> str:
    """The tax id, unless it is the key of a customer that was withdrawn."""
    return "" if Customer.everything.filter(key=tax_id).exists() else tax_id


def _refuse_twin(tax_id: str, *, but: Customer | None) -> None:
    twins = Customer.objects.filter(Q(tax_id=tax_id) | Q(key=tax_id))
    for twin in (twins.exclude(pk=but.pk) if but else twins).order_by("pk")[:2]:
        lead = canonical([twin.pk])[twin.pk]
        if but is None or lead != but.pk:
            raise AlreadyThere(twin if lead == twin.pk else Customer.objects.get(pk=lead))


def _assign(
    customers: Sequence[Customer], owner: User | None, *, token: str, by: User, now: datetime
) -> None:
    before: dict[str, list[int]] = defaultdict(list)
    for customer in customers:
        before[str(customer.owner_id or "")].append(customer.pk)
    ids = [customer.pk for customer in customers]
    Customer.objects.filter(pk__in=ids).update(owner=owner)
    Ownership.objects.filter(customer_id__in=ids, ends_at=None).update(ends_at=now)
    _own(customers, owner, now=now)
    detail = {"owner": owner.pk if owner else None, "before": before}
    audit.record("customer.owner", about=f"assignment:{token}", by=by, now=now, detail=detail)
    changed(customers, now=now, verb="owner")


def _own(customers: Sequence[Customer], owner: User | None, *, now: datetime) -> None:
    if owner is None:
        return
    rows.insert(
        Ownership,
        ("customer", "user", "starts_at", "ends_at", "recorded_at"),
        ((customer.pk, owner.pk, now, None, now) for customer in customers),
    )


def _record(
    verb: str, customer: Customer, *, by: User, now: datetime, detail: Mapping[str, Any]
) -> None:
    audit.record(verb, about=f"customer:{customer.public_id}", by=by, now=now, detail=detail)
