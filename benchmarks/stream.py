"""Event to score: how long until the fact sheet tells of an event, while 1,000 a second come in.

Batches of 100 go over HTTP through the tracking API of a real server at a fixed pace; its worker
flushes the inbox, counts and patches the sheet. Once a second the batch carries one event of a
probe, a customer that is sent nothing else, so what the sheet must come to show is known. A stream
that did not keep its pace, or that lost or doubled an event, has no figure.
"""

import base64
import http.client
import json
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.ratios import Ratio, against
from benchmarks.server import running
from benchmarks.timing import CLIENTS

SECONDS = {"ci": 90, "full": 300}
RATE, BATCH, PROBE_EACH = 1_000, 100, 10
FRESH_SECONDS, PATIENCE, LOOK_SECONDS, DRAIN_SECONDS = 60.0, 3, 0.25, 120
KEPT_PACE = 0.99


@dataclass(frozen=True)
class Streamed:
    """Events a second that were accepted, and seconds to the sheet at the slow end."""

    rate: float
    p95: float


@dataclass
class Stream:
    """Batches due at a fixed pace, sent by several clients; one batch in ten carries a probe."""

    port: int
    key: str
    seconds: int
    keys: list[str]
    began: float = 0.0
    last_accepted: float = 0.0
    probes: dict[int, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    _next: Iterator[int] = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def batches(self) -> int:
        """How many batches the whole stream has."""
        return self.seconds * RATE // BATCH

    @property
    def rate(self) -> float:
        """Events a second from the start to the last answer."""
        return self.batches * BATCH / (self.last_accepted - self.began)

    def send(self) -> None:
        """This will send what is due until nothing is left, over one connection."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            while (number := self._take()) < self.batches and not self.failures:
                due = self.began + number * BATCH / RATE
                time.sleep(max(0.0, due - time.monotonic()))
                self._post(connection, number)

    def body(self, number: int) -> dict[str, Any]:
        """This will make one batch. The first customers of all are the probes, one a second."""
        now = datetime.now(UTC).isoformat()
        rest = self.keys[self.seconds :]
        named = [rest[(number * BATCH + n) * 7_919 % len(rest)] for n in range(BATCH)]
        if number % PROBE_EACH == 0:
            named[0] = self.keys[number // PROBE_EACH]
        items = [
            {"type": "track", "event": "Painel", "userId": f"{key}-s", "timestamp": now,
             "context": {"groupId": key}, "messageId": f"stream-{number}-{n}"}
            for n, key in enumerate(named)
        ]  # fmt: skip
        return {"batch": items, "sentAt": now}

    def _take(self) -> int:
        with self._lock:
            return next(self._next)

    def _post(self, connection: http.client.HTTPConnection, number: int) -> None:
        coded = base64.b64encode(f"{self.key}:".encode()).decode()
        headers = {"Authorization": f"Basic {coded}", "Content-Type": "application/json"}
        if number % PROBE_EACH == 0:
            self.probes[number // PROBE_EACH] = time.monotonic()
        connection.request("POST", "/v1/batch", json.dumps(self.body(number)), headers)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            self.failures.append(f"the server answered {answer.status}: {told[:200]!r}")
        with self._lock:
            self.last_accepted = max(self.last_accepted, time.monotonic())


def ratios(found: Streamed) -> list[Ratio]:
    """This will judge the pace, and the freshness if the pace was kept."""
    pace = against(f"W2 stream against {RATE} events/s", 1_000 / found.rate, 1_000 / RATE,
                   unit="ms an event", bar=1 / KEPT_PACE)  # fmt: skip
    if not pace.holds:
        print(
            f"the stream reached {found.rate:.0f} of {RATE} events/s: event to score does not count"
        )
    fresh = against(f"W2 event to score, p95 against {FRESH_SECONDS:.0f} s", found.p95,
                    FRESH_SECONDS, unit="s", bar=1.0)  # fmt: skip
    said = Ratio(fresh.workload, fresh.figure, fresh.unit, fresh.floor, fresh.ratio, fresh.bar,
                 holds=fresh.holds and pace.holds)  # fmt: skip
    return [pace, said]


def measured(home: Path, seconds: int) -> Streamed:
    """This will stream into the present home, whose customers have keys, and watch its sheet."""
    from posvenda.base import clock, keys
    from posvenda.commerce.store import SeenKey
    from posvenda.customers import sheet
    from posvenda.customers.models import Customer

    sheet.refresh(now=clock.now())
    known = dict(Customer.objects.order_by("pk").values_list("pk", "key"))
    key = keys.issue(kind="write", label="W2", scopes=["track"], by=None, now=clock.now())[1]
    ids = list(known)[:seconds]
    before, seen = _shown(ids), SeenKey.objects.count()
    with running(home, "--with-worker") as server, ThreadPoolExecutor(CLIENTS) as pool:
        stream = Stream(server.port, key, seconds, list(known.values()), began=time.monotonic())
        senders = [pool.submit(stream.send) for _ in range(CLIENTS)]
        took = _watched(stream, ids, before)
        for sender in senders:
            sender.result()
        if stream.failures:
            raise SystemExit(stream.failures[0])
        _check(seen + stream.batches * BATCH)
    took.sort()
    print(
        f"event to score over HTTP: median {statistics.median(took):.1f} s, most {took[-1]:.1f} s,"
        f" {stream.rate:.0f} events/s for {seconds} s", flush=True,
    )  # fmt: skip
    return Streamed(rate=stream.rate, p95=took[int(len(took) * 0.95)])


def _watched(stream: Stream, ids: list[int], before: dict[int, float]) -> list[float]:
    """Seconds from sending each probe to a sheet that shows one use more."""
    took: dict[int, float] = {}
    until = time.monotonic() + stream.seconds * PATIENCE
    while len(took) < stream.seconds and time.monotonic() < until and not stream.failures:
        time.sleep(LOOK_SECONDS)
        sent = dict(stream.probes)
        waiting = {ids[number]: number for number in sent if number not in took}
        shown, here = _shown(list(waiting)), time.monotonic()
        for customer, number in waiting.items():
            if shown.get(customer, 0) > before.get(customer, 0):
                took[number] = here - sent[number]
    if len(took) < stream.seconds and not stream.failures:
        raise SystemExit(f"{stream.seconds - len(took)} of {stream.seconds} probes never arrived")
    return list(took.values())


def _shown(customers: list[int]) -> dict[int, float]:
    """Uses in seven days, as pages find them on the sheet."""
    from posvenda.base import clock
    from posvenda.customers import sheet

    if not customers:
        return {}
    frame = sheet.lazy(now=clock.now()).frame.filter(pl.col("customer_id").is_in(customers))
    rows = frame.select("customer_id", pl.col("usage.events_7d").fill_null(0)).collect()
    return dict(rows.iter_rows())


def _check(expected: int) -> None:
    """A wrong answer has no figure: every event of the stream is known once."""
    from posvenda.commerce.models import Inbox
    from posvenda.commerce.store import SeenKey

    until = time.monotonic() + DRAIN_SECONDS
    while Inbox.objects.exists() and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
    if (found := SeenKey.objects.count()) != expected:
        raise SystemExit(f"{found} keys are known, {expected} were sent: no figure")
