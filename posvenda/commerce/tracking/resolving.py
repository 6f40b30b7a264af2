"""Whose event it is: the rules in their order, each asked once for all that is still unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q

from posvenda.commerce.tracking import rules as words
from posvenda.commerce.tracking.items import Item
from posvenda.commerce.tracking.models import Actor, Group
from posvenda.commerce.tracking.rules import Rules, Way
from posvenda.core import identifiers
from posvenda.core.identifiers import InvalidIdentifier
from posvenda.customers.identity.resolution import canonical
from posvenda.customers.models import AttributeValue, Contact, Customer, Identity

CHUNK = 500
SCHEME = "tracking"
DOMAIN_NAMES = ("domain", "dominio", "domínio", "site", "website")
Clues = tuple[str, ...]


@dataclass(frozen=True)
class Owner:
    """The customer an event belongs to, and the rule that decided."""

    customer: int
    rule: str


def told(ways: Iterable[Way], item: Item) -> Clues:
    """This will give what an item itself says for each rule; empty where it is silent."""
    return tuple(_FROM_ITEM[way.by](way, item) for way in ways)


def completed(ways: Iterable[Way], clues: Clues, actor: Actor, group: Group | None) -> Clues:
    """This will fill in, where the item is silent, what its person and group are known by."""
    return tuple(
        _readable(way.match, clue or _FROM_ACTOR[way.by](way, actor, group))
        for way, clue in zip(ways, clues, strict=True)
    )


class Resolver:
    """Finds customers for clues and remembers them; it lives for one run of a job."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._known: dict[Clues, Owner | None] = {}
        self._found: dict[tuple[str, str], dict[str, int | None]] = defaultdict(dict)

    def resolve(self, wanted: Iterable[Clues]) -> Mapping[Clues, Owner | None]:
        """This will give the owner of each set of clues; the first rule that finds one decides."""
        fresh = {clues for clues in wanted if clues not in self._known}
        for number, way in enumerate(self.rules.ways):
            asked = {clues[number] for clues in fresh if clues[number]}
            if not asked:
                continue
            found = self._ask(way, asked)
            for clues in [each for each in fresh if found.get(each[number])]:
                customer = found[clues[number]]
                if customer is not None:
                    self._known[clues] = Owner(customer, way.label)
                    fresh.discard(clues)
        self._known.update(dict.fromkeys(fresh))
        return self._known

    def forget_misses(self) -> None:
        """This will have everything that found nobody asked again."""
        self._known = {clues: owner for clues, owner in self._known.items() if owner}
        self._found.clear()

    def _ask(self, way: Way, values: set[str]) -> dict[str, int | None]:
        known = self._found[way.match, way.scheme]
        fresh = sorted(values - set(known))
        if way.match == "domain":
            fresh = [value for value in fresh if value not in self.rules.public_domains]
        for start in range(0, len(fresh), CHUNK):
            part = fresh[start : start + CHUNK]
            known.update(dict.fromkeys(part))
            known.update(_only_one(_LOOKUPS[way.match](part, way.scheme)))
        return known


def _only_one(pairs: Iterable[tuple[str, int]]) -> dict[str, int | None]:
    """A value that several customers have decides nothing; joined records are one customer."""
    told = set(pairs)
    stands = canonical({customer for _value, customer in told})
    found: dict[str, set[int]] = defaultdict(set)
    for value, customer in told:
        found[value].add(stands[customer])
    return {value: who.pop() if len(who) == 1 else None for value, who in found.items()}


def _by_external_id(values: list[str], scheme: str) -> Iterator[tuple[str, int]]:
    named = Identity.objects.filter(value__in=values)
    if scheme:
        named = named.filter(scheme=scheme)
    found = dict.fromkeys(named.values_list("value", "customer_id"))
    yield from found
    left = set(values) - {value for value, _ in found}
    if not scheme and left:
        yield from Customer.objects.filter(key__in=left).values_list("key", "pk")


