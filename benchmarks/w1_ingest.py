"""W1: usage events over HTTP into the event store: kept, told apart by id, rolled up.

Five rounds on one installation that grows. In each the same batches of 100 events go through three
ways in turn: (a) parse, append to a file, fsync; (b) parse, insert into SQLite with a unique id and
an index on customer and moment, one transaction a batch; and ours, 4 clients over HTTP, until the
worker has emptied the inbox. One batch in twenty is sent again. Our CPU is user + system time of
the web server and the worker; the client's is not counted. Then single-event requests.
"""

import base64
import http.client
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.ratios import SLACK, Ratio, against
from benchmarks.server import ROOT, Server, environment_of, running
from benchmarks.timing import CLIENTS, spread
from benchmarks.tree import cpu_seconds
from tests.faults import reconcile

SIZES = {"ci": 100_000, "full": 1_000_000}
SINGLES = {"ci": 500, "full": 5_000}
ROUNDS, BATCH, AGAIN = 5, 100, 20
CUSTOMERS, PEOPLE, DAYS = 200, 2_000, 28
DRAIN_SECONDS = 600
SQLITE_BAR, APPEND_BAR, EVENTS_SECOND, SINGLE_SECOND, P95_MS = 6.0, 80.0, 5_000, 400, 250.0
PREPARE = """
import django; django.setup()
from posvenda.base import clock, keys
from posvenda.customers.models import Customer
now = clock.now()
for number in range({customers}):
    name = f"c{{number}}"
    Customer.objects.create(key=name, name=name, happened_at=now, recorded_at=now)
print(keys.issue(kind="write", label="W1", scopes=["track"], by=None, now=now)[1])
"""


@dataclass
class Measured:
    """CPU seconds of each way and wall figures of ours, round by round."""

    ours: list[float] = field(default_factory=list)
    append: list[float] = field(default_factory=list)
    sqlite: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    batches: list[float] = field(default_factory=list)


def run(size: str) -> list[Ratio]:
    """This will measure and judge."""
    events = SIZES[size]
    scratch = Path(tempfile.mkdtemp(prefix="posvenda-w1-"))
    os.environ["POSVENDA_TRACKING_RATE"] = "0"  # the limit protects others; here nobody else is
    try:
        return _run(scratch, events, SINGLES[size], slack=SLACK if size == "ci" else 1.0)
    finally:
        del os.environ["POSVENDA_TRACKING_RATE"]
        shutil.rmtree(scratch, ignore_errors=True)


