"""Erasure: what is held about a person goes, what the law keeps stays without the person.

The order matters. The tombstones are on the disk before the first row goes, so that neither an
import that runs meanwhile nor a restored backup brings anybody back. Texts and files are read while
we still know whom to look for. Every step may run twice: a killed worker goes on where it was.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from posvenda.base import audit
from posvenda.base.models import User
from posvenda.customers import actions, holdings, search
from posvenda.customers.holdings import Holding
from posvenda.customers.models import Contact, Customer, public_id
from posvenda.customers.privacy import exports, places, requests, scrubbing, sheets, tombstones
from posvenda.customers.privacy.models import Erasure, Request, Tombstone
from posvenda.customers.privacy.person import Person

OF_CONTACT = "contact"
LEFT = ("privacy.erasure",)


class NotConfirmed(ValueError):
    """Raised when neither a second person nor the typed name confirms an erasure."""


@dataclass(frozen=True)
class Item:
    """One line of the preview: what is held, how many rows, and whether the law keeps them."""

    name: str
    label: Any
    rows: int
    reason: Any = ""
    fields: tuple[str, ...] = ()

    @property
    def is_kept(self) -> bool:
        """Whether rows stay, without the person."""
        return bool(self.reason)


def preview(person: Person) -> list[Item]:
    """This will say what would be erased and what would be kept, table by table."""
    found = []
    for holding in holdings.every():
        count = _rows(holding, person).count()
        if count and holding.name not in LEFT:
            stays = tuple(each for each in holding.exported if each not in holding.personal)
            found.append(Item(holding.name, holding.label, count, holding.kept_by_law, stays))
    return found


def begin(request: Request, *, typed: str, by: User, now: datetime) -> Erasure:
    """This will confirm a verified request and write the tombstones; the job does the rest.

    Either somebody else than who verified confirms, or the name of the person is typed.
    """
    person = person_of(request)
    is_second = request.verified_by_id is not None and request.verified_by_id != by.pk
    if not is_second and _plain(typed) != _plain(person.name):
        raise NotConfirmed
    with transaction.atomic():
        requests.start(request, by=by, now=now)
        Request.objects.filter(pk=request.pk).update(confirmed_by=by)
        erasure = _write(person, request=request, at=now)
        _enqueue(erasure)
    return erasure


class NobodyLeft(LookupError):
    """Raised when the person of a request is not here any more."""


def person_of(request: Request) -> Person:
    """This will give whom a request is about."""
    if request.customer is None:
        raise NobodyLeft(request.public_id)
    return Person(request.customer, request.contact)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _write(person: Person, *, request: Request | None, at: datetime, **more: Any) -> Erasure:
    erasure = Erasure.objects.create(
        request=request,
        customer_ref=person.customer.pk,
        joined_refs=person.ids[1:],
        contact_ref=person.contact.pk if person.contact else None,
        at=at,
        **more,
    )
    refs = [*_refs(person), *kept_keys(person)]
    hashes = [(ref[0], tombstones.digest(ref)) for ref in refs]
    Tombstone.objects.bulk_create(
        Tombstone(erasure=erasure, kind=kind, digest=text) for kind, text in dict.fromkeys(hashes)
    )
    return erasure


def _refs(person: Person) -> list[tombstones.Ref]:
    """A customer takes its contacts along when it is a person; those of a company are others."""
    if person.contact is not None:
        return tombstones.identifiers(person.contact)
    refs = [ref for each in person.records for ref in tombstones.identifiers(each)]
    for contact in Contact.everything.filter(customer__in=person.ids):
        refs += [ref for ref in tombstones.identifiers(contact) if ref[0] != tombstones.EXTERNAL]
    return refs


def kept_keys(person: Person) -> list[tombstones.Ref]:
    """The keys of rows the law keeps: what names them only by number is theirs all the same."""
    if person.contact is not None:
        return []
    kept = [each for each in holdings.every() if each.kept_by_law and "key" in each.exported]
    return [
        (tombstones.ORDER, key)
        for holding in kept
        for key in holding.of(person.ids).values_list("key", flat=True)
    ]


def _enqueue(erasure: Erasure) -> None:
    from posvenda.customers.privacy import jobs

    jobs.erase.enqueue(erasure.pk)


def carry_out(erasure_id: int, *, now: datetime) -> None:
    """This will do the steps that are still to do, each kept as done before the next begins.

    Overwriting the free space is left to ``complete``, once for everybody who went meanwhile.
    """
    erasure = Erasure.objects.get(pk=erasure_id)
    done = list(STEPS).index(erasure.step) + 1 if erasure.step else 0
    for name in list(STEPS)[done:]:
        STEPS[name](erasure, now)
        Erasure.objects.filter(pk=erasure.pk).update(step=name)
        erasure.refresh_from_db()


def complete(*, now: datetime) -> int:
    """This will take the bytes off the disk and write the proof for all who got so far."""
    gone = list(_not_overwritten().order_by("pk"))
    if gone:
        scrubbing.scrub()
    for erasure in gone:
        _finish(erasure, now)
    return len(gone)


def waits() -> bool:
    """Whether anybody's rows are gone whose bytes could not be overwritten yet."""
    return _not_overwritten().exists()


