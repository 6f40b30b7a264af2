"""What is known about whom we know: roles filled and missing, single threads, champions gone."""

from collections.abc import Iterator

import polars as pl
from django.utils.translation import gettext_lazy as _

from posvenda.core.facts import Fact
from posvenda.core.facts import Kind as Is
from posvenda.core.stakeholders import titles
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.customers.models import Contact, Kind
from posvenda.success.coverage import wanted

FACTS = (
    Fact(
        "who.roles_filled_rate",
        Is.RATE,
        _("Wanted roles filled"),
        _("Roles the pack wants to know at a company and a contact fills, out of all wanted."),
        "who",
        phrases={
            "<": _("less than {value} of the wanted roles are filled"),
            "<=": _("at most {value} of the wanted roles are filled"),
            ">=": _("{value} of the wanted roles or more are filled"),
            ">": _("more than {value} of the wanted roles are filled"),
        },
        higher_is="better",
    ),
    Fact(
        "who.is_single_threaded",
        Is.BOOLEAN,
        _("Hangs by one thread"),
        _("Only one contact talked with us in 90 days; where no talk names one, one power user."),
        "who",
        phrases={"=": _("hangs by one thread: {value}")},
        higher_is="worse",
    ),
    Fact(
        "who.champion_gone_days",
        Is.DAYS,
        _("Champion gone"),
        _("Days since the last champion left or stopped using the product; unknown without any."),
        "who",
        phrases={
            "<=": _("a champion has been gone for at most {value}"),
            "is known": _("a champion is gone"),
            "is unknown": _("no champion is gone"),
        },
        higher_is="better",
    ),
)


def roles() -> Iterator[Fact]:
    """This will give the list of missing roles as a fact, with the roles of the pack in force."""
    yield Fact(
        "who.roles_missing",
        Is.TAGS,
        _("Wanted roles missing"),
        _("Roles the pack wants to know at a company that no contact fills, by key."),
        "who",
        choices={role.key: role.label for role in wanted.in_force()},
        phrases={"contains": _("nobody there fills the role {value}")},
    )


def compute(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will tell the coverage of each customer; roles only of companies."""
    left, quiet = pl.col("who.champion_left_days"), pl.col("adoption.champion_quiet_days")
    talks, power = pl.col("contact.two_way_people_90d") == 1, pl.col("adoption.power_users") == 1
    flags = sheet.select(
        "customer_id",
        pl.min_horizontal(left, quiet).alias("who.champion_gone_days"),
        pl.coalesce(talks, power).alias("who.is_single_threaded"),
    )
    return flags.join(_roles(evidence, sheet), on="customer_id", how="left")


def _roles(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    asked = wanted.in_force()
    companies = sheet.filter(pl.col("who.kind") == Kind.COMPANY).select("customer_id")
    if not asked:
        return companies.clear()
    fills = _fills(evidence)
    known = {role.key: fills.filter(pl.col("role") == role.key)["customer_id"] for role in asked}
    is_filled = {key: pl.col("customer_id").is_in(ids.implode()) for key, ids in known.items()}
    count = pl.sum_horizontal(each.cast(pl.Int64) for each in is_filled.values())
    missing = [pl.when(~each).then(pl.lit(key)) for key, each in is_filled.items()]
    return companies.select(
        "customer_id",
        (count / len(asked)).alias("who.roles_filled_rate"),
        pl.concat_list(missing).list.drop_nulls().alias("who.roles_missing"),
    )


def _fills(evidence: Evidence) -> pl.DataFrame:
    """One row for each role that a contact who has not left fills: customer_id, role."""
    there = _people(evidence)
    asked = wanted.in_force()
    by_title = titles(asked, there["role"].unique().to_list())
    pairs = pl.DataFrame(
        [(title, key) for title, keys in by_title.items() for key in keys],
        schema={"role": pl.String, "key": pl.String},
        orient="row",
    )
    named = there.join(pairs, on="role").select("customer_id", pl.col("key").alias("role"))
    champions = there.filter(pl.col("is_champion")).select("customer_id")
    flagged = [role.key for role in asked if role.is_champion]
    parts = [champions.with_columns(role=pl.lit(key)) for key in flagged]
    return pl.concat([named, *parts]).unique()


def _people(evidence: Evidence) -> pl.DataFrame:
    people = evidence.rows(Contact, "role", "is_champion", "left_recorded_at", later=("left_at",))
    has_left = pl.col("left_at").is_not_null()
    if evidence.known_at is not None:
        has_left &= (pl.col("left_recorded_at") <= evidence.known_at).fill_null(value=False)
    return people.filter(~has_left).select("customer_id", "role", "is_champion")


READS = (
    "who.kind",
    "who.champion_left_days",
    "adoption.champion_quiet_days",
    "adoption.power_users",
    "contact.two_way_people_90d",
)
PROVIDER = Provider("coverage", FACTS, compute, attributes=roles, reads=READS)
