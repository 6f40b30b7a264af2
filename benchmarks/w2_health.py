"""W2: health from usage events, against a query written by hand for DuckDB on the same rows.

The product counts all its usage facts (26 weekly counts among them) and judges a card of five of
them; the query counts just those five. Both sides run in turn in one process, and a wrong score
means no figure. Then a real worker is watched while events stream in: how long until a score on
the sheet tells of an event.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.ratios import SLACK, Ratio, against
from benchmarks.server import ROOT, environment_of

SIZES = {"ci": (10_000, 1_000_000), "full": (100_000, 10_000_000)}
STREAM_SECONDS = {"ci": 90, "full": 300}
ROUNDS = 5
PART = 100_000
DIRTY_RATE = 0.05
RATE, BATCH = 1_000, 100
FULL_BAR, DIRTY_BAR, FRESH_SECONDS, EQUAL = 2.0, 0.10, 60.0, 1e-9
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
    full, dirty, floor, fresh = map(float, figures.split())
    slack = SLACK if size == "ci" else 1.0
    return [
        against("W2 full recompute against DuckDB by hand", full, floor, unit="CPU s",
                bar=FULL_BAR, slack=slack),
        against("W2 dirty customers against DuckDB by hand", dirty, floor, unit="CPU s",
                bar=DIRTY_BAR, slack=slack),
        against(f"W2 event to score, p95 against {FRESH_SECONDS:.0f} s", fresh, FRESH_SECONDS,
                unit="s", bar=1.0),
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
    fresh = _freshness(STREAM_SECONDS[size], customers)
    print(*(spent[name] for name in ("full", "dirty", "by hand")), fresh)


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


def _freshness(seconds: int, customers: int) -> float:
    """Seconds from taking an event to a sheet that tells of it, at the slow end, under a stream."""
    from posvenda.base import clock
    from posvenda.customers import sheet

    sheet.refresh(now=clock.now())
    worker = subprocess.Popen(
        [sys.executable, "-m", "posvenda.config.cli", "worker"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "posvenda.config.settings"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        return _streamed(seconds, customers)
    finally:
        worker.terminate()
        worker.wait(timeout=60)


def _streamed(seconds: int, customers: int) -> float:
    """One probe a second: a customer whose last use on the sheet must reach the event's second."""
    waiting: dict[int, tuple[float, int]] = {}
    took: list[float] = []
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < seconds or (
        waiting and time.monotonic() - began < seconds * 3
    ):
        passed = time.monotonic() - began
        while passed < seconds and sent < passed * RATE:
            probe = _send(sent, customers, waiting)
            sent += BATCH
            if sent % RATE == 0:
                waiting[probe] = (time.monotonic(), _uses(probe) or 0)
        took += _arrived(waiting)
        time.sleep(0.05)
    if waiting:
        raise SystemExit(f"{len(waiting)} of {len(waiting) + len(took)} probes never arrived")
    took.sort()
    print(
        f"event to score: median {statistics.median(took):.1f} s, most {took[-1]:.1f} s, "
        f"{sent} events in {seconds} s", flush=True,
    )  # fmt: skip
    return took[int(len(took) * 0.95)]


def _uses(customer: int) -> int | None:
    """Uses in 7 days as the event store has them, which the sheet must come to show."""
    from posvenda.base import clock
    from posvenda.commerce import usage

    found = usage.windows(as_of=clock.day_of(clock.now()), ids=[customer])
    return int(found["events_7d"].item()) if found.height else None


def _send(first: int, customers: int, waiting: dict[int, Any]) -> int:
    """Take one batch; its first customer is one that no earlier probe waits for."""
    from django.db import transaction

    from posvenda.base import clock
    from posvenda.commerce import usage

    now = clock.now()
    ids = [1 + (first + n) * 7_919 % customers for n in range(BATCH)]
    while ids[0] in waiting:
        ids[0] = 1 + (ids[0] + 1) % customers
    batch = pl.DataFrame(
        {
            "key": [f"stream-{first + n}" for n in range(BATCH)],
            "customer_id": ids,
            "person": [f"{customer}-s" for customer in ids],
            "feature": "Painel",
            "quantity": 1,
            "seconds": 5,
            "happened_at": now,
            "recorded_at": now,
            "batch_id": None,
        },
        schema_overrides={"batch_id": pl.Int64, "happened_at": pl.Datetime("us", "UTC"),
                          "recorded_at": pl.Datetime("us", "UTC")},
    )  # fmt: skip
    with transaction.atomic():
        usage.take(batch, now=now)
    return ids[0]


def _arrived(waiting: dict[int, tuple[float, int]]) -> list[float]:
    from posvenda.base import clock
    from posvenda.customers import sheet

    if not waiting:
        return []
    ids = list(waiting)
    frame = sheet.lazy(now=clock.now()).frame.filter(pl.col("customer_id").is_in(ids))
    shown = dict(frame.select("customer_id", "usage.events_7d").collect().iter_rows())
    here = time.monotonic()
    done = [each for each in ids if (shown.get(each) or 0) >= waiting[each][1]]
    return [here - waiting.pop(each)[0] for each in done]


if __name__ == "__main__":
    main(sys.argv[1])
