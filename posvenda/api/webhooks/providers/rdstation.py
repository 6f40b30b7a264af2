"""RD Station Marketing: conversions of people we know, with their consents.

A lead is nobody's customer yet, so it makes no customer here, unless its stage in the funnel is
*Client*. Source: developers.rdstation.com (webhooks).
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from posvenda.api.webhooks import signing
from posvenda.api.webhooks.providers.provider import (
    Head,
    Json,
    NotUnderstood,
    Option,
    Provider,
    Row,
    Told,
    Tools,
    filled,
    look,
    moment,
    need,
    telephone,
    text,
)
from posvenda.api.webhooks.signing import Raw

KINDS = ("WEBHOOK.CONVERTED", "WEBHOOK.MARKED_OPPORTUNITY")
HEADER = "x-posvenda-token"


def head(data: Json, raw: Raw) -> Head:
    """This will read the kind, and make an id of whom, what and when."""
    when = text(data, "event_timestamp") or text(data, "timestamp")
    parts = (text(data, "contact", "uuid"), text(data, "event_identifier"), when)
    return Head(kind=text(data, "event_type"), id="/".join(parts) if all(parts) else "")


def tell(data: Json, head: Head, at: datetime, tools: Tools) -> Told | None:
    """This will turn a conversion into rows."""
    if head.kind not in KINDS:
        raise NotUnderstood("kind_unknown", "event_type", head.kind)
    contact = need(data, "contact")
    email = str(need(contact, "email")).strip().lower()
    written = data.get("event_timestamp") or data.get("timestamp")
    when = moment(written, "timestamp") if written else at
    rows: list[tuple[str, Row]] = []
    stage = text(contact, "funnel", "lifecycle_stage") or text(contact, "lead_stage")
    if stage.casefold() in ("client", "cliente"):
        rows.append(("customer", _customer(contact, email)))
    what = text(data, "event_identifier") or head.kind
    interaction = filled(
        key=f"rd:{head.id}"[:120] if head.id else "",
        customer=email,
        happened_at=when,
        kind="note",
        direction="in",
        body=f"RD Station: {what}",
    )
    rows.append(("interaction", interaction))
    bases = contact.get("legal_bases")
    consents = tuple(
        ("consent", filled(email=email, at=when, base=base, source="RD Station"))
        for base in (bases if isinstance(bases, list) else ())
        if isinstance(base, dict)
    )
    about = f"contact:{text(contact, 'uuid') or email}:{what}"
    return Told(about=about, moment=when, rows=tuple(rows), asks=consents)


def _customer(contact: Json, email: str) -> Row:
    row = filled(
        key=email,
        email=email,
        name=text(contact, "name"),
        phone=telephone(text(contact, "mobile_phone") or text(contact, "personal_phone")),
    )
    row["attr.city"] = text(contact, "city")
    row["attr.state"] = text(contact, "state")
    tags = contact.get("tags")
    if isinstance(tags, list):
        row["tags"] = [str(tag) for tag in tags]
    company = look(contact, "company")
    if isinstance(company, dict):
        row["attr.company"] = text(company, "name")
    return {name: value for name, value in row.items() if value}


PROVIDER = Provider(
    name="rdstation",
    label="RD Station Marketing",
    steps=_(
        "In RD Station: Account settings → Integrations → Webhooks → Create. Paste the address, "
        "and add the header X-Posvenda-Token with the token shown here."
    ),
    secret_label=_("Token"),
    verify=lambda raw, secret: signing.token(HEADER, raw, secret),
    head=head,
    tell=tell,
    makes_secret=True,
    options=(Option(name="note", label=_("Note"), help=_("Which account this is.")),),
)
