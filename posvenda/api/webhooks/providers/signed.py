"""Any system of your own, signed as Standard Webhooks 1.0 says (standardwebhooks.com).

The body is ``{"type": "order.upserted", "timestamp": "…", "data": {"rows": [{…}, …]}}``: a record
of the imports and up to 1,000 of its rows, with the names of its fields; dates are ISO, numbers use
a point. Rows that cannot be read are refused one by one, the others go in.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.webhooks import signing
from posvenda.api.webhooks.providers.provider import (
    Head,
    Json,
    NotUnderstood,
    Provider,
    Told,
    Tools,
    moment,
    need,
    text,
)
from posvenda.api.webhooks.signing import Raw

ROWS = 1_000
SUFFIX = ".upserted"


def head(data: Json, raw: Raw) -> Head:
    """This will read the kind, and the id in the header."""
    return Head(kind=text(data, "type"), id=raw.header("webhook-id"))


def tell(data: Json, head: Head, at: datetime, tools: Tools) -> Told | None:
    """This will give the rows as they are written; the converter of the imports reads them."""
    record = head.kind.removesuffix(SUFFIX)
    if record not in BY_NAME or not head.kind.endswith(SUFFIX):
        raise NotUnderstood("kind_unknown", "type", head.kind)
    rows = need(data, "data", "rows")
    if not isinstance(rows, list):
        raise NotUnderstood("not_a_list", "data.rows")
    if len(rows) > ROWS:
        raise NotUnderstood("too_many", "data.rows", len(rows))
    when = moment(data["timestamp"], "timestamp") if data.get("timestamp") else at
    return Told(
        about="",
        moment=when,
        rows=tuple((record, {"_raw": row}) for row in rows),
    )


PROVIDER = Provider(
    name="signed",
    label=_("Your own system (signed)"),
    steps=_(
        "Sign each request as Standard Webhooks 1.0 says, with the secret shown here. "
        "The reference lists the records and their fields."
    ),
    secret_label=_("Signing secret (whsec_…)"),
    verify=signing.standard,
    head=head,
    tell=tell,
    makes_secret=True,
)
