"""How much speaks for two records being one customer, with reasons.

Each agreement has a weight w between 0 and 1, and agreements are joined as independent signs:

    score = 100 × (1 − Π (1 − wᵢ)) × Π dⱼ

where each contradiction dⱼ (another name, another birth date) takes a part away. The score orders
a list for people; it is no probability, and nothing is ever merged by it. Two different documents
make two customers: two persons' CPFs, or two CNPJs of different roots, score nothing; two CNPJs of
one root are head office and branch, which is a relation and no duplicate.

Source of the idea: Fellegi and Sunter (1969), A Theory for Record Linkage; weights by judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from posvenda.core.names import has_common_word, normalised

WEIGHTS: Mapping[str, float] = {
    "document": 0.97,
    "email": 0.80,
    "phone": 0.65,
    "name": 0.40,
    "born": 0.50,
    "contact": 0.50,
    "city": 0.15,
}
DOUBTS: Mapping[str, float] = {"other_name": 0.6, "other_born": 0.3, "other_kind": 0.5}
# Under this, a pair is not shown: one shared telephone without a common name stays below it.
ENOUGH = 45
ROOT = 8


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared of one record; empty means not known."""

    name: str = ""
    kind: str = ""
    document: str = ""
    email: str = ""
    phone_key: str = ""
    city: str = ""
    born_on: date | None = None
    contacts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign for or against, with what it is about; ``is_against`` takes away."""

    code: str
    value: str = ""
    is_against: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much speaks for one customer, why, and whether it is head office and branch instead."""

    score: int
    reasons: tuple[Reason, ...] = field(default=())
    is_branch: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether a person should look at the pair."""
        return self.is_branch or self.score >= ENOUGH


def compare(one: Side, other: Side) -> Verdict:
    """This will weigh two records; the order of the two does not matter.

    >>> a = Side(name="Ana Souza", kind="person", phone_key="551187654321", city="São Paulo")
    >>> b = Side(name="ANA SOUZA", kind="person", phone_key="551187654321", city="sao paulo")
    >>> verdict = compare(a, b)
    >>> verdict.score, [reason.code for reason in verdict.reasons]
    (82, ['phone', 'name', 'city'])
    >>> compare(Side(document="11222333000181"), Side(document="11222333000262")).is_branch
    True
    """
    if one.document and other.document and one.document != other.document:
        return _two_documents(one, other)
    signs = _signs(one, other)
    missing = 1.0
    for sign in signs:
        missing *= 1 - WEIGHTS[sign.code]
    doubts = _doubts(one, other, signs)
    score = 1 - missing
    for doubt in doubts:
        score *= DOUBTS[doubt.code]
    return Verdict(round(100 * score), (*signs, *doubts))


def is_one_root(one: str, other: str) -> bool:
    """This will say whether two CNPJs are of one company: the same eight first characters."""
    return len(one) == len(other) == 14 and one[:ROOT] == other[:ROOT] and one != other


def _two_documents(one: Side, other: Side) -> Verdict:
    if is_one_root(one.document, other.document):
        return Verdict(0, (Reason("root", one.document[:ROOT]),), is_branch=True)
    return Verdict(0, (Reason("other_document", is_against=True),))


def _signs(one: Side, other: Side) -> tuple[Reason, ...]:
    """What agrees. A city is a sign only beside another one."""
    same_people = one.contacts & other.contacts
    found = [
        Reason(name, value)
        for name, value, is_same in (
            ("document", one.document, one.document and one.document == other.document),
            ("email", one.email, one.email and one.email.lower() == other.email.lower()),
            ("phone", one.phone_key, one.phone_key and one.phone_key == other.phone_key),
            ("name", one.name, _is_same_name(one, other)),
            ("born", str(one.born_on or ""), one.born_on and one.born_on == other.born_on),
            ("contact", min(same_people, default=""), same_people),
            ("city", one.city, one.city and normalised(one.city) == normalised(other.city)),
        )
        if is_same
    ]
    return tuple(found) if [each.code for each in found] != ["city"] else ()


def _is_same_name(one: Side, other: Side) -> bool:
    return bool(one.name) and normalised(one.name) == normalised(other.name)


def _doubts(one: Side, other: Side, signs: tuple[Reason, ...]) -> tuple[Reason, ...]:
    is_sure = any(sign.code == "document" for sign in signs)
    has_names = bool(one.name and other.name)
    has_days = one.born_on is not None and other.born_on is not None
    has_kinds = bool(one.kind and other.kind)
    return tuple(
        Reason(code, is_against=True)
        for code, is_so in (
            ("other_name", has_names and not has_common_word(one.name, other.name)),
            ("other_born", has_days and one.born_on != other.born_on),
            ("other_kind", has_kinds and one.kind != other.kind),
        )
        if is_so and not is_sure
    )
