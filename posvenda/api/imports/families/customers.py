"""Customers: the table of customers, and customers that other rows imply.

A value the row does not have leaves the stored one alone. Names, tax ids and addresses are the
present ones; attributes are dated: from the beginning for the first value known, from the import
for a later one, and from the moment of the row when a dated row (an order) tells them.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from posvenda.api.imports.families import payers
from posvenda.api.imports.families.dated import Observation, observe
from posvenda.api.imports.families.recognising import (
    SOURCE,
    TIED,
    claim_of,
    is_doubtful,
    recognised,
    told_otherwise,
)
from posvenda.api.imports.identity import Identity
from posvenda.api.imports.journal import Untaken
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Store, Who
from posvenda.base import choices, clock
from posvenda.core.identifiers import match_key
from posvenda.customers import models
from posvenda.customers.models import Customer, Kind, Ownership, Tagging
from posvenda.success import definitions

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(
    key=lambda row: str(
        row.get("key") or row.get("tax_id") or row.get("email") or row.get("name") or ""
    ),
    may_repeat=True,
)
COLUMNS = (
    "public_id",
    "key",
    "kind",
    "name",
    "tax_id",
    "email",
    "phone",
    "phone_key",
    "happened_at",
    "recorded_at",
    "batch",
    "owner",
)
PLAIN = ("name", "kind", "tax_id", "email", "phone")


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will create or complete customers with their identities, owner, tags and attributes."""
    named = recognised(store, [row for row in rows if _is_named(row, outcome)], outcome)
    # Rows with a code or a document first: one with an address alone may turn out to be theirs.
    coded = [row for row in named if _is_coded(row)]
    fresh = _made(store, coded)
    rest = [row for row in named if not _is_coded(row)]
    if fresh and any(row["_who"] is None for row in rest):
        rest = recognised(store, rest, outcome)
    fresh |= _made(store, rest)
    settled = sorted([*coded, *rest], key=lambda row: row["_line"])
    touched = _details(store, settled, outcome)
    for row in settled:
        if fresh.get(row["_key"]) is row:
            outcome.new += 1
        elif row["_line"] in touched:
            outcome.changed += 1
        else:
            outcome.same += 1


def _is_coded(row: "Row") -> bool:
    return bool(row.get("key") or row.get("tax_id"))


def _made(store: Store, rows: "list[Row]") -> "dict[str, Row]":
    """Create the customers nobody has heard of, and give each row its own."""
    fresh: dict[str, Row] = {}
    for row in rows:
        if row["_who"] is None:
            fresh.setdefault(row["_key"], row)
        else:
            store.echo("customer", row["_who"].key)
    create(store, fresh)
    made = store.customers(fresh.keys())
    for row in rows:
        row["_who"] = row["_who"] or made[row["_key"]]
    return fresh


def _is_named(row: "Row", outcome: "Outcome") -> bool:
    if row["_key"]:
        return True
    outcome.problems.append(Problem(row["_line"], "missing", field="key"))
    return False


def create(store: Store, fresh: Mapping[str, "Row"]) -> None:
    """This will write new customers at once; rows are by key."""
    if not fresh:
        return
    default = definitions.read_pack(choices.get("pack")).customers
    batch = None if store.batch is None else store.batch.pk
    many = []
    for key, row in fresh.items():
        born = beginning(row, store.now)
        phone, tax_id = row.get("phone") or "", row.get("tax_id") or ""
        kind = row.get("kind") or {11: Kind.PERSON, 14: Kind.COMPANY}.get(len(tax_id), default)
        many.append(
            (
                models.public_id(),
                key,
                str(kind),
                row.get("name") or placeholder(key),
                tax_id,
                row.get("email") or "",
                phone,
                match_key(phone) if phone else "",
                born,
                store.recorded(born),
                batch,
                None,
            )
        )
    store.add_customers(COLUMNS, many)


def placeholder(key: str) -> str:
    """This will give the name of a customer of whom only the key is known."""
    return gettext("Customer {key}").format(key=key)


def beginning(row: "Row", now: datetime) -> datetime:
    """This will give the first moment we know of a customer."""
    since = row.get("since")
    if isinstance(since, datetime):
        return since
    if isinstance(since, date):
        return clock.start_of(since)
    at = row.get("happened_at")
    return at if isinstance(at, datetime) else now


