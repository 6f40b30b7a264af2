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


NOBODY = pl.Schema({"customer_id": pl.Int64(), "season": pl.Float64()})


def standing(evidence: Evidence) -> Evidence:
    """This will give the evidence on the last day on which the feed was good."""
    days = silent_days(evidence)
    return evidence.past(days) if days else evidence


def silent_days(evidence: Evidence) -> int:
    """This will count the days for which the feed has been silent; 0 while it is not."""
    return evidence.once(("silent", evidence.as_of), lambda: _silent_days(evidence))


def seasons(evidence: Evidence) -> pl.DataFrame:
    """This will give customer_id and season: what the week was like for the peers of each."""
    return evidence.once(("seasons", evidence.as_of), lambda: _seasons(evidence))


def with_kept(found: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """This will add the hidden columns that a whole sheet keeps for builds of a few.

    A customer that came since has no season until the next whole sheet.
    """
    for away in AWAY:
        then = evidence.past(away) if away else evidence
        told = seasons(then).select("customer_id", pl.col("season").alias(_season(away)))
        silent = pl.lit(float(silent_days(then))).alias(_silent(away))
        found = found.join(told, on="customer_id", how="left").with_columns(silent)
    return found


def windows_on(evidence: Evidence) -> pl.DataFrame:
    """This will give the counts of use on the day of the evidence, made once per build."""
    return evidence.once(
        ("usage", evidence.as_of),
        lambda: windows(
            as_of=evidence.as_of,
            known_at=evidence.known_at,
            ids=evidence.ids,
            leads=ledger.leads(evidence.known_at),
            is_kept=evidence.is_kept,
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


def _silent_days(evidence: Evidence) -> int:
    kept_on = _sheet_of(evidence)
    if kept_on is not None:
        found = kept_on.frame.select(pl.col(_silent(kept_on.away)).max()).collect().item()
        return int(found or 0)
    whole = _everybody(evidence)
    holidays = adoption.holidays(whole.as_of - timedelta(days=feed.DAYS), whole.as_of)
    bits = windows_on(whole)["days_heard"]
    heard = feed.listen(bits, as_of=whole.as_of, holidays=holidays)
    return heard.days if heard else 0


def _seasons(evidence: Evidence) -> pl.DataFrame:
    kept_on = _sheet_of(evidence)
    if kept_on is not None:
        own = kept_on.frame.filter(pl.col("customer_id").is_in(list(evidence.ids or ())))
        named = pl.col(_season(kept_on.away)).alias("season")
        return own.select("customer_id", named).cast(NOBODY).collect()
    good = standing(_everybody(evidence))
    return adoption.season(measured(windows_on(good), good), _groups(good))


def _everybody(evidence: Evidence) -> Evidence:
    """The same knowledge of every customer with use; now, from SQL."""
    if evidence.ids is None:
        return evidence

    def widened() -> Evidence:
        everybody: tuple[int, ...] | None = None
        if evidence.known_at is None:
            leads = ledger.leads(None)
            used = UsageDay.objects.order_by().values_list("customer_ref", flat=True).distinct()
            everybody = tuple(sorted({leads.get(each, each) for each in used}))
        return replace(evidence, ids=everybody, previous=None, is_kept=False, _shelf={})

    return evidence.once(("everybody", evidence.as_of), widened)


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


@dataclass(frozen=True)
class _Kept:
    """The newest sheet, and how many days before it lies the day that is asked about."""

    frame: pl.LazyFrame
    away: int


def _sheet_of(evidence: Evidence) -> _Kept | None:
    """The sheet that tells a few customers now about everybody; None where all are to be counted.

    Before the first sheet it is an empty one: nothing is known of others.
    """
    if evidence.ids is None or evidence.known_at is not None:
        return None
    last = sheets.newest()
    if last is None:
        columns = {name: pl.Float64() for away in AWAY for name in (_season(away), _silent(away))}
        return _Kept(pl.LazyFrame(schema={"customer_id": pl.Int64(), **columns}), 0)
    exact = (last.as_of - evidence.as_of).days
    away = min(AWAY, key=lambda each: abs(each - exact))
    # Before the sheet of a new day is built, and on pages, the nearest day that was kept must do.
    if abs(away - exact) > NEAR and evidence.previous is None:
        return None
    frame = sheets.scan(last)
    is_kept = {_season(away), _silent(away)} <= set(frame.collect_schema())
    return _Kept(frame, away) if is_kept else None


def _season(away: int) -> str:
    return f"c.usage.season.{away}"


def _silent(away: int) -> str:
    return f"c.usage.silent.{away}"
