"""From deliveries to facts: duplicates, disorder and batches change nothing twice."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import permutations
from typing import Any

import pytest

from posvenda.api.models import WebhookDelivery, WebhookObject
from posvenda.api.webhooks import processing
from posvenda.base import deadletters
from posvenda.base.models import DeadLetter, User
from posvenda.commerce.models import Cancellation, ContractLine, Order, OrderLine, Ticket
from posvenda.conversations.models import Interaction
from posvenda.customers.models import AttributeValue, Customer, Identity, Touch

pytestmark = pytest.mark.django_db
Take = Callable[[], int]


def _stripe(kind: str, told: dict[str, Any], created: int, number: int = 1) -> dict[str, Any]:
    return {"id": f"evt_{number}", "type": kind, "created": created, "data": {"object": told}}


def _subscription(**more: Any) -> dict[str, Any]:
    price = {
        "id": "price_1",
        "unit_amount": 49_000,
        "currency": "brl",
        "product": "prod_pro",
        "recurring": {"interval": "month", "interval_count": 1},
    }
    item = {"id": "si_1", "quantity": 3, "price": price}
    told = {
        "id": "sub_1",
        "customer": "cus_1",
        "status": "active",
        "start_date": 1_767_225_600,
        "items": {"data": [item]},
    }
    return told | more


def _current(model: type[Any]) -> Any:
    return model.objects.filter(superseded_at=None, is_retracted=False)


def _picture() -> list[Any]:
    """What the facts say now, without ids and moments of recording."""
    return [
        sorted(_current(Order).values_list("key", "customer__key", "amount_cents", "is_return")),
        sorted(_current(OrderLine).values_list("key", "order_key", "amount_cents")),
        sorted(
            _current(ContractLine).values_list(
                "key", "amount_cents", "period", "starts_on", "ends_on", "seats"
            ),
            key=str,
        ),
    ]


def test_stripe_tells_customers_and_subscriptions(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    who = {
        "id": "cus_1",
        "name": "Padaria Sol",
        "email": "Ana@sol.example",
        "created": 1_760_000_000,
    }
    send(endpoint, secret, _stripe("customer.created", who, 1_760_000_000, 1))
    send(
        endpoint,
        secret,
        _stripe("customer.subscription.created", _subscription(), 1_767_225_600, 2),
    )
    assert take_in() == 2
    customer = Customer.objects.get()
    line = ContractLine.objects.get()
    assert (customer.key, customer.name) == ("cus_1", "Padaria Sol")
    assert Identity.objects.get().value == "cus_1"
    assert (line.amount_cents, line.period, line.seats) == (147_000, "month", 3)
    assert (line.starts_on, line.ends_on, line.is_auto_renewed) == (date(2026, 1, 1), None, True)
    assert Touch.objects.filter(customer_ref=customer.pk).exists()


def test_what_came_later_holds_in_every_order(make, send, take_in: Take) -> None:
    created = 1_767_225_600
    ended = created + 40 * 86_400
    events = [
        _stripe("customer.subscription.created", _subscription(), created, 1),
        _stripe(
            "customer.subscription.updated",
            _subscription(cancel_at_period_end=True),
            created + 9,
            2,
        ),
        _stripe(
            "customer.subscription.deleted",
            _subscription(status="canceled", ended_at=ended, canceled_at=created + 9),
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
            pictures.add(str(_picture()))
            assert _current(ContractLine).get().ends_on == date(2026, 2, 10)
    assert len(pictures) == 1


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
    send(endpoint, secret, _stripe("charge.succeeded", told, 1_767_225_600))
    take_in()
    order = Order.objects.get()
    assert (order.amount_cents, order.currency) == (cents, currency.upper())
    assert OrderLine.objects.get().amount_cents == cents


def test_a_refund_is_a_return_on_its_own_day(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    told = {"id": "ch_1", "amount": 9_000, "currency": "brl", "created": 1_767_225_600}
    told |= {"customer": "cus_1", "paid": True, "amount_refunded": 4_000}
    send(endpoint, secret, _stripe("charge.refunded", told, 1_768_000_000))
    take_in()
    lines = dict(_current(OrderLine).values_list("order_key", "amount_cents"))
    assert lines == {"ch_1": 9_000, "ch_1:refund": -4_000}
    assert Order.objects.get(is_return=True).happened_at == datetime.fromtimestamp(
        1_768_000_000, UTC
    )


def test_weekly_prices_count_as_months(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    told = _subscription()
    told["items"]["data"][0]["price"]["recurring"] = {"interval": "week", "interval_count": 2}
    send(endpoint, secret, _stripe("customer.subscription.created", told, 1_767_225_600))
    take_in()
    line = ContractLine.objects.get()
    assert (line.amount_cents, line.period) == (318_500, "month")  # 3 x 490.00 x 26 / 12


def test_a_failed_invoice_is_dated(make, send, take_in: Take) -> None:
    endpoint, secret = make("stripe")
    for number, (kind, at) in enumerate(
        [("invoice.payment_failed", 1_767_225_600), ("invoice.paid", 1_767_312_000)]
    ):
        told = {"id": "in_1", "customer": "cus_1"}
        send(endpoint, secret, _stripe(kind, told, at, number))
        take_in()
    values = AttributeValue.objects.order_by("happened_at").values_list("value", "happened_at")
    assert list(values) == [
        ("failed", datetime.fromtimestamp(1_767_225_600, UTC)),
        ("paid", datetime.fromtimestamp(1_767_312_000, UTC)),
    ]


def _asaas(kind: str, number: int, created: str = "2026-03-02 10:00:00", **more: Any) -> Any:
    payment = {"id": "pay_1", "customer": "cus_00001", "value": 129.9, "paymentDate": "2026-03-02"}
    return {"id": f"evt_{number}", "event": kind, "dateCreated": created, "payment": payment | more}


def test_asaas_confirmed_and_received_are_one_sale(make, send, take_in: Take) -> None:
    pictures = set()
    events = [
        _asaas("PAYMENT_CREATED", 1),
        _asaas("PAYMENT_CONFIRMED", 2),
        _asaas("PAYMENT_RECEIVED", 3),
    ]
    for number, order in enumerate(permutations(events)):
        endpoint, secret = make("asaas")
        for event in order:
            send(endpoint, secret, event | {"id": f"{event['id']}-{number}"})
        take_in()
        pictures.add(str(_picture()))
    assert len(pictures) == 1
    order = _current(Order).get()
    assert (order.number, order.amount_cents) == ("pay_1", 12_990)


def test_asaas_refund_and_overdue(make, send, take_in: Take) -> None:
    endpoint, secret = make("asaas")
    send(endpoint, secret, _asaas("PAYMENT_OVERDUE", 1, "2026-03-01 08:00:00"))
    take_in()
    assert AttributeValue.objects.get().value == "overdue"
    refunds = [{"value": 29.9}]
    send(endpoint, secret, _asaas("PAYMENT_REFUNDED", 2, "2026-03-09 08:00:00", refunds=refunds))
    take_in()
    lines = dict(_current(OrderLine).values_list("order_key", "amount_cents"))
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


def _hotmart(kind: str, number: int, at: int = 1_770_000_000_000, **more: Any) -> dict[str, Any]:
    data = {
        "product": {"id": 77, "name": "Curso de vendas"},
        "buyer": {"email": "Bia@x.example", "name": "Bia", "document": "529.982.247-25"},
        "purchase": {
            "transaction": "HP123",
            "approved_date": 1_769_000_000_000,
            "price": {"value": 297.0, "currency_value": "BRL"},
        },
    }
    return {"id": f"h{number}", "event": kind, "creation_date": at, "data": data | more}


def test_hotmart_approved_then_complete_is_one_sale(make, send, take_in: Take) -> None:
    endpoint, secret = make("hotmart")
    send(endpoint, secret, _hotmart("PURCHASE_APPROVED", 1))
    send(endpoint, secret, _hotmart("PURCHASE_COMPLETE", 2, 1_770_600_000_000))
    take_in()
    order = _current(Order).get()
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
    send(endpoint, secret, _hotmart("PURCHASE_APPROVED", 1))
    take_in()
    send(endpoint, secret, _hotmart("PURCHASE_PROTEST", 2, 1_770_100_000_000))
    take_in()
    send(endpoint, secret, _hotmart("PURCHASE_REFUNDED", 3, 1_770_200_000_000))
    subscriber = {"code": "ABC", "email": "bia@x.example"}
    left = {"cancellation_date": 1_770_300_000_000, "subscriber": subscriber}
    send(
        endpoint,
        secret,
        {"id": "h4", "event": "SUBSCRIPTION_CANCELLATION", "creation_date": 1, "data": left},
    )
    take_in()
    assert Ticket.objects.get().key == "HP123:protest"
    assert sum(_current(OrderLine).values_list("amount_cents", flat=True)) == 0
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
        ("asaas", _asaas("PAYMENT_RECEIVED", 1, value="muito"), "not_a_number", "value"),
        ("asaas", _asaas("PAYMENT_MELTED", 1), "kind_unknown", "event"),
        ("hotmart", _hotmart("PURCHASE_APPROVED", 1, buyer={}), "missing", "buyer.email"),
        ("hotmart", _hotmart("PURCHASE_APPROVED", 1, purchase={"transaction": "x", "price": 3}),
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
    odd = _stripe("customer.subscription.created", _subscription(items={"data": [7]}), 1, 1)
    send(endpoint, secret, odd)
    who = {"id": "cus_1", "name": "Sol", "created": 1_760_000_000}
    send(endpoint, secret, _stripe("customer.created", who, 1_760_000_000, 2))
    take_in()
    assert Customer.objects.get().name == "Sol"
    assert DeadLetter.objects.get().code == "unexpected"


def test_a_killed_worker_leaves_nothing_out_and_nothing_twice(
    make, send, take_in: Take, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, secret = make("asaas")
    send(endpoint, secret, _asaas("PAYMENT_RECEIVED", 1))

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    for point in ("_settle", "remember", "_touch", "load"):
        with monkeypatch.context() as patch:
            patch.setattr(processing, point, killed)
            with pytest.raises(KeyboardInterrupt):
                take_in()
        WebhookDelivery.objects.update(claimed_at=now - timedelta(seconds=121))
    take_in()
    assert _current(OrderLine).get().amount_cents == 12_990
    assert WebhookDelivery.objects.get().status == "done"


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
    lines = dict(_current(OrderLine).values_list("product__name", "amount_cents"))
    assert lines == {"Caneca": 10_000, "Frete e descontos": 1_990}
    assert Order.objects.get().amount_cents == 11_990
    assert Customer.objects.get().phone == "+5511987654321"
    assert set(_Shop.seen) == {"bearer tok"}
    order |= {"status": "cancelled", "cancelled_at": "2026-04-05T12:00:00+0000"}
    send(endpoint, secret, {**body, "event": "order/cancelled"})
    take_in()
    assert _current(Order).get().cancelled_at == datetime(2026, 4, 5, 12, tzinfo=UTC)


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