def imply(store: Store, rows: "list[Row]", outcome: "Outcome") -> dict[str, Who]:
    """This will find the customers that dated rows name, and create those nobody has heard of.

    A row tells about its customer in ``customer.<field>``. Rows that name several customers at
    once are refused and taken out of ``rows``.
    """
    rows[:] = [row for row in rows if not is_doubtful(store, row, outcome)]
    named = [row for row in rows if row.get("customer")]
    found = store.customers({row["customer"] for row in named})
    found |= told_otherwise(store, [row for row in named if row["customer"] not in found])
    fresh: dict[str, Row] = {}
    for row in named:
        if row["customer"] not in found:
            told = fresh.setdefault(row["customer"], {"happened_at": row.get("happened_at")})
            _tell(told, row)
    create(store, fresh)
    found |= store.customers(fresh.keys())
    _name(store, named, found)
    owned = {row["customer"]: row for row in named if row.get("customer.owner")}
    _owners(
        store,
        [
            {"_line": row["_line"], "_who": found[ref], "owner": row["customer.owner"]}
            for ref, row in owned.items()
        ],
        outcome,
    )
    told_attributes = [
        Observation(found[row["customer"]].id, name[14:], value, row.get("happened_at"))
        for row in named
        for name, value in row.items()
        if name.startswith("customer.attr.") and value not in (None, "")
    ]
    observe(store, told_attributes, {who.id: who for who in found.values()})
    return found


def _tell(told: "Row", row: "Row") -> None:
    at, first = row.get("happened_at"), told["happened_at"]
    if at is not None and (first is None or at < first):
        told["happened_at"] = at
    for name, value in row.items():
        if name.startswith("customer.") and value and not name.startswith("customer.attr."):
            told.setdefault(name.removeprefix("customer."), value)


def _name(store: Store, rows: "list[Row]", found: Mapping[str, Who]) -> None:
    """Give a name to customers of whom only the key was known."""
    seen: set[tuple[int, str, str]] = set()
    untaken: list[Untaken] = []
    for row in rows:
        name, who = row.get("customer.name"), found[row["customer"]]
        for field in PLAIN:
            value = str(row.get(f"customer.{field}") or "")
            if value and (who.id, field, value) not in seen:
                seen.add((who.id, field, value))
                untaken += _note(store, who, field, value)
        if name and who.name == placeholder(who.key) and who.name != name:
            who.name = name
            query = Customer.objects.filter(pk=who.id)
            store.act(lambda query=query, name=name: query.update(name=name))  # type: ignore[misc]
    store.ignored(untaken)


def _note(store: Store, who: Who, field: str, value: str) -> list[Untaken]:
    """Keep what a dated row tells of its customer, and give it when it is not taken."""
    now = getattr(who, field)
    if now == value:
        store.echo("customer", who.key, field, value)
    elif field == "name" and now == placeholder(who.key):
        store.told("customer", who.key, field, before=now, after=value, customer=who.id)
    else:
        return [(who.key, field, now, value, who.id)]
    return []


def _details(store: Store, rows: "list[Row]", outcome: "Outcome") -> set[int]:
    """Queue what the rows add to their customers, and give the lines that added something."""
    touched = _plain(store, rows, outcome)
    touched |= _identities(store, rows)
    touched |= _owners(store, rows, outcome)
    touched |= _tags(store, rows)
    touched |= payers.tie(store, rows, outcome)
    told: list[Observation] = []
    for row in rows:
        names = [name for name in row if name.startswith("attr.") and row[name] not in (None, "")]
        told += [
            Observation(
                row["_who"].id, name[5:], row[name], row.get("_at"), row["_line"], "_first" in row
            )
            for name in names
        ]
    changed, conflicts = observe(store, told, {row["_who"].id: row["_who"] for row in rows})
    first = {row["_line"]: row["_first"] for row in rows if "_first" in row}
    outcome.problems += [
        Problem(
            line,
            "other_value",
            field=f"attr.{name}",
            value=value,
            params={"first": first[line]},
            is_warning=True,
        )
        for line, name, value in conflicts
    ]
    born = {
        row["_who"].id: beginning(row, store.now) for row in rows if row.get("since") is not None
    }
    store.ignored([(str(pk), "since", None, at, pk) for pk, at in born.items()])
    store.lower(born)
    return touched | changed


