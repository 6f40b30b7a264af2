"""What the page of identities prints: pairs, both sides, what would move, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from posvenda.base.models import User
from posvenda.core.facts import Catalogue
from posvenda.customers import holdings, sheet
from posvenda.customers.catalogue import catalogue
from posvenda.customers.forms import shown_phone, shown_tax_id
from posvenda.customers.identity import merging, proposals, words
from posvenda.customers.identity.models import Change, Proposal
from posvenda.customers.identity.resolution import family
from posvenda.customers.models import Customer, Kind
from posvenda.customers.wording import scalar

# Facts that tell two records apart at a glance; those neither side knows are left out.
TELLING = (
    "contract.status",
    "contract.mrr",
    "orders.count",
    "orders.value",
    "orders.last_on",
    "usage.active_people_28d",
    "tickets.open",
    "attr.city",
    "attr.state",
)
NAMES_SHOWN = 3


@dataclass(frozen=True)
class Why:
    """One reason as printed."""

    text: str
    is_against: bool


@dataclass(frozen=True)
class PairLine:
    """One pair in the list."""

    proposal: Proposal
    reasons: list[Why]


@dataclass(frozen=True)
class Row:
    """One line of the comparison; ``field`` is set where a person may choose which value stays."""

    label: str
    one: str
    other: str
    field: str = ""
    raw: tuple[str, str] = ("", "")
    is_same: bool = False

    @property
    def stays(self) -> str:
        """The side whose value stays unless somebody chooses: the first that has one."""
        return "one" if self.raw[0] else "other"


@dataclass(frozen=True)
class Moving:
    """How many rows of one kind each side has, and what becomes of those of the joined record."""

    label: str
    standing: int
    joining: int
    moving: int
    staying: int


def visible(user: User) -> "QuerySet[Proposal]":
    """This will give pairs of records that stand and that the user may see, both of them."""
    found = Proposal.objects.filter(one__merged_into=None, other__merged_into=None)
    found = found if user.sees_everyone else found.filter(one__owner=user, other__owner=user)
    return found.select_related("one", "other", "one__owner", "other__owner", "decided_by")


def pair_line(proposal: Proposal) -> PairLine:
    """This will make a pair ready for the list."""
    return PairLine(proposal, reasons(proposal))


def reasons(proposal: Proposal) -> list[Why]:
    """This will write why two records may be one, or not."""
    return [Why(words.reason(each), each.is_against) for each in proposals.reasons_of(proposal)]


def comparison(stands: Customer, joins: Customer, *, now: datetime) -> list[Row]:
    """This will put the two records side by side: fields first, then facts of the sheet."""
    facts = catalogue()
    values = _facts([stands.pk, joins.pk], now=now)
    mine, others = values.get(stands.pk, {}), values.get(joins.pk, {})
    return [*_fields(stands, joins), *_figures(facts, mine, others)]


def _fields(stands: Customer, joins: Customer) -> list[Row]:
    told: Sequence[tuple[str, str, str, str]] = (
        ("name", _("Name"), stands.name, joins.name),
        (
            "kind",
            _("Company or person"),
            str(stands.get_kind_display()),
            str(joins.get_kind_display()),
        ),
        (
            "tax_id",
            _("CPF or CNPJ"),
            shown_tax_id(stands.tax_id),
            shown_tax_id(joins.tax_id),
        ),
        ("email", _("E-mail"), stands.email, joins.email),
        ("phone", _("Telephone"), shown_phone(stands.phone), shown_phone(joins.phone)),
    )
    rows = []
    for field, label, one, other in told:
        raw = (getattr(stands, field), getattr(joins, field))
        can_choose = bool(raw[0] and raw[1] and raw[0] != raw[1])
        rows.append(Row(label, one, other, field if can_choose else "", raw, raw[0] == raw[1]))
    rows.append(Row(_("Code"), stands.key, joins.key))
    rows.append(Row(_("Owner"), _owner(stands), _owner(joins)))
    return [row for row in rows if row.one or row.other]


def _owner(customer: Customer) -> str:
    return customer.owner.name if customer.owner else ""


def _figures(facts: Catalogue, mine: Mapping[str, Any], others: Mapping[str, Any]) -> list[Row]:
    found = []
    for name in TELLING:
        fact = facts.get(name)
        one, other = mine.get(name), others.get(name)
        if fact is not None and (one is not None or other is not None):
            label = str(fact.label)
            found.append(Row(label, scalar(fact, one), scalar(fact, other), is_same=one == other))
    return found


def _facts(ids: Sequence[int], *, now: datetime) -> dict[int, Mapping[str, Any]]:
    view = sheet.lazy(now=now)
    found = view.frame.filter(pl.col("customer_id").is_in(list(ids))).collect()
    return {row["customer_id"]: row for row in found.iter_rows(named=True)}


def what_moves(stands: Customer, joins: Customer) -> list[Moving]:
    """This will count, kind by kind, what each side has and what would go over."""
    parts = {part.holding.name: part for part in merging.preview(joins, stands)}
    found = []
    for holding in holdings.moving():
        part, standing = parts.get(holding.name), holding.of([stands.pk]).count()
        moving, staying = (part.moving, part.staying) if part else (0, 0)
        if standing or part:
            label = str(holding.label)
            found.append(Moving(label, standing, moving + staying, moving, staying))
    return found


def by_label(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """This will name tables as people know them."""
    labels = {holding.name: str(holding.label) for holding in holdings.every()}
    return [(labels[name], count) for name, count in counts.items()]


def changed_fields(change: Change) -> list[tuple[str, str, str]]:
    """This will tell which fields a join changed on the record that stands, from what to what."""
    labels = {
        "name": _("Name"),
        "kind": _("Company or person"),
        "tax_id": _("CPF or CNPJ"),
        "email": _("E-mail"),
        "phone": _("Telephone"),
    }
    return [
        (labels[name], _written(name, before), _written(name, after))
        for name, (before, after) in change.fields.items()
        if name in labels
    ]


def _written(field: str, value: str | None) -> str:
    match field:
        case "tax_id":
            return shown_tax_id(value or "") or "—"
        case "phone":
            return shown_phone(value or "") or "—"
        case "kind":
            return str(dict(Kind.choices).get(value or "", "—"))
    return value or "—"


def changes(user: User) -> "QuerySet[Change]":
    """This will give joins and parts of customers the user may see, the newest first."""
    found = Change.objects.select_related("source", "target", "by", "undone_by")
    if not user.sees_everyone:
        found = found.filter(source__owner=user, target__owner=user)
    return found.order_by("-at", "-pk")


def changes_of(customer: Customer) -> list[Change]:
    """This will give the joins and parts of one customer, the newest first."""
    found = Change.objects.filter(Q(source=customer) | Q(target=customer))
    return list(found.select_related("source", "target", "by").order_by("-at", "-pk")[:50])


@dataclass(frozen=True)
class IdentityLine:
    """One name a customer is known by: whose, since when, who brought it, by which rule."""

    scheme: str
    value: str
    since: datetime
    source: str
    rule: str


def identities(customer: Customer) -> list[IdentityLine]:
    """This will list what a customer is recognised by: its own record, codes, joined records."""
    lines = _own(customer, words.rule(None))
    for row in customer.identities.select_related("batch").order_by("scheme", "value"):
        brought = row.batch.label if row.batch else words.source(row.source)
        lines.append(
            IdentityLine(
                words.scheme(row.scheme), row.value, row.recorded_at, brought, words.rule(row.rule)
            )
        )
    joined = Change.objects.filter(
        kind=Change.Kind.MERGE, target__in=family([customer.pk]), undone_at=None
    ).select_related("source", "source__batch", "by")
    for change in joined.order_by("at"):
        by = change.by.name if change.by else "—"
        told = _("joined by %(name)s") % {"name": by}
        lines += _own(change.source, told)
    return lines


def _own(customer: Customer, rule: str) -> list[IdentityLine]:
    brought = customer.batch.label if customer.batch else words.source("person")
    told = (
        ("key", customer.key),
        ("tax_id", shown_tax_id(customer.tax_id)),
        ("email", customer.email),
        ("phone", shown_phone(customer.phone)),
    )
    return [
        IdentityLine(words.scheme(scheme), value, customer.recorded_at, brought, rule)
        for scheme, value in told
        if value
    ]
