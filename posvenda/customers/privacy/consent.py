"""The consent ledger: lines are added, the present state is folded from them (``core.consent``)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from posvenda.base import audit
from posvenda.base.models import Batch, User
from posvenda.core import consent as core
from posvenda.core.consent import ANY, Entry, Verdict
from posvenda.customers import actions
from posvenda.customers.models import Contact, Customer
from posvenda.customers.privacy import purposes, tombstones
from posvenda.customers.privacy.models import Channel, Consent, Source

# A consent after an erasure counts only when the person gave it anew, by hand or on a form.
ANEW = (Source.HAND, Source.FORM)


class NeedsEvidence(ValueError):
    """Raised when a consent is written down without saying how we know."""


class UnknownChannel(ValueError):
    """Raised for a channel the purpose does not use."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody said about one purpose on one channel, and how we know."""

    purpose: str
    channel: str
    is_granted: bool
    happened_at: datetime
    source: str
    evidence: str = ""
    text: str = ""
    ip_hash: str = ""
    key: str | None = None


@transaction.atomic
def record(
    customer: Customer,
    said: Said,
    *,
    by: User | None,
    now: datetime,
    contact: Contact | None = None,
    batch: Batch | None = None,
) -> Consent:
    """This will add a line to the ledger; granting needs evidence (art. 8 § 2)."""
    if by is not None:
        actions.check([customer], by=by)
    _check(said)
    line = Consent.objects.create(
        customer=customer,
        contact=contact,
        purpose=said.purpose,
        channel=said.channel,
        is_granted=said.is_granted,
        text=said.text,
        source=said.source,
        evidence=said.evidence,
        ip_hash=said.ip_hash,
        key=said.key,
        by=by,
        happened_at=said.happened_at,
        recorded_at=now,
        batch=batch,
    )
    audit.record(
        "consent.granted" if said.is_granted else "consent.revoked",
        about=f"customer:{customer.public_id}",
        by=by,
        now=now,
        detail={"consent": line.public_id, "purpose": said.purpose, "channel": said.channel},
    )
    actions.changed([customer], now=now, verb="consent")
    return line


def revoke(
    customer: Customer,
    *,
    purpose: str,
    channel: str,
    by: User | None,
    now: datetime,
    evidence: str = "",
    source: str = Source.HAND,
    contact: Contact | None = None,
) -> Consent:
    """This will add the line that takes a consent back, from this moment on."""
    said = Said(
        purpose=purpose,
        channel=channel,
        is_granted=False,
        happened_at=now,
        source=source,
        evidence=evidence,
    )
    return record(customer, said, by=by, now=now, contact=contact)


def _check(said: Said) -> None:
    purpose = purposes.purpose(said.purpose)
    if said.channel != ANY and said.channel not in purpose.channels:
        raise UnknownChannel(said.channel)
    if said.is_granted and not said.evidence.strip():
        raise NeedsEvidence(said.purpose)


def entries(customer: Customer, *, contact: Contact | None = None) -> list[Entry]:
    """This will read the ledger of a customer, or of one contact of it."""
    return [_entry(line) for line in Consent.objects.filter(customer=customer, contact=contact)]


def may(
    customer: Customer,
    *,
    purpose: str,
    channel: str,
    as_of: datetime,
    contact: Contact | None = None,
) -> Verdict:
    """This will say whether a customer, or a contact, may be reached for a purpose on a channel.

    Somebody whose address belongs to an erased person starts without history: only what was given
    anew after the erasure counts, so no import brings them back onto a list.
    """
    known = purposes.purpose(purpose)
    lines = Consent.objects.filter(customer=customer, contact=contact)
    erased = tombstones.erased_at(tombstones.identifiers(contact or customer))
    if erased is not None:
        lines = lines.filter(source__in=ANEW, happened_at__gt=erased) | lines.filter(
            is_granted=False
        )
    said = core.state(map(_entry, lines), purpose, channel, as_of=as_of)
    return core.verdict(known.basis, said, is_erased=erased is not None)


def _entry(line: Consent) -> Entry:
    return Entry(line.purpose, line.channel, line.is_granted, line.happened_at, line.recorded_at)


@dataclass(frozen=True)
class Standing:
    """How one purpose stands on one channel: the state, the line it comes from, the ones before."""

    purpose: purposes.Purpose
    channel: str
    label: str
    line: Consent | None

    @property
    def mark(self) -> str:
        """The class of its chip: ``yes``, ``no`` or ``none``."""
        if self.line is None:
            return "none"
        return "yes" if self.line.is_granted else "no"


def standing(lines: Sequence[Consent], *, as_of: datetime) -> list[list[Standing]]:
    """This will fold a customer's ledger into a table: a row per purpose, a cell per channel."""
    by_entry: dict[Entry, Consent] = {_entry(line): line for line in lines}
    names = dict(Channel.choices)
    rows = []
    for purpose in purposes.asked():
        row = []
        for channel in purpose.channels:
            found = core.state(by_entry, purpose.key, channel, as_of=as_of)
            line = by_entry[found] if found else None
            row.append(Standing(purpose, channel, str(names[channel]), line))
        rows.append(row)
    return rows


# RD Station Marketing: ``legal_bases`` of a contact, as its API and webhooks send them
# (developers.rdstation.com, "Contatos"): category, type and status of each basis.
RD_PURPOSES = {"communications": ("marketing", Channel.EMAIL)}


def from_rd_station(
    customer: Customer,
    legal_bases: Iterable[Mapping[str, Any]],
    *,
    happened_at: datetime,
    now: datetime,
    event: str = "",
    batch: Batch | None = None,
) -> list[Consent]:
    """This will add what RD Station says about consents; the same told again adds nothing.

    Reads category, type and status ("granted" or "declined") of each basis. Only bases of the
    type "consent" about communications are consents; the others (a contract that was there before,
    legitimate interest) say why RD keeps the contact, and are left alone.
    """
    added = []
    known = _last_words(customer)
    for basis in legal_bases:
        found = RD_PURPOSES.get(str(basis.get("category")))
        status = str(basis.get("status") or "")
        if found is None or basis.get("type") != "consent" or status not in ("granted", "declined"):
            continue
        purpose, channel = found
        if known.get((purpose, channel)) == (status == "granted"):
            continue
        told = f"RD Station legal_bases: {basis['category']}/consent/{status} {event}"
        said = Said(
            purpose=purpose,
            channel=channel,
            is_granted=status == "granted",
            happened_at=happened_at,
            source=Source.RD_STATION,
            evidence=told.strip(),
        )
        added.append(record(customer, said, by=None, now=now, batch=batch))
    return added


def _last_words(customer: Customer) -> dict[tuple[str, str], bool]:
    last: dict[tuple[str, str], bool] = {}
    for line in sorted(entries(customer), key=lambda each: each.happened_at):
        channels = core.CHANNELS if line.channel == ANY else (line.channel,)
        last.update({(line.purpose, channel): line.is_granted for channel in channels})
    return last


def by_purpose(lines: Iterable[Consent]) -> dict[str, list[Consent]]:
    """This will group lines by purpose, the newest first."""
    found: dict[str, list[Consent]] = defaultdict(list)
    for line in sorted(lines, key=lambda each: (each.happened_at, each.pk), reverse=True):
        found[line.purpose].append(line)
    return found
