"""What the consent ledger says on the fact sheet."""

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.core.consent import fold
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.customers.privacy.models import Consent

PAIRS = (
    ("marketing", "email", _("Offers by e-mail")),
    ("marketing", "whatsapp", _("Offers by WhatsApp")),
    ("marketing", "sms", _("Offers by SMS")),
    ("news", "email", _("Product news by e-mail")),
    ("news", "whatsapp", _("Product news by WhatsApp")),
    ("research", "email", _("Satisfaction research by e-mail")),
    ("research", "whatsapp", _("Satisfaction research by WhatsApp")),
)
FACTS = tuple(
    Fact(
        f"consent.{purpose}_{channel}",
        Is.BOOLEAN,
        label,
        _("The customer's last word: yes, or taken back. Unknown while nothing was said."),
        "consent",
    )
    for purpose, channel, label in PAIRS
)


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will give the last word of each customer (of the customer, not of its contacts)."""
    said = evidence.rows(
        Consent, "contact_id", "purpose", "channel", "is_granted", "recorded_at"
    ).filter(pl.col("contact_id").is_null())
    last = fold(said.select("customer_id", *_READ))
    found = sheet.select("customer_id")
    for purpose, channel, _label in PAIRS:
        of_pair = last.filter(purpose=purpose, channel=channel)
        name = pl.col("is_granted").alias(f"consent.{purpose}_{channel}")
        found = found.join(of_pair.select("customer_id", name), on="customer_id", how="left")
    return found


_READ = ("purpose", "channel", "is_granted", "happened_at", "recorded_at")
CONSENT = Provider("consent", FACTS, compute)
