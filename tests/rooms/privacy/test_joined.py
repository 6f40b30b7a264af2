"""Records that were joined are one person: the erasure takes all of them."""

from datetime import date, timedelta

import pytest

from posvenda.commerce.models import Order
from posvenda.customers.identity import merging
from posvenda.customers.identity.models import Change
from posvenda.customers.models import Customer
from posvenda.customers.privacy import requests, scrubbing, tombstones
from posvenda.customers.privacy.models import Erasure
from tests.rooms import town
from tests.rooms.privacy.conftest import erase

pytestmark = pytest.mark.django_db


def test_the_records_that_were_joined_go_too(manager, now, monkeypatch) -> None:
    monkeypatch.setattr(scrubbing, "scrub", lambda: None)
    stands = town.company("Lia Mota Reis", kind="person", email="lia@exemplo.com.br")
    was = town.company("Lia M. Reis", kind="person", key="velha-77", email="lia.reis@exemplo.com")
    town.orders(was, date(2026, 5, 4), reais=30)
    merging.merge(was, into=stands, by=manager, now=now)
    request = requests.open_request(
        kind="erasure", who=stands, name="Lia", received_on=now.date(), by=manager, now=now
    )
    requests.verify(request, proof="document", note="x", by=manager, now=now)
    erase(request, by=manager, now=now + timedelta(hours=1), typed="Lia Mota Reis")
    assert not Customer.objects.exists()
    assert not Change.objects.exists()
    assert Order.objects.get().customer is None
    assert Erasure.objects.get().refs == [stands.pk, was.pk]
    for ref in (("email", "lia.reis@exemplo.com"), ("external", "velha-77")):
        assert tombstones.erased_at([ref]) is not None
