"""W7: fifteen pages at many customers against an empty view of the same server.

Two installations, one ten times the other, are served at once by the real server. Every round
asks for the empty view, the page of the large one and that of the small one, with four
signed-in clients.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.client import Client
from benchmarks.data import PASSWORD, email_of
from benchmarks.pages import Page, pages
from benchmarks.ratios import SLACK, Ratio, against
from benchmarks.server import ROOT, environment_of, running
from benchmarks.timing import CLIENTS, Spread, hammer

SIZES = {"ci": (10_000, 1_000_000), "full": (100_000, 10_000_000)}
ROUNDS = 5
EACH = {"ci": 8, "full": 15}
EMPTY = "/healthz"
PROCESSES = 2
P50_BAR, P95_MS, QUERIES, GROWTH_BAR = 25.0, 150.0, 30, 1.5


@dataclass
class Measured:
    """The rounds of one page: the empty view, the large and the small installation."""

    page: Page
    empty: list[Spread] = field(default_factory=list)
    large: list[Spread] = field(default_factory=list)
    small: list[Spread] = field(default_factory=list)
    queries: int = 0

    @property
    def p50(self) -> float:
        """Milliseconds in the middle, on the large installation."""
        return statistics.median(one.p50 for one in self.large)

    @property
    def p95(self) -> float:
        """Milliseconds at the slow end, on the large installation."""
        return statistics.median(one.p95 for one in self.large)

    @property
    def times_empty(self) -> float:
        """How many empty views one page costs, round by round."""
        pairs = zip(self.large, self.empty, strict=True)
        return statistics.median(page.p50 / empty.p50 for page, empty in pairs)

    @property
    def growth(self) -> float:
        """How much slower the page is at ten times the customers, round by round."""
        pairs = zip(self.large, self.small, strict=True)
        return statistics.median(large.p50 / small.p50 for large, small in pairs)


def run(size: str, *, homes: Path | None = None) -> list[Ratio]:
    """This will measure and judge; ``homes`` keeps the installations for another run."""
    scratch = homes or Path(tempfile.mkdtemp(prefix="posvenda-w7-"))
    customers, events = SIZES[size]
    try:
        large = _installation(scratch, customers, events)
        small = _installation(scratch, customers // 10, events // 10)
        measured = _measure(large, small, customers, each=EACH[size])
    finally:
        if homes is None:
            shutil.rmtree(scratch)
    _show(measured)
    return _ratios(measured, slack=SLACK if size == "ci" else 1.0)


def _installation(scratch: Path, customers: int, events: int) -> Path:
    home = scratch / f"{customers}-{events}"
    if not (home / "built").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        print(f"building {customers:,} customers, {events:,} usage events", flush=True)
        sizes = ("--customers", str(customers), "--events", str(events))
        subprocess.run(
            [sys.executable, "-m", "benchmarks.data", *sizes],
            env=environment_of(home), cwd=ROOT, check=True,
        )  # fmt: skip
        (home / "built").touch()
    return home


def _measure(large: Path, small: Path, customers: int, *, each: int) -> list[Measured]:
    found = [Measured(page) for page in pages(customers)]
    small_pages = pages(customers // 10)
    with ExitStack() as stack:
        option = f"--web-processes={PROCESSES}"
        on_large = _clients(stack.enter_context(running(large, option)).port)
        on_small = _clients(stack.enter_context(running(small, option)).port)
        _check(on_large[0], [one.page for one in found])
        _check(on_small[0], small_pages)
        counted = _count(large, [one.page.path for one in found])
        for one, twin in zip(found, small_pages, strict=True):
            print(f"measuring {one.page.name}", flush=True)
            one.queries = counted[one.page.path]
            for clients, path in ((on_large, one.page.path), (on_small, twin.path)):
                hammer(clients, path, each=3)
            for _ in range(ROUNDS):
                one.empty.append(hammer(on_large, EMPTY, each=each))
                one.large.append(hammer(on_large, one.page.path, each=each))
                one.small.append(hammer(on_small, twin.path, each=each))
    return found


def _clients(port: int) -> list[Client]:
    return [Client(port).sign_in(email_of(0), PASSWORD) for _ in range(CLIENTS)]


def _check(client: Client, wanted: list[Page]) -> None:
    """A wrong page has no time: everything is checked before anything is measured."""
    problems = [
        (page.name, problem) for page in wanted if (problem := page.wrong(client.get(page.path)))
    ]
    if problems:
        raise SystemExit("\n".join(f"{name}: {problem}" for name, problem in problems))


def _count(home: Path, paths: list[str]) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.queries", *paths],
        env=environment_of(home), cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    counted: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counted


def _show(measured: list[Measured]) -> None:
    print(f"{'page':26}{'p50 ms':>8}{'p95 ms':>8}{'× empty':>9}{'× a tenth':>11}{'queries':>9}")
    for one in measured:
        print(f"{one.page.name:26}{one.p50:8.1f}{one.p95:8.1f}{one.times_empty:9.1f}"
              f"{one.growth:11.2f}{one.queries:9}")  # fmt: skip


def _ratios(measured: list[Measured], *, slack: float) -> list[Ratio]:
    """The worst page of each bar speaks for all."""
    cost = max(measured, key=lambda one: one.times_empty)
    slow = max(measured, key=lambda one: one.p95)
    grown = max(measured, key=lambda one: one.growth)
    busy = max(measured, key=lambda one: one.queries)
    return [
        against(f"W7 p50 against an empty view: {cost.page.name}", cost.p50,
                cost.p50 / cost.times_empty, unit="ms", bar=P50_BAR, slack=slack),
        against(f"W7 p95 at c={CLIENTS} against {P95_MS:.0f} ms: {slow.page.name}", slow.p95,
                P95_MS, unit="ms", bar=1.0, slack=slack),
        against(f"W7 p50 at ten times the customers: {grown.page.name}", grown.p50,
                grown.p50 / grown.growth, unit="ms", bar=GROWTH_BAR, slack=slack),
        against(f"W7 queries against {QUERIES}: {busy.page.name}", busy.queries, QUERIES,
                unit="queries", bar=1.0),
    ]  # fmt: skip
