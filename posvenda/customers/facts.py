"""Who provides facts, and how the sheet is made of them: one pass over every provider.

A room hands its providers in from ``AppConfig.ready()``; the order of the rooms is the order of the
stairs, so that a provider may read the columns of the rooms below it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.base import memo
from posvenda.core.facts import Fact
from posvenda.customers.evidence import Evidence
from posvenda.customers.identity import ledger
from posvenda.customers.models import Customer

Compute = Callable[[Evidence, pl.DataFrame], pl.DataFrame]
Witness = Callable[[Evidence], Iterable[int]]

FAMILIES: Mapping[str, Any] = {
    "who": _("Who"),
    "contract": _("Contract"),
    "usage": _("Use of the product"),
    "adoption": _("Adoption"),
    "tickets": _("Support"),
    "satisfaction": _("Satisfaction"),
    "orders": _("Orders"),
    "contact": _("Contact"),
    "consent": _("Consent"),
    "health": _("Health"),
    "stage": _("Stage"),
    "onboarding": _("Onboarding"),
    "attr": _("Own attributes"),
}
HIDDEN: Mapping[str, Any] = {
    "customer_id": pl.Int64(),
    "public_id": pl.String(),
    "who.owner_id": pl.Int64(),
}


@dataclass(frozen=True)
class Provider:
    """A group of facts and the function that computes them.

    ``compute`` gets the evidence and the sheet so far (one row per customer, columns of the
    providers below) and gives customer_id with its columns; rows and columns it leaves out are null
    or the value in ``defaults``. Columns that are not facts must start with ``c.`` or stand in
    ``HIDDEN``. ``reads`` names the facts below that ``compute`` takes from the sheet, other than
    those of the contract and the currency. ``attributes`` gives facts that are declared as data.
    With few customers asked for a page may be what asks: then only SQL is within reach.
    """

    name: str
    facts: tuple[Fact, ...]
    compute: Compute
    defaults: Mapping[str, Any] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    attributes: Callable[[], Iterable[Fact]] | None = None

    def every(self) -> tuple[Fact, ...]:
        """This will give the fixed facts and those declared as data."""
        return (*self.facts, *(self.attributes() if self.attributes else ()))


class TwoProviders(ValueError):
    """Raised when a provider of a name that is taken is handed in."""


_providers: dict[str, Provider] = {}
_witnesses: list[Witness] = []


def provide(provider: Provider) -> None:
    """This will have a provider's facts on every sheet; call it in ``ready()``."""
    if provider.name in _providers:
        raise TwoProviders(provider.name)
    _providers[provider.name] = provider


def witness(seen: Witness) -> None:
    """This will count who has such facts as a customer of that time; call it in ``ready()``."""
    _witnesses.append(seen)


def providers() -> tuple[Provider, ...]:
    """This will list the providers in the order of the stairs."""
    return tuple(_providers.values())


# What other providers read of the sheet: computed even when nobody asks for these facts.
READ_BY_OTHERS = ("currency", "contract")
OWN_CURRENCY = "attr.currency"


def compute(
    evidence: Evidence, *, below: str | None = None, wanted: Collection[str] | None = None
) -> pl.DataFrame:
    """This will make the sheet of the evidence, sorted by customer key.

    ``below`` stops before the provider of that name: so a provider that compares with an earlier
    day computes ``compute(evidence.past(days), below=<its own name>)``. With ``wanted`` providers
    of none of these facts, nor of what those read, are passed over; their columns are missing.
    """
    with memo.during():
        sheet = _customers(evidence)
        for provider in _below(below) if wanted is None else _wanted(_below(below), wanted):
            sheet = _joined(sheet, provider.compute(evidence, sheet), provider)
        return sheet


def _below(name: str | None) -> list[Provider]:
    return list(takewhile(lambda provider: provider.name != name, providers()))


def _wanted(those: list[Provider], wanted: Collection[str]) -> list[Provider]:
    """Who gives a wanted fact, or one that such a provider reads, from the top step down."""
    asked, found = {OWN_CURRENCY, *wanted}, []
    for provider in reversed(those):
        if provider.name in READ_BY_OTHERS or any(f.name in asked for f in provider.every()):
            found.append(provider)
            asked.update(provider.reads)
    return found[::-1]


def _customers(evidence: Evidence) -> pl.DataFrame:
    """One row per customer that was there by then: customer_id, public_id, who.key, by key."""
    from posvenda.base import rows

    everyone = evidence.once(
        "customers",
        lambda: ledger.present(
            rows.frame(
                evidence.only(evidence.standing(Customer).order_by(), "pk"),
                ("pk", "public_id", "key", "happened_at", "recorded_at"),
            ),
            evidence.known_at,
        ),
    )
    everyone = evidence.as_known(everyone)
    if evidence.ids is not None:
        everyone = everyone.filter(pl.col("pk").is_in(evidence.ids))
    known = (
        pl.lit(True) if evidence.known_at is None else pl.col("recorded_at") <= evidence.known_at
    )
    is_there = (pl.col("happened_at") < evidence.end) & known
    if not everyone.select(is_there.all()).item():
        seen = _seen(evidence)
        is_there |= pl.col("pk").is_in(seen)
    return (
        everyone.filter(is_there)
        .sort("key")
        .select(pl.col("pk").alias("customer_id"), "public_id", pl.col("key").alias("who.key"))
    )


def _seen(evidence: Evidence) -> list[int]:
    found: set[int] = set()
    for seen in _witnesses:
        found.update(seen(evidence))
    return sorted(found)


def _joined(sheet: pl.DataFrame, found: pl.DataFrame, provider: Provider) -> pl.DataFrame:
    """Only the columns that are promised, with the types that are promised."""
    columns = {fact.name: fact.kind.dtype for fact in provider.every()}
    extra = {
        name: HIDDEN.get(name, pl.Float64())
        for name in found.columns
        if name not in columns and (name in HIDDEN or name.startswith("c."))
    }
    wanted = {n: t for n, t in {**columns, **extra}.items() if n not in sheet.columns}
    present = [pl.col(name).cast(wanted[name]) for name in found.columns if name in wanted]
    joined = sheet.join(
        found.select("customer_id", *present), on="customer_id", how="left", maintain_order="left"
    )
    absent = [
        pl.lit(None, wanted[name]).alias(name) for name in wanted if name not in found.columns
    ]
    defaults = [
        pl.col(name).fill_null(value) for name, value in provider.defaults.items() if name in wanted
    ]
    return joined.with_columns(absent).select(*sheet.columns, *wanted).with_columns(defaults)
