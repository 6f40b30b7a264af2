"""Who to act on next: every play over the whole sheet, ranked, minus what people decided.

The sheet is judged once per process and sheet; customers that changed since are judged again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TypeAlias, TypeVar

import polars as pl
from django.db.models import Q

from posvenda.base import clock
from posvenda.base.models import User
from posvenda.core import plays as theory
from posvenda.core.conditions import expression, facts_of
from posvenda.core.facts import Catalogue
from posvenda.customers import sheet
from posvenda.insights.models import Decision
from posvenda.success.definitions import Judgement, Rest

OWNER = "who.owner_id"
CURRENCY = "who.currency"
HEALTH = "health.score"
REMEMBERED = 3
T = TypeVar("T")
Key: TypeAlias = tuple[object, ...]
ORDER = [pl.col("order"), pl.col("customer_id"), pl.col("play")]


@dataclass(frozen=True)
class Ranking:
    """All offers of a sheet in rank order, best first; ``top`` has only each customer's best."""

    as_of: date
    built_at: datetime | None
    offers: pl.DataFrame
    top: pl.DataFrame
    currencies: int

    def best(
        self, decided: pl.DataFrame, *, rest: Rest, today: date, owner: User | None = None
    ) -> pl.DataFrame:
        """This will give each customer's best offer that nobody did or postponed, in rank order.

        A done play rests ``rest.action_days``, a postponed one until its day. While a customer
        rests (after any decision) only an offer worth more than the one decided comes through.
        """
        is_theirs = pl.lit(True) if owner is None else pl.col(OWNER) == owner.pk
        top = self.top if owner is None else self.top.filter(is_theirs)
        if decided.is_empty():
            return top
        is_decided = pl.col("customer_id").is_in(decided["customer_id"].implode())
        asked = self.offers.filter(is_decided & is_theirs)
        hidden = _hidden(asked, decided, rest=rest, today=today)
        left = asked.join(hidden, on=["customer_id", "play"], how="anti", maintain_order="left")
        return pl.concat([top.filter(~is_decided), _firsts(left)]).sort(ORDER)


@dataclass(frozen=True)
class _Base:
    offers: pl.DataFrame
    awake: frozenset[str]


_bases: OrderedDict[Key, _Base] = OrderedDict()
_rankings: OrderedDict[Key, Ranking] = OrderedDict()
_lock = Lock()


def ranking(
    rules: Judgement, catalogue: Catalogue, *, now: datetime
) -> tuple[Ranking, sheet.SheetView]:
    """This will rank every offer on the newest sheet, with hand-made changes laid over it."""
    newest, touched, last = _state()
    view = sheet.lazy(now=now)
    key = (str(sheet.folder()), newest, rules.key, view.as_of)
    with _lock:
        full = _kept(
            _rankings, (*key, *last), lambda: _ranked(key, rules, catalogue, view, touched)
        )
    return full, view


def decided(*, rest: Rest, now: datetime) -> pl.DataFrame:
    """This will give the decisions that still count.

    One row a decision: customer_id, play, is_done, on, until_on, worth (cents expected then).
    """
    since = now - timedelta(days=max(rest.action_days, rest.customer_days) + 1)
    counts = Q(verdict=Decision.Verdict.DONE, at__gte=since) | Q(
        verdict=Decision.Verdict.SNOOZED, until_on__gt=clock.day_of(now)
    )
    rows = Decision.objects.filter(counts, undone_at=None).values_list(
        "customer_id", "play", "verdict", "at", "until_on", "expected_cents"
    )
    schema = {
        "customer_id": pl.Int64,
        "play": pl.String,
        "is_done": pl.Boolean,
        "on": pl.Date,
        "until_on": pl.Date,
        "worth": pl.Float64,
    }
    listed = [
        (customer, play, verdict == Decision.Verdict.DONE, clock.day_of(at), until_on, float(worth))
        for customer, play, verdict, at, until_on, worth in rows
    ]
    return pl.DataFrame(listed, schema=schema, orient="row")


