"""What this room of privacy itself holds about a customer."""

from django.utils.translation import gettext_lazy as _

from posvenda.customers.holdings import Holding
from posvenda.customers.privacy.models import Consent, Erasure, Request

DEFENCE = _(
    "Proof that a request was answered, without name or note"
    " (LGPD, art. 16, I and art. 37; art. 7, VI)."
)
HOLDINGS = (
    Holding(
        model=Consent,
        label=_("Consents"),
        exported=(
            "purpose",
            "channel",
            "is_granted",
            "text",
            "source",
            "evidence",
            "happened_at",
            "recorded_at",
        ),
        personal=("evidence", "ip_hash"),
    ),
    Holding(
        model=Request,
        label=_("Requests about own data"),
        exported=("kind", "status", "received_on", "due_on", "closed_at"),
        personal=("name", "note", "proof_note", "answer", "file"),
        kept_by_law=DEFENCE,
    ),
    Holding(
        model=Erasure,
        label=_("Erasures"),
        by="customer_ref",
        kept_by_law=DEFENCE,
        is_moved=False,
    ),
)
