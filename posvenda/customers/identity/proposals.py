"""Pairs of records that may be one customer: found by a job, weighed with reasons, kept for people.

Nothing is joined here. A pair a person set aside is remembered, also after one of the two was
joined to a third.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import combinations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from posvenda.base import audit, rows
from posvenda.base.models import User
from posvenda.core.duplicates import ROOT, Reason, Side, Verdict, compare
from posvenda.core.names import normalised
from posvenda.customers.identity.models import Proposal
from posvenda.customers.identity.resolution import canonical
from posvenda.customers.models import AttributeValue, Contact, Customer

# A mailbox or a name that more records than this share (an accountant, "Maria Silva") joins nobody.
CROWD = 12
TOWN = "city"
BIRTHDAYS = ("birth_date", "born_on", "birthday", "nascimento", "data_nascimento")
PART = 2_000
Pair = tuple[int, int]


@dataclass
class _Told:
    """What is read of one record, piece by piece."""

    name: str
    kind: str
    document: str
    email: str
    phone_key: str
    values: dict[str, str] = field(default_factory=dict)
    contacts: set[str] = field(default_factory=set)

    def side(self) -> Side:
        born = next((self.values[name] for name in BIRTHDAYS if name in self.values), "")
        return Side(
            name=self.name,
            kind=self.kind,
            document=self.document,
            email=self.email,
            phone_key=self.phone_key,
            city=self.values.get(TOWN, ""),
            born_on=_day(born),
            contacts=frozenset(self.contacts),
        )


def find(*, now: datetime) -> int:
    """This will look through all customers and give the number of open proposals."""
    people = {pk: told.side() for pk, told in _read().items()}
    decided = _decided()
    found: dict[Pair, Verdict] = {}
    for pair in _candidates(people):
        verdict = compare(people[pair[0]], people[pair[1]])
        if verdict.is_shown and pair not in decided:
            found[pair] = verdict
    _keep(found, now=now)
    return Proposal.objects.filter(status=Proposal.Status.OPEN).count()


class MayNotPropose(PermissionDenied):
    """Raised when somebody proposes customers outside of the own book."""


class SameRecord(ValueError):
    """Raised when the two ends of a pair are one record."""


@transaction.atomic
def propose(one: Customer, other: Customer, *, by: User, now: datetime) -> Proposal:
    """This will put a pair on the list by hand; a CSM may do so within the own book."""
    if not by.may_write or not all(
        by.sees_everyone or each.owner_id == by.pk for each in (one, other)
    ):
        raise MayNotPropose
    if one.pk == other.pk:
        raise SameRecord
    first, second = sorted((one, other), key=lambda each: each.pk)
    people = _read([first.pk, second.pk])
    verdict = compare(people[first.pk].side(), people[second.pk].side())
    proposal, _ = Proposal.objects.update_or_create(
        one=first,
        other=second,
        defaults={
            "score": verdict.score,
            "reasons": [asdict(reason) for reason in verdict.reasons],
            "is_branch": verdict.is_branch,
            "status": Proposal.Status.OPEN,
            "found_at": now,
            "proposed_by": by,
            "decided_at": None,
            "decided_by": None,
        },
    )
    _record("identity.proposed", proposal, by=by, now=now)
    return proposal


@transaction.atomic
def set_apart(proposal: Proposal, *, by: User, now: datetime) -> None:
    """This will remember that the two are not the same customer."""
    _decide(proposal, Proposal.Status.APART, "identity.apart", by=by, now=now)


@transaction.atomic
def reopen(proposal: Proposal, *, by: User, now: datetime) -> None:
    """This will take back that the two are not the same, or head office and branch."""
    _decide(proposal, Proposal.Status.OPEN, "identity.reopened", by=by, now=now)


@transaction.atomic
def set_branch(proposal: Proposal, *, by: User, now: datetime) -> None:
    """This will remember that the two are head office and branch."""
    _decide(proposal, Proposal.Status.BRANCH, "identity.branch", by=by, now=now)


def _decide(
    proposal: Proposal, status: Proposal.Status, verb: str, *, by: User, now: datetime
) -> None:
    if not by.may_manage:
        raise MayNotPropose
    is_open = status == Proposal.Status.OPEN
    proposal.status = status
    proposal.decided_at, proposal.decided_by = (None, None) if is_open else (now, by)
    proposal.save(update_fields=["status", "decided_at", "decided_by"])
    _record(verb, proposal, by=by, now=now)


def _record(verb: str, proposal: Proposal, *, by: User, now: datetime) -> None:
    for mine, other in (
        (proposal.one, proposal.other),
        (proposal.other, proposal.one),
    ):
        about = f"customer:{mine.public_id}"
        audit.record(verb, about=about, by=by, now=now, detail={"other": other.public_id})


def reasons_of(proposal: Proposal) -> list[Reason]:
    """This will give the stored reasons of a pair."""
    return [Reason(**each) for each in proposal.reasons]


def _read(ids: Iterable[int] | None = None) -> dict[int, _Told]:
    standing = Customer.objects.present().order_by()
    values = AttributeValue.objects.filter(attribute__name__in=(TOWN, *BIRTHDAYS))
    contacts = Contact.objects.order_by()
    if ids is not None:
        chosen = list(ids)
        standing = standing.filter(pk__in=chosen)
        values = values.filter(customer_id__in=chosen)
        contacts = contacts.filter(customer_id__in=chosen)
    columns = ("pk", "name", "kind", "tax_id", "email", "phone_key")
    people = {pk: _Told(*rest) for pk, *rest in standing.values_list(*columns)}
    for pk, name, value in values.order_by("happened_at", "id").values_list(
        "customer_id", "attribute__name", "value"
    ):
        if pk in people:
            people[pk].values[name] = value
    for pk, email, phone_key in contacts.values_list("customer_id", "email", "phone_key"):
        if pk in people:
            people[pk].contacts.update(each for each in (email.lower(), phone_key) if each)
    return people


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _candidates(people: Mapping[int, Side]) -> Iterator[Pair]:
    """Pairs that have at least one strong thing in common, each once."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, side in people.items():
        for block in _blocks(side):
            blocks[block].append(pk)
    pairs = {
        (min(pair), max(pair))
        for members in blocks.values()
        if 1 < len(members) <= CROWD
        for pair in combinations(members, 2)
    }
    yield from sorted(pairs)


