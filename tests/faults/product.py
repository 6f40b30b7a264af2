"""The real product as processes of its own, to be killed: the web server, and the worker."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from posvenda.config import supervisor

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
KEY = """
import django; django.setup()
from posvenda.base import clock, keys
print(keys.issue(kind="write", label="SDK", scopes=["track"], by=None, now=clock.now())[1])
"""


class NotReady(RuntimeError):
    """Raised when the server does not answer in time."""


def free_port() -> int:
    """This will give a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def template(folder: Path) -> tuple[Path, str]:
    """This will make an installation once, to be copied: its home and the text of a write key."""
    return folder, Product(folder).prepare()


@dataclass
class Product:
    """An installation of its own: one web server, and a worker when it is started."""

    home: Path
    database: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    processes: int = 1
    web: "subprocess.Popen[bytes] | None" = None
    worker: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The address of the web server."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """This will give what the processes see."""
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "POSVENDA_NOW")}
        told = {
            "POSVENDA_HOME": str(self.home),
            "POSVENDA_BIND": f"127.0.0.1:{self.port}",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "posvenda.config.settings",
        }
        database = {"DATABASE_URL": self.database} if self.database else {}
        return kept | told | database | self.extra

    def prepare(self) -> str:
        """This will migrate and give the clear text of a new write key."""
        self.run("-m", "posvenda.config.prepare")
        return self.run("-c", KEY).strip().splitlines()[-1]

    def run(self, *words: str) -> str:
        """This will run Python on the installation and give what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environment(),
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def start_web(self) -> None:
        """This will start the server as ``posvenda serve`` does, without waiting for it."""
        command = supervisor._web_command("127.0.0.1", self.port, self.processes)
        self.web = self._start(command)

    def start_worker(self) -> None:
        """This will start the worker."""
        self.worker = self._start([sys.executable, "-m", "posvenda.config.cli", "worker"])

    def _start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            env=self.environment(),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self) -> None:
        """This will wait until the server answers."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._is_ready():
                return
            time.sleep(0.02)
        raise NotReady

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill_web(self) -> None:
        """This will kill the server and all its processes, which have no chance to finish."""
        _kill(self.web)
        self.web = None

    def kill_worker(self) -> None:
        """This will kill the worker likewise."""
        _kill(self.worker)
        self.worker = None

    def stop(self) -> None:
        """This will end whatever runs."""
        self.kill_web()
        self.kill_worker()


def _kill(process: "subprocess.Popen[bytes] | None") -> None:
    if process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