def _not_overwritten() -> models.QuerySet[Erasure]:
    return Erasure.objects.filter(step=LAST, finished_at=None)


def _ledger(erasure: Erasure, now: datetime) -> None:
    """The tombstones reach the file outside the database, on disk, before anything goes."""
    hashes = tuple(erasure.tombstones.order_by("pk").values_list("kind", "digest"))
    is_contact = erasure.contact_ref is not None
    tombstones.write(tombstones.Line(erasure.public_id, erasure.at, is_contact, hashes))


def _texts(erasure: Erasure, now: datetime) -> None:
    person = _person(erasure)
    if person is None:
        return
    found = {place.name: place.forget(person) for place in places.every()}
    _count(erasure, found)


def _outside(erasure: Erasure, now: datetime) -> None:
    if erasure.contact_ref is not None:
        return
    for place in holdings.elsewhere():
        place.forget(erasure.refs)


def _rows_gone(erasure: Erasure, now: datetime) -> None:
    """Everything that is a row, all or nothing; the customer itself goes last."""
    person = _person(erasure)
    scrubbing.wipe_as_you_go()
    with transaction.atomic():
        if person is not None:
            _close_others(erasure, person, now=now)
            _count(erasure, _erase(person, now=now))
        Erasure.objects.filter(pk=erasure.pk).update(rows_gone_at=now)


def _close_others(erasure: Erasure, person: Person, *, now: datetime) -> None:
    """What else the person asked for and waits has nothing left to be about."""
    others = Request.objects.filter(customer__in=person.ids, status__in=requests.WAITING)
    if person.contact is not None:
        others = others.filter(contact=person.contact)
    if erasure.request_id is not None:
        others = others.exclude(pk=erasure.request_id)
    others.update(status=Request.Status.DONE, closed_at=now)


def _person(erasure: Erasure) -> Person | None:
    customer = Customer.everything.filter(pk=erasure.customer_ref).first()
    if customer is None:
        return None
    if erasure.contact_ref is None:
        return Person(customer)
    contact = Contact.everything.filter(pk=erasure.contact_ref, customer=customer).first()
    return Person(customer, contact) if contact else None


def _erase(person: Person, *, now: datetime) -> Counter[str]:
    """Upper rooms first, so that nothing goes only because what it points to went."""
    counts: Counter[str] = Counter()
    exports.drop_of(person)
    for holding in reversed(holdings.every()):
        if holding.name in LEFT:
            continue
        rows = _rows(holding, person)
        counts[holding.name] += _keep(holding, rows, person) if holding.kept_by_law else _go(rows)
    if person.contact is not None:
        counts += _redact(person)
        search.index([person.customer.pk])
        actions.changed([person.customer], now=now, verb="contact")
    return counts


def _rows(holding: Holding, person: Person) -> "models.QuerySet[Any]":
    """The rows about the person: all of a customer, or those of one contact of a company."""
    if person.contact is None:
        return holding.of(person.ids)
    manager = holding.model._base_manager
    if holding.model is Contact:
        return manager.filter(pk=person.contact.pk)
    if any(field.name == OF_CONTACT for field in holding.model._meta.fields):
        return manager.filter(contact=person.contact)
    return manager.none()


def _go(rows: "models.QuerySet[Any]") -> int:
    count = rows.count()
    rows.delete()
    return count


def _keep(holding: Holding, rows: "models.QuerySet[Any]", person: Person) -> int:
    """Rows the law keeps lose who they were about: link, personal fields, telling keys."""
    empty: dict[str, Any] = {name: _nothing(holding.model, name) for name in holding.personal}
    names = {field.name: field for field in holding.model._meta.fields}
    link = names.get(holding.by)
    if link is not None and link.null:
        empty[holding.by] = None
    for name in ("key", "number"):
        if name in names and name not in empty:
            _rename(holding.model, rows, name, person)
    ids = list(rows.values_list("pk", flat=True))
    return holding.model._base_manager.filter(pk__in=ids).update(**empty) if empty else 0


