"""The rules that give events their meaning, as text: whose they are, who is staff, which use.

Pure reading and asking: nothing here touches the database. ``published`` keeps the versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import yaml

from posvenda.commerce.tracking.items import Item
from posvenda.core import shapes
from posvenda.core.identifiers import InvalidIdentifier, email
from posvenda.core.shapes import ShapeError

WAYS = ("group", "user", "trait", "email", "domain", "tax_id")
MATCHES = ("external_id", "email", "domain", "tax_id")
PARTS = ("event", "name", "property")
CONTACTS = ("none", "known", "all")
TAX_ID_NAMES = ("cnpj", "cpf", "tax_id", "document", "documento")
_TOP = frozenset({"customer", "staff", "use", "public_domains", "contacts"})
_WHOLE = _TOP | {"create_customers", "waiting_days"}


@dataclass(frozen=True)
class Way:
    """One rule of the list: where to look, and what the value found is compared with."""

    by: str
    match: str
    scheme: str = ""
    path: str = ""

    @property
    def label(self) -> str:
        """A short name that is kept with whom the rule decided about."""
        return ":".join(part for part in (self.by, self.path or self.scheme) if part)


@dataclass(frozen=True)
class Staff:
    """Whose use does not count: our own people, and programs."""

    domains: frozenset[str] = frozenset()
    users: tuple[str, ...] = ()
    traits: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Use:
    """One rule of the usage label: which events it speaks about, and where the label stands."""

    part: str
    property: str = ""
    event: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Rules:
    """Everything the flusher needs to know."""

    ways: tuple[Way, ...]
    staff: Staff
    uses: tuple[Use, ...]
    public_domains: frozenset[str]
    contacts: str = "known"
    create_customers: bool = False
    waiting_days: int = 400
    version: int = 0
    _matched: dict[tuple[str, str], tuple[Use, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def label(self, item: Item) -> str | None:
        """This will give the usage label of an event: the first rule that finds a text."""
        return self.label_of(item.kind, item.event, item.properties)

    def label_of(self, kind: str, event: str, properties: Mapping[str, Any]) -> str | None:
        """This will give the usage label of an event's parts."""
        for use in self._about(kind, event):
            told = dig(properties, use.property) if use.part == "property" else event
            if told:
                return told
        return None

    def is_staff(self, *, user: str, mail: str, traits: Mapping[str, Any]) -> bool:
        """This will say whether this person's use is left out."""
        staff = self.staff
        domain = domain_of(mail or user)
        return (
            (bool(domain) and domain in staff.domains)
            or (bool(user) and any(fnmatchcase(user, pattern) for pattern in staff.users))
            or any(_plain(traits.get(name)) == _plain(value) for name, value in staff.traits)
        )

    def _about(self, kind: str, event: str) -> tuple[Use, ...]:
        found = self._matched.get((kind, event))
        if found is None:
            found = tuple(use for use in self.uses if _speaks_of(use, kind, event))
            if len(self._matched) < 10_000:
                self._matched[kind, event] = found
        return found


def read(text: str, *, public_domains: frozenset[str], version: int = 0) -> Rules:
    """This will read rules from YAML; a ``ShapeError`` names the path of what is wrong."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ShapeError("", f"is not YAML: {error}") from error
    top = shapes.mapping(data or {}, "", _WHOLE)
    return Rules(
        ways=tuple(_way(each, path) for path, each in _each(top, "customer")),
        staff=_staff(top.get("staff") or {}),
        uses=tuple(_use(each, path) for path, each in _each(top, "use")),
        public_domains=public_domains | _words(top.get("public_domains"), "public_domains"),
        contacts=shapes.one_of(top.get("contacts", "known"), CONTACTS, "contacts"),
        create_customers=_flag(top.get("create_customers", False), "create_customers"),
        waiting_days=round(shapes.between(top.get("waiting_days", 400), 1, 3_650, "waiting_days")),
        version=version,
    )


def dig(bag: Mapping[str, Any], path: str) -> str:
    """This will give the text at a dotted path inside nested mappings, or nothing."""
    found: Any = bag
    if path in bag:
        found = bag[path]
    else:
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    return _plain(found)[:200]


def domain_of(mail: str) -> str:
    """This will give the domain of an e-mail address, or nothing for any other text."""
    return mail.rpartition("@")[2].lower() if "@" in mail else ""


def address(text: Any) -> str:
    """This will give an e-mail address in its one written form, or nothing."""
    if not isinstance(text, str) or "@" not in text:
        return ""
    try:
        return email(text)
    except InvalidIdentifier:
        return ""


def _plain(value: Any) -> str:
    """One text for a scalar, the same for ``true`` in YAML and in JSON; nothing for the rest."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value.strip().replace("\0", "")
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else str(value)
    return ""


def _speaks_of(use: Use, kind: str, event: str) -> bool:
    return (not use.kind or use.kind == kind) and (
        not use.event or fnmatchcase(event.casefold(), use.event.casefold())
    )


def _each(top: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    return list(shapes.items(top[key], key)) if top.get(key) else []


def _way(data: object, path: str) -> Way:
    found = shapes.mapping(data, path, frozenset({"by", "match", "scheme", "path"}))
    by = shapes.one_of(shapes.required(found, "by", path), WAYS, f"{path}.by")
    where = shapes.text(found.get("path", ""), f"{path}.path")
    if by == "trait" and not where:
        raise ShapeError(f"{path}.path", "is missing")
    usual = by if by in ("email", "domain", "tax_id") else "external_id"
    match = shapes.one_of(found.get("match", usual), MATCHES, f"{path}.match")
    scheme = shapes.text(found.get("scheme", ""), f"{path}.scheme")
    return Way(by, "person" if by == "user" and match == usual else match, scheme, where)


def _staff(data: object) -> Staff:
    found = shapes.mapping(data, "staff", frozenset({"domains", "users", "traits"}))
    users = sorted(_words(found.get("users"), "staff.users", keep_case=True))
    traits = shapes.mapping(found.get("traits") or {}, "staff.traits")
    return Staff(
        domains=_words(found.get("domains"), "staff.domains"),
        users=tuple(users),
        traits=tuple(sorted(traits.items())),
    )


def _use(data: object, path: str) -> Use:
    found = shapes.mapping(data, path, frozenset({"event", "kind", "property", "take"}))
    told = shapes.text(found.get("property", ""), f"{path}.property")
    part = shapes.one_of(found.get("take", "property" if told else "name"), PARTS, f"{path}.take")
    if part == "property" and not told:
        raise ShapeError(f"{path}.property", "is missing")
    kind = found.get("kind", "")
    if kind:
        shapes.one_of(kind, ("track", "page", "screen"), f"{path}.kind")
    return Use(part, told, shapes.text(found.get("event", ""), f"{path}.event"), str(kind))


def _words(data: object, path: str, *, keep_case: bool = False) -> frozenset[str]:
    if not data:
        return frozenset()
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise ShapeError(path, "must be a list")
    words = (shapes.text(each, f"{path}[{n}]").strip() for n, each in enumerate(data))
    return frozenset(w if keep_case else w.lower().lstrip("@") for w in words if w)


def _flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise ShapeError(path, "must be true or false")
    return value