def _plain(store: Store, rows: "list[Row]", outcome: "Outcome") -> set[int]:
    touched = set()
    for row in rows:
        who: Who = row["_who"]
        told = {name: str(row[name]) for name in PLAIN if row.get(name)}
        news = {name: value for name, value in told.items() if value != getattr(who, name)}
        for name in told.keys() - news.keys():
            store.echo("customer", who.key, name, told[name])
        if not news or "_first" in row:
            continue
        for name, value in news.items():
            was = {"before": getattr(who, name), "after": value, "customer": who.id}
            store.told("customer", who.key, name, **was)
            setattr(who, name, value)
        if "phone" in news:
            news["phone_key"] = match_key(news["phone"])
        query = Customer.objects.filter(pk=who.id)
        store.act(lambda query=query, news=news: query.update(**news))  # type: ignore[misc]
        touched.add(row["_line"])
    return touched


def _identities(store: Store, rows: "list[Row]") -> set[int]:
    """Keep other systems' codes, and a new code of the own system, with the rule that tied them."""
    told: dict[tuple[str, str], Row] = {}
    for row in reversed(rows):
        told |= dict.fromkeys(claim_of(row).codes, row)
        if row.get("key") and str(row["key"]) != row["_who"].key:
            told["key", str(row["key"])] = row
    for known in store.identities([value for _, value in told]) if told else ():
        if told.pop(known, None) is not None:
            store.echo("identity", *known)
    for (scheme, value), row in told.items():
        key, who = f"{scheme}\x1f{value}", row["_who"]
        store.told("identity", key, "", after=who.key, customer=who.id)
    batch = None if store.batch is None else store.batch.pk
    store.add(
        models.Identity,
        TIED,
        (
            (row["_who"].id, scheme, value, store.now, _rule(row), SOURCE, batch)
            for (scheme, value), row in told.items()
        ),
    )
    return {row["_line"] for row in told.values()}


def _rule(row: "Row") -> int | None:
    clue = row["_clue"]
    return None if clue is None else int(clue.rule)


def _owners(store: Store, rows: "list[Row]", outcome: "Outcome") -> set[int]:
    touched = set()
    for row in rows:
        name, who = row.get("owner"), row["_who"]
        if not name or "_first" in row:
            continue
        user = _user(store, str(name))
        if user is None:
            outcome.problems.append(
                Problem(
                    row["_line"],
                    "owner_unknown",
                    field="owner",
                    value=str(name),
                    params={"owner": str(name)},
                    is_warning=True,
                )
            )
        elif user != who.owner_id:
            was = {"before": who.owner_id, "after": user, "customer": who.id}
            store.told("customer", who.key, "owner", **was)
            _hand_over(store, who, user)
            touched.add(row["_line"])
        else:
            store.echo("customer", who.key, "owner", str(user))
    return touched


def _user(store: Store, name: str) -> int | None:
    """A user by e-mail, by name, or by the part of the e-mail before the @ when one has it."""
    wanted = name.strip().lower()
    if wanted in store.users:
        return int(store.users[wanted])
    alike = {pk for known, pk in store.users.items() if known.partition("@")[0] == wanted}
    return alike.pop() if len(alike) == 1 else None


def _hand_over(store: Store, who: Who, user: int) -> None:
    is_first = who.owner_id is None
    starts_at = who.happened_at if is_first and store.is_history else store.now
    pk, who.owner_id = who.id, user

    def write() -> None:
        Ownership.objects.filter(customer_id=pk, ends_at=None).update(ends_at=starts_at)
        Ownership.objects.create(
            customer_id=pk,
            user_id=user,
            starts_at=starts_at,
            recorded_at=store.recorded(starts_at),
        )
        Customer.objects.filter(pk=pk).update(owner_id=user)

    store.act(write)


def _tags(store: Store, rows: "list[Row]") -> set[int]:
    told: dict[tuple[int, str], Any] = {}
    for row in rows:
        for tag in row.get("tags") or ():
            told.setdefault((row["_who"].id, str(tag)[:40]), row)
    if not told:
        return set()
    current = Tagging.objects.filter(customer_id__in={pk for pk, _ in told}, ends_at=None)
    for known in current.values_list("customer_id", "tag"):
        row = told.pop(known, None)
        if row is not None:
            store.echo("tag", row["_who"].key, known[1])
    for (pk, tag), row in told.items():
        store.told("tag", row["_who"].key, tag, after=tag, customer=pk)
    starts = {
        key: row["_who"].happened_at if store.is_history else store.now for key, row in told.items()
    }
    store.add(
        Tagging,
        ("customer", "tag", "starts_at", "ends_at", "recorded_at"),
        ((pk, tag, at, None, store.recorded(at)) for (pk, tag), at in starts.items()),
    )
    return {row["_line"] for row in told.values()}
