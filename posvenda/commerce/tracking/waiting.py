"""Events that wait: they join their customer as soon as it is known, with their original times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from posvenda.base import audit
from posvenda.base.models import User
from posvenda.commerce.tracking import resolving
from posvenda.commerce.tracking.models import Actor, Group, Held
from posvenda.commerce.tracking.resolving import SCHEME, Clues
from posvenda.commerce.tracking.rules import Rules
from posvenda.commerce.tracking.settling import Settling, readable
from posvenda.customers import actions, search
from posvenda.customers.models import Customer, Identity

AT_ONCE = 2_000
CHUNK = 500
Reason = Held.Reason
Pair = tuple[int, str, str]


def attach(rules: Rules, *, now: datetime) -> int:
    """This will take in every waiting event whose customer is known now, and say how many."""
    _word_anew(rules)
    return _attach(Settling(rules), Held.objects.all(), now=now)


def would_attach(rules: Rules) -> int:
    """This will say how many waiting events would find their customer under these rules."""
    settling, count = Settling(rules), 0
    last = 0
    while rows := list(Held.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        actors = Actor.objects.in_bulk({row.actor_id for row in rows})
        groups = {g.ref: g for g in Group.objects.filter(ref__in={row.group_ref for row in rows})}
        wanted = []
        for row, item in zip(rows, readable(rows), strict=True):
            actor = actors[row.actor_id]
            if rules.is_staff(user=actor.user_ref, mail=actor.email, traits=actor.traits):
                continue
            told = resolving.told(rules.ways, item)
            group = groups.get(row.group_ref)
            wanted.append(resolving.completed(rules.ways, told, actor, group))
        owners = settling.resolver.resolve(wanted)
        count += sum(owners[clues] is not None for clues in wanted)
    return count


def attach_touched(settling: Settling, *, now: datetime) -> int:
    """This will do so for the people of the last round, who may have become known in it."""
    ids = [actor.pk for actor in settling.people.touched]
    settling.people.touched = []
    done = 0
    for start in range(0, len(ids), CHUNK):
        held = Held.objects.filter(actor__in=ids[start : start + CHUNK])
        if held.exists():
            done += _attach(Settling(settling.rules), held, now=now)
    return done


class IsTaken(ValueError):
    """Raised when a name already belongs to another customer; ``customer`` is that one."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        super().__init__(f"belongs to customer {customer.public_id}")


@transaction.atomic
def give(ref: str, *, customer: Customer, by: User, now: datetime) -> int:
    """This will say that a group's or user's events are this customer's, and how many waited."""
    actions.check([customer], by=by)
    known = Identity.objects.filter(scheme=SCHEME, value=ref).select_related("customer").first()
    if known is not None and known.customer_id != customer.pk:
        raise IsTaken(known.customer)
    if known is None:
        Identity.objects.create(customer=customer, scheme=SCHEME, value=ref, recorded_at=now)
    count = of(ref).count()
    about = f"customer:{customer.public_id}"
    audit.record(
        "tracking.given", about=about, by=by, now=now, detail={"ref": ref, "events": count}
    )
    search.index([customer.pk])
    actions.changed([customer], now=now, verb="identity")
    return count


def of(ref: str) -> QuerySet[Held]:
    """This will give the events that wait under a group's or a user's id."""
    by_person = Q(group_ref="", actor__user_ref=ref) if ref else Q(pk=None)
    return Held.objects.filter(Q(group_ref=ref) | by_person, reason=Reason.CUSTOMER)


def expire(rules: Rules, *, now: datetime) -> int:
    """This will let go of events that have waited longer than the rules allow."""
    old = Held.objects.filter(received_at__lt=now - timedelta(days=rules.waiting_days))
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            gone += Held.objects.filter(pk__in=ids).delete()[0]
    if gone:
        with transaction.atomic():
            detail = {"events": gone, "days": rules.waiting_days}
            audit.record("tracking.expired", about="waiting", by=None, now=now, detail=detail)
    return gone


def _attach(settling: Settling, held: QuerySet[Held], *, now: datetime) -> int:
    done = 0
    back = held.filter(reason=Reason.STAFF, actor__is_staff=False)
    while rows := list(back.order_by("pk")[:AT_ONCE]):
        done += _settle(settling, rows, now=now)
    pairs = (
        held.filter(reason=Reason.CUSTOMER).values_list("actor_id", "group_ref", "clues").distinct()
    )
    for actors, known in _known(settling, pairs.order_by("actor_id")):
        rows = []
        waiting = held.filter(reason=Reason.CUSTOMER, actor__in=actors).order_by("pk")
        for row in waiting.iterator(chunk_size=AT_ONCE):
            if (row.actor_id, row.group_ref, row.clues) in known:
                rows.append(row)
            if len(rows) == AT_ONCE:
                done += _settle(settling, rows, now=now)
                rows = []
        done += _settle(settling, rows, now=now)
    return done


def _settle(settling: Settling, rows: Sequence[Held], *, now: datetime) -> int:
    """One transaction: the rows go, and what they hold is taken in (or held anew)."""
    if not rows:
        return 0
    settling.gather(readable(rows), now=now)
    with transaction.atomic():
        gone, _each = Held.objects.filter(pk__in=[row.pk for row in rows]).delete()
        if gone != len(rows):
            raise TakenElsewhere
        settled = settling.write(now=now)
    return sum(settled.taken.values())


class TakenElsewhere(RuntimeError):
    """Raised inside the transaction when another process took a waiting row meanwhile."""


def _known(settling: Settling, pairs: Iterable[Pair]) -> Iterator[tuple[set[int], set[Pair]]]:
    """Of people with their clues, a part at a time, those whose customer is known."""
    for part in _parts(pairs):
        actors = Actor.objects.in_bulk({actor for actor, _group, _clues in part})
        refs = {group for _actor, group, _clues in part}
        refs |= {actor.group_ref for actor in actors.values()}
        groups = {g.ref: g for g in Group.objects.filter(ref__in=refs)}
        completed: dict[Pair, Clues] = {}
        for pair in part:
            actor = actors[pair[0]]
            told = tuple(msgspec.json.decode(pair[2]))
            group = groups.get(pair[1] or actor.group_ref)
            completed[pair] = resolving.completed(settling.rules.ways, told, actor, group)
        owners = settling.resolver.resolve(completed.values())
        known = {pair for pair, clues in completed.items() if owners[clues] is not None}
        if known:
            yield {pair[0] for pair in known}, known


def _word_anew(rules: Rules) -> None:
    """What an item says is kept in the order of the rules: under other rules it is read again."""
    old = Held.objects.exclude(version=rules.version).order_by("pk")
    while rows := list(old[:AT_ONCE]):
        for row, item in zip(rows, readable(rows), strict=True):
            told = resolving.told(rules.ways, item)
            row.clues, row.version = msgspec.json.encode(told).decode(), rules.version
        Held.objects.bulk_update(rows, ("clues", "version"), batch_size=CHUNK)


def _parts(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    listed = list(pairs)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))
