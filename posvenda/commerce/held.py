"""What this room holds about a customer."""

from django.utils.translation import gettext_lazy as _

from posvenda.commerce import models
from posvenda.commerce.store import FeatureDay, UsageDay
from posvenda.commerce.tracking.models import Actor
from posvenda.customers.holdings import Holding

TAX = _(
    "Records of sales are kept until taxes on them lapse, five years as a rule"
    " (CTN, art. 173 and 195; LGPD, art. 16, I)."
)
HOLDINGS = (
    Holding(
        model=models.Order,
        label=_("Orders"),
        exported=(
            "key",
            "number",
            "happened_at",
            "is_return",
            "amount_cents",
            "currency",
            "status",
            "promised_at",
            "delivered_at",
            "cancelled_at",
        ),
        kept_by_law=TAX,
    ),
    Holding(
        model=models.OrderLine,
        label=_("Order items"),
        exported=(
            "key",
            "order_key",
            "happened_at",
            "product",
            "quantity",
            "amount_cents",
            "currency",
        ),
        kept_by_law=TAX,
    ),
    Holding(
        model=models.ContractLine,
        label=_("Contracts"),
        exported=(
            "key",
            "number",
            "happened_at",
            "product",
            "starts_on",
            "ends_on",
            "cancelled_at",
            "amount_cents",
            "currency",
            "period",
            "seats",
            "is_auto_renewed",
            "is_trial",
            "notice_days",
        ),
        kept_by_law=TAX,
    ),
    Holding(
        model=models.Ticket,
        label=_("Tickets"),
        exported=(
            "key",
            "number",
            "happened_at",
            "subject",
            "priority",
            "first_reply_at",
            "closed_at",
            "is_escalated",
        ),
        personal=("subject",),
    ),
    Holding(
        model=models.Answer,
        label=_("Survey answers"),
        exported=("key", "happened_at", "scale", "score", "comment", "order_key"),
        personal=("comment",),
    ),
    Holding(
        model=models.Cancellation,
        label=_("Cancellation requests"),
        exported=("key", "happened_at", "reason", "comment", "is_return"),
        personal=("comment",),
    ),
    Holding(
        model=Actor,
        label=_("People who use the product"),
        exported=("email", "name", "traits", "first_seen_at", "last_seen_at"),
        personal=("email", "name", "traits"),
    ),
    Holding(model=UsageDay, label=_("Days of use by person"), by="customer_ref", is_moved=False),
    Holding(model=FeatureDay, label=_("Days of use by feature"), by="customer_ref", is_moved=False),
)
