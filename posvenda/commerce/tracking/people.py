"""Who the items are about: one actor per person, whatever ids a browser gave them on the way.

A user id is a person. An anonymous id is a person of its own until an item brings both, or an
``alias`` joins two ids; it then belongs to that user, and what it did before is the user's too. An
anonymous id that belongs to a user stays with them: another user of the same browser is told
apart by the user id of their own items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Model

from posvenda.base import rows
from posvenda.commerce.tracking import rules as words
from posvenda.commerce.tracking.items import Item
from posvenda.commerce.tracking.models import Actor, ActorRef, Group, Held
from posvenda.commerce.tracking.rules import Rules

CHUNK = 500
SEEN_EVERY = timedelta(minutes=10)
TOLD = ("email", "name", "traits", "traits_at", "group_ref", "group_at")
SAVED = (*TOLD, "customer_id", "rule", "is_staff", "first_seen_at", "last_seen_at")
GROUP_SAVED = ("name", "traits", "traits_at", "last_seen_at")


class People:
    """The actors and groups of a run of the flusher: read in bulk, changed here, saved in bulk."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.by_ref: dict[str, Actor] = {}
        self.groups: dict[str, Group] = {}
        self.touched: list[Actor] = []
        self.news: dict[str, Actor] = {}
        self.group_news: set[str] = set()
        self._by_person: dict[str, Actor] = {}
        self._changed: dict[str, Actor] = {}
        self._changed_groups: dict[str, Group] = {}
        self._merged: list[tuple[Actor, Actor]] = []
        self._links: dict[str, Actor] = {}
        self._numbers: dict[str, int] = {}
        self._refs_of: dict[str, set[str]] = defaultdict(set)
        self._into: dict[str, Actor] = {}
        self._asked: set[str] = set()

    def load(self, items: Sequence[Item]) -> None:
        """This will read every actor and group that the items name."""
        refs = {ref for item in items for ref in _refs(item)}
        for part in _parts(refs - self._asked):
            found = ActorRef.objects.filter(ref__in=part).select_related("actor")
            for row in found:
                kept = self._by_person.setdefault(row.actor.person, row.actor)
                self._point(row.ref, kept)
                self._numbers[row.ref] = row.pk
        self._asked |= refs
        groups = {item.group for item in items if item.group} | {
            actor.group_ref for actor in self._by_person.values() if actor.group_ref
        }
        for part in _parts(groups - set(self.groups)):
            self.groups |= {row.ref: row for row in Group.objects.filter(ref__in=part)}

    def of(self, item: Item) -> Actor:
        """This will give the person of an item, having noted all it tells about people.

        A later item may join this person to another one: ask ``final`` when all are read.
        """
        unnamed = self.by_ref.get(f"a:{item.anonymous}") if item.anonymous else None
        if item.user:
            actor = self.by_ref.get(f"u:{item.user}") or self._new(item)
        else:
            actor = unnamed or self._new(item)
        if item.user and item.anonymous:
            self._join(unnamed, actor, f"a:{item.anonymous}")
        if item.kind == "alias":
            for ref in (f"a:{item.previous}", f"u:{item.previous}"):
                self._join(self.by_ref.get(ref), actor, ref, is_alias=True)
        self._see(actor, item)
        self._tell(actor, item)
        return actor

    def final(self, actor: Actor) -> Actor:
        """This will give the person this one has become."""
        while actor.person in self._into:
            actor = self._into[actor.person]
        return actor

    def number(self, item: Item) -> int:
        """This will give the number that stands for an item's id in the event store, once saved."""
        return self._numbers[f"u:{item.user}" if item.user else f"a:{item.anonymous}"]

    def decided(self, actor: Actor, *, customer: int | None, rule: str) -> None:
        """This will note whose person this is, and which rule said so."""
        if customer is not None and (actor.customer_id, actor.rule) != (customer, rule):
            actor.customer_id, actor.rule = customer, rule
            self._changed[actor.person] = self.news[actor.person] = actor

    def save(self) -> list[tuple[str, str]]:
        """This will write what changed and give the persons (former, present) that were joined.

        Callers hold the transaction.
        """
        fresh = [actor for actor in self._changed.values() if actor.pk is None]
        known = [actor for actor in self._changed.values() if actor.pk is not None]
        for actor in self._changed.values():
            actor.is_staff = self._is_staff(actor)
        _insert(Actor, fresh, "person", ("person", "user_ref", "anonymous_ref", *SAVED))
        _update(Actor, known, SAVED)
        joined = [(old, self.final(new)) for old, new in self._merged if old.pk is not None]
        for old, new in joined:
            ActorRef.objects.filter(actor=old).update(actor=new)
            Held.objects.filter(actor=old).update(actor=new)
            Actor.objects.filter(pk=old.pk).delete()
        links = [ActorRef(ref=ref, actor=self.final(a)) for ref, a in self._links.items()]
        _insert(ActorRef, links, "ref", ("ref", "actor_id"))
        self._numbers |= {link.ref: link.pk for link in links}
        self._save_groups()
        self.touched = [self.final(actor) for actor in self._changed.values()]
        self._changed, self._links, self._merged = {}, {}, []
        return [(old.person, new.person) for old, new in joined]

    def _save_groups(self) -> None:
        groups = self._changed_groups.values()
        made = [g for g in groups if g.pk is None]
        _insert(Group, made, "ref", ("ref", "first_seen_at", *GROUP_SAVED))
        _update(Group, [g for g in groups if g.pk is not None], GROUP_SAVED)
        self._changed_groups = {}

    def _is_staff(self, actor: Actor) -> bool:
        return self.rules.is_staff(user=actor.user_ref, mail=actor.email, traits=actor.traits)

    def _new(self, item: Item) -> Actor:
        ref = f"u:{item.user}" if item.user else f"a:{item.anonymous}"
        actor = Actor(
            person=item.user or f"anonymous:{item.anonymous}",
            user_ref=item.user,
            anonymous_ref="" if item.user else item.anonymous,
            email=words.address(item.user),
            first_seen_at=item.at,
            last_seen_at=item.at,
        )
        actor = self._by_person.setdefault(actor.person, actor)
        self._changed[actor.person] = actor
        self._point(ref, actor)
        self._links[ref] = actor
        return actor

    def _join(self, other: Actor | None, actor: Actor, ref: str, *, is_alias: bool = False) -> None:
        if other is None:
            self._point(ref, actor)
            self._links[ref] = actor
            return
        if other is actor or (other.user_ref and not is_alias):
            return
        for known in self._refs_of.pop(other.person, ()):
            self._point(known, actor)
        self._into[other.person] = actor
        self._merged.append((other, actor))
        self._by_person.pop(other.person, None)
        self._changed.pop(other.person, None)
        self.news.pop(other.person, None)
        self._inherit(actor, other)

    def _point(self, ref: str, actor: Actor) -> None:
        self.by_ref[ref] = actor
        self._refs_of[actor.person].add(ref)

    def _inherit(self, actor: Actor, other: Actor) -> None:
        actor.first_seen_at = min(actor.first_seen_at, other.first_seen_at)
        actor.last_seen_at = max(actor.last_seen_at, other.last_seen_at)
        actor.email = actor.email or other.email
        actor.name = actor.name or other.name
        actor.traits = {**other.traits, **actor.traits}
        if other.group_ref and _is_later(other.group_at, actor.group_at):
            actor.group_ref, actor.group_at = other.group_ref, other.group_at
        self._changed[actor.person] = actor

    def _see(self, actor: Actor, item: Item) -> None:
        if item.at < actor.first_seen_at:
            actor.first_seen_at = item.at
            self._changed[actor.person] = actor
        if item.at > actor.last_seen_at + SEEN_EVERY:
            actor.last_seen_at = item.at
            self._changed[actor.person] = actor

    def _tell(self, actor: Actor, item: Item) -> None:
        if item.kind == "group":
            self._tell_group(actor, item)
        elif item.traits:
            self._tell_person(actor, item)

    def _tell_person(self, actor: Actor, item: Item) -> None:
        is_newest = not _is_later(actor.traits_at, item.at)
        told = {**actor.traits, **item.traits} if is_newest else {**item.traits, **actor.traits}
        if told == actor.traits and actor.traits_at is not None:
            return
        actor.traits = told
        actor.traits_at = item.at if is_newest else actor.traits_at
        actor.email = words.address(told.get("email")) or actor.email
        actor.name = _name(told) or actor.name
        self._changed[actor.person] = self.news[actor.person] = actor

    def _tell_group(self, actor: Actor, item: Item) -> None:
        if _is_later(item.at, actor.group_at):
            if actor.group_ref != item.group:
                self._changed[actor.person] = actor
            actor.group_ref, actor.group_at = item.group, item.at
        group = self.groups.get(item.group)
        if group is None:
            group = Group(ref=item.group, first_seen_at=item.at, last_seen_at=item.at)
            self.groups[item.group] = self._changed_groups[item.group] = group
        is_newest = not _is_later(group.traits_at, item.at)
        told = {**group.traits, **item.traits} if is_newest else {**item.traits, **group.traits}
        if told != group.traits:
            group.traits, group.name = told, _name(told) or group.name
            group.traits_at = item.at if is_newest else group.traits_at
            self._changed_groups[item.group] = group
            self.group_news.add(item.group)
        group.last_seen_at = max(group.last_seen_at, item.at)


