"""``python -m benchmarks --workload N --size ci|full``: one JSON line a ratio comes last."""

import argparse
import sys
from pathlib import Path

from benchmarks import kills, misses, w1_ingest, w2_health, w7_pages, w8_start


def main() -> int:
    """This will run one workload; the exit code fails on a missed bar that is not a known miss."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--workload", choices=["1", "2", "7", "8", "kills"], required=True)
    parser.add_argument("--size", choices=["ci", "full"], default="ci")
    parser.add_argument("--homes", type=Path, help="folder that keeps built installations (W7)")
    args = parser.parse_args()
    runs = {"1": w1_ingest.run, "2": w2_health.run, "8": w8_start.run, "kills": kills.run}
    if args.workload == "7":
        ratios = w7_pages.run(args.size, homes=args.homes)
    else:
        ratios = runs[args.workload](args.size)
    for ratio in ratios:
        print(ratio.line(), flush=True)
    return 0 if all(misses.is_tolerated(ratio) for ratio in ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