def _blocks(side: Side) -> Iterator[tuple[str, str]]:
    name = normalised(side.name)
    told = {
        "document": side.document,
        "root": side.document[:ROOT] if len(side.document) == 14 else "",
        "email": side.email.lower(),
        "phone": side.phone_key,
        "name": name,
        "town": f"{name}/{normalised(side.city)}" if name and side.city else "",
        "born": f"{name}/{side.born_on}" if name and side.born_on else "",
    }
    yield from ((kind, value) for kind, value in told.items() if value)
    yield from (("contact", each) for each in side.contacts)


def _decided() -> set[Pair]:
    """Pairs that are no longer a question, led to the records that stand today."""
    closed = Proposal.objects.exclude(status=Proposal.Status.OPEN).values_list("one", "other")
    pairs = list(closed)
    lead = canonical({pk for pair in pairs for pk in pair})
    return {(min(a, b), max(a, b)) for a, b in ((lead[x], lead[y]) for x, y in pairs)}


def _keep(found: Mapping[Pair, Verdict], *, now: datetime) -> None:
    """New pairs in, changed ones anew, those that no longer hold out; by hand ones stay."""
    open_now = Proposal.objects.filter(status=Proposal.Status.OPEN)
    known = {(each.one_id, each.other_id): each for each in open_now}
    gone = [
        each.pk for pair, each in known.items() if pair not in found and each.proposed_by_id is None
    ]
    fresh = [(pair, verdict) for pair, verdict in found.items() if pair not in known]
    for start in range(0, len(gone), PART):
        Proposal.objects.filter(pk__in=gone[start : start + PART]).delete()
    for pair, each in known.items():
        verdict = found.get(pair)
        if verdict is not None and each.score != verdict.score:
            each.score, each.is_branch = verdict.score, verdict.is_branch
            each.reasons = [asdict(reason) for reason in verdict.reasons]
            each.save(update_fields=["score", "is_branch", "reasons"])
    columns = ("one", "other", "score", "reasons", "is_branch", "status", "found_at")
    for start in range(0, len(fresh), PART):
        with transaction.atomic():
            rows.insert(
                Proposal,
                columns,
                (
                    (
                        *pair,
                        verdict.score,
                        [asdict(reason) for reason in verdict.reasons],
                        verdict.is_branch,
                        str(Proposal.Status.OPEN),
                        now,
                    )
                    for pair, verdict in fresh[start : start + PART]
                ),
                ignore=True,
            )