def _insert(model: type[Model], made: Sequence[Model], name: str, columns: Sequence[str]) -> None:
    """Insert rows fast, and give each the key the database gave it; ``name`` is unique."""
    rows.insert(
        model,
        [column.removesuffix("_id") for column in columns],
        ([getattr(each, column) for column in columns] for each in made),
    )
    by_name = {getattr(each, name): each for each in made}
    for part in _parts(by_name):
        found = model._default_manager.filter(**{f"{name}__in": part}).values_list(name, "pk")
        for value, pk in found:
            by_name[value].pk = pk
            by_name[value]._state.adding = False


def _update(model: type[Model], changed: Iterable[Model], columns: Sequence[str]) -> None:
    names = [name.removesuffix("_id") for name in columns]
    told = [(*(getattr(each, name) for name in columns), each.pk) for each in changed]
    rows.update(model, names, ("pk",), told)


def _refs(item: Item) -> Iterator[str]:
    if item.user:
        yield f"u:{item.user}"
    if item.anonymous:
        yield f"a:{item.anonymous}"
    if item.previous:
        yield f"a:{item.previous}"
        yield f"u:{item.previous}"


def _name(traits: Mapping[str, object]) -> str:
    parts = (traits.get("firstName"), traits.get("lastName"))
    told = traits.get("name") or " ".join(part for part in parts if isinstance(part, str))
    return told.replace("\0", "").strip()[:200] if isinstance(told, str) else ""


def _is_later(moment: datetime | None, than: datetime | None) -> bool:
    return moment is not None and (than is None or moment > than)


def _parts(refs: Iterable[str]) -> Iterator[list[str]]:
    listed = sorted(refs)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))
