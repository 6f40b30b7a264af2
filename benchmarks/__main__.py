"""``python -m benchmarks --workload N|all --size ci|full``: one JSON line a ratio."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import (
    backtest,
    kills,
    misses,
    w1_ingest,
    w2_health,
    w7_pages,
    w8_start,
    webhooks,
)
from benchmarks.ratios import Ratio

WORKLOADS: Mapping[str, Callable[..., Sequence[Ratio]]] = {
    "1": w1_ingest.run,
    "2": w2_health.run,
    "kills": kills.run,
    "webhooks": webhooks.run,
    "7": w7_pages.run,
    "8": w8_start.run,
    "backtest": backtest.run,
}


def main() -> int:
    """This will run one workload; the exit code fails on a missed bar that is not a known miss."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--workload", choices=[*WORKLOADS, "all"], required=True)
    parser.add_argument("--size", choices=["ci", "full"], default="ci")
    parser.add_argument("--homes", type=Path, help="folder that keeps built installations (W7)")
    args = parser.parse_args()
    is_good = True
    for workload in WORKLOADS if args.workload == "all" else [args.workload]:
        for ratio in _run(workload, args.size, homes=args.homes):
            print(ratio.line(), flush=True)
            is_good = misses.is_tolerated(ratio) and is_good
    return 0 if is_good else 1


def _run(workload: str, size: str, *, homes: Path | None) -> Sequence[Ratio]:
    if workload == "7":
        return w7_pages.run(size, homes=homes)
    return WORKLOADS[workload](size)


if __name__ == "__main__":
    sys.exit(main())
