"""Consents: lines for the ledger. Whoever brings them has to bring the proof of each."""

from typing import TYPE_CHECKING, Any

from posvenda.api.imports.families.refs import known_customers, moment, require
from posvenda.api.imports.identity import Identity, digest
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Store, Who
from posvenda.core.consent import ANY
from posvenda.customers.models import Contact, public_id
from posvenda.customers.privacy import purposes
from posvenda.customers.privacy.models import Consent, Source

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

PLAIN = ("purpose", "channel", "is_granted", "text", "evidence", "happened_at")
IDENTITY = Identity(
    key=lambda row: str(
        row.get("key") or digest(row.get("customer"), row.get("contact"), *map(row.get, PLAIN))
    )
)
COLUMNS = (
    *("public_id", "key", "customer", "contact", "purpose", "channel", "is_granted", "text"),
    *("source", "evidence", "ip_hash", "by", "happened_at", "recorded_at", "batch"),
)


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will add lines that are not in the ledger yet; a line that is there is left alone."""
    rows = [row for row in rows if _is_sound(row, outcome)]
    pairs = known_customers(store, rows, outcome)
    keys = [row["_key"] for row, _who in pairs]
    known = set(Consent.objects.filter(key__in=keys).values_list("key", flat=True))
    known |= set(Consent.objects.filter(public_id__in=keys).values_list("public_id", flat=True))
    contacts = _contacts(pairs)
    fresh: dict[str, tuple[Any, ...]] = {}
    for row, who in pairs:
        if row["_key"] in known or row["_key"] in fresh:
            outcome.same += 1
            continue
        fresh[row["_key"]] = _columns(store, row, who, contacts)
        outcome.new += 1
    store.add(Consent, COLUMNS, fresh.values())


def _is_sound(row: "Row", outcome: "Outcome") -> bool:
    if not require(row, ("purpose", "happened_at", "is_granted"), outcome):
        return False
    known = {each.key: each for each in purposes.asked()}
    names = {text.casefold(): each for each in known.values() for text in each.labels.values()}
    told = str(row["purpose"]).strip().casefold()
    purpose = known.get(told) or names.get(told)
    row["channel"] = str(row.get("channel") or ANY)
    if purpose is None:
        said = {"value": row["purpose"], "choices": ", ".join(known)}
        return _refuse(row, outcome, "unknown_purpose", "purpose", **said)
    row["purpose"] = purpose.key
    if row["channel"] not in (*purpose.channels, ANY):
        choices = ", ".join(purpose.channels)
        return _refuse(row, outcome, "unknown_channel", "channel", choices=choices)
    if row["is_granted"] and not str(row.get("evidence") or "").strip():
        return _refuse(row, outcome, "no_evidence", "evidence")
    return True


def _refuse(row: "Row", outcome: "Outcome", code: str, field: str, **params: str) -> bool:
    value = str(row.get(field) or "")
    outcome.problems.append(Problem(row["_line"], code, field=field, value=value, params=params))
    return False


def _contacts(pairs: "list[tuple[Row, Who]]") -> dict[tuple[int, str], int]:
    wanted = {who.id for row, who in pairs if row.get("contact")}
    found = Contact.objects.filter(customer_id__in=wanted)
    return {
        (customer, ref): pk
        for customer, pk, *refs in found.values_list("customer_id", "pk", "key", "email", "name")
        for ref in refs
        if ref
    }


def _columns(
    store: Store, row: "Row", who: Who, contacts: dict[tuple[int, str], int]
) -> tuple[Any, ...]:
    at = moment(row["happened_at"])
    assert at is not None
    return (
        public_id(),
        row["_key"][:200],
        who.id,
        contacts.get((who.id, str(row.get("contact") or ""))),
        row["purpose"],
        row["channel"],
        bool(row["is_granted"]),
        str(row.get("text") or "")[:48],
        Source.IMPORT,
        str(row.get("evidence") or ""),
        "",
        None,
        at,
        store.recorded(at),
        None if store.batch is None else store.batch.pk,
    )
