"""A company that is tracked: a key, customers, and a way to send what SDKs send."""

import itertools
import json
from datetime import datetime, timedelta

import pytest

from posvenda.base import keys
from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking import flushing
from posvenda.customers.models import Contact, Customer


@pytest.fixture
def source(db, now):
    """A tracking key."""
    key, _text = keys.issue(kind="write", label="App", scopes=["track"], by=None, now=now)
    return key


@pytest.fixture
def acme(db, now):
    """A customer, known by its own code, with one contact."""
    return customer("acme-42", "Acme Ltda", now, mail="ana@acme.com.br")


def customer(key: str, name: str, now: datetime, *, mail: str = "") -> Customer:
    """This will add a customer with a contact."""
    made = Customer.objects.create(
        key=key, name=name, happened_at=now - timedelta(days=400), recorded_at=now
    )
    if mail:
        Contact.objects.create(
            customer=made, key=f"c-{key}", name="Ana", email=mail, happened_at=now, recorded_at=now
        )
    return made


class Sender:
    """Puts batches in the inbox as the door does, and has them flushed."""

    def __init__(self, source, now: datetime) -> None:
        self.source, self.now = source, now
        self._numbers = itertools.count(1)

    def item(self, kind: str = "track", **fields):
        """This will give an item with what every SDK adds."""
        number = next(self._numbers)
        told = {"type": kind, "messageId": f"m-{number}"}
        told |= {"timestamp": (self.now - timedelta(minutes=5)).isoformat()}
        if kind == "track":
            told["event"] = "Invoice Sent"
        return told | fields

    def put(self, *items, sent_at: datetime | None = None, received_at: datetime | None = None):
        """This will keep a batch in the inbox."""
        body = {"batch": list(items), "sentAt": (sent_at or self.now).isoformat()}
        return Inbox.objects.create(
            key=f"batch-{next(self._numbers)}",
            source=self.source,
            received_at=received_at or self.now,
            items=len(items),
            body=json.dumps(body).encode(),
        )

    def send(self, *items, **times):
        """This will keep a batch and flush the inbox."""
        self.put(*items, **times)
        return flushing.flush(now=self.now)


@pytest.fixture
def sender(source, now):
    """Somebody who sends events."""
    return Sender(source, now)
