"""Random logs of facts for property tests: what happened, when it was learnt, corrected, retracted.

A log is a list of ``Told``: one version of one fact. ``write`` puts a log in the database and the
lake the way importers do: a later version supersedes the one before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.db import transaction
from hypothesis import strategies as st

from posvenda.base import clock
from posvenda.commerce import models as commerce
from posvenda.commerce import usage
from posvenda.conversations.models import Interaction
from posvenda.customers import models as who
from posvenda.journeys.models import Task

AS_OF = date(2026, 3, 31)
END = clock.start_of(AS_OF + timedelta(days=1))
KNOWN_AT = END + timedelta(days=5)
CUSTOMERS = ("c0", "c1", "c2")
VERSIONED = {
    "order": commerce.Order,
    "line": commerce.OrderLine,
    "contract": commerce.ContractLine,
    "ticket": commerce.Ticket,
    "answer": commerce.Answer,
    "cancellation": commerce.Cancellation,
}
PLAIN = {
    "interaction": Interaction,
    "contact": who.Contact,
    "subject": who.Subject,
    "attribute": who.AttributeValue,
    "owner": who.Ownership,
    "tag": who.Tagging,
    "task": Task,
}
KINDS = (*VERSIONED, *PLAIN, "usage")


@dataclass(frozen=True)
class Told:
    """One version of a fact; ``fields`` are the model's own."""

    kind: str
    key: str
    customer: str
    happened_at: datetime
    recorded_at: datetime
    fields: tuple[tuple[str, Any], ...] = ()
    is_retracted: bool = False

    def values(self) -> dict[str, Any]:
        return dict(self.fields)


def moments(first: datetime, last: datetime) -> st.SearchStrategy[datetime]:
    span = int((last - first) / timedelta(minutes=1)) - 1
    return st.integers(0, span).map(lambda minutes: first + timedelta(minutes=minutes))


PAST = moments(END - timedelta(days=420), END)
FUTURE = moments(END, END + timedelta(days=90))
KNOWN = moments(END - timedelta(days=420), KNOWN_AT)
LATER = moments(KNOWN_AT + timedelta(minutes=1), KNOWN_AT + timedelta(days=60))
ANY = moments(END - timedelta(days=420), END + timedelta(days=90))
MAYBE = st.none() | ANY
DAYS = st.integers(-400, 400).map(lambda days: AS_OF + timedelta(days=days))
CENTS = st.integers(0, 500_000)


def _order(draw: Any, happened: datetime) -> dict[str, Any]:
    return {
        "number": "n",
        "is_return": draw(st.booleans()),
        "amount_cents": draw(st.none() | CENTS),
        "currency": draw(st.sampled_from(["BRL", "BRL", "USD"])),
        "status": draw(st.sampled_from(["", "", "canceled"])),
        "promised_at": draw(MAYBE),
        "delivered_at": draw(MAYBE),
        "cancelled_at": draw(MAYBE),
    }


def _line(draw: Any, happened: datetime) -> dict[str, Any]:
    return {
        "order_key": draw(st.sampled_from([f"order-{n}" for n in range(6)])),
        "quantity": 1,
        "amount_cents": draw(CENTS),
        "currency": draw(st.sampled_from(["BRL", "BRL", "USD"])),
    }


def _contract(draw: Any, happened: datetime) -> dict[str, Any]:
    starts = draw(DAYS)
    days = draw(st.none() | st.integers(1, 500))
    return {
        "starts_on": starts,
        "ends_on": None if days is None else starts + timedelta(days=days),
        "amount_cents": draw(CENTS),
        "period": draw(st.sampled_from(["month", "year", "quarter", "once"])),
        "seats": draw(st.none() | st.integers(0, 20)),
        "is_trial": draw(st.booleans()),
        "is_auto_renewed": draw(st.none() | st.booleans()),
        "cancelled_at": draw(MAYBE),
    }


def _ticket(draw: Any, happened: datetime) -> dict[str, Any]:
    return {
        "is_escalated": draw(st.booleans()),
        "first_reply_at": draw(MAYBE),
        "closed_at": draw(MAYBE),
    }


def _answer(draw: Any, happened: datetime) -> dict[str, Any]:
    return {
        "scale": draw(st.sampled_from(["nps", "csat"])),
        "score": float(draw(st.integers(1, 5))),
        "comment": draw(st.sampled_from(["", "bom", "ruim"])),
    }


def _usage(draw: Any, happened: datetime) -> dict[str, Any]:
    return {
        "person": draw(st.sampled_from([None, "ana", "bia", "caio"])),
        "feature": draw(st.sampled_from([None, "notas", "folha", "guias"])),
        "quantity": draw(st.none() | st.integers(1, 9)),
    }


MAKE = {
    "order": _order,
    "line": _line,
    "contract": _contract,
    "ticket": _ticket,
    "answer": _answer,
    "cancellation": lambda draw, happened: {"is_return": draw(st.booleans())},
    "interaction": lambda draw, happened: {
        "kind": "call",
        "direction": draw(st.sampled_from(["in", "out", "internal"])),
    },
    "contact": lambda draw, happened: {"name": "x", "is_champion": draw(st.booleans())},
    "subject": lambda draw, happened: {"kind": "pet", "name": "Rex"},
    "attribute": lambda draw, happened: {"value": draw(st.sampled_from(["SP", "RJ", "", "MG"]))},
    "owner": lambda draw, happened: {"user": draw(st.sampled_from([None, "a@x.example"]))},
    "tag": lambda draw, happened: {"tag": draw(st.sampled_from(["vip", "novo"]))},
    "task": lambda draw, happened: {"title": "ligar", "done_at": draw(MAYBE)},
    "usage": _usage,
}


