"""Products, orders with their lines, contracts."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from posvenda.api.rest.schemas.types import (
    Cents,
    Count,
    Currency,
    Day,
    In,
    Key,
    Key80,
    Moment,
    Name,
    Number,
    Out,
    Price,
    Text24,
    Text120,
)

ProductKind = Literal["goods", "service", "plan", "charge"]
Period = Literal["month", "quarter", "semester", "year", "once"]
CUSTOMER = "Id, key, tax id or e-mail; one nobody has heard of is created, as by a file"


class ProductIn(In):
    """Something that is sold."""

    key: Key
    name: Name | None = None
    kind: ProductKind | None = None
    category: Text120 | None = None


class ProductPatch(In):
    """What changes; null empties a field."""

    name: Name | None = None
    kind: ProductKind | None = None
    category: Text120 | None = None


class Product(Out):
    """A product as it stands now."""

    id: str
    key: str
    name: str
    kind: ProductKind
    category: str | None
    created_at: datetime


class LineIn(In):
    """One product in an order."""

    key: Key | None = Field(None, description="Number of the line; it finds the line again")
    product: Key | None = None
    product_name: Name | None = None
    quantity: Number | None = Field(None, description="1 when left out")
    unit_price: Price | None = Field(None, description="In the currency, not in cents: 12.90")
    amount_cents: Cents | None = Field(None, description="Of the whole line, in cents")


class Line(Out):
    """A line as it stands now; below zero in a return."""

    key: str
    product: str | None
    quantity: float
    amount_cents: int
    currency: str


class OrderFields(In):
    """What may be said of an order."""

    amount_cents: Cents | None = Field(
        None, description="Of the whole order; null when the lines add up to it"
    )
    currency: Currency = "BRL"
    status: Text24 | None = None
    promised_at: Moment | None = None
    delivered_at: Moment | None = None
    cancelled_at: Moment | None = None
    is_return: bool = False


class OrderIn(OrderFields):
    """A purchase, a visit or a return. Without `key` its content is its key, as in a file."""

    key: Key80 | None = Field(None, description="The number of the order")
    customer: Key | None = Field(None, description=CUSTOMER)
    happened_at: Moment
    lines: list[LineIn] | None = Field(None, max_length=500)


class OrderPatch(In):
    """A correction: a new version, the former one is kept. `lines`, when given, are all of them."""

    customer: Key | None = None
    happened_at: Moment | None = None
    amount_cents: Cents | None = None
    currency: Currency | None = None
    status: Text24 | None = None
    promised_at: Moment | None = None
    delivered_at: Moment | None = None
    cancelled_at: Moment | None = None
    is_return: bool | None = None
    lines: list[LineIn] | None = Field(None, max_length=500)


class Order(Out):
    """An order as it stands now."""

    id: str
    key: str
    customer: str | None
    happened_at: datetime
    amount_cents: int | None
    currency: str
    status: str | None
    promised_at: datetime | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    is_return: bool
    lines: list[Line]
    recorded_at: datetime


class ContractIn(In):
    """Recurring revenue from `starts_on` until `ends_on`, the first day no longer served."""

    key: Key80 | None = Field(None, description="The number of the contract")
    customer: Key = Field(description=CUSTOMER)
    product: Key | None = None
    product_name: Name | None = None
    starts_on: Day
    ends_on: Day | None = None
    amount_cents: Cents = Field(description="What one `period` costs, in cents")
    currency: Currency = "BRL"
    period: Period = "month"
    seats: Count | None = None
    is_trial: bool = False
    is_auto_renewed: bool | None = None
    notice_days: Count | None = None
    signed_on: Day | None = None
    cancelled_at: Moment | None = None


class ContractPatch(In):
    """A correction: a new version, the former one is kept."""

    customer: Key | None = None
    product: Key | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    amount_cents: Cents | None = None
    currency: Currency | None = None
    period: Period | None = None
    seats: Count | None = None
    is_trial: bool | None = None
    is_auto_renewed: bool | None = None
    notice_days: Count | None = None
    signed_on: Day | None = None
    cancelled_at: Moment | None = None


class Contract(Out):
    """A contract line as it stands now."""

    id: str
    key: str
    customer: str
    product: str | None
    starts_on: date
    ends_on: date | None
    amount_cents: int
    currency: str
    period: Period
    seats: int | None
    is_trial: bool
    is_auto_renewed: bool | None
    notice_days: int | None
    signed_on: date
    cancelled_at: datetime | None
    recorded_at: datetime
