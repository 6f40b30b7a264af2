"""What this room holds about a customer."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from posvenda.commerce import models
from posvenda.commerce.store import FeatureDay, UsageDay, UsagePack
from posvenda.commerce.tracking.models import Actor
from posvenda.customers.holdings import Holding

TAX = _(
    "Records of sales are kept until taxes on them lapse, five years as a rule"
    " (CTN, art. 173 and 195; LGPD, art. 16, I)."
)


def _items(order_ids: Collection[int]) -> Mapping[str, Collection[int]]:
    """The items of orders, and the answers about them: they go along with the orders."""
    keys = models.Order.objects.filter(pk__in=order_ids).values("key")
    items = models.OrderLine.objects.filter(order_key__in=keys)
    answers = models.Answer.objects.filter(order_key__in=keys)
    return {
        "commerce.orderline": set(items.values_list("pk", flat=True)),
        "commerce.answer": set(answers.values_list("pk", flat=True)),
    }


def _contract(row: models.ContractLine) -> str:
    what = row.product.name if row.product else row.number
    return f"{what} · {row.get_period_display()}" if what else str(row.get_period_display())


def _ticket(row: models.Ticket) -> str:
    return row.subject or row.number or row.key


def _answer(row: models.Answer) -> str:
    return f"{row.get_scale_display()} · {row.score:g}"


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
        shown=lambda row: row.number,
        carries=_items,
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
        shown=_contract,
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
        shown=_ticket,
    ),
    Holding(
        model=models.Answer,
        label=_("Survey answers"),
        exported=("key", "happened_at", "scale", "score", "comment", "order_key"),
        personal=("comment",),
        shown=_answer,
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
    Holding(model=UsagePack, label=_("Past use in short"), by="customer_ref", is_moved=False),
)
