"""W2: health from usage events, against a query written by hand for DuckDB on the same rows.

The product counts all its usage facts (26 weekly counts among them) and judges a card of five of
them; the query counts just those five. Both sides run in turn in one process, and a wrong score
means no figure. Then ``stream`` measures how long until a score on the sheet tells of an event.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import stream
from benchmarks.ratios import SLACK, Ratio, against
from benchmarks.server import ROOT, environment_of

SIZES = {"ci": (10_000, 1_000_000), "full": (100_000, 10_000_000)}
ROUNDS = 5
PART = 100_000
DIRTY_RATE = 0.05
FULL_BAR, DIRTY_BAR, EQUAL = 2.0, 0.10, 1e-9
# fact, weight, value worth 100 points (0 points at 0), typical points
MEASURES = (
    ("usage.active_people_28d", 3.0, 6.0, 60.0),
    ("usage.events_28d", 2.0, 20.0, 50.0),
    ("usage.active_days_28d", 2.0, 14.0, 50.0),
    ("usage.active_people_90d", 2.0, 6.0, 70.0),
    ("adoption.features_28d", 1.0, 6.0, 50.0),
)
BY_HAND = """
WITH recent AS (
    SELECT *, date_diff('day', (happened_at AT TIME ZONE 'America/Sao_Paulo')::DATE,
                        DATE '{as_of}') AS age
    FROM events WHERE happened_at < TIMESTAMPTZ '{end}' AND happened_at >= TIMESTAMPTZ '{start}'
), counted AS (
    SELECT customer_id,
        count(DISTINCT person) FILTER (age < 28) AS people_28d,
        coalesce(sum(quantity) FILTER (age < 28), 0) AS events_28d,
        count(DISTINCT age) FILTER (age < 28) AS days_28d,
        count(DISTINCT person) AS people_90d,
        count(DISTINCT feature) FILTER (age < 28) AS features_28d
    FROM recent GROUP BY customer_id
)
SELECT customer_id, {score} AS score FROM counted
"""
COLUMNS = ("people_28d", "events_28d", "days_28d", "people_90d", "features_28d")


def run(size: str) -> list[Ratio]:
    """This will measure and judge in a child process whose home is an installation of its own."""
    home = Path(tempfile.mkdtemp(prefix="posvenda-w2-"))
    try:
        command = [sys.executable, "-m", "benchmarks.w2_health", size]
        done = subprocess.run(
            command, env=environment_of(home), cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    *said, figures = done.stdout.decode().strip().splitlines()
    print("\n".join(said))
    full, dirty, floor, rate, fresh = map(float, figures.split())
    slack = SLACK if size == "ci" else 1.0
    return [
        against("W2 full recompute against DuckDB by hand", full, floor, unit="CPU s",
                bar=FULL_BAR, slack=slack),
        against("W2 dirty customers against DuckDB by hand", dirty, floor, unit="CPU s",
                bar=DIRTY_BAR, slack=slack),
        *stream.ratios(stream.Streamed(rate, fresh)),
    ]  # fmt: skip


def main(size: str) -> None:
    """This will fill the present home, measure, and print the figures last."""
    import django

    django.setup()
    from posvenda.base import clock
    from posvenda.config.prepare import migrate

    migrate()
    customers, count = SIZES[size]
    now = clock.now()
    _fill(customers, count, now)
    as_of = clock.day_of(now)
    dirty = list(range(1, customers + 1, round(1 / DIRTY_RATE)))
    sides: dict[str, Callable[[], pl.DataFrame]] = {
        "by hand": lambda: _by_hand(now),
        "full": lambda: _ours(as_of, None),
        "dirty": lambda: _ours(as_of, dirty),
    }
    began = _cpu()
    sides["dirty"]()
    print(f"dirty for the first time, packs made: {_cpu() - began:.3f} CPU s", flush=True)
    spent = _in_turn(sides, dirty)
    streamed = stream.measured(Path(os.environ["POSVENDA_HOME"]), stream.SECONDS[size])
    figures = (spent[name] for name in ("full", "dirty", "by hand"))
    print(*figures, streamed.rate, streamed.p95)


def _fill(customers: int, count: int, now: datetime) -> None:
    """Customers, and their events through the one way in."""
    from django.db import transaction

    from benchmarks.data import Plan, _customers, _events, _people
    from posvenda.commerce import usage

    plan = Plan(customers, count, now)
    _people(plan)
    _customers(plan)
    start, began = now - timedelta(days=400), _cpu()
    for first in range(0, count, PART):
        made = _events(plan, first, min(PART, count - first), start, timedelta(days=400))
        told = made.rename({"event_id": "key"}).with_columns(
            pl.col("key", "person").cast(pl.String), pl.lit(now).alias("recorded_at")
        )
        nothing = pl.Series("event_id", [], dtype=pl.Int64)
        with transaction.atomic():
            usage.take(told, now=now, known=nothing)
    usage.drain()
    usage.lake().compact()
    print(
        f"{count} events taken in, {(_cpu() - began) / count * 1e6:.1f} µs of CPU each", flush=True
    )


def _ours(as_of: Any, ids: list[int] | None) -> pl.DataFrame:
    from posvenda.commerce.facts import features
    from posvenda.commerce.facts import usage as provider
    from posvenda.core import health
    from posvenda.customers.evidence import Evidence
    from posvenda.customers.models import Customer

    known = ids or list(Customer.objects.values_list("pk", flat=True))
    sheet = pl.DataFrame({"customer_id": known}).with_columns(
        pl.lit(None, pl.Date).alias(provider.FIRST_ON),
        pl.lit(None, pl.Int64).alias("contract.seats"),
    )
    evidence = Evidence(as_of=as_of, ids=tuple(ids) if ids else None, is_kept=bool(ids))
    used = provider.compute(evidence, sheet)
    found = used.join(features.compute(evidence, sheet), on="customer_id", how="left")
    measures = tuple(
        health.Measure(fact, weight, health.Curve(((0.0, 0.0), (most, 100.0))), typical)
        for fact, weight, most, typical in MEASURES
    )
    card = health.Card("w2", 1, (health.Group("usage", "", measures),))
    return health.score(found, card).select("customer_id", "score")


def _by_hand(now: datetime) -> pl.DataFrame:
    from posvenda.base import clock
    from posvenda.commerce import usage

    as_of = clock.day_of(now)
    total = sum(weight for _fact, weight, _most, _typical in MEASURES)
    parts = [
        f"{weight / total!r} * least({column}::DOUBLE / {most!r}, 1.0) * 100.0"
        for column, (_fact, weight, most, _typical) in zip(COLUMNS, MEASURES, strict=True)
    ]
    sql = BY_HAND.format(
        as_of=as_of.isoformat(),
        end=clock.start_of(as_of + timedelta(days=1)).isoformat(),
        start=clock.start_of(as_of - timedelta(days=89)).isoformat(),
        score=" + ".join(parts),
    )
    return usage.lake().query(sql)


def _in_turn(sides: dict[str, Callable[[], pl.DataFrame]], dirty: list[int]) -> dict[str, float]:
    """CPU seconds of each side, in turn; medians of the rounds after one that is not counted."""
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(ROUNDS + 1):
        found = {}
        for name, side in sides.items():
            before = _cpu()
            found[name] = side()
            if number:
                spent[name].append(_cpu() - before)
        _check(found["by hand"], found["full"])
        _check(found["by hand"].filter(pl.col("customer_id").is_in(dirty)), found["dirty"])
    middle = {name: statistics.median(each) for name, each in spent.items()}
    print("CPU seconds: " + ", ".join(f"{n} {s:.3f}" for n, s in middle.items()), flush=True)
    return middle


def _check(expected: pl.DataFrame, found: pl.DataFrame) -> None:
    """Customers without any event in 90 days are nobody's in the query; ours judge them as well."""
    both = expected.join(found, on="customer_id", how="left", suffix="_ours")
    worst = both.select((pl.col("score") - pl.col("score_ours")).abs().max()).item()
    if both["score_ours"].null_count() or worst is None or worst > EQUAL:
        raise SystemExit(f"scores differ by {worst}: no figure")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1])
