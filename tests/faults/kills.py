"""Kills the web server and the worker at random under load, then reconciles. Numbers by arguments.

python -m tests.faults.kills --events 500000 --web 100 --worker 200
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.product import ROOT, Product

HERE = Path(__file__).parent
DRAIN_SECONDS = 600
CUSTOMERS = """
import django; django.setup()
from posvenda.base import clock
from posvenda.customers.models import Customer
now = clock.now()
for number in range(20):
    Customer.objects.create(key=f"c{number}", name=f"C{number}", happened_at=now, recorded_at=now)
"""


def main() -> int:
    """This will run once and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--web", type=int, default=10)
    parser.add_argument("--worker", type=int, default=10)
    parser.add_argument("--rate", type=float, default=0)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        report = run(
            Path(home),
            events=told.events,
            web_kills=told.web,
            worker_kills=told.worker,
            rate=told.rate,
        )
    print(json.dumps(report))
    return 0 if report["is_sound"] else 1


def run(
    home: Path,
    *,
    events: int,
    web_kills: int,
    worker_kills: int,
    rate: float = 0,
    seed: int = 3,
    key: str = "",
) -> dict[str, Any]:
    """This will give the report of the reconciliation, with the kills and the seconds to drain.

    Without ``key`` the installation is made first.
    """
    product = Product(home)
    key = key or product.prepare()
    product.run("-c", CUSTOMERS)
    ledger, stop = home / "ledger.jsonl", home / "stop"
    product.start_web()
    product.start_worker()
    product.wait()
    load = [sys.executable, str(HERE / "client.py"), product.url, key, str(ledger)]
    load += ["--events", str(events), "--rate", str(rate), "--stop", str(stop)]
    try:
        client = subprocess.Popen(load, cwd=ROOT)
        killers = [
            _killer(lambda: _web(product), web_kills, (0.3, 2.0), seed),
            _killer(lambda: _worker(product), worker_kills, (0.5, 5.0), seed + 1),
        ]
        for killer in killers:
            killer.join()
        stop.touch()
        code = client.wait()
        seconds = _drained(home)
    finally:
        product.stop()
    report = reconciled(home, ledger)
    report |= {"web_kills": web_kills, "worker_kills": worker_kills, "drained_in": seconds}
    report["is_sound"] &= code == 0
    return report


def reconciled(home: Path, ledger: Path) -> dict[str, Any]:
    """This will run the script that knows no product code, in a process that could not."""
    script = [sys.executable, "-I", str(HERE / "reconcile.py"), str(home), str(ledger)]
    done = subprocess.run(script, capture_output=True, text=True, check=False, env=dict(os.environ))
    if not done.stdout:
        raise RuntimeError(done.stderr)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _web(product: Product) -> None:
    product.kill_web()
    product.start_web()
    product.wait()


def _worker(product: Product) -> None:
    product.kill_worker()
    product.start_worker()


def _killer(
    kill: Callable[[], None], times: int, pause: tuple[float, float], seed: int
) -> threading.Thread:
    dice = random.Random(seed)

    def work() -> None:
        for _ in range(times):
            time.sleep(dice.uniform(*pause))
            kill()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _drained(home: Path) -> float:
    """This will wait until the worker has emptied the inbox by itself."""
    start = time.monotonic()
    database = sqlite3.connect(f"file:{home / 'posvenda.sqlite3'}?mode=ro", uri=True)
    while time.monotonic() - start < DRAIN_SECONDS:
        if not database.execute("SELECT count(*) FROM commerce_inbox").fetchone()[0]:
            break
        time.sleep(0.5)
    database.close()
    return round(time.monotonic() - start, 1)


if __name__ == "__main__":
    sys.exit(main())
