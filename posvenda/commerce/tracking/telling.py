"""What identify and group tell about customers: contacts, declared attributes, new customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from posvenda.commerce.tracking import rules as words
from posvenda.commerce.tracking.items import Item
from posvenda.commerce.tracking.models import Actor, Group
from posvenda.commerce.tracking.people import People
from posvenda.commerce.tracking.resolving import SCHEME, Clues, Owner
from posvenda.commerce.tracking.rules import Rules
from posvenda.core import identifiers
from posvenda.customers import actions, attributes, search
from posvenda.customers.models import (
    Attribute,
    AttributeValue,
    Contact,
    Customer,
    Identity,
    Kind,
)

CREATED = "group:new"
FIELDS = ("name", "email", "phone", "phone_key", "role")


def new_customers(
    unowned: Iterable[tuple[Clues, Item, Actor]], people: People, rules: Rules, *, now: datetime
) -> dict[Clues, Owner]:
    """This will make customers of groups nobody knows, when the rules say so."""
    if not rules.create_customers:
        return {}
    wanted: dict[str, datetime] = {}
    of: dict[Clues, str] = {}
    for clues, item, actor in unowned:
        if ref := item.group or actor.group_ref:
            of[clues] = ref
            wanted[ref] = min(wanted.get(ref, item.at), item.at)
    taken = set(Customer.objects.filter(key__in=wanted).values_list("key", flat=True))
    made = [
        Customer(
            key=ref if ref not in taken and len(ref) <= 120 else f"tracking:{ref}"[:120],
            kind=Kind.COMPANY,
            name=_named(people.groups.get(ref)) or ref,
            happened_at=at,
            recorded_at=now,
        )
        for ref, at in wanted.items()
    ]
    Customer.objects.bulk_create(made)
    Identity.objects.bulk_create(
        Identity(customer=customer, scheme=SCHEME, value=ref, recorded_at=now)
        for ref, customer in zip(wanted, made, strict=True)
    )
    _changed(made, now=now)
    owners = {ref: Owner(each.pk, CREATED) for ref, each in zip(wanted, made, strict=True)}
    return {clues: owners[ref] for clues, ref in of.items()}


def tell(people: People, groups: Mapping[str, int], rules: Rules, *, now: datetime) -> None:
    """This will hand on what was told since the last call about people and groups that are known.

    ``groups`` says whose each group is. Contacts follow the setting of the rules.
    """
    actors = [actor for actor in people.news.values() if actor.customer_id and not actor.is_staff]
    touched = _contacts(actors, rules, now=now) if rules.contacts != "none" else set()
    fresh = people.group_news | {actor.group_ref for actor in actors}
    for ref in fresh & set(groups):
        if (group := people.groups.get(ref)) is not None and _attributes(
            group, groups[ref], now=now
        ):
            touched.add(groups[ref])
    _changed(list(Customer.objects.filter(pk__in=touched)), now=now)
    people.news, people.group_news = {}, people.group_news - set(groups)


def _contacts(actors: list[Actor], rules: Rules, *, now: datetime) -> set[int]:
    keys = {f"tracking:{actor.person}"[:160] for actor in actors}
    mails = {actor.email for actor in actors if actor.email}
    customers = {actor.customer_id for actor in actors if actor.customer_id}
    by_key = {c.key: c for c in Contact.objects.filter(key__in=keys)}
    found = Contact.objects.filter(customer_id__in=customers, email__in=mails)
    by_mail = {(c.customer_id, c.email): c for c in found.order_by("-pk")}
    made, changed, touched = [], [], set()
    for actor in actors:
        key = f"tracking:{actor.person}"[:160]
        contact = by_key.get(key) or by_mail.get((actor.customer_id or 0, actor.email))
        told = _told(actor)
        if contact is None:
            if rules.contacts == "all" and (told["name"] or told["email"]):
                made.append(_contact(actor, key, told, now))
                touched.add(actor.customer_id)
        elif _complete(contact, told, is_own=contact.key == key):
            changed.append(contact)
            touched.add(contact.customer_id)
    Contact.objects.bulk_create(made)
    Contact.objects.bulk_update(changed, FIELDS, batch_size=500)
    return {each for each in touched if each is not None}


def _told(actor: Actor) -> dict[str, str]:
    traits = actor.traits
    phone = words.dig(traits, "phone")[:20]
    role = words.dig(traits, "title") or words.dig(traits, "role") or words.dig(traits, "position")
    return {
        "name": actor.name,
        "email": actor.email,
        "phone": phone,
        "phone_key": identifiers.match_key(phone)[:20] if phone else "",
        "role": role[:120],
    }


def _contact(actor: Actor, key: str, told: Mapping[str, str], now: datetime) -> Contact:
    return Contact(
        customer_id=actor.customer_id or 0,
        key=key,
        happened_at=actor.first_seen_at,
        recorded_at=now,
        **{**told, "name": told["name"] or told["email"]},
    )


def _complete(contact: Contact, told: Mapping[str, str], *, is_own: bool) -> bool:
    """What a person or an import wrote stays; a contact made here follows what is told."""
    has_changed = False
    for name, value in told.items():
        if value and value != getattr(contact, name) and (is_own or not getattr(contact, name)):
            setattr(contact, name, value)
            has_changed = True
    return has_changed


def _attributes(group: Group, customer_id: int, *, now: datetime) -> bool:
    """Traits with the name of a declared attribute; text that does not fit it stays a trait."""
    customer = Customer.objects.get(pk=customer_id)
    has_changed = _name(customer, group)
    current: Any = attributes.current(customer)
    for attribute in Attribute.objects.filter(name__in=[key.lower() for key in group.traits]):
        text = words.dig({k.lower(): v for k, v in group.traits.items()}, attribute.name)
        try:
            value = attributes.stored(attribute, text)
        except attributes.BadValue:
            continue
        if value and value != current.get(attribute.name, ""):
            AttributeValue.objects.create(
                customer=customer,
                attribute=attribute,
                value=value,
                happened_at=group.traits_at or now,
                recorded_at=now,
            )
            has_changed = True
    return has_changed


def _name(customer: Customer, group: Group) -> bool:
    """A customer made of a group has the group's id for a name until its name is told."""
    if not group.name or customer.name != group.ref:
        return False
    return bool(Customer.objects.filter(pk=customer.pk).update(name=group.name))


def _named(group: Group | None) -> str:
    return group.name if group is not None else ""


def _changed(customers: list[Customer], *, now: datetime) -> None:
    if customers:
        search.index([customer.pk for customer in customers])
        actions.changed(customers, now=now, verb="tracking")
