"""The side of *Hoje*: the person's day, the largest changes of health, the book in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from django.db.models import OuterRef, Subquery

from posvenda.base import clock
from posvenda.base.models import User
from posvenda.base.said import said as _
from posvenda.core.health import moved
from posvenda.customers.models import Customer
from posvenda.insights.models import Decision
from posvenda.insights.queue import CURRENCY, OWNER
from posvenda.journeys.models import Task
from posvenda.success.definitions import Pack
from posvenda.success.journey.models import Crossing
from posvenda.success.journey.told import reason
from posvenda.success.plans.facts import PROGRESS
from posvenda.ui import formats

MOVERS = 5
TASKS = 5
OVERDUE_RATIO = 1.2
RENEW_DAYS = 90
CROSSED_DAYS = 7
BANDS = ("good", "warn", "risk")


@dataclass(frozen=True)
class Day:
    """What was done today, what makes a day, what is due."""

    done: int
    total: int
    waiting: int
    tasks: Sequence[Task]
    tasks_more: int


@dataclass(frozen=True)
class Mover:
    """A customer whose health changed a lot."""

    customer: Customer
    score: float
    band: str
    change: float


@dataclass(frozen=True)
class Crossed:
    """A customer that fell behind or got stuck, in its stage or its onboarding plan."""

    customer: Customer
    word: str
    band: str
    why: str


@dataclass(frozen=True)
class Figure:
    """One line of the book: what, and its value or values by currency."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Band:
    """How many customers stand in one band of health."""

    name: str
    count: int

    @property
    def shape(self) -> str:
        """The drawing that stands for the band."""
        return f"h-{self.name}"


@dataclass(frozen=True)
class Book:
    """The customers somebody answers for, in figures."""

    figures: tuple[Figure, ...]
    bands: tuple[Band, ...]
    count: int

    @property
    def judged(self) -> int:
        """How many have a score."""
        return sum(band.count for band in self.bands)

    @property
    def sentence(self) -> str:
        """The bar in words."""
        counts = {band.name: band.count for band in self.bands}
        text = _("Health of the book: %(good)s healthy, %(warn)s need attention, %(risk)s at risk")
        return text % counts


def day(user: User, *, is_team: bool, waiting: int, pack: Pack, now: datetime) -> Day:
    """This will count what was done today and list the tasks that are due."""
    today = clock.day_of(now)
    decisions = Decision.objects.filter(
        verdict=Decision.Verdict.DONE, undone_at=None, at__gte=clock.start_of(today)
    )
    tasks = Task.objects.filter(done_at=None, due_on__lte=today).select_related("customer")
    if not is_team:
        decisions, tasks = decisions.filter(by=user), tasks.filter(owner=user)
    tasks = tasks.filter(customer__in=Customer.objects.visible_to(user)).order_by("due_on", "pk")
    done = decisions.count()
    total = max(done, min(pack.day_actions, done + waiting))
    shown = list(tasks[: TASKS + 1])
    more = tasks.count() - TASKS if len(shown) > TASKS else 0
    return Day(done, total, waiting, shown[:TASKS], more)


def of(frame: pl.LazyFrame, user: User, *, is_team: bool) -> pl.LazyFrame:
    """This will leave the rows of the own book, or all."""
    return frame if is_team else frame.filter(pl.col(OWNER) == user.pk)


def movers(frame: pl.LazyFrame, user: User) -> list[Mover]:
    """This will list the largest changes of health in 7 days, by size."""
    found = (
        frame.select("customer_id", "health.score", "health.band", "health.change_7d")
        .filter(pl.col("health.change_7d").abs() >= 1)
        .sort(pl.col("health.change_7d").abs(), "customer_id", descending=[True, False])
        .head(MOVERS)
        .collect()
    )
    seen = Customer.objects.visible_to(user).in_bulk(found["customer_id"].to_list())
    return [
        Mover(seen[pk], score, band, moved(score, change) or 0)
        for pk, score, band, change in found.iter_rows()
        if pk in seen
    ]


def crossed(user: User, *, is_team: bool, today: date) -> list[Crossed]:
    """This will list who fell behind or got stuck in the last 7 days and still is, newest first."""
    visible = Customer.objects.visible_to(user)
    if not is_team:
        visible = visible.filter(owner=user)
    newest = (
        Crossing.objects.filter(customer=OuterRef("customer"), of=OuterRef("of"))
        .order_by("-id")
        .values("id")[:1]
    )
    rows = Crossing.objects.filter(
        on__gt=today - timedelta(days=CROSSED_DAYS),
        customer__in=visible,
        pk=Subquery(newest),
        is_first=False,
    ).exclude(state=Crossing.State.ON_TRACK)
    found = rows.select_related("customer").order_by("-on", "-state", "-id")[:MOVERS]
    return [
        Crossed(
            row.customer,
            str(PROGRESS[row.state]),
            "risk" if row.state == Crossing.State.STUCK else "warn",
            reason(row),
        )
        for row in found
    ]


def book(frame: pl.LazyFrame, pack: Pack, *, locale: str, as_of: date) -> Book:
    """This will sum up the book as the pack's kind of company sees it; never across currencies."""
    is_active, figures = _READERS[pack.money]
    rows = frame.filter(is_active)
    counts = rows.group_by("health.band").len().collect()
    by_band = dict(counts.iter_rows())
    count = sum(by_band.values())
    lines = (Figure(_("Customers"), (formats.number(count, locale, digits=0),)),)
    bands = tuple(Band(name, by_band.get(name, 0)) for name in BANDS)
    return Book(lines + figures(rows, locale), bands, count)


def _contract(rows: pl.LazyFrame, locale: str) -> tuple[Figure, ...]:
    renew = pl.col("contract.days_to_renewal").is_between(0, RENEW_DAYS).sum()
    risk = pl.col("contract.mrr").filter(pl.col("health.band") == "risk").sum()
    found = rows.group_by(CURRENCY).agg(
        pl.col("contract.mrr").sum().alias("mrr"), risk.alias("risk"), renew.alias("renew")
    )
    table = found.sort("mrr", descending=True).collect()
    count = formats.number(table["renew"].sum(), locale, digits=0)
    return (
        Figure(_("MRR"), _amounts(table, "mrr", locale)),
        Figure(_("MRR at risk"), _amounts(table, "risk", locale)),
        Figure(_("Renew within 90 days"), (count,)),
    )


def _orders(rows: pl.LazyFrame, locale: str) -> tuple[Figure, ...]:
    late = pl.col("orders.overdue_ratio") >= OVERDUE_RATIO
    found = rows.group_by(CURRENCY).agg(
        pl.col("orders.value_365d").sum().alias("year"),
        late.sum().alias("late"),
        (pl.col("orders.recency_days") <= 30).sum().alias("recent"),
    )
    table = found.sort("year", descending=True).collect()
    return (
        Figure(_("Sales in 12 months"), _amounts(table, "year", locale)),
        Figure(_("Bought in 30 days"), (formats.number(table["recent"].sum(), locale, digits=0),)),
        Figure(_("Past their interval"), (formats.number(table["late"].sum(), locale, digits=0),)),
    )


def _amounts(table: pl.DataFrame, column: str, locale: str) -> tuple[str, ...]:
    pairs = [
        (c or "BRL", cents) for c, cents in table.select(CURRENCY, column).iter_rows() if cents
    ]
    written = tuple(formats.money(cents, locale, currency=currency) for currency, cents in pairs)
    return written or (formats.money(0, locale),)


_READERS = {
    "contract": (pl.col("contract.status") == "customer", _contract),
    "orders": (pl.col("orders.count") > 0, _orders),
}
