"""Who is meant: the one way in which imports, tracking, REST and webhooks find a customer.

What was claimed is turned into clues, the clues are looked up in bulk (one query a rule), and
``core.matching`` decides. A record that was joined to another leads to the one that stands.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from posvenda.core import identifiers
from posvenda.core.matching import Clue, Decision, Known, Rule, decide
from posvenda.customers.models import Customer, Identity

REF = ""
KEY, TAX_ID, EMAIL, PHONE = "key", "tax_id", "email", "phone"
# A WhatsApp user is known by a telephone (``wa_id``) or, without one, by a user id of Meta's.
WA_ID, WHATSAPP_USER = "wa_id", "whatsapp"
TELEPHONES = frozenset({PHONE, WA_ID})
PART = 5_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a row, an event or a message says of whom it is about; all of it may be empty.

    ``ref`` is a reference of unknown kind (a column *customer*): a code, a document, an address or
    a number. ``codes`` are other systems' codes as (scheme, value). ``phone`` may be E.164 or a
    ``wa_id``. ``name`` finds nobody, but may speak against a telephone.
    """

    ref: str = ""
    key: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    tax_id: str = ""
    email: str = ""
    phone: str = ""
    name: str = ""


def whatsapp(*, wa_id: str = "", user_id: str = "", name: str = "") -> Claim:
    """This will claim who writes on WhatsApp: by number, by Meta's user id (BSUID), or both.

    A username is no identity: its owner may give it to somebody else.
    """
    codes = ((WHATSAPP_USER, user_id),) if user_id else ()
    return Claim(phone=wa_id, codes=codes, name=name)


def resolve(claims: Sequence[Claim]) -> list[Decision]:
    """This will decide for each claim which customer is meant, in the order of the claims."""
    clues = [clues_of(claim) for claim in claims]
    found = _found({clue for each in clues for clue in each})
    standing = canonical({pk for people in found.values() for pk in people})
    found = {clue: {standing[pk] for pk in people} for clue, people in found.items()}
    known = _known(_questionable(clues, found))
    return [
        decide(each, found, known, name=claim.name)
        for claim, each in zip(claims, clues, strict=True)
    ]


def one(claim: Claim) -> Decision:
    """This will decide which customer a single claim means."""
    return resolve([claim])[0]


def clues_of(claim: Claim) -> list[Clue]:
    """This will turn what was claimed into clues, each written in the form it is stored in."""
    found = [Clue(Rule.KEY, KEY, claim.key)] if claim.key else []
    found += [Clue(Rule.CODE, scheme, value) for scheme, value in claim.codes if value]
    if claim.tax_id:
        found.append(Clue(Rule.DOCUMENT, TAX_ID, claim.tax_id))
    if claim.email:
        found.append(Clue(Rule.EMAIL, EMAIL, claim.email.lower()))
    if claim.phone:
        found.append(Clue(Rule.PHONE, PHONE, identifiers.match_key(claim.phone)))
    return found + (_readings(claim.ref) if claim.ref else [])


def _readings(ref: str) -> list[Clue]:
    """Everything a reference of unknown kind may be; none of it can contradict another clue."""
    found = [Clue(Rule.KEY, REF, ref), Clue(Rule.CODE, REF, ref)]
    bare = ref.translate(_MARKS)
    if len(bare) in (11, 14) and bare.isalnum():
        found.append(Clue(Rule.DOCUMENT, REF, bare.upper()))
    if "@" in ref:
        found.append(Clue(Rule.EMAIL, REF, ref.strip().lower()))
    elif _may_be_phone(ref, bare):
        found += _phone(ref)
    return found


_MARKS = str.maketrans("", "", " ./-()+,")


def _may_be_phone(ref: str, bare: str) -> bool:
    return bare.isascii() and bare.isdigit() and (len(bare) > 9 or ref.startswith("+"))


def _phone(ref: str) -> list[Clue]:
    try:
        key = identifiers.phone(ref).match_key
    except identifiers.InvalidIdentifier:
        return []
    return [Clue(Rule.PHONE, REF, key)]


def canonical(ids: Collection[int]) -> dict[int, int]:
    """This will lead each record to the one that stands for it; others lead to themselves."""
    lead = {pk: pk for pk in ids}
    ahead = set(ids)
    while ahead:
        joined = dict(
            row
            for part in _parts(ahead)
            for row in Customer.objects.filter(pk__in=part)
            .exclude(merged_into=None)
            .values_list("pk", "merged_into_id")
        )
        lead = {pk: joined.get(now, now) for pk, now in lead.items()}
        ahead = set(joined.values())
    return lead


def family(ids: Iterable[int]) -> set[int]:
    """This will give these customers with every record that was joined to them."""
    found, fresh = set(ids), set(ids)
    while fresh:
        joined = Customer.objects.filter(merged_into__in=fresh).values_list("pk", flat=True)
        fresh = set(joined) - found
        found |= fresh
    return found


