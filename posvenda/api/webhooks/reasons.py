"""Why a delivery was refused, as sentences with a way out."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from posvenda.api.imports import problems

SENTENCES: Mapping[str, str] = {
    "kind_unknown": _(
        "We do not know the kind “{value}”; the delivery is kept and can be taken in later"
    ),
    "missing": _("{field} is missing; correct it here and try again"),
    "not_a_list": _("{field} must be a list"),
    "not_a_number": _("“{value}” in {field} is not a number"),
    "not_a_date": _("“{value}” in {field} is not a date"),
    "period_unknown": _("The period “{value}” in {field} cannot be counted as months or years"),
    "no_price": _("The item has no unit price (tiered prices are not understood)"),
    "too_many": _("{field} has {value} rows; at most 1,000 fit in one delivery"),
    "other_shop": _("The delivery is of shop {value}, not of the one this webhook is for"),
    "unreachable": _("{value} did not answer; try again"),
    "not_found": _("{value} says the object is not there; was it deleted?"),
    "not_allowed": _("{value} refused the access token; renew it on the webhook's page"),
    "forbidden_address": _("{value} lies in the own network; allow it with POSVENDA_ALLOW_HOSTS"),
    "not_json": _("The text is not a JSON object; look for a missing comma or bracket"),
    "nobody": _("No customer has this e-mail, document or telephone; try again once there is one"),
    "field_unknown": _("The record has no field {field}; the reference lists its fields"),
    "not_plain": _("{field} must be a text or a number, not a list or an object"),
    "unexpected": _("The delivery could not be understood ({value}); it is kept as it came"),
}


def sentence(code: str, *, field: str = "", value: str = "", params: Mapping[str, Any]) -> str:
    """This will give the reason in the reader's language."""
    words = SENTENCES.get(code)
    if words is None:
        return problems.sentence(code, params)
    return gettext(words).format(field=field, value=value)