def _hidden(asked: pl.DataFrame, decided: pl.DataFrame, *, rest: Rest, today: date) -> pl.DataFrame:
    age = (pl.lit(today, pl.Date) - pl.col("on")).dt.total_days()
    waits = pl.when(pl.col("is_done"))
    action = waits.then(age < rest.action_days).otherwise(pl.col("until_on") > today)
    customer = waits.then(age < rest.customer_days).otherwise(pl.col("until_on") > today)
    same = pl.col("play") == pl.col("play_decided")
    less = pl.col("expected_cents").fill_null(0.0) <= pl.col("worth")
    pairs = asked.join(decided, on="customer_id", how="inner", suffix="_decided")
    return pairs.filter((same & action) | (customer & less)).select("customer_id", "play").unique()


def _state() -> tuple[int | None, tuple[int, ...], Key]:
    """The newest sheet, whose rows changed since, and up to what; read before the sheet."""
    newest = sheet.newest()
    if newest is None:
        return None, (), (0, "")
    touches = sheet.touched_since(newest)
    patch = sheet.patch_of(newest)
    patched = () if patch is None else patch["customer_id"].to_list()
    last = max((number for number, _customer in touches), default=0)
    changed = {customer for _number, customer in touches}.union(patched)
    return newest.pk, tuple(sorted(changed)), (last, newest.patch)


def _ranked(
    key: Key,
    rules: Judgement,
    catalogue: Catalogue,
    view: sheet.SheetView,
    touched: tuple[int, ...],
) -> Ranking:
    base = _kept(_bases, key, lambda: _base(rules, catalogue, view))
    offers = base.offers
    if touched:
        is_touched = pl.col("customer_id").is_in(list(touched))
        rows = _narrow(view.frame.filter(is_touched), rules).collect()
        fresh = _offers(rows, rules, catalogue, base.awake, as_of=view.as_of)
        offers = pl.concat([offers.filter(~is_touched), fresh])
    ordered, currencies = _ordered(offers)
    return Ranking(view.as_of, view.built_at, ordered, _firsts(ordered), currencies)


def _firsts(ordered: pl.DataFrame) -> pl.DataFrame:
    return ordered.unique(subset="customer_id", keep="first", maintain_order=True)


def _base(rules: Judgement, catalogue: Catalogue, view: sheet.SheetView) -> _Base:
    rows = _narrow(view.frame, rules).collect()
    awake = frozenset(
        offer.id
        for offer in rules.offers
        if offer.needs is None
        or rows.select(expression(offer.needs, catalogue, as_of=view.as_of).any()).item()
    )
    return _Base(_offers(rows, rules, catalogue, awake, as_of=view.as_of), awake)


def _narrow(frame: pl.LazyFrame, rules: Judgement) -> pl.LazyFrame:
    """Only the columns that the plays read."""
    wanted = {"customer_id", OWNER, CURRENCY, HEALTH}
    for offer in rules.offers:
        wanted |= facts_of(offer.play.when)
        wanted |= facts_of(offer.needs) if offer.needs is not None else set()
        wanted |= {offer.play.value.fact} if offer.play.value.fact else set()
    return frame.select(sorted(wanted))


def _offers(
    rows: pl.DataFrame,
    rules: Judgement,
    catalogue: Catalogue,
    awake: frozenset[str],
    *,
    as_of: date,
) -> pl.DataFrame:
    plays = [offer.play for offer in rules.offers if offer.id in awake]
    found = theory.queue(rows, plays, catalogue, as_of=as_of, best_only=False)
    owners = rows.select("customer_id", OWNER, CURRENCY)
    return found.drop("rank", "place").join(owners, on="customer_id", how="left")


def _ordered(offers: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Rank within each currency; ranks of several are interleaved, amounts never compared."""
    worth = pl.col("expected_cents").fill_null(-1.0)
    within = worth.rank("ordinal", descending=True).over(CURRENCY)
    share = (within - 0.5) / pl.len().over(CURRENCY)
    currencies = offers[CURRENCY].drop_nulls().n_unique()
    order = share if currencies > 1 else -worth
    return offers.with_columns(order.cast(pl.Float64).alias("order")).sort(ORDER), currencies


def _kept(shelf: OrderedDict[Key, T], key: Key, make: Callable[[], T]) -> T:
    if key not in shelf:
        shelf[key] = make()
        while len(shelf) > REMEMBERED:
            shelf.popitem(last=False)
    return shelf[key]
