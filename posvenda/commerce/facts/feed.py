"""What can only be told among all customers: whether the usage feed stopped, and the season.

With the whole sheet both are counted from everybody's use. For a few customers now they are read
from the newest sheet, which keeps them for its day and for 7 and 30 days before in hidden columns;
for other days everybody's use is counted in SQL. Before the first sheet nothing is known of others.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from posvenda.commerce.facts import contract
from posvenda.commerce.models import ContractLine
from posvenda.commerce.store import UsageDay
from posvenda.commerce.usage import windows
from posvenda.core import adoption, feed
from posvenda.customers import sheet as sheets
from posvenda.customers.evidence import Evidence
from posvenda.customers.identity import ledger

# Health compares with 7 and 30 days ago, and pages explain the latter.
AWAY = (0, 7, 30)
NEAR = 1


@dataclass(frozen=True)
class Norm:
    """How many days the feed has been silent, and customer_id with season."""

    silent_days: int
    seasons: pl.DataFrame


def standing(evidence: Evidence) -> Evidence:
    """This will give the evidence on the last day on which the feed was good."""
    days = norm(evidence).silent_days
    return evidence.past(days) if days else evidence


def norm(evidence: Evidence) -> Norm:
    """This will tell what the day was like for everybody."""
    return evidence.once(("norm", evidence.as_of), lambda: _norm(evidence))


def kept(evidence: Evidence) -> pl.DataFrame:
    """This will give customer_id with the hidden columns that a whole sheet keeps for others."""
    found: pl.DataFrame | None = None
    for away in AWAY:
        each = norm(evidence.past(away) if away else evidence)
        told = each.seasons.select(
            "customer_id",
            pl.col("season").alias(_season(away)),
            pl.lit(float(each.silent_days)).alias(_silent(away)),
        )
        found = (
            told if found is None else found.join(told, on="customer_id", how="full", coalesce=True)
        )
    return found if found is not None else pl.DataFrame()


def windows_on(evidence: Evidence) -> pl.DataFrame:
    """This will give the counts of use on the day of the evidence, made once per build."""
    return evidence.once(
        ("usage", evidence.as_of),
        lambda: windows(
            as_of=evidence.as_of,
            known_at=evidence.known_at,
            ids=evidence.ids,
            leads=ledger.leads(evidence.known_at),
        ),
    )


def measured(counted: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """This will measure the weeks of windows of use."""
    age = evidence.days_since("first_at").alias("age")
    return adoption.measure(
        counted.select("customer_id", pl.col("weekly_people").alias("weekly"), age)
    )


def is_holiday(evidence: Evidence) -> bool:
    """This will say whether the week that ends with the evidence has a holiday."""
    return bool(adoption.holidays(evidence.as_of - timedelta(days=6), evidence.as_of))


def _norm(evidence: Evidence) -> Norm:
    if evidence.ids is not None and evidence.known_at is None:
        found = _from_sheet(evidence)
        if found is not None:
            return found
    whole = evidence if evidence.ids is None else _everybody(evidence)
    counted = windows_on(whole)
    days = adoption.holidays(whole.as_of - timedelta(days=feed.DAYS), whole.as_of)
    heard = feed.listen(counted["days_heard"], as_of=whole.as_of, holidays=days)
    silent = heard.days if heard else 0
    good = whole.past(silent) if silent else whole
    return Norm(silent, adoption.season(measured(windows_on(good), good), _groups(good)))


def _everybody(evidence: Evidence) -> Evidence:
    """The same knowledge of every customer with use; now, from SQL."""
    everybody: tuple[int, ...] | None = None
    if evidence.known_at is None:
        leads = ledger.leads(None)
        used = UsageDay.objects.order_by().values_list("customer_ref", flat=True).distinct()
        everybody = tuple(sorted({leads.get(each, each) for each in used}))
    return replace(evidence, ids=everybody, _shelf={})


def _groups(evidence: Evidence) -> pl.DataFrame:
    """Peers have the same main product in force: the one that is paid most for."""
    if not evidence.has(ContractLine):
        return pl.DataFrame(schema={"customer_id": pl.Int64, "group": pl.String})
    lines = contract.lines_in_force(evidence).filter(pl.col("product_id").is_not_null())
    return (
        lines.sort("amount_cents", "product_id", descending=[True, False], nulls_last=True)
        .unique("customer_id", keep="first", maintain_order=True)
        .select("customer_id", pl.col("product_id").cast(pl.String).alias("group"))
    )


def _from_sheet(evidence: Evidence) -> Norm | None:
    last = sheets.newest()
    if last is None:
        nobody = {"customer_id": pl.Int64, "season": pl.Float64}
        return Norm(0, pl.DataFrame(schema=nobody))
    exact = (last.as_of - evidence.as_of).days
    away = min(AWAY, key=lambda each: abs(each - exact))
    # Before the sheet of a new day is built, and on pages, the nearest day that was kept must do.
    if abs(away - exact) > NEAR and evidence.previous is None:
        return None
    columns = [_season(away), _silent(away)]
    frame = sheets.scan(last)
    if not set(columns) <= set(frame.collect_schema()):
        return None
    silent = frame.select(pl.col(_silent(away)).max()).collect().item()
    own = frame.filter(pl.col("customer_id").is_in(list(evidence.ids or ())))
    seasons = own.select("customer_id", pl.col(_season(away)).alias("season")).collect()
    return None if silent is None else Norm(int(silent), seasons)


def _season(away: int) -> str:
    return f"c.usage.season.{away}"


def _silent(away: int) -> str:
    return f"c.usage.silent.{away}"
