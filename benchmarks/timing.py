"""Percentiles and requests under a fixed number of clients."""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.client import Client

CLIENTS = 4


@dataclass(frozen=True)
class Spread:
    """The middle and the slow end of the times of one round, in milliseconds."""

    p50: float
    p95: float


def spread(times: Sequence[float]) -> Spread:
    """This will give median and 95th percentile (nearest rank) of seconds, as milliseconds."""
    ordered = sorted(times)
    slow = ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)]
    return Spread(p50=statistics.median(ordered) * 1_000, p95=slow * 1_000)


def hammer(clients: Sequence[Client], path: str, *, each: int) -> Spread:
    """This will ask for ``path`` ``each`` times with every client at once."""

    def work(client: Client) -> list[float]:
        return [_timed(lambda: client.get(path)) for _ in range(each)]

    with ThreadPoolExecutor(len(clients)) as pool:
        return spread([one for times in pool.map(work, clients) for one in times])


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