@st.composite
def logs(
    draw: Any,
    *,
    happened: st.SearchStrategy[datetime] = ANY,
    recorded: st.SearchStrategy[datetime] = KNOWN,
    prefix: str = "",
    most: int = 14,
    kinds: Sequence[str] = KINDS,
    is_final: bool = False,
) -> list[Told]:
    """A log of new facts, some of them with corrections and retractions (unless final)."""
    told: list[Told] = []
    for number in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(kinds))
        first = _version(draw, kind, f"{prefix}{kind}-{number}", happened, recorded)
        told.append(first)
        if kind in VERSIONED and not is_final:
            told += _corrections(draw, first, happened, recorded)
    return told


@st.composite
def amended(draw: Any, log: Sequence[Told]) -> list[Told]:
    """What is learnt later about facts of a log: corrections and retractions after ``KNOWN_AT``."""
    current = {each.key: each for each in log if each.kind in VERSIONED}
    return [
        replace(
            _version(draw, each.kind, each.key, ANY, LATER),
            customer=each.customer,
            is_retracted=draw(st.booleans()),
        )
        for each in current.values()
        if draw(st.booleans())
    ]


def write(log: Iterable[Told], *, customers: Sequence[str] = CUSTOMERS) -> None:
    """This will put a log in; versions of one key in the order they were recorded."""
    ids = _customers(customers)
    events: list[Told] = []
    for told in log:
        if told.kind == "usage":
            events.append(told)
        elif told.kind in VERSIONED:
            _supersede(told, ids)
        else:
            _plain(told, ids)
    if events:
        _record(events, ids)


def in_order(log: Iterable[Told]) -> list[Told]:
    """The log as it was told, oldest record first; a key's versions at one moment stay in order."""
    return sorted(log, key=lambda each: each.recorded_at)


def _version(
    draw: Any,
    kind: str,
    key: str,
    happened: st.SearchStrategy[datetime],
    recorded: st.SearchStrategy[datetime],
) -> Told:
    moment = draw(happened)
    fields = MAKE[kind](draw, moment)  # type: ignore[no-untyped-call]
    customer = draw(st.sampled_from(CUSTOMERS))
    return Told(kind, key, customer, moment, draw(recorded), tuple(fields.items()))


def _corrections(
    draw: Any,
    first: Told,
    happened: st.SearchStrategy[datetime],
    recorded: st.SearchStrategy[datetime],
) -> list[Told]:
    later = [
        replace(
            _version(draw, first.kind, first.key, happened, recorded),
            customer=first.customer,
            is_retracted=draw(st.integers(0, 3)) == 0,
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    return [each for each in later if each.recorded_at > first.recorded_at]


def _customers(names: Sequence[str]) -> dict[str, int]:
    began = END - timedelta(days=100)
    who.Attribute.objects.get_or_create(name="state", defaults={"label": "UF", "kind": "text"})
    for name in names:
        born = began if name == "c0" else END + timedelta(days=10)
        who.Customer.objects.get_or_create(
            key=name,
            defaults={"name": name.upper(), "happened_at": born, "recorded_at": began},
        )
    return dict(who.Customer.objects.values_list("key", "pk"))


def _supersede(told: Told, ids: dict[str, int]) -> None:
    model = VERSIONED[told.kind]
    model.objects.filter(key=told.key, superseded_at=None).update(superseded_at=told.recorded_at)
    model.objects.create(
        key=told.key,
        customer_id=ids[told.customer],
        happened_at=told.happened_at,
        recorded_at=told.recorded_at,
        is_retracted=told.is_retracted,
        digest="",
        **told.values(),
    )


def _plain(told: Told, ids: dict[str, int]) -> None:
    fields = {"customer_id": ids[told.customer], **told.values()}
    happened, recorded = told.happened_at, told.recorded_at
    match told.kind:
        case "attribute":
            fields["attribute"] = who.Attribute.objects.get(name="state")
        case "owner":
            fields["user"] = _user(fields["user"])
    match told.kind:
        case "task":
            who_when = {"created_at": max(happened, recorded)}
        case "owner" | "tag":
            who_when = {"starts_at": happened, "recorded_at": recorded}
        case _:
            who_when = {"happened_at": happened, "recorded_at": recorded}
    if told.kind in ("contact", "subject", "interaction"):
        fields["key"] = told.key
    if told.kind == "tag":
        fields["tag"] = f"{fields['tag']}-{told.key}"[:40]
    PLAIN[told.kind].objects.create(**fields, **who_when)


def _user(email: str | None) -> Any:
    from posvenda.base.models import User

    if email is None:
        return None
    return User.objects.get_or_create(email=email, defaults={"name": "A"})[0]


def _record(events: Sequence[Told], ids: dict[str, int]) -> None:
    frame = pl.DataFrame(
        [
            {
                "key": each.key,
                "customer_id": ids[each.customer],
                "seconds": None,
                "happened_at": each.happened_at,
                "recorded_at": each.recorded_at,
                "batch_id": None,
                **each.values(),
            }
            for each in events
        ],
        infer_schema_length=None,
    )
    with transaction.atomic():
        usage.take(frame, now=KNOWN_AT)
