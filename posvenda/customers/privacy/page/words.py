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
