"""Webhooks: every provider's door answers in under 200 ms, and what it answered with 200 is stored.

Eight clients post signed bodies of Stripe, of Asaas and of the generic sender to the real server
while the worker takes them in; one in twenty is sent again. In turn with them the empty view is
asked for in the same way, a new connection each time, as providers do. Before any time counts,
what is stored must be what was sent: each delivery once, byte for byte, and the repeats counted.
"""

import base64
import hashlib
import hmac
import http.client
import json
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.ratios import SLACK, Ratio, against
from benchmarks.server import ROOT, environment_of, running
from benchmarks.timing import spread

SIZES = {"ci": 2_000, "full": 20_000}
CLIENTS, ROUNDS, AGAIN, CUSTOMERS = 8, 5, 20, 200
EMPTY, EACH_EMPTY = "/healthz", 4
P95_MS, EMPTY_BAR = 200.0, 25.0
MOMENT = 1_790_000_000
PREPARE = """
import django; django.setup()
import json
from posvenda.api.webhooks import endpoints
from posvenda.base import clock
from posvenda.base.models import Role, User
now = clock.now()
by = User.objects.create(email="w@example.com", role=Role.ADMIN)
made = {}
for provider in ("stripe", "asaas", "signed"):
    endpoint, secret = endpoints.create(
        provider=provider, label=provider, secret="whsec_of_stripe", options={},
        quiet_hours=None, by=by, now=now,
    )
    made[provider] = (endpoint.public_id, secret)
print(json.dumps(made))
"""


@dataclass(frozen=True)
class Post:
    """One delivery: of which provider, the id it comes again under, and its bytes."""

    provider: str
    key: str
    body: bytes

    def headers(self, secret: str) -> dict[str, str]:
        """This will sign as the provider does at this moment."""
        return {"Content-Type": "application/json", **SIGNED[self.provider](self, secret)}