def _run(scratch: Path, events: int, singles: int, *, slack: float) -> list[Ratio]:
    home = scratch / "home"
    home.mkdir()
    key = _prepared(home)
    found = Measured()
    with running(home, "--with-worker") as server:
        for number in range(ROUNDS):
            bodies = _bodies(number, events // ROUNDS)
            sent = _with_repeats(bodies, number)
            found.append.append(_cpu(lambda sent=sent: _append(scratch / "log", sent)))
            found.sqlite.append(_cpu(lambda sent=sent: _insert(scratch / "floor.sqlite3", sent)))
            _ours(server, home, key, sent, found)
            print(
                f"round {number + 1}: {found.ours[-1]:.2f} s CPU, {found.wall[-1]:.2f} s;"
                f" append {found.append[-1]:.3f} s, SQLite {found.sqlite[-1]:.2f} s",
                flush=True,
            )
        per_second, single_cpu = _single(server, home, key, singles)
    _check(home, events + singles)
    _show(found, events // ROUNDS, per_second, single_cpu)
    return _ratios(found, events, per_second, slack=slack)


def _prepared(home: Path) -> str:
    told = environment_of(home)
    prepare = [sys.executable, "-m", "posvenda.config.prepare"]
    subprocess.run(prepare, env=told, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    program = [sys.executable, "-c", PREPARE.format(customers=CUSTOMERS)]
    done = subprocess.check_output(program, env=told, cwd=ROOT, text=True)
    return done.strip().splitlines()[-1]


def _bodies(number: int, events: int) -> list[bytes]:
    dice = random.Random(number)
    start = datetime.now(UTC) - timedelta(days=DAYS)
    ids = [f"{number}-{n}-{dice.getrandbits(48):x}" for n in range(events)]
    return [
        json.dumps({"batch": [_event(one, dice, start) for one in ids[at : at + BATCH]]}).encode()
        for at in range(0, events, BATCH)
    ]


def _event(one: str, dice: random.Random, start: datetime) -> dict[str, Any]:
    person = dice.randrange(PEOPLE)
    moment = start + timedelta(seconds=dice.randrange(DAYS * 86_400))
    return {
        "type": "track",
        "event": f"Tela {dice.randrange(12)}",
        "userId": f"u{person}",
        "context": {"groupId": f"c{person % CUSTOMERS}"},
        "timestamp": moment.isoformat(),
        "messageId": one,
    }


def _with_repeats(bodies: Sequence[bytes], number: int) -> list[bytes]:
    dice = random.Random(1_000 + number)
    sent = [*bodies, *dice.sample(list(bodies), len(bodies) // AGAIN)]
    dice.shuffle(sent)
    return sent


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _append(path: Path, bodies: Sequence[bytes]) -> None:
    with path.open("ab") as file:
        for body in bodies:
            json.loads(body)
            file.write(body + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _insert(path: Path, bodies: Sequence[bytes]) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, customer TEXT, person TEXT,"
        " event TEXT, at TEXT) WITHOUT ROWID;"
        "CREATE INDEX IF NOT EXISTS by_customer ON events (customer, at);"
    )
    for body in bodies:
        rows = [
            (e["messageId"], e["context"]["groupId"], e["userId"], e["event"], e["timestamp"])
            for e in json.loads(body)["batch"]
        ]
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)", rows)
        database.execute("COMMIT")
    database.close()


def _ours(server: Server, home: Path, key: str, sent: Sequence[bytes], found: Measured) -> None:
    before, start = cpu_seconds(server.pid), time.perf_counter()
    shares = [sent[n::CLIENTS] for n in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        senders = [pool.submit(_post, server.port, key, "/v1/batch", share) for share in shares]
        found.batches += [one for sender in senders for one in sender.result()]
    found.accepted.append(time.perf_counter() - start)
    _drain(home)
    found.wall.append(time.perf_counter() - start)
    found.ours.append(cpu_seconds(server.pid) - before)


def _post(port: int, key: str, path: str, bodies: Sequence[bytes]) -> list[float]:
    coded = base64.b64encode(f"{key}:".encode()).decode()
    headers = {"Authorization": f"Basic {coded}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for body in bodies:
        start = time.perf_counter()
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        told = answer.read()
        times.append(time.perf_counter() - start)
        if answer.status != 200:
            raise SystemExit(f"the server answered {answer.status}: {told[:200]!r}")
    connection.close()
    return times


def _single(server: Server, home: Path, key: str, singles: int) -> tuple[float, float]:
    dice, start_at = random.Random(77), datetime.now(UTC) - timedelta(days=DAYS)
    bodies = [json.dumps(_event(f"s{n}", dice, start_at)).encode() for n in range(singles)]
    before, start = cpu_seconds(server.pid), time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        shares = [bodies[n::CLIENTS] for n in range(CLIENTS)]
        list(pool.map(lambda share: _post(server.port, key, "/v1/track", share), shares))
    wall = time.perf_counter() - start
    _drain(home)
    return singles / wall, (cpu_seconds(server.pid) - before) / singles


def _drain(home: Path) -> None:
    database = _reader(home)
    until = time.monotonic() + DRAIN_SECONDS
    while database.execute("SELECT EXISTS (SELECT 1 FROM commerce_inbox)").fetchone()[0]:
        if time.monotonic() > until:
            raise SystemExit("the worker did not empty the inbox in time")
        time.sleep(0.05)
    database.close()


def _check(home: Path, expected: int) -> None:
    """A wrong answer has no figure: each id was seen once, counted once, and is stored once."""
    ask = reconcile.sqlite(home / "posvenda.sqlite3")
    [(seen,)] = ask("SELECT count(*) FROM commerce_seenkey")
    [(rolled,)] = ask("SELECT sum(uses_milli) / 1000 FROM commerce_usageday")
    stored = list(reconcile.counted(home, ask))
    if {seen, rolled, len(stored), len(set(stored))} != {expected}:
        told = f"seen {seen}, rolled up {rolled}, stored {len(stored)}, {len(set(stored))} distinct"
        raise SystemExit(f"sent {expected} distinct ids; {told}")
    print(f"stored = distinct ids: {expected:,}", flush=True)


def _reader(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{home / 'posvenda.sqlite3'}?mode=ro", uri=True)


def _show(found: Measured, each: int, per_second: float, single_cpu: float) -> None:
    accepted, through = statistics.median(found.accepted), statistics.median(found.wall)
    print(
        f"accepted {each / accepted:,.0f} events/s, through to the roll-ups"
        f" {each / through:,.0f} events/s, {statistics.median(found.ours) / each * 1e6:.1f} µs CPU"
        f" an event; batch p95 {spread(found.batches).p95:.0f} ms; single {per_second:,.0f}"
        f" requests/s, {single_cpu * 1e6:,.0f} µs CPU each",
        flush=True,
    )


def _ratios(found: Measured, events: int, per_second: float, *, slack: float) -> list[Ratio]:
    """At the small size the wall time is mostly the worker's pause; only the large one judges."""
    judged = [
        _paired("W1 CPU against SQLite dedup insert", found.ours, found.sqlite, SQLITE_BAR, slack),
        _paired("W1 CPU against parse, append, fsync", found.ours, found.append, APPEND_BAR, slack),
        against(f"W1 single requests against {SINGLE_SECOND}/s", 1_000 / per_second,
                1_000 / SINGLE_SECOND, unit="ms", bar=1.0, slack=slack),
        against(f"W1 batch p95 against {P95_MS:.0f} ms", spread(found.batches).p95, P95_MS,
                unit="ms", bar=1.0, slack=slack),
    ]  # fmt: skip
    if events == SIZES["full"]:
        wall, quickest = statistics.median(found.wall), events / ROUNDS / EVENTS_SECOND
        judged.append(
            against(f"W1 wall against {EVENTS_SECOND} events/s", wall, quickest, unit="s", bar=1.0)
        )
    return judged


def _paired(
    name: str, ours: Sequence[float], floor: Sequence[float], bar: float, slack: float
) -> Ratio:
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    figure = statistics.median(ours)
    return against(name, figure, figure / ratio, unit="s CPU", bar=bar, slack=slack)
