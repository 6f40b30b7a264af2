"""Keyed hashes of the identifiers of people who were erased, so that they are known if they return.

The key is made once and lives in the home, outside the database, with a copy of every tombstone
(``erasures/ledger.jsonl``): a database restored from an older backup does not know whom it has to
erase again, this file does. Neither tells who they were.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from posvenda.core.identifiers import match_key
from posvenda.customers.models import Contact, Customer, Identity
from posvenda.customers.privacy.models import Tombstone

PART = 5_000
FOLDER = "erasures"
DOCUMENT, EMAIL, PHONE, EXTERNAL = "document", "email", "phone", "external"
ORDER, ROW = "order", "row"
PHONE_SCHEMES = ("wa_id", "whatsapp", "phone")

Ref = tuple[str, str]


def identifiers(who: Customer | Contact) -> list[Ref]:
    """This will list what a customer or a contact may be known by, in one form each."""
    found = [(EMAIL, who.email), (PHONE, who.phone), (EXTERNAL, who.key)]
    if isinstance(who, Customer):
        found += [(DOCUMENT, who.tax_id), (ROW, who.public_id)]
        for scheme, value in Identity.objects.filter(customer=who).values_list("scheme", "value"):
            found.append((EXTERNAL, value))
            found += [(kind, value) for kind in _kinds(scheme, value)]
    else:
        found.append((ROW, f"contact/{who.key}"))
    found += [(kind, who.key) for kind in _kinds("", who.key)]
    return list(dict.fromkeys(ref for kind, text in found if (ref := canonical(kind, text))[1]))


def _kinds(scheme: str, value: str) -> Iterator[str]:
    """A key may be an address, a document or a number itself."""
    if "@" in value:
        yield EMAIL
    if scheme in PHONE_SCHEMES:
        yield PHONE
    if len(_plain(value)) in (11, 14) and _plain(value)[-2:].isdigit():
        yield DOCUMENT


def canonical(kind: str, text: str) -> Ref:
    """This will write an identifier the one way it is hashed."""
    text = str(text).strip()
    match kind:
        case "document":
            return kind, _plain(text)
        case "email":
            return kind, text.casefold()
        case "phone":
            digits = "".join(each for each in text if each.isdigit())
            return kind, match_key(digits) if digits else ""
    return kind, text


def _plain(text: str) -> str:
    return "".join(each for each in text.upper() if each.isascii() and each.isalnum())


def digest(ref: Ref) -> str:
    """This will hash an identifier under the key of this installation."""
    kind, text = canonical(*ref)
    return hashlib.blake2b(f"{kind}\0{text}".encode(), key=key(), digest_size=32).hexdigest()


def hidden(text: str) -> str:
    """This will hash anything else that is kept as a proof only, such as an address of the net."""
    return digest(("proof", text)) if text else ""


def is_any() -> bool:
    """This will say whether anybody was ever erased here."""
    return Tombstone.objects.exists()


def erased(refs: Iterable[Ref]) -> dict[Ref, datetime]:
    """This will say which of these identifiers belong to erased people, and since when."""
    if not is_any():
        return {}
    by_digest = {digest(ref): ref for ref in set(refs) if canonical(*ref)[1]}
    found: dict[Ref, datetime] = {}
    wanted = sorted(by_digest)
    for start in range(0, len(wanted), PART):
        rows = Tombstone.objects.filter(digest__in=wanted[start : start + PART])
        for text, at in rows.values_list("digest", "erasure__at"):
            ref = by_digest[text]
            found[ref] = max(at, found.get(ref, at))
    return found


LONGEST = 200


def shapes(text: str) -> Iterator[Ref]:
    """This will read a text as every identifier it may be."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return
    plain = "".join(each for each in text if each.isalnum())
    yield EXTERNAL, text
    if "@" in text:
        yield EMAIL, text
    if len(plain) in (11, 14):
        yield DOCUMENT, text
    if plain.isdigit() and 10 <= len(plain) <= 13:
        yield PHONE, plain if len(plain) > 11 else f"55{plain}"


def erased_at(refs: Iterable[Ref]) -> datetime | None:
    """This will say when the last erasure of any of these identifiers was, or None."""
    return max(erased(refs).values(), default=None)


@dataclass(frozen=True)
class Line:
    """One erasure as the file outside the database keeps it."""

    public_id: str
    at: datetime
    is_contact: bool
    hashes: tuple[Ref, ...]

    def as_text(self) -> str:
        """This will write it as one line of JSON."""
        told = {
            "id": self.public_id,
            "at": self.at.isoformat(),
            "contact": self.is_contact,
            "tombstones": [list(each) for each in self.hashes],
        }
        return json.dumps(told, separators=(",", ":"))


def write(line: Line) -> None:
    """This will add an erasure to the file and wait until the disk has it; twice adds one line."""
    if line.public_id in {each.public_id for each in ledger()}:
        return
    path = folder() / "ledger.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(line.as_text() + "\n")
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o600)


def ledger(base: Path | None = None) -> list[Line]:
    """This will read the erasures of the file; a line cut by a crash is left out."""
    path = (base or folder()) / "ledger.jsonl"
    if not path.exists():
        return []
    return [line for text in path.read_text("utf-8").splitlines() if (line := _line(text))]


def _line(text: str) -> Line | None:
    try:
        told: Mapping[str, object] = json.loads(text)
    except ValueError:
        return None
    pairs: Collection[Collection[str]] = told["tombstones"]  # type: ignore[assignment]
    hashes = tuple((str(kind), str(text)) for kind, text in pairs)
    at = datetime.fromisoformat(str(told["at"]))
    return Line(str(told["id"]), at, bool(told.get("contact")), hashes)


def folder() -> Path:
    """This will give the folder of key and file, made if it does not exist."""
    path = Path(settings.HOME) / FOLDER
    path.mkdir(parents=True, exist_ok=True)
    return path


def key() -> bytes:
    """This will give the key of the hashes, made once, readable by its owner only."""
    path = folder() / "key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()