def _rename(
    model: type[models.Model], rows: "models.QuerySet[Any]", name: str, person: Person
) -> None:
    """A key in which the person stands becomes another one; rows that share it still do."""
    for key in set(rows.values_list(name, flat=True)):
        if person.is_in(str(key or "")):
            model._base_manager.filter(**{name: key}).update(**{name: f"apagado/{public_id()}"})


def _nothing(model: type[models.Model], name: str) -> Any:
    field = model._meta.get_field(name)
    if isinstance(field, models.JSONField):
        return field.get_default()
    return None if getattr(field, "null", False) else ""


def _redact(person: Person) -> Counter[str]:
    """Of a contact: free texts under its company that name it lose the name."""
    counts: Counter[str] = Counter()
    for holding in holdings.every():
        fields = [
            name
            for name in holding.personal
            if isinstance(holding.model._meta.get_field(name), models.CharField | models.TextField)
            and name not in ("key", "phone_key")
        ]
        if holding.model in (Customer, Contact) or not fields:
            continue
        for row in holding.of(person.ids).only("pk", *fields):
            news = {f: person.redacted(t) for f in fields if (t := getattr(row, f))}
            news = {f: text for f, text in news.items() if text != getattr(row, f)}
            if news:
                holding.model._base_manager.filter(pk=row.pk).update(**news)
                counts[holding.name] += 1
    return counts


def _sheets(erasure: Erasure, now: datetime) -> None:
    if erasure.contact_ref is None:
        sheets.forget(erasure.refs)


def _finish(erasure: Erasure, now: datetime) -> None:
    with transaction.atomic():
        Erasure.objects.filter(pk=erasure.pk).update(finished_at=now)
        audit.record(
            "privacy.erased",
            about=f"erasure:{erasure.public_id}",
            by=erasure.request.confirmed_by if erasure.request else None,
            now=now,
            detail={"found": erasure.found},
        )
        if erasure.request and erasure.request.status == Request.Status.RUNNING:
            requests.close(erasure.request, answer="", by=None, now=now)


def _count(erasure: Erasure, found: dict[str, int] | Counter[str]) -> None:
    kept = Counter(erasure.found) + Counter(found)
    Erasure.objects.filter(pk=erasure.pk).update(found=dict(kept))
    erasure.refresh_from_db()


STEPS: dict[str, Callable[[Erasure, datetime], None]] = {
    "ledger": _ledger,
    "texts": _texts,
    "outside": _outside,
    "rows": _rows_gone,
    "sheets": _sheets,
}
LAST = list(STEPS)[-1]


def replay(*, now: datetime) -> int:
    """This will erase again whom the file knows and the database does not: after a restore.

    People are recognised by the hash of their row, or by their identifiers in a record that is
    older than the erasure. Gives the number of people erased again.
    """
    known = set(Erasure.objects.values_list("public_id", flat=True))
    lines = [line for line in tombstones.ledger() if line.public_id not in known]
    if lines:
        _again(lines)
    unfinished = list(Erasure.objects.filter(finished_at=None).order_by("pk"))
    for erasure in unfinished:
        carry_out(erasure.pk, now=now)
    complete(now=now)
    return sum(erasure.is_replay for erasure in unfinished)


def _again(lines: list[tombstones.Line]) -> None:
    wanted = {text: line for line in lines for _kind, text in line.hashes}
    for customer in Customer.everything.order_by("pk").iterator(places.READ):
        _match(Person(customer), wanted)
    contacts = Contact.everything.select_related("customer").order_by("pk")
    for contact in contacts.iterator(places.READ):
        _match(Person(contact.customer, contact), wanted)
    known = set(Erasure.objects.values_list("public_id", flat=True))
    for line in lines:
        if line.public_id not in known:
            _remember(line)


def _match(person: Person, wanted: dict[str, tombstones.Line]) -> None:
    who = person.contact or person.customer
    for ref in tombstones.identifiers(who):
        line = wanted.get(tombstones.digest(ref))
        if line is None or line.is_contact != (person.contact is not None):
            continue
        if ref[0] != tombstones.ROW and who.recorded_at > line.at:
            continue
        with transaction.atomic():
            more = {"is_replay": True}
            if not Erasure.objects.filter(public_id=line.public_id).exists():
                more["public_id"] = line.public_id  # type: ignore[assignment]
            _write(person, request=None, at=line.at, **more)
        return


def _remember(line: tombstones.Line) -> None:
    """Nobody to erase, but the hashes have to be known at the doors."""
    with transaction.atomic():
        erasure = Erasure.objects.create(
            public_id=line.public_id, customer_ref=0, at=line.at, step=LAST, finished_at=line.at
        )
        Tombstone.objects.bulk_create(
            Tombstone(erasure=erasure, kind=kind, digest=text) for kind, text in line.hashes
        )
