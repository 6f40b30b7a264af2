"""What a key may be allowed: to read or to write a group of resources, or all of them."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: Mapping[str, str | Promise] = {
    "customers:read": _("Read customers, contacts and subjects"),
    "customers:write": _("Write customers, contacts and subjects"),
    "sales:read": _("Read products, orders and contracts"),
    "sales:write": _("Write products, orders and contracts"),
    "service:read": _("Read tickets, answers, interactions, notes and tasks"),
    "service:write": _("Write tickets, answers, interactions, notes and tasks"),
    "facts:read": _("Read facts, scores, metrics and facts of other days"),
    "segments:read": _("Read segments and their members"),
    "segments:write": _("Write segments"),
}


def holds(scopes: Sequence[str], wanted: str) -> bool:
    """This will say whether a key may do something: ``read`` stands for every ``…:read``."""
    return wanted in scopes or wanted.rpartition(":")[2] in scopes
