"""Figures by month: recomputed by hand, as known now and as known then."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from posvenda.commerce.models import ContractLine, Order, OrderLine
from posvenda.customers.models import Customer
from posvenda.insights import metrics

pytestmark = pytest.mark.django_db
YEAR = metrics.Span(date(2026, 1, 1), date(2026, 4, 30))


def _customer(now: datetime, key: str) -> Customer:
    return Customer.objects.create(key=key, name=key, happened_at=now, recorded_at=now)


def _line(customer: Customer, key: str, start: date, end: date | None, cents: int, **more: object):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    values = {"period": "month", "happened_at": at, "recorded_at": at, "digest": key} | more
    return ContractLine.objects.create(
        customer=customer, key=key, starts_on=start, ends_on=end, amount_cents=cents, **values
    )


def test_mrr_counts_half_open_lines_and_a_twelfth_of_a_year(now: datetime) -> None:
    ana, bia = _customer(now, "a"), _customer(now, "b")
    _line(ana, "1", date(2026, 1, 1), date(2026, 3, 31), 100_00)
    _line(bia, "2", date(2026, 2, 28), None, 1200_00, period="year")
    _line(bia, "3", date(2026, 1, 1), None, 999_00, is_trial=True)
    rows = metrics.month_end_mrr(YEAR).rows()
    assert [(r[2], r[3]) for r in rows] == [(100_00, 1), (200_00, 2), (100_00, 1), (100_00, 1)]


def test_mrr_as_known_then_does_not_know_a_later_correction(now: datetime) -> None:
    ana = _customer(now, "a")
    then = datetime(2026, 2, 1, tzinfo=UTC)
    _line(ana, "1", date(2026, 1, 1), None, 100_00, superseded_at=then)
    _line(ana, "1", date(2026, 1, 1), None, 150_00, recorded_at=then)
    january = metrics.Span(date(2026, 1, 1), date(2026, 1, 31))
    before = metrics.Span(january.first, january.last, then - timedelta(seconds=1))
    assert metrics.month_end_mrr(january)["mrr_cents"].to_list() == [150_00]
    assert metrics.month_end_mrr(before)["mrr_cents"].to_list() == [100_00]


def _sale(
    customer: Customer | None, number: str, at: datetime, cents: int, **order: object
) -> None:
    common = {"happened_at": at, "recorded_at": at, "customer": customer}
    Order.objects.create(key=number, number=number, digest=number, **common, **order)
    OrderLine.objects.create(
        key=f"{number}/1",
        order_key=number,
        quantity=Decimal(1),
        amount_cents=cents,
        digest=number,
        **common,
    )


def test_net_sales_take_returns_off_and_leave_cancelled_orders_out(now: datetime) -> None:
    ana = _customer(now, "a")
    _sale(ana, "1", datetime(2026, 1, 10, 12, tzinfo=UTC), 100_00)
    _sale(None, "2", datetime(2026, 1, 11, 12, tzinfo=UTC), 50_00)
    _sale(ana, "C1", datetime(2026, 1, 12, 12, tzinfo=UTC), -30_00, is_return=True)
    _sale(ana, "3", datetime(2026, 1, 13, 12, tzinfo=UTC), 70_00, cancelled_at=now)
    rows = metrics.net_sales(YEAR).rows()
    assert rows == [(date(2026, 1, 1), "BRL", 120_00, 3, 3)]


def test_an_order_without_lines_counts_with_its_own_amount(now: datetime) -> None:
    ana, at = _customer(now, "a"), datetime(2026, 1, 10, 12, tzinfo=UTC)
    _sale(ana, "1", at, 100_00, amount_cents=999_00)
    for number, cents, more in (
        ("2", 40_00, {}),
        ("3", 15_00, {"is_return": True}),
        ("4", 70_00, {"cancelled_at": now}),
        ("5", None, {}),
    ):
        told = {"happened_at": at, "recorded_at": at, "customer": ana, "digest": number}
        Order.objects.create(key=number, number=number, amount_cents=cents, **told, **more)
    assert metrics.net_sales(YEAR).rows() == [(date(2026, 1, 1), "BRL", 125_00, 3, 3)]


def test_a_sale_at_nine_in_the_evening_of_the_31st_belongs_to_that_month(now: datetime) -> None:
    _sale(_customer(now, "a"), "1", datetime(2026, 2, 1, 0, 30, tzinfo=UTC), 100_00)
    assert metrics.net_sales(YEAR)["month"].to_list() == [date(2026, 1, 1)]


def test_returning_customers_had_bought_in_an_earlier_month(now: datetime) -> None:
    ana, bia = _customer(now, "a"), _customer(now, "b")
    _sale(ana, "1", datetime(2026, 1, 10, tzinfo=UTC), 1_00)
    _sale(ana, "2", datetime(2026, 2, 10, tzinfo=UTC), 1_00)
    _sale(bia, "3", datetime(2026, 2, 11, tzinfo=UTC), 1_00)
    rows = metrics.buying_customers(YEAR).rows()
    assert rows == [(date(2026, 1, 1), 1, 0), (date(2026, 2, 1), 2, 1)]


def test_an_unknown_figure_is_refused() -> None:
    with pytest.raises(metrics.UnknownMetric):
        metrics.metric("sorte")
