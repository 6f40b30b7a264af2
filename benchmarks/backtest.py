"""Back-test: a year of monthly landmarks for all customers, from database to verdict, in CPU s.

Customers have contracts, use, tickets, answers and contacts; one in twelve gave notice.
Only the back-test is timed: rebuilding each landmark as it was known, figures, learnt weights, and
boosting where enough left.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.ratios import SLACK, Ratio, against
from benchmarks.server import ROOT, environment_of

SIZES = {"ci": (10_000, 300_000), "full": (100_000, 3_000_000)}
MONTHS = 12
BAR_SECONDS = {"ci": 12.0, "full": 60.0}
ONE_IN = 12


def run(size: str) -> list[Ratio]:
    """This will fill an installation and back-test in a child process whose home it is."""
    home = Path(tempfile.mkdtemp(prefix="posvenda-backtest-"))
    try:
        command = [sys.executable, "-m", "benchmarks.backtest", size]
        done = subprocess.run(
            command, env=environment_of(home), cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    *said, seconds = done.stdout.decode().strip().splitlines()
    print("\n".join(said))
    bar, slack = BAR_SECONDS[size], SLACK if size == "ci" else 1.0
    name = f"Back-test of {SIZES[size][0]} customers × {MONTHS} months against {bar:.0f} s"
    return [against(name, float(seconds), bar, unit="CPU s", bar=1.0, slack=slack)]


def main(size: str) -> None:
    """This will fill the present home, back-test, and print the CPU seconds last."""
    import django

    django.setup()
    from benchmarks.data import Plan, fill
    from posvenda.base import clock
    from posvenda.config.prepare import migrate
    from posvenda.success import definitions
    from posvenda.success.backtest import run as runs

    migrate()
    customers, events = SIZES[size]
    now = clock.now()
    plan = Plan(customers, events, now)
    fill(plan)
    _leave(plan)
    before = _cpu()
    done = runs.examine(definitions.card(), as_of=clock.day_of(now), months=MONTHS)
    spent = _cpu() - before
    figures = done.figures
    if figures["events"] < customers / ONE_IN / 4 or "auc" not in figures:
        raise SystemExit(f"only {figures['events']} decisions were found: no figure")
    print(
        f"{figures['customers']} customers, {figures['events']} decisions, AUC "
        f"{figures['auc']['value']:.3f}, {spent:.1f} CPU s",
        flush=True,
    )
    print(spent)


def _leave(plan: object) -> None:
    """Notices spread over the year; whoever gave one signs nothing more afterwards."""
    from benchmarks.data import FACT, Plan, _fact, _insert
    from posvenda.commerce.models import Cancellation, ContractLine

    assert isinstance(plan, Plan)
    gone = {n: plan.now - timedelta(days=20 + n * 37 % 330)
            for n in range(1, plan.customers + 1, ONE_IN)}  # fmt: skip
    _insert(
        Cancellation, (*FACT, "reason"),
        ((*_fact(f"bench-gone-{n}", n, at), "price") for n, at in gone.items()),
    )  # fmt: skip
    for n, at in gone.items():
        ContractLine.objects.filter(customer_id=n, happened_at__gt=at).delete()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
    main(sys.argv[1])
