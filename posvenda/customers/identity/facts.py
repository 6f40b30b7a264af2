"""What is known of a customer's ties: how many live together, for how many it pays."""

from collections import defaultdict

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.base import rows
from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.customers.identity import ledger
from posvenda.customers.identity.models import Relation

FACTS = (
    Fact(
        "who.household_size",
        Is.INTEGER,
        _("People in the household"),
        _("Customers that live together with this one, itself included."),
        "who",
        phrases={
            ">=": _("household of {value} or more"),
            "=": _("household of {value}"),
        },
    ),
    Fact(
        "who.pays_for",
        Is.INTEGER,
        _("Pays for others"),
        _("For how many other customers this one pays."),
        "who",
        phrases={
            ">=": _("pays for {value} others or more"),
            "=": _("pays for {value} others"),
        },
    ),
)
COLUMNS = ("pk", "customer_id", "other_id", "kind", "starts_on", "ends_on")
KNOWN = ("recorded_at", "ended_recorded_at")


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will count households and payers out of the ties that stood on the day."""
    ties = _ties(evidence)
    homes = ties.filter(pl.col("kind") == Relation.Kind.HOUSEHOLD)
    pays = ties.filter(pl.col("kind") == Relation.Kind.PAYER)
    sizes = _sizes(list(zip(homes["customer_id"], homes["other_id"], strict=True)))
    living = pl.DataFrame(
        {"customer_id": list(sizes), "who.household_size": list(sizes.values())},
        schema={"customer_id": pl.Int64(), "who.household_size": pl.Int64()},
    )
    paying = pays.group_by("customer_id").agg(
        pl.col("other_id").n_unique().cast(pl.Int64).alias("who.pays_for")
    )
    found = sheet.select("customer_id").join(living, on="customer_id", how="left")
    return found.join(paying, on="customer_id", how="left")


def _ties(evidence: Evidence) -> pl.DataFrame:
    """Ties that stood at the end of the day, between records that stood at that moment."""
    table = evidence.once("ties", lambda: _read(evidence))
    day = pl.lit(evidence.as_of, pl.Date)
    has_ended = pl.col("ends_on").is_not_null() & (pl.col("ends_on") <= day)
    return table.filter((pl.col("starts_on") <= day) & ~has_ended)


def _read(evidence: Evidence) -> pl.DataFrame:
    table = rows.frame(Relation.objects.order_by(), (*COLUMNS, *KNOWN))
    moment = evidence.known_at
    if moment is not None:
        limit = pl.lit(moment, pl.Datetime("us", "UTC"))
        unknown_end = pl.col("ended_recorded_at").is_null() | (pl.col("ended_recorded_at") > limit)
        table = table.filter(pl.col("recorded_at") <= limit).with_columns(
            pl.when(~unknown_end).then(pl.col("ends_on")).alias("ends_on")
        )
        label = Relation._meta.label_lower
        table = ledger.restored(table, ledger.since(label, moment), "customer_id")
        table = ledger.restored(table, ledger.since(f"{label}.other", moment), "other_id")
    leads = ledger.leads(moment)
    if leads:
        ends = pl.col("customer_id", "other_id")
        table = table.with_columns(ends.replace(list(leads), list(leads.values())))
    return table.filter(pl.col("customer_id") != pl.col("other_id"))


def _sizes(edges: list[tuple[int, int]]) -> dict[int, int]:
    """The number of customers that hang together with each one, itself included."""
    next_to: dict[int, set[int]] = defaultdict(set)
    for one, other in edges:
        next_to[one].add(other)
        next_to[other].add(one)
    sizes: dict[int, int] = {}
    for start in next_to:
        if start not in sizes:
            home = _reached(start, next_to)
            sizes |= dict.fromkeys(home, len(home))
    return sizes


def _reached(start: int, next_to: dict[int, set[int]]) -> set[int]:
    reached, ahead = {start}, [start]
    while ahead:
        fresh = next_to[ahead.pop()] - reached
        reached |= fresh
        ahead += fresh
    return reached


TIES = Provider("ties", FACTS, compute, defaults={"who.household_size": 1, "who.pays_for": 0})
