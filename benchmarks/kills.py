"""The kill test as a benchmark: its report, and 0 lost and 0 twice as bars."""

import json
import tempfile
from pathlib import Path

from benchmarks.ratios import Ratio
from tests.faults import kills

SIZES = {"ci": (20_000, 10, 10, 1_500.0), "full": (500_000, 100, 200, 900.0)}


def run(size: str) -> list[Ratio]:
    """This will kill, reconcile, print the report and judge it."""
    events, web, worker, rate = SIZES[size]
    with tempfile.TemporaryDirectory(prefix="posvenda-kills-") as home:
        report = kills.run(Path(home), events=events, web_kills=web, worker_kills=worker, rate=rate)
    print(json.dumps(report, ensure_ascii=False), flush=True)
    accepted = report["accepted"]
    return [
        Ratio(f"kills: {name} of the accepted", wrong, "events", accepted, wrong / accepted, 0.0,
              holds=not wrong and report["is_sound"])
        for name, wrong in (("lost", report["lost"]), ("twice", report["doubled"]))
    ]  # fmt: skip
