"""From deliveries to facts: duplicates, disorder and batches change nothing twice."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posvenda.api.models import WebhookDelivery, WebhookObject
from posvenda.api.webhooks import processing
from posvenda.base import deadletters
from posvenda.base.models import DeadLetter, User
from posvenda.commerce.models import ContractLine, Order, OrderLine
from posvenda.customers.models import Customer
from tests.doors.webhooks.payloads import asaas, current, hotmart, picture, stripe, subscription

pytestmark = pytest.mark.django_db
Take = Callable[[], int]


def test_what_came_later_holds_in_every_order(make, send, take_in: Take) -> None:
    created = 1_767_225_600
    ended = created + 40 * 86_400
    events = [
        stripe("customer.subscription.created", subscription(), created, 1),
        stripe(
            "customer.subscription.updated",
            subscription(cancel_at_period_end=True),
            created + 9,
            2,
        ),
        stripe(
            "customer.subscription.deleted",
            subscription(status="canceled", ended_at=ended, canceled_at=created + 9),
            ended,
            3,
        ),
    ]
    pictures = set()
    for number, order in enumerate(permutations(events)):
        endpoint, secret = make("stripe")
        for together in (False, True):
            ContractLine.objects.all().delete()
            WebhookObject.objects.all().delete()
            for event in order:
                body = {**event, "id": f"{event['id']}-{number}-{together}"}
                send(endpoint, secret, body)
                send(endpoint, secret, body)
                if not together:
                    take_in()
            take_in()
            pictures.add(str(picture()))
            assert current(ContractLine).get().ends_on == date(2026, 2, 10)
    assert len(pictures) == 1


def test_a_thousand_rows_twice_are_a_thousand(make, send, take_in: Take) -> None:
    endpoint, secret = make("signed")
    rows = [
        {
            "number": f"P{n}",
            "customer": f"c{n % 40}",
            "happened_at": "2026-02-01",
            "amount": "10.50",
        }
        for n in range(1_000)
    ]
    body = {"type": "order.upserted", "data": {"rows": rows}}
    for name in ("m1", "m2"):
        send(endpoint, secret, body, name=name)
        take_in()
    assert (Order.objects.count(), Customer.objects.count()) == (1_000, 40)
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"done"}
    assert Order.objects.first().amount_cents == 1_050


def test_bad_rows_are_refused_one_by_one_and_mended(
    make, send, take_in: Take, admin: User, now: datetime
) -> None:
    endpoint, secret = make("signed")
    good = {"number": "P1", "customer": "c1", "happened_at": "2026-02-01", "amount": 5}
    rows = [
        good,
        {**good, "number": "P2", "amount": "five"},
        {**good, "number": "P3", "colour": "red"},
        {**good, "number": "P4", "amount": {"value": 5}},
        {k: v for k, v in good.items() if k != "happened_at"} | {"number": "P5"},
        "row",
    ]
    send(endpoint, secret, {"type": "order.upserted", "data": {"rows": rows}})
    take_in()
    assert list(Order.objects.values_list("number", flat=True)) == ["P1"]
    letters = {letter.code: letter for letter in DeadLetter.objects.all()}
    codes = {"not_a_number", "field_unknown", "not_plain", "missing", "not_json"}
    assert (set(letters), DeadLetter.objects.count()) == (codes, 5)
    letter = letters["not_a_number"]
    assert (letter.field, letter.value) == ("amount", "five")
    assert deadletters.doors()["webhook"].sentence(letter)
    with pytest.raises(deadletters.StillRefused):
        deadletters.retry(letter, body=letter.body, by=admin, now=now)
    mended = json.loads(letter.body) | {"amount": "5.00"}
    deadletters.retry(letter, body=json.dumps(mended), by=admin, now=now)
    assert set(Order.objects.values_list("number", flat=True)) == {"P1", "P2"}


@pytest.mark.parametrize(
    ("provider", "body", "code", "field"),
    [
        ("stripe", {"id": "e", "type": "radar.warned", "created": 1,
                    "data": {"object": {"id": "x"}}}, "kind_unknown", "type"),
        ("stripe", {"id": "e", "type": "customer.created", "data": {"object": {"id": "x"}}},
         "missing", "created"),
        ("stripe", {"id": "e", "type": "customer.created", "created": "soon",
                    "data": {"object": {"id": "x"}}}, "not_a_date", "created"),
        ("stripe", {"id": "e", "type": "charge.succeeded", "created": 1, "data": 7},
         "missing", "data.object"),
        ("asaas", {"id": "e", "event": "PAYMENT_RECEIVED"}, "missing", "payment"),
        ("asaas", asaas("PAYMENT_RECEIVED", 1, value="muito"), "not_a_number", "value"),
        ("asaas", asaas("PAYMENT_MELTED", 1), "kind_unknown", "event"),
        ("hotmart", hotmart("PURCHASE_APPROVED", 1, buyer={}), "missing", "buyer.email"),
        ("hotmart", hotmart("PURCHASE_APPROVED", 1, purchase={"transaction": "x", "price": 3}),
         "missing", "purchase.price.value"),
        ("rdstation", {"event_type": "WEBHOOK.CONVERTED", "contact": {"name": "x"}},
         "missing", "email"),
        ("signed", {"type": "order.upserted", "data": {"rows": [{}] * 1_001}},
         "too_many", "data.rows"),
        ("signed", {"type": "dream.upserted", "data": {"rows": []}}, "kind_unknown", "type"),
        ("nuvemshop", {"event": "order/paid", "store_id": 1}, "missing", "id"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named_and_kept(
    provider: str, body: Any, code: str, field: str, make, send, take_in: Take
) -> None:
    endpoint, secret = make(provider)
    send(endpoint, secret, body)
    take_in()
    letter = DeadLetter.objects.get()
    assert (letter.code, letter.field, letter.door) == (code, field, "webhook")
    assert json.loads(letter.body) == body
    assert WebhookDelivery.objects.get().status == "refused"
    assert len(deadletters.doors()["webhook"].sentence(letter)) > 15


def test_one_odd_delivery_does_not_hold_up_the_others(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    odd = stripe("customer.subscription.created", subscription(items={"data": [7]}), 1, 1)
    send(endpoint, secret, odd)
    who = {"id": "cus_1", "name": "Sol", "created": 1_760_000_000}
    send(endpoint, secret, stripe("customer.created", who, 1_760_000_000, 2))
    take_in()
    assert Customer.objects.get().name == "Sol"
    assert DeadLetter.objects.get().code == "unexpected"


def test_a_killed_worker_leaves_nothing_out_and_nothing_twice(
    make, send, take_in: Take, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, secret = make("asaas")
    send(endpoint, secret, asaas("PAYMENT_RECEIVED", 1))

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    for point in ("_settle", "remember", "_touch", "load"):
        with monkeypatch.context() as patch:
            patch.setattr(processing, point, killed)
            with pytest.raises(KeyboardInterrupt):
                take_in()
        WebhookDelivery.objects.update(claimed_at=now - timedelta(seconds=121))
    take_in()
    assert current(OrderLine).get().amount_cents == 12_990
    assert WebhookDelivery.objects.get().status == "done"


def test_many_refused_are_settled_in_transactions_that_leave_the_door_free(
    make, send, take_in: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "TOGETHER", 10)
    endpoint, secret = make("stripe")
    for number in range(40):
        send(endpoint, secret, stripe("what.is.this", {"id": f"x{number}"}, 1_767_225_600, number))
    with CaptureQueriesContext(connection) as caught:
        take_in()
    spoken = " ".join(each["sql"].split(" ")[0] for each in caught)
    writes = [part.count("UPDATE") for part in spoken.split("SAVEPOINT")]
    assert max(writes) == 10
    letters = {each.params["delivery"]: each.pk for each in DeadLetter.objects.all()}
    assert dict(WebhookDelivery.objects.values_list("pk", "letter_id")) == letters
    assert len(letters) == 40
