"""The page of the list a person asked for, out of the sheet; no customer is read one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from posvenda.base.models import User
from posvenda.core.conditions import Condition, check, expression, parse
from posvenda.core.facts import Catalogue
from posvenda.customers import search
from posvenda.customers.models import Segment
from posvenda.customers.sheet import SheetView
from posvenda.insights.clients.asking import AT_RISK, SIZE, Asking
from posvenda.insights.clients.pack import Look
from posvenda.insights.clients.state import State

ALWAYS = (
    "customer_id", "public_id", "who.name", "who.kind", "who.key", "who.owner", "who.currency",
    "health.score", "health.band", "health.change_30d", "contract.days_to_renewal",
    "attr.industry", "attr.city", "attr.state",
)  # fmt: skip


@dataclass(frozen=True)
class Sum:
    """Money of one currency: all of it, and the part of customers at risk."""

    currency: str
    cents: int
    risk_cents: int


@dataclass(frozen=True)
class Totals:
    """How many customers, how many of them at risk, and their money by currency."""

    count: int
    at_risk: int
    sums: tuple[Sum, ...]


@dataclass(frozen=True)
class Listing:
    """One page of customers with the totals of everything that was asked for."""

    as_of: date
    built_at: datetime | None
    rows: Sequence[Mapping[str, Any]]
    totals: Totals
    counts: Mapping[str, int]
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.totals.count // SIZE))

    @property
    def first(self) -> int:
        """The number of the first row shown, from one."""
        return (self.page - 1) * SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def listing(
    asking: Asking,
    *,
    user: User,
    state: State,
    saved: Sequence[Segment],
) -> Listing:
    """This will filter, count, add up, sort and cut the sheet in one pass."""
    view, look, catalogue = state.view, state.look, state.catalogue
    mine = visible(view.frame, user)
    asked = matching(mine, asking, user=user, catalogue=catalogue, as_of=view.as_of)
    questions = _questions(look, saved, catalogue)
    counted = mine.select(
        pl.len().alias("all"),
        *(
            expression(condition, catalogue, as_of=view.as_of).sum().alias(name)
            for name, condition in questions.items()
        ),
    )
    risk = expression(look.risk, catalogue, as_of=view.as_of)
    money = pl.col(look.money).fill_null(0)
    added = asked.group_by(pl.col("who.currency").fill_null("BRL").alias("currency")).agg(
        pl.len().alias("count"),
        risk.sum().alias("at_risk"),
        money.sum().alias("cents"),
        money.filter(risk).sum().alias("risk_cents"),
    )
    wanted = _present(mine, (*ALWAYS, look.money, *asking.columns))
    start = (asking.page - 1) * SIZE
    cut = ordered(asked, asking, look).slice(start, SIZE).select(wanted)
    counts, sums, found = pl.collect_all([counted, added, cut])
    totals = _totals(sums)
    page = asking.page
    if not found.height and totals.count:
        page = -(-totals.count // SIZE)
        cut = ordered(asked, asking, look).slice((page - 1) * SIZE, SIZE).select(wanted)
        found = cut.collect()
    return Listing(
        as_of=view.as_of,
        built_at=view.built_at,
        rows=found.to_dicts(),
        totals=totals,
        counts=counts.row(0, named=True),
        page=page,
    )


def visible(frame: pl.LazyFrame, user: User) -> pl.LazyFrame:
    """This will leave the rows this user may see: all, or the own book."""
    return frame if user.sees_everyone else frame.filter(pl.col("who.owner_id") == user.pk)


def matching(
    frame: pl.LazyFrame, asking: Asking, *, user: User, catalogue: Catalogue, as_of: date
) -> pl.LazyFrame:
    """This will leave the rows that hold the words and meet the condition; a bad one meets none."""
    if asking.problem is not None:
        return frame.filter(pl.lit(value=False))
    if asking.words:
        ids = search.search(asking.words, user)
        frame = frame.filter(pl.col("customer_id").is_in(ids))
    if asking.condition is not None:
        frame = frame.filter(expression(asking.condition, catalogue, as_of=as_of))
    return frame


def ordered(frame: pl.LazyFrame, asking: Asking, look: Look) -> pl.LazyFrame:
    """This will sort as asked; what is not known comes last, ties keep the sheet's order."""
    by = at_stake(look) if asking.sort_fact == AT_RISK else _sortable(asking.sort_fact, frame)
    return frame.sort(by, descending=asking.is_descending, nulls_last=True, maintain_order=True)


def at_stake(look: Look) -> pl.Expr:
    """This will weigh the money by how unhealthy the customer is; unknown health counts half."""
    return pl.col(look.money).fill_null(0) * (100 - pl.col("health.score").fill_null(50))


def everything(asking: Asking, *, user: User, state: State) -> pl.LazyFrame:
    """This will give all rows that were asked for, sorted, not only one page."""
    mine = visible(state.view.frame, user)
    asked = matching(mine, asking, user=user, catalogue=state.catalogue, as_of=state.view.as_of)
    return ordered(asked, asking, state.look)


def count(user: User, view: SheetView) -> int:
    """This will count the customers this user may see, without asking the database."""
    return int(visible(view.frame, user).select(pl.len()).collect().item())


def _sortable(name: str, frame: pl.LazyFrame) -> pl.Expr:
    column = pl.col(name)
    return column.str.to_lowercase() if frame.collect_schema()[name] == pl.String else column


def _present(frame: pl.LazyFrame, names: Sequence[str]) -> list[str]:
    there = frame.collect_schema()
    return [name for name in dict.fromkeys(names) if name in there]


def _questions(look: Look, saved: Sequence[Segment], catalogue: Catalogue) -> dict[str, Condition]:
    """The conditions of all chips; one that cannot be asked any more is left out."""
    texts = {one.name: one.when for one in look.segments}
    texts |= {one.public_id: one.condition for one in saved if one.condition}
    parsed = {name: _parsed(text) for name, text in texts.items()}
    return {name: c for name, c in parsed.items() if c is not None and not check(c, catalogue)}


def _parsed(text: str) -> Condition | None:
    try:
        return parse(text)
    except ValueError:
        return None


def _totals(sums: pl.DataFrame) -> Totals:
    ordered_sums = sums.sort("cents", "currency", descending=[True, False])
    return Totals(
        count=int(sums["count"].sum()),
        at_risk=int(sums["at_risk"].sum()),
        sums=tuple(
            Sum(row["currency"], int(row["cents"]), int(row["risk_cents"]))
            for row in ordered_sums.iter_rows(named=True)
        ),
    )
