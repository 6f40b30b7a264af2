"""Each provider: what its deliveries become."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import permutations
from typing import Any

import pytest

from posvenda.api.models import WebhookDelivery
from posvenda.api.webhooks import processing
from posvenda.base.models import DeadLetter
from posvenda.commerce.models import Cancellation, ContractLine, Order, OrderLine, Ticket
from posvenda.conversations.models import Interaction
from posvenda.customers.models import AttributeValue, Customer, Identity, Touch
from tests.doors.webhooks.payloads import asaas, current, hotmart, picture, stripe, subscription

pytestmark = pytest.mark.django_db
Take = Callable[[], int]


def test_stripe_tells_customers_and_subscriptions(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    who = {
        "id": "cus_1",
        "name": "Padaria Sol",
        "email": "Ana@sol.example",
        "created": 1_760_000_000,
    }
    send(endpoint, secret, stripe("customer.created", who, 1_760_000_000, 1))
    send(
        endpoint,
        secret,
        stripe("customer.subscription.created", subscription(), 1_767_225_600, 2),
    )
    assert take_in() == 2
    customer = Customer.objects.get()
    line = ContractLine.objects.get()
    assert (customer.key, customer.name) == ("cus_1", "Padaria Sol")
    assert Identity.objects.get().value == "cus_1"
    assert (line.amount_cents, line.period, line.seats) == (147_000, "month", 3)
    assert (line.starts_on, line.ends_on, line.is_auto_renewed) == (date(2026, 1, 1), None, True)
    assert Touch.objects.filter(customer_ref=customer.pk).exists()


@pytest.mark.parametrize(
    ("currency", "amount", "cents"),
    [("brl", 1_050, 1_050), ("jpy", 500, 50_000), ("kwd", 1_235, 124)],
)
def test_stripe_amounts_follow_the_currency(
    currency: str, amount: int, cents: int, make, send, take_in: Take
) -> None:
    endpoint, secret = make("stripe")
    told = {"id": "ch_1", "amount": amount, "currency": currency, "created": 1_767_225_600}
    told |= {"customer": "cus_1", "paid": True, "status": "succeeded"}
    send(endpoint, secret, stripe("charge.succeeded", told, 1_767_225_600))
    take_in()
    order = Order.objects.get()
    assert (order.amount_cents, order.currency) == (cents, currency.upper())
    assert OrderLine.objects.get().amount_cents == cents


def test_a_refund_is_a_return_on_its_own_day(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    told = {"id": "ch_1", "amount": 9_000, "currency": "brl", "created": 1_767_225_600}
    told |= {"customer": "cus_1", "paid": True, "amount_refunded": 4_000}
    send(endpoint, secret, stripe("charge.refunded", told, 1_768_000_000))
    take_in()
    lines = dict(current(OrderLine).values_list("order_key", "amount_cents"))
    assert lines == {"ch_1": 9_000, "ch_1:refund": -4_000}
    assert Order.objects.get(is_return=True).happened_at == datetime.fromtimestamp(
        1_768_000_000, UTC
    )


def test_weekly_prices_count_as_months(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    told = subscription()
    told["items"]["data"][0]["price"]["recurring"] = {"interval": "week", "interval_count": 2}
    send(endpoint, secret, stripe("customer.subscription.created", told, 1_767_225_600))
    take_in()
    line = ContractLine.objects.get()
    assert (line.amount_cents, line.period) == (318_500, "month")  # 3 x 490.00 x 26 / 12


def test_a_failed_invoice_is_dated(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    for number, (kind, at) in enumerate(
        [("invoice.payment_failed", 1_767_225_600), ("invoice.paid", 1_767_312_000)]
    ):
        told = {"id": "in_1", "customer": "cus_1"}
        send(endpoint, secret, stripe(kind, told, at, number))
        take_in()
    values = AttributeValue.objects.order_by("happened_at").values_list("value", "happened_at")
    assert list(values) == [
        ("failed", datetime.fromtimestamp(1_767_225_600, UTC)),
        ("paid", datetime.fromtimestamp(1_767_312_000, UTC)),
    ]


def test_asaas_confirmed_and_received_are_one_sale(make, send, take_in: Take) -> None:
    pictures = set()
    events = [
        asaas("PAYMENT_CREATED", 1),
        asaas("PAYMENT_CONFIRMED", 2),
        asaas("PAYMENT_RECEIVED", 3),
    ]
    for number, order in enumerate(permutations(events)):
        endpoint, secret = make("asaas")
        for event in order:
            send(endpoint, secret, event | {"id": f"{event['id']}-{number}"})
        take_in()
        pictures.add(str(picture()))
    assert len(pictures) == 1
    order = current(Order).get()
    assert (order.number, order.amount_cents) == ("pay_1", 12_990)


def test_asaas_refund_and_overdue(make, send, take_in: Take) -> None:
    endpoint, secret = make("asaas")
    send(endpoint, secret, asaas("PAYMENT_OVERDUE", 1, "2026-03-01 08:00:00"))
    take_in()
    assert AttributeValue.objects.get().value == "overdue"
    refunds = [{"value": 29.9}]
    send(endpoint, secret, asaas("PAYMENT_REFUNDED", 2, "2026-03-09 08:00:00", refunds=refunds))
    take_in()
    lines = dict(current(OrderLine).values_list("order_key", "amount_cents"))
    assert lines == {"pay_1": 12_990, "pay_1:refund": -2_990}


def test_asaas_subscriptions_are_contracts(make, send, take_in: Take) -> None:
    endpoint, secret = make("asaas")
    told = {"id": "sub_9", "customer": "cus_9", "value": 100, "cycle": "BIMONTHLY"}
    told |= {"dateCreated": "15/01/2026", "description": "Plano"}
    body = {"id": "e1", "event": "SUBSCRIPTION_CREATED", "subscription": told}
    send(endpoint, secret, body)
    take_in()
    line = ContractLine.objects.get()
    assert (line.amount_cents, line.period, line.starts_on) == (5_000, "month", date(2026, 1, 15))


def test_hotmart_approved_then_complete_is_one_sale(make, send, take_in: Take) -> None:
    endpoint, secret = make("hotmart")
    send(endpoint, secret, hotmart("PURCHASE_APPROVED", 1))
    send(endpoint, secret, hotmart("PURCHASE_COMPLETE", 2, 1_770_600_000_000))
    take_in()
    order = current(Order).get()
    assert (order.number, order.amount_cents) == ("HP123", 29_700)
    customer = Customer.objects.get()
    assert (customer.email, customer.tax_id, customer.name) == (
        "bia@x.example",
        "52998224725",
        "Bia",
    )
    assert OrderLine.objects.get().product.name == "Curso de vendas"


def test_hotmart_protest_refund_and_leaving(make, send, take_in: Take) -> None:
    endpoint, secret = make("hotmart")
    send(endpoint, secret, hotmart("PURCHASE_APPROVED", 1))
    take_in()
    send(endpoint, secret, hotmart("PURCHASE_PROTEST", 2, 1_770_100_000_000))
    take_in()
    send(endpoint, secret, hotmart("PURCHASE_REFUNDED", 3, 1_770_200_000_000))
    subscriber = {"code": "ABC", "email": "bia@x.example"}
    left = {"cancellation_date": 1_770_300_000_000, "subscriber": subscriber}
    send(
        endpoint,
        secret,
        {"id": "h4", "event": "SUBSCRIPTION_CANCELLATION", "creation_date": 1, "data": left},
    )
    take_in()
    assert Ticket.objects.get().key == "HP123:protest"
    assert sum(current(OrderLine).values_list("amount_cents", flat=True)) == 0
    assert Cancellation.objects.get().reason == "Hotmart"


def test_rd_station_makes_no_customer_of_a_lead(make, send, take_in: Take) -> None:
    endpoint, secret = make("rdstation")
    contact = {"uuid": "u1", "email": "lead@x.example", "name": "Lia"}
    body = {"event_type": "WEBHOOK.CONVERTED", "event_identifier": "e-book", "contact": contact}
    body["event_timestamp"] = "2026-05-01T10:00:00-03:00"
    send(endpoint, secret, body)
    take_in()
    assert not Customer.objects.exists()
    assert DeadLetter.objects.get().code == "nobody"
    contact["funnel"] = {"lifecycle_stage": "Client"}
    send(endpoint, secret, {**body, "event_identifier": "compra"})
    take_in()
    assert Customer.objects.get().name == "Lia"
    assert Interaction.objects.get().body == "RD Station: compra"
    assert processing.replay(WebhookDelivery.objects.get(status="refused"))
    take_in()
    assert Interaction.objects.count() == 2
    assert DeadLetter.objects.get().status == "retried"


class _Shop(BaseHTTPRequestHandler):
    orders: dict[str, dict[str, Any]] = {}
    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authentication", ""))
        found = self.orders.get(self.path)
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(json.dumps(found or {"code": 404}).encode())

    def log_message(self, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def shop(settings: Any) -> Iterator[str]:
    settings.OUTBOUND_ALLOWED = frozenset({"localhost"})
    _Shop.orders, _Shop.seen = {}, []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Shop) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_nuvemshop_orders_are_fetched_and_their_lines_add_up(
    make, send, take_in, shop: str
) -> None:
    endpoint, secret = make("nuvemshop", store_id="5", access_token="tok", api=shop)
    order = {
        "id": 900,
        "number": 101,
        "total": "119.90",
        "currency": "BRL",
        "status": "open",
        "payment_status": "paid",
        "paid_at": "2026-04-02T12:00:00+0000",
        "created_at": "2026-04-01T12:00:00+0000",
        "customer": {"id": 3, "name": "Caio", "email": "caio@x.example", "phone": "11987654321"},
        "products": [{"sku": "A1", "name": {"pt": "Caneca"}, "price": "50.00", "quantity": 2}],
    }
    _Shop.orders["/v1/5/orders/900"] = order
    body = {"store_id": 5, "event": "order/paid", "id": 900}
    for _ in range(3):
        send(endpoint, secret, body)
        take_in()
    lines = dict(current(OrderLine).values_list("product__name", "amount_cents"))
    assert lines == {"Caneca": 10_000, "Frete e descontos": 1_990}
    assert Order.objects.get().amount_cents == 11_990
    assert Customer.objects.get().phone == "+5511987654321"
    assert set(_Shop.seen) == {"bearer tok"}
    order |= {"status": "cancelled", "cancelled_at": "2026-04-05T12:00:00+0000"}
    send(endpoint, secret, {**body, "event": "order/cancelled"})
    take_in()
    assert current(Order).get().cancelled_at == datetime(2026, 4, 5, 12, tzinfo=UTC)


def test_a_fetch_that_fails_can_be_tried_again(make, send, take_in, shop: str) -> None:
    endpoint, secret = make("nuvemshop", api=shop)
    send(endpoint, secret, {"store_id": 5, "event": "customer/created", "id": 3})
    take_in()
    assert DeadLetter.objects.get().code == "not_found"
    _Shop.orders["/v1/5/customers/3"] = {"id": 3, "name": "Caio", "email": "caio@x.example"}
    processing.replay(WebhookDelivery.objects.get())
    take_in()
    assert Customer.objects.get().name == "Caio"
    assert WebhookDelivery.objects.get().status == "done"


def test_an_inner_address_is_not_fetched(make, send, take_in, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED = frozenset()
    endpoint, secret = make("nuvemshop", api="http://127.0.0.1:1/v1")
    send(endpoint, secret, {"store_id": 5, "event": "order/paid", "id": 1})
    take_in()
    assert DeadLetter.objects.get().code == "forbidden_address"
