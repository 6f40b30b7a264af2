"""What happened: products, orders, contracts, tickets, answers. Rows are facts and are only added.

A correction is a new row with the same key; the row it replaces keeps its content and gets
``superseded_at``. A retraction is such a row with ``is_retracted``.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from posvenda.commerce.store import (
    FeatureDay,
    FeatureLabel,
    LateUse,
    SeenKey,
    StagedEvents,
    Staging,
    UsageCorrection,
    UsageDay,
    UsagePack,
)
from posvenda.commerce.tracking.models import (
    Actor,
    ActorRef,
    Arrival,
    EventName,
    Group,
    Held,
    PersonJoin,
    Replay,
)
from posvenda.customers.models import Customer

__all__ = [
    "Actor",
    "ActorRef",
    "Arrival",
    "EventName",
    "FeatureDay",
    "FeatureLabel",
    "Group",
    "Held",
    "LateUse",
    "PersonJoin",
    "Replay",
    "SeenKey",
    "StagedEvents",
    "Staging",
    "UsageCorrection",
    "UsageDay",
    "UsagePack",
]


class Fact(models.Model):
    """What every dated fact has: when it happened, when we learnt of it, what replaced it."""

    key = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    is_retracted = models.BooleanField(default=False)
    digest = models.CharField(max_length=32)
    batch = models.ForeignKey("base.Batch", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(superseded_at=None),
                name="%(class)s_one_current",
            )
        ]
        indexes = [models.Index(fields=["customer", "happened_at"])]


class Product(models.Model):
    """Something that is sold: goods, a service or a plan."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")
        PLAN = "plan", _("Plan")
        CHARGE = "charge", _("Charge that is not a product")

    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.GOODS)
    category = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Order(Fact):
    """A purchase or a visit, or its return; amounts stand in its lines when there are lines."""

    number = models.CharField(max_length=80)
    is_return = models.BooleanField(default=False)
    amount_cents = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="BRL")
    status = models.CharField(max_length=24, blank=True)
    promised_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)


class OrderLine(Fact):
    """One product in an order; quantity and amount are negative in a return."""

    order_key = models.CharField(max_length=200, db_index=True)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="BRL")


class Period(models.TextChoices):
    """What one amount of a contract line pays for."""

    MONTH = "month", _("a month")
    QUARTER = "quarter", _("a quarter")
    SEMESTER = "semester", _("six months")
    YEAR = "year", _("a year")
    ONCE = "once", _("once")


class ContractLine(Fact):
    """Recurring revenue over the half-open interval [starts_on, ends_on)."""

    number = models.CharField(max_length=80, blank=True)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="BRL")
    period = models.CharField(max_length=8, choices=Period, default=Period.MONTH)
    seats = models.PositiveIntegerField(null=True)
    is_auto_renewed = models.BooleanField(null=True)
    is_trial = models.BooleanField(default=False)
    notice_days = models.PositiveIntegerField(null=True)


class Ticket(Fact):
    """A request for help."""

    number = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    priority = models.CharField(max_length=16, blank=True)
    first_reply_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    is_escalated = models.BooleanField(default=False)


class Answer(Fact):
    """An answer to a satisfaction survey or a review."""

    class Scale(models.TextChoices):
        NPS = "nps", _("NPS (0–10)")
        CSAT = "csat", _("CSAT (1–5)")
        CES = "ces", _("CES (1–7)")

    scale = models.CharField(max_length=8, choices=Scale)
    score = models.FloatField()
    comment = models.TextField(blank=True)
    order_key = models.CharField(max_length=200, blank=True)


class Cancellation(Fact):
    """A customer said they leave, with the reason given."""

    reason = models.CharField(max_length=80, blank=True)
    comment = models.TextField(blank=True)
    is_return = models.BooleanField(default=False)


class Inbox(models.Model):
    """One HTTP batch of usage events, kept as it came until the worker has taken it in.

    ``key`` makes the same batch sent again one row; ``body`` is the JSON without compression.
    """

    key = models.CharField(max_length=64, unique=True)
    source = models.ForeignKey("base.AccessKey", on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    items = models.PositiveIntegerField()
    body = models.BinaryField()
