"""A run of the back-test: rebuild the days, measure, keep the figures, state today's chances.

It goes on where a killed worker stopped: each day is kept until the run is done. Fits, so only
workers and the command line load this.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction

from posvenda.base import clock, rows
from posvenda.commerce.decisions import Decisions, decisions
from posvenda.core import health
from posvenda.core.backtest import grid, label, month_starts, panel, revised, suspects
from posvenda.core.backtest.panel import HORIZON_DAYS, Panel
from posvenda.core.backtest.report import Figures, Material, report, risk_of
from posvenda.core.calibration import calibrate
from posvenda.customers.models import Customer
from posvenda.success.backtest import asking, replay
from posvenda.success.backtest.models import BacktestRun, Prediction

MANY = 5_000
BETWEEN = 14
SAMPLE = 400
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Tested:
    """What a back-test gives: figures, the digest of what they were made of, today's chances."""

    figures: Figures
    data_hash: str
    chances: pl.DataFrame
    model: str


def landmarks(as_of: date, months: int, *, customers: int) -> list[date]:
    """This will choose the days to rebuild: month starts, and days between where few."""
    return grid(as_of, months, every=BETWEEN if customers <= MANY else None) + (
        [] if customers <= MANY else [as_of] * (as_of.day != 1)
    )


