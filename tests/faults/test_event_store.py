"""Killed at any point between SQL and lake, no event is lost and none is there twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.onedb
ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
import django
django.setup()
from datetime import UTC, datetime, timedelta
import polars as pl
from django.db import transaction
from posvenda.commerce import usage
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)

def batch(number):
    return pl.DataFrame({
        "key": [f"{number}-{n}" for n in range(20)], "customer_id": [n % 3 for n in range(20)],
        "person": "ana", "feature": "notas", "quantity": 1, "seconds": 1,
        "happened_at": [NOW - timedelta(hours=7 * n) for n in range(20)], "recorded_at": NOW,
        "batch_id": None,
    }, schema_overrides={"batch_id": pl.Int64})

match sys.argv[1]:
    case "take":
        print("ready", flush=True)
        for number in range(40):
            with transaction.atomic():
                usage.take(batch(number), now=NOW)
    case "drain":
        print("ready", flush=True)
        while True:
            usage.drain()
    case "count":
        usage.drain()
        found = usage.query("SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM events")
        from django.db.models import Sum
        from posvenda.commerce.store import UsageDay
        print(*found.row(0), UsageDay.objects.aggregate(n=Sum("uses_milli"))["n"] // 1000)
"""


def started(home: Path, what: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, what],
        env=os.environ
        | {
            "POSVENDA_HOME": str(home),
            "DATABASE_URL": f"sqlite:///{home / 'db.sqlite3'}",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "posvenda.config.settings",
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def test_takers_and_drains_killed_at_random_lose_and_double_nothing(tmp_path: Path) -> None:
    dice = random.Random(11)
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "migrate", "-v0"],
        env=os.environ
        | {
            "POSVENDA_HOME": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "posvenda.config.settings",
        },
        cwd=ROOT,
        check=True,
    )
    for _round in range(4):
        running = [started(tmp_path, "take"), started(tmp_path, "drain")]
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0.05, 0.8))
        for one in running:
            one.send_signal(signal.SIGKILL)
            one.communicate()
    # The sender, never told that all of it arrived, sends all of it again.
    last = started(tmp_path, "take")
    last.communicate()
    assert last.returncode == 0
    counted, _nothing = started(tmp_path, "count").communicate()
    assert counted.split() == ["800", "800", "800"]
