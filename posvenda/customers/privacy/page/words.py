"""Names of legal bases and of kinds of data, for the record of processing."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from posvenda.core.consent import Basis

BASES: Mapping[Basis, Any] = {
    Basis.CONSENT: _("Consent"),
    Basis.LEGAL_DUTY: _("Legal duty"),
    Basis.PUBLIC_POLICY: _("Public policy"),
    Basis.RESEARCH: _("Study by a research body"),
    Basis.CONTRACT: _("Contract"),
    Basis.LAWSUIT: _("Exercise of rights in proceedings"),
    Basis.LIFE: _("Protection of life"),
    Basis.HEALTH: _("Protection of health"),
    Basis.LEGITIMATE_INTEREST: _("Legitimate interest"),
    Basis.CREDIT: _("Protection of credit"),
}
HELD: Mapping[str, Any] = {
    "customers": _("name, document, e-mail, telephone, own attributes"),
    "contacts": _("contacts: name, role, e-mail, telephone"),
    "subjects": _("pets, children, patients, vehicles, equipment"),
    "orders": _("orders and items"),
    "contracts": _("contracts"),
    "tickets": _("requests for help"),
    "answers": _("survey answers"),
    "conversations": _("notes and conversations"),
    "tasks": _("tasks"),
    "usage": _("use of the product"),
    "health": _("health and stage over time"),
}
FIELDS: Mapping[str, Any] = {
    "number": _("number"),
    "key": _("code"),
    "happened_at": _("day"),
    "amount_cents": _("amount"),
    "currency": _("currency"),
    "status": _("status"),
    "product": _("product"),
    "quantity": _("quantity"),
    "order_key": _("order number"),
    "starts_on": _("start"),
    "ends_on": _("end"),
    "period": _("period"),
    "seats": _("seats"),
    "is_return": _("whether it is a return"),
    "delivered_at": _("delivered on"),
    "cancelled_at": _("cancelled on"),
    "at": _("moment"),
    "verb": _("what was done"),
    "kind": _("kind"),
    "received_on": _("received on"),
    "due_on": _("deadline"),
    "closed_at": _("closed on"),
}