def examine(
    card: health.Card,
    *,
    as_of: date,
    months: int,
    among: health.Cards | None = None,
    folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Tested:
    """This will back-test a card on the past of this installation.

    Of several cards (``among``) it answers for the customers and days it is the first one for.
    """
    several = among if among is not None and len(among.cards) > 1 else None
    days = landmarks(as_of, months, customers=Customer.objects.count())
    everyone = replay.replay(
        card,
        days,
        among=several,
        folder=folder,
        report=lambda done: progress(done, len(days)),
    )
    seen = everyone.filter("is_for").drop("is_for")
    known = decisions(until=as_of)
    moment = max(clock.now(), clock.start_of(as_of + timedelta(days=1)))
    starts = [day for day in month_starts(as_of, months) if day <= as_of]
    monthly = _panel(seen.filter(pl.col("on").is_in(starts)), known, starts, as_of)
    material = _material(card, seen, _without_others(known, everyone), monthly, days, months)
    figures = report(replace(material, suspected=_suspected(card, monthly, moment)))
    figures["recorded_later"] = _recorded_later(everyone, known, starts, as_of)
    chances, model = _chances(figures, monthly, seen.filter(pl.col("on") == as_of))
    return Tested(figures, _digest(seen, known), chances, model)


class Paused(Exception):
    """Raised when others should have the worker for a while; the days done so far are kept."""


def perform(
    run: BacktestRun, *, ticking: Clock, is_over: Callable[[], bool] = lambda: False
) -> None:
    """This will carry a claimed run out and keep what came of it.

    ``is_over`` is asked after each day that was not kept yet, and raises ``Paused`` when it is.
    """
    folder = _folder(run)

    def progress(done: int, total: int) -> None:
        BacktestRun.objects.filter(pk=run.pk).update(
            days_done=max(done, run.days_done), days_total=total, beat_at=ticking()
        )
        if run.days_done < done < total and is_over():
            raise Paused

    cards, card = asking.cards_of(run)
    done = examine(
        card, as_of=run.as_of, months=run.months, among=cards, folder=folder, progress=progress
    )
    _keep(run, done, now=ticking())
    shutil.rmtree(folder, ignore_errors=True)


def plain(value: Any) -> Any:
    """This will give figures the form of JSON: dates as text, numbers plain."""
    match value:
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case date():
            return value.isoformat()
        case float():
            return round(value, 12) if value == value else None
    return value


def _recorded_later(
    everyone: pl.DataFrame, known: Decisions, starts: list[date], as_of: date
) -> float:
    """The share of customers and months that nobody knew of then: history brought in afterwards."""
    last = as_of - timedelta(days=HORIZON_DAYS)
    there = label(known.spells, [day for day in starts if day <= last]).height
    seen = _panel(everyone, known, starts, as_of).rows.height
    return 1 - seen / there if there else 0.0


def _without_others(known: Decisions, everyone: pl.DataFrame) -> Decisions:
    """The decisions without those of customers whom only other cards ever judged."""
    mine = pl.col("is_for").any()
    others = everyone.group_by("customer_id").agg(mine).filter(~pl.col("is_for"))
    if others.is_empty():
        return known
    spells, renewed = (
        each.join(others, on="customer_id", how="anti", maintain_order="left")
        for each in (known.spells, known.renewed)
    )
    return replace(known, spells=spells, renewed=renewed)


def _panel(seen: pl.DataFrame, known: Decisions, starts: list[date], as_of: date) -> Panel:
    roster = label(known.spells, starts)
    there = seen.join(roster.select("customer_id", "on"), on=["customer_id", "on"], how="semi")
    return panel(roster, there, until=as_of)


def _material(
    card: health.Card,
    seen: pl.DataFrame,
    known: Decisions,
    monthly: Panel,
    days: list[date],
    months: int,
) -> Material:
    undecided = label(known.spells, days)
    asked = seen.join(undecided.select("customer_id", "on"), on=["customer_id", "on"], how="semi")
    first = min(days, default=date.min)
    left = known.spells.filter(pl.col("left_on") > first).select("customer_id", "left_on")
    return Material(
        panel=monthly,
        seen=asked.with_columns((-pl.col("score")).alias("risk")),
        left=left,
        renewed=known.renewed.filter(pl.col("decided_on") > first),
        days=days,
        shares=card.shares,
        months=months,
    )


def _suspected(card: health.Card, monthly: Panel, moment: datetime) -> list[Any]:
    """Signs too good to be early, and facts of the middle landmark that were changed since."""
    columns = [risk_of(fact) for fact in card.facts]
    found = [
        replace(leak, fact=leak.fact.removeprefix("x.")) for leak in suspects(monthly, columns)
    ]
    if not monthly.days:
        return found
    middle = monthly.days[len(monthly.days) // 2]
    some = monthly.at([middle]).rows["customer_id"].sort()
    asked = some.gather_every(max(1, -(-some.len() // SAMPLE))).to_list()
    then, now = (replay.facts_of(card, middle, at, asked) for at in (None, moment))
    facts = [fact for fact in card.facts if fact in then.columns]
    return found + revised(
        then.select("customer_id", *facts), now.select("customer_id", *facts), facts
    )


def _chances(figures: Figures, monthly: Panel, today: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Today's chance of leaving within the horizon, from the score where it was shown to tell."""
    scored = monthly.rows.filter(pl.col("score").is_not_null())
    finding = figures["verdict"]["finding"]
    asked = today.filter(pl.col("mrr") > 0)
    if finding in ("separates", "weak"):
        curve = calibrate(-scored["score"].to_numpy(), scored["left"].to_numpy(),
                          events=figures["events"])  # fmt: skip
        said = pl.Series(curve(-asked["score"].fill_null(0).to_numpy()))
        chance = pl.when(pl.col("score").is_not_null()).then(said).otherwise(_base(monthly))
        return asked.with_columns(chance.alias("chance")), curve.kind
    return asked.with_columns(pl.lit(_base(monthly)).alias("chance")), "base"


def _base(monthly: Panel) -> float:
    """The rate of leaving, drawn a little towards one in a hundred while few are seen."""
    return (int(monthly.rows["left"].sum()) + 1) / (monthly.rows.height + 100)


def _digest(seen: pl.DataFrame, known: Decisions) -> str:
    """The same facts give the same digest: internal ids and the order of writing do not show."""
    keys = seen.select("customer_id", "who.key").unique()
    digest = hashlib.sha256()
    ordered = ["who.key", "on"]
    spells = known.spells.join(keys, on="customer_id", how="inner").drop("customer_id")
    for frame in (
        seen.drop("customer_id").sort(ordered),
        spells.sort("who.key", "started_on"),
    ):
        target = io.BytesIO()
        frame.write_csv(target)
        digest.update(target.getvalue())
    return digest.hexdigest()


def _keep(run: BacktestRun, done: Tested, *, now: datetime) -> None:
    """Keep the figures, and the chances when they are those of the card in force."""
    model = f"{run.card}+{done.model}"
    due_on = run.as_of + timedelta(days=HORIZON_DAYS)
    columns = ("run", "customer", "as_of", "due_on", "model", "score", "chance", "left",
               "scored_at")  # fmt: skip
    present = set(Customer.objects.values_list("pk", flat=True))
    chances = done.chances.select("customer_id", "score", "chance")
    is_said = run.card_text == asking.text_in_force()
    run.figures = plain(done.figures)
    run.data_hash, run.status, run.finished_at = done.data_hash, run.Status.DONE, now
    run.days_done = run.days_total = len(landmarks(run.as_of, run.months, customers=len(present)))
    with transaction.atomic():
        Prediction.objects.filter(run=run).delete()
        for part in (chances if is_said else chances.clear()).iter_slices(rows.CHUNK):
            told = (
                (run.pk, customer, run.as_of, due_on, model, score, chance, None, None)
                for customer, score, chance in part.iter_rows()
                if customer in present
            )
            rows.insert(Prediction, columns, told)
        run.save()


def _folder(run: BacktestRun) -> Path:
    path = Path(settings.HOME) / "backtests" / run.public_id
    path.mkdir(parents=True, exist_ok=True)
    return path
