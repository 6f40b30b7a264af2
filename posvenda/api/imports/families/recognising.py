"""Whom the rows of an import mean, and the rule that tied a new code to a known customer."""

from typing import TYPE_CHECKING

from posvenda.api.imports.families.refs import doubtful
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Store, Who
from posvenda.core.matching import Clue, Rule
from posvenda.customers.identity.resolution import Claim
from posvenda.customers.models import Identity

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

TIED = ("customer", "scheme", "value", "recorded_at", "rule", "source", "batch")
SOURCE = "import"


def recognised(store: Store, rows: "list[Row]", outcome: "Outcome") -> "list[Row]":
    """This will give each row its customer, or None, and refuse rows several could be meant by."""
    kept = []
    found = store.recognise([claim_of(row) for row in rows])
    for row, (who, decision) in zip(rows, found, strict=True):
        if decision.is_ambiguous:
            names = {"customers": store.names(decision.candidates)}
            told = str(row.get("email") or row.get("phone") or row["_key"])
            outcome.problems.append(
                Problem(row["_line"], "customer_doubtful", "key", told, params=names)
            )
        else:
            row["_who"], row["_clue"] = who, decision.clue
            kept.append(row)
    return kept


def claim_of(row: "Row") -> Claim:
    """This will turn what a customer's row says of who it is into a claim."""
    key = str(row.get("key") or "")
    return Claim(
        ref="" if key else row["_key"],
        key=key,
        codes=tuple((n[3:], str(v)) for n, v in row.items() if n.startswith("id.") and v),
        tax_id=row.get("tax_id") or "",
        email=row.get("email") or "",
        phone=row.get("phone") or "",
        name=row.get("name") or "",
    )


def is_doubtful(store: Store, row: "Row", outcome: "Outcome") -> bool:
    """This will refuse a row whose reference several customers have."""
    ref = row.get("customer")
    if not ref or store.customers([ref]) or ref not in store.doubtful:
        return False
    outcome.problems.append(doubtful(store, row))
    return True


def told_otherwise(store: Store, rows: "list[Row]") -> dict[str, Who]:
    """This will find customers whose code is new by the document, address or telephone beside it.

    The code is kept as an identity, with the rule that tied it.
    """
    first: dict[str, Row] = {}
    for row in rows:
        if any(row.get(f"customer.{name}") for name in ("tax_id", "email", "phone")):
            first.setdefault(row["customer"], row)
    claims = [_implied_claim(ref, row) for ref, row in first.items()]
    found: dict[str, Who] = {}
    for ref, claim, (who, decision) in zip(first, claims, store.recognise(claims), strict=True):
        if who is not None:
            found[ref] = who
            _tie(store, who, claim.key, decision.clue)
    return found


def _implied_claim(ref: str, row: "Row") -> Claim:
    names = ("tax_id", "email", "phone", "name")
    tax_id, email, phone, name = (str(row.get(f"customer.{each}") or "") for each in names)
    key = "" if ref in (tax_id, email, phone, name) else ref
    return Claim(key=key, tax_id=tax_id, email=email, phone=phone, name=name)


def _tie(store: Store, who: Who, key: str, clue: Clue | None) -> None:
    """Keep a code by which the customer was not known, with the rule that tied it."""
    if key and key != who.key and clue is not None and clue.rule > Rule.KEY:
        batch = None if store.batch is None else store.batch.pk
        told = (who.id, "key", key, store.now, int(clue.rule), SOURCE, batch)
        store.add(Identity, TIED, [told])