def _by_person(values: list[str], scheme: str) -> Iterator[tuple[str, int]]:
    yield from _by_external_id(values, scheme)
    if not scheme:
        yield from Contact.objects.filter(key__in=values).values_list("key", "customer_id")


def _by_email(values: list[str], scheme: str) -> Iterator[tuple[str, int]]:
    yield from Contact.objects.filter(email__in=values).values_list("email", "customer_id")
    yield from Customer.objects.filter(email__in=values).values_list("email", "pk")


def _by_tax_id(values: list[str], scheme: str) -> Iterator[tuple[str, int]]:
    yield from Customer.objects.filter(tax_id__in=values).values_list("tax_id", "pk")


def _by_domain(values: list[str], scheme: str) -> Iterator[tuple[str, int]]:
    wanted = set(values)
    people = Contact.objects.exclude(email="").values_list("email", "customer_id")
    own = Customer.objects.exclude(email="").values_list("email", "pk")
    sites = AttributeValue.objects.filter(attribute__name__in=DOMAIN_NAMES)
    told = Identity.objects.filter(Q(scheme="domain"), value__in=wanted)
    for query in (people, own):
        for mail, customer in query.iterator():
            if (domain := words.domain_of(mail)) in wanted:
                yield domain, customer
    for site, customer in sites.values_list("value", "customer_id").iterator():
        if (domain := _host(site)) in wanted:
            yield domain, customer
    yield from told.values_list("value", "customer_id")


_LOOKUPS: Mapping[str, Callable[[list[str], str], Iterator[tuple[str, int]]]] = {
    "external_id": _by_external_id,
    "person": _by_person,
    "email": _by_email,
    "tax_id": _by_tax_id,
    "domain": _by_domain,
}


def _host(site: str) -> str:
    text = site.strip().lower().partition("://")[2] or site.strip().lower()
    return text.partition("/")[0].removeprefix("www.")


def _readable(match: str, clue: str) -> str:
    """One written form for what people write in many: addresses and tax ids."""
    if not clue:
        return ""
    if match == "domain":
        return words.domain_of(clue) or _host(clue)
    if match == "email":
        return words.address(clue)
    if match == "tax_id":
        try:
            return identifiers.document(clue).value
        except InvalidIdentifier:
            return ""
    return clue


def _trait(way: Way, item: Item) -> str:
    return words.dig(item.traits, way.path) or words.dig(item.properties, way.path)


def _mail(way: Way, item: Item) -> str:
    return words.address(item.traits.get("email")) if item.traits else ""


def _tax_id(way: Way, item: Item) -> str:
    return _document(way, item.traits) if item.traits else ""


def _document(way: Way, traits: Mapping[str, object]) -> str:
    names = (way.path,) if way.path else words.TAX_ID_NAMES
    return next((found for name in names if (found := words.dig(traits, name))), "")


def _trait_known(way: Way, actor: Actor, group: Group | None) -> str:
    return words.dig(actor.traits, way.path) or (words.dig(group.traits, way.path) if group else "")


def _document_known(way: Way, actor: Actor, group: Group | None) -> str:
    return _document(way, actor.traits) or (_document(way, group.traits) if group else "")


_FROM_ITEM: Mapping[str, Callable[[Way, Item], str]] = {
    "group": lambda way, item: item.group,
    "user": lambda way, item: item.user,
    "trait": _trait,
    "email": _mail,
    "domain": _mail,
    "tax_id": _tax_id,
}
_FROM_ACTOR: Mapping[str, Callable[[Way, Actor, Group | None], str]] = {
    "group": lambda way, actor, group: actor.group_ref,
    "user": lambda way, actor, group: actor.user_ref,
    "trait": _trait_known,
    "email": lambda way, actor, group: actor.email,
    "domain": lambda way, actor, group: actor.email,
    "tax_id": _document_known,
}
