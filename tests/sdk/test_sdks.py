"""Clients that others wrote send through faults and killings: nothing lost, nothing twice.

Every event carries its client's name and a number. At the end each number is in the inbox, and the
messages told apart by ``messageId``, as the worker does, are as many as the numbers.
``POSVENDA_SDK_EVENTS`` makes it longer: 3,000 takes about ten minutes.
"""

import functools
import http.server
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from posvenda.api.keypage import snippets
from tests.faults.kept import inbox_items
from tests.faults.product import Product
from tests.faults.proxy import KINDS, Proxy
from tests.sdk import installed

pytestmark = pytest.mark.onedb

HERE = Path(__file__).parent
EVENTS = int(os.environ.get("POSVENDA_SDK_EVENTS", "300"))
IN_BROWSER = EVENTS // 6
TIMES = max(1, EVENTS // 300)
SECONDS = 100 * TIMES
KILLS = 3 * TIMES


@dataclass
class Killer:
    """Kills the web server at random, so many times, and starts it again."""

    product: Product
    seed: int = 11
    kills: int = 0
    calm: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """This will begin, beside whatever else goes on."""
        self.thread = threading.Thread(target=self._kill, daemon=True)
        self.thread.start()

    def _kill(self) -> None:
        dice = random.Random(self.seed)
        while self.kills < KILLS:
            time.sleep(dice.uniform(2.0, 5.0))
            with self.calm:
                self.product.kill_web()
                self.kills += 1
                time.sleep(dice.uniform(0.0, 0.5))
                self.product.start_web()
                self.product.wait()


@pytest.fixture
def served(product: Product) -> Product:
    """The installation with its web server running."""
    product.start_web()
    product.wait()
    return product


class _Site(http.server.SimpleHTTPRequestHandler):
    """Serves a page and the library's own browser build from another origin than ours."""

    def translate_path(self, path: str) -> str:
        clean = path.partition("?")[0].lstrip("/") or "index.html"
        umd = HERE / "node_modules" / "@segment" / "analytics-next" / "dist" / "umd"
        if clean.startswith("umd/"):
            return str(umd / clean.removeprefix("umd/"))
        return str(HERE / "pages" / clean)

    def log_message(self, format: str, *args: Any) -> None:
        """This will say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    installed.node_clients()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def programs(key: str) -> dict[str, tuple[list[str], dict[str, str]]]:
    """The three clients that are programs: what to run, without the address, and with what."""
    python = [sys.executable, "-W", "ignore", str(HERE / "clients" / "send.py")]
    node = ["node", str(HERE / "clients" / "send.mjs")]
    told = [key, str(EVENTS)]
    paths = {v: {"PYTHONPATH": str(installed.python_client(v))} for v in ("2.3", "2.4")}
    return {
        "python-2.3": ([*python, "{}", *told, "python-2.3", "gzip"], paths["2.3"]),
        "python-2.4": ([*python, "{}", *told, "python-2.4", "plain"], paths["2.4"]),
        "node": ([*node, "{}", *told, "node"], {}),
    }


def reconciled(home: Path) -> tuple[dict[str, set[int]], dict[str, set[str]]]:
    """The numbers of each client that came in, and its messages by their ids."""
    numbers, ids = defaultdict(set), defaultdict(set)
    for item in inbox_items(home):
        told = item.get("properties") or item.get("traits") or {}
        if item["type"] == "alias":
            client, _, number = item["previousId"].rpartition("-")
        else:
            client, number = told["client"], told["n"]
        numbers[client].add(int(number))
        ids[client].add(item["messageId"])
    return numbers, ids


@pytest.mark.browser
def test_no_client_loses_or_doubles_an_event(
    served: Product, key: str, site: str, chromium: Browser
) -> None:
    product = served
    commands = programs(key)
    names = [*commands, "single", "batching"]
    proxies = {name: Proxy(product.port, seed=seed) for seed, name in enumerate(names, start=5)}
    expected = {name: EVENTS if name in commands else IN_BROWSER for name in names}
    pages = {name: chromium.new_context().new_page() for name in ("single", "batching")}
    asked_for: list[str] = []
    killer = Killer(product)
    for name, page in pages.items():
        page.on("request", lambda asked: asked_for.append(asked.url))
        _open(page, f"{site}/?key={key}&address={proxies[name].url}&client={name}")
    running = {
        name: subprocess.Popen(
            [word.format(proxies[name].url) if word == "{}" else word for word in words],
            env=os.environ | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, (words, more) in commands.items()
    }
    killer.start()
    for page in pages.values():
        page.evaluate("to => send(0, to)", IN_BROWSER // 2)
    pages["batching"].evaluate("([a, b]) => send(a, b)", [IN_BROWSER // 2, IN_BROWSER])
    pages["single"].wait_for_timeout(1_500)
    with killer.calm:  # the page asks for its settings when it is loaded again
        _open(pages["single"], pages["single"].url)
    pages["single"].evaluate("([a, b]) => send(a, b)", [IN_BROWSER // 2, IN_BROWSER])

    _wait(product.home, expected, pages["single"])
    told = {name: process.communicate(timeout=SECONDS)[0] for name, process in running.items()}
    killer.thread.join(timeout=SECONDS)
    numbers, ids = reconciled(product.home)
    for name, count in expected.items():
        assert numbers[name] == set(range(count)), (name, told.get(name))
        assert len(ids[name]) == count, name
    assert all(process.returncode == 0 for process in running.values()), told
    assert [page.evaluate("failed") for page in pages.values()] == [[], []]
    ours = (site, *(proxy.url for proxy in proxies.values()))
    assert [url for url in asked_for if not url.startswith(ours)] == []
    injected = sum((proxy.seen for proxy in proxies.values()), Counter())
    assert all(injected[kind] >= 3 for kind in KINDS), injected
    assert killer.kills == KILLS
    print("injected", dict(injected), "killed", killer.kills)


def _open(page: Page, address: str) -> None:
    if "batching" in address:
        address += "&batching=1"
    page.goto(address)
    page.wait_for_function("analytics.instance?.initialized")


def _wait(home: Path, expected: dict[str, int], page: Page) -> None:
    """This will wait until every number is in, and no longer than the clients try."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        numbers, _ = reconciled(home)
        if all(len(numbers[name]) >= count for name, count in expected.items()):
            return
        page.wait_for_timeout(500)


def test_the_snippets_of_the_page_run_as_they_are(served: Product, key: str) -> None:
    texts = {one.name: one.text for one in snippets.tracking(key=key, address=served.url)}
    folder = installed.python_client("2.4")
    program = installed.node_clients() / ".snippet.mjs"
    program.write_text(texts["node"])
    environment = os.environ | {"PYTHONPATH": str(folder)}
    for command in (
        [sys.executable, "-W", "ignore", "-c", texts["python"]],
        ["node", str(program)],
        ["bash", "-c", texts["curl"]],
    ):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
    kinds = sorted(item["type"] for item in inbox_items(served.home))
    assert kinds == ["group", "group", "identify", "identify", "track", "track", "track"]