def run(size: str) -> list[Ratio]:
    """This will post, reconcile and judge."""
    home = Path(tempfile.mkdtemp(prefix="posvenda-webhooks-"))
    try:
        doors = _prepared(home)
        posts = made(SIZES[size])
        ours, empty = _measure(home, doors, with_repeats(posts))
        check(home / "posvenda.sqlite3", posts, repeats=len(posts) // AGAIN)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return _ratios(ours, empty, slack=SLACK if size == "ci" else 1.0)


def made(count: int) -> list[Post]:
    """This will make deliveries of the three providers in turn, each with an id of its own."""
    dice, turn = random.Random(4), cycle(BODIES)
    return [_made(next(turn), number, dice) for number in range(count)]


def _made(provider: str, number: int, dice: random.Random) -> Post:
    key = f"evt_{number}"
    body = BODIES[provider](key, f"cus_{dice.randrange(CUSTOMERS)}", number)
    return Post(provider, key, json.dumps(body).encode())


def with_repeats(posts: Sequence[Post]) -> list[Post]:
    """This will add one in twenty a second time, and shuffle all."""
    dice = random.Random(44)
    sent = [*posts, *dice.sample(list(posts), len(posts) // AGAIN)]
    dice.shuffle(sent)
    return sent


def _stripe(key: str, customer: str, number: int) -> dict[str, Any]:
    told = {"id": customer, "name": f"Cliente {customer}", "email": f"{customer}@x.example"}
    moment = MOMENT + number
    return {"id": key, "type": "customer.updated", "created": moment, "data": {"object": told}}


def _asaas(key: str, customer: str, number: int) -> dict[str, Any]:
    told = {"id": f"pay_{number}", "customer": customer, "value": 129.9}
    payment = told | {"paymentDate": "2026-03-02"}
    moment = "2026-03-02 10:00:00"
    return {"id": key, "event": "PAYMENT_RECEIVED", "dateCreated": moment, "payment": payment}


def _generic(key: str, customer: str, number: int) -> dict[str, Any]:
    told = {"customer": customer, "number": number}
    return {"type": "benchmark.posted", "timestamp": "2026-03-02T10:00:00Z", "data": told}


BODIES = {"stripe": _stripe, "asaas": _asaas, "signed": _generic}


def _stripe_mark(post: Post, secret: str) -> dict[str, str]:
    moment = str(int(time.time()))
    message = f"{moment}.".encode() + post.body
    mark = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={mark}"}


def _standard_mark(post: Post, secret: str) -> dict[str, str]:
    moment, key = str(int(time.time())), base64.b64decode(secret.removeprefix("whsec_"))
    message = f"{post.key}.{moment}.".encode() + post.body
    mark = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": post.key,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{mark}",
    }


SIGNED = {
    "stripe": _stripe_mark,
    "asaas": lambda _post, secret: {"asaas-access-token": secret},
    "signed": _standard_mark,
}


def _prepared(home: Path) -> Mapping[str, tuple[str, str]]:
    told = environment_of(home)
    prepare = [sys.executable, "-m", "posvenda.config.prepare"]
    subprocess.run(prepare, env=told, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    done = subprocess.check_output([sys.executable, "-c", PREPARE], env=told, cwd=ROOT, text=True)
    doors: Mapping[str, tuple[str, str]] = json.loads(done.strip().splitlines()[-1])
    return doors


def _measure(
    home: Path, doors: Mapping[str, tuple[str, str]], sent: Sequence[Post]
) -> tuple[list[list[float]], list[list[float]]]:
    """Seconds of each answer, round by round: of the doors, and of fewer empty views."""
    ours, empty = [], []
    with running(home, "--with-worker") as server, ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda _: _get(server.port), range(CLIENTS * 4)))
        for number in range(ROUNDS):
            part = sent[number::ROUNDS]
            ours.append(list(pool.map(lambda one: _post(server.port, doors, one), part)))
            empty.append(list(pool.map(lambda _: _get(server.port), part[::EACH_EMPTY])))
    return ours, empty


def _post(port: int, doors: Mapping[str, tuple[str, str]], post: Post) -> float:
    address, secret = doors[post.provider]
    path, headers = f"/webhooks/in/{address}/", post.headers(secret)
    return _asked(port, "POST", path, body=post.body, headers=headers)


def _get(port: int) -> float:
    return _asked(port, "GET", EMPTY, body=None, headers={})


def _asked(port: int, method: str, path: str, *, body: bytes | None, headers: Any) -> float:
    start = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, body=body, headers={**headers, "Connection": "close"})
        answer = connection.getresponse()
        told = answer.read()
    took = time.perf_counter() - start
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {told[:200]!r}")
    return took


def check(database: Path, posts: Sequence[Post], *, repeats: int) -> None:
    """This will refuse any figure unless each delivery is stored once, as sent."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
        kept = list(_kept(reader))
        [again] = reader.execute("SELECT sum(again) FROM api_webhookdelivery").fetchone()
    wanted = sorted((post.provider, post.key, post.body) for post in posts)
    if sorted(kept) != wanted or again != repeats:
        told = f"{len(kept)} stored and {again} told to be repeats"
        raise SystemExit(f"sent {len(wanted)} deliveries and {repeats} repeats; {told}")
    print(f"stored = sent: {len(wanted):,} deliveries, {again} of them sent again", flush=True)


def _kept(reader: sqlite3.Connection) -> Iterator[tuple[str, str, bytes]]:
    yield from reader.execute(
        "SELECT e.provider, d.key, d.body FROM api_webhookdelivery d"
        " JOIN api_webhookendpoint e ON e.id = d.endpoint_id"
    )


def _ratios(
    ours: Sequence[Sequence[float]], empty: Sequence[Sequence[float]], *, slack: float
) -> list[Ratio]:
    """The slow end over all posts; the middle round by round beside the empty view's."""
    all_of = spread([one for times in ours for one in times])
    pairs = [(spread(a).p50, spread(b).p50) for a, b in zip(ours, empty, strict=True)]
    middle = statistics.median(a for a, _ in pairs)
    times_empty = statistics.median(a / b for a, b in pairs)
    return [
        against(f"webhooks p95 of {CLIENTS} clients against {P95_MS:.0f} ms", all_of.p95, P95_MS,
                unit="ms", bar=1.0, slack=slack),
        against("webhooks p50 against an empty view", middle, middle / times_empty, unit="ms",
                bar=EMPTY_BAR, slack=slack),
    ]  # fmt: skip
