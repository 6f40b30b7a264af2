"""The real server in a process group of its own, started as ``posvenda serve`` starts it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server: its port, the supervisor's process id, seconds from start to ready."""

    port: int
    pid: int
    ready_seconds: float


@contextmanager
def running(home: Path, *options: str, python: str = sys.executable) -> Iterator[Server]:
    """This will serve ``home`` on a free port until the block ends."""
    port = _free_port()
    environment = environment_of(home) | {"POSVENDA_BIND": f"127.0.0.1:{port}"}
    start = time.perf_counter()
    process = subprocess.Popen(
        [python, "-m", "posvenda.config.cli", "serve", *options],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield Server(port, process.pid, time.perf_counter() - start)
    finally:
        process.terminate()
        process.wait(timeout=30)


def environment_of(home: Path) -> dict[str, str]:
    """This will give the environment of a child that works on ``home`` with an SQLite database."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "POSVENDA_NOW")}
    return kept | {
        "POSVENDA_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "posvenda.config.settings",
    }


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise RuntimeError("the server did not become ready")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