def _found(clues: Iterable[Clue]) -> dict[Clue, set[int]]:
    by_rule: dict[Rule, list[Clue]] = defaultdict(list)
    for clue in clues:
        by_rule[clue.rule].append(clue)
    found: dict[Clue, set[int]] = defaultdict(set)
    for rule, each in sorted(by_rule.items()):
        _look_up(rule, each, found)
    return found


def _look_up(rule: Rule, clues: list[Clue], found: dict[Clue, set[int]]) -> None:
    """Codes stand in two places: the customer's own columns, and the identities."""
    by_value: dict[str, list[Clue]] = defaultdict(list)
    for clue in clues:
        for form in _forms(clue):
            by_value[form].append(clue)
    for part in _parts(by_value):
        if rule in _COLUMNS:
            column = _COLUMNS[rule]
            query = Customer.objects.filter(**{f"{column}__in": part})
            for value, pk in query.values_list(column, "pk"):
                for clue in by_value[value]:
                    found[clue].add(pk)
        _look_up_identities(part, by_value, found)


def _forms(clue: Clue) -> tuple[str, ...]:
    """A telephone's key, and the numbers it stands for as a system may have written them."""
    key = clue.value
    if clue.rule is not Rule.PHONE:
        return (key,)
    is_short = len(key) == 12 and key.startswith("55") and key[4] in "6789"
    numbers = (key, f"{key[:4]}9{key[4:]}") if is_short else (key,)
    return (*numbers, *(f"+{number}" for number in numbers))


def _look_up_identities(
    values: list[str], by_value: Mapping[str, list[Clue]], found: dict[Clue, set[int]]
) -> None:
    rows = Identity.objects.filter(value__in=values, customer__withdrawn_at=None)
    for scheme, value, pk in rows.values_list("scheme", "value", "customer_id"):
        for clue in by_value[value]:
            if _is_named(clue, scheme):
                found[clue].add(pk)


_COLUMNS = {Rule.KEY: "key", Rule.DOCUMENT: "tax_id", Rule.EMAIL: "email", Rule.PHONE: "phone_key"}
_SCHEMES = {
    Rule.KEY: frozenset({KEY}),
    Rule.DOCUMENT: frozenset({TAX_ID}),
    Rule.EMAIL: frozenset({EMAIL}),
    Rule.PHONE: TELEPHONES,
}
_OWN = frozenset({KEY, TAX_ID, EMAIL, *TELEPHONES})


def _is_named(clue: Clue, scheme: str) -> bool:
    if clue.rule is not Rule.CODE:
        return scheme in _SCHEMES[clue.rule]
    return scheme == clue.scheme if clue.scheme else scheme not in _OWN


def _questionable(
    clues: Sequence[Sequence[Clue]], found: Mapping[Clue, Collection[int]]
) -> set[int]:
    """The candidates that something else in the same claim could speak against."""
    return {
        pk
        for each in clues
        if _may_be_denied(each)
        for clue in each
        if clue.rule > Rule.KEY
        for pk in found.get(clue, ())
    }


def _may_be_denied(clues: Sequence[Clue]) -> bool:
    typed = [clue for clue in clues if clue.scheme]
    return len(typed) > 1 or any(clue.rule is Rule.PHONE for clue in typed)


def _known(ids: Collection[int]) -> dict[int, Known]:
    """What may contradict: customers' codes, and those of the records joined to them."""
    members = family(ids)
    stands = canonical(members)
    codes: dict[int, dict[str, set[str]]] = {pk: defaultdict(set) for pk in ids}
    names: dict[int, str] = {}
    for part in _parts(members):
        for person in Customer.objects.filter(pk__in=part).values("pk", *_READ):
            mine = codes[stands[person["pk"]]]
            names[person["pk"]] = person["name"]
            mine[KEY].update([person["key"]] if has_own_key(person) else ())
            mine[TAX_ID].update([person["tax_id"]] if person["tax_id"] else ())
        told = Identity.objects.filter(customer_id__in=part).exclude(scheme__in=_SEVERAL)
        for pk, scheme, value in told.values_list("customer_id", "scheme", "value"):
            codes[stands[pk]][scheme].add(value)
    return {pk: Known(codes[pk], names.get(pk, "")) for pk in ids}


_SEVERAL = (EMAIL, *TELEPHONES)
_READ = ("key", "public_id", "name", "tax_id", "email", "phone", "phone_key")


def has_own_key(person: Mapping[str, str]) -> bool:
    """This will say whether the key is a code somebody gave, not one made of what else is known."""
    made = {person[name] for name in _READ[1:]} | {person["name"].lower()}
    return person["key"] not in made and person["key"].lower() not in made


def _parts(many: Iterable[T]) -> Iterable[list[T]]:
    values = list(many)
    for start in range(0, len(values), PART):
        yield values[start : start + PART]
