"""Web server and worker as children of one small process that imports no framework.

Both children are in the supervisor's process group, so one signal to the group stops everything.
A worker that dies is started again; when the web server ends, everything ends.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from posvenda.base import migrated
from posvenda.config import apps, environment

READY_SECONDS = 60
RESTART_PAUSE = 1.0


@dataclass
class Children:
    """The processes that were started, by name."""

    commands: dict[str, list[str]]
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    is_stopping: bool = False

    def start(self, name: str) -> None:
        """This will start one of them. A page is one thread's work, so pages share the cores."""
        environment = os.environ | ({"POLARS_MAX_THREADS": "1"} if name == "web" else {})
        self.running[name] = subprocess.Popen(self.commands[name], env=environment)

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """This will ask all of them to end; the watch loop waits for them."""
        self.is_stopping = True
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()

    def watch(self) -> int:
        """This will wait until the web server ends, keeping the worker alive meanwhile."""
        web = self.running["web"]
        while web.poll() is None:
            for name, process in self.running.items():
                if process.poll() is not None and not self.is_stopping:
                    time.sleep(RESTART_PAUSE)
                    self.start(name)
                    break
            time.sleep(0.2)
        self.stop()
        for process in self.running.values():
            _wait(process)
        return 0 if self.is_stopping and web.returncode in (0, -signal.SIGTERM) else web.returncode


def _wait(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def serve(*, with_worker: bool, processes: int) -> int:
    """This will migrate where needed, then serve until told to stop."""
    if not is_current() and (code := _prepare()):
        return code
    return _run(with_worker=with_worker, processes=processes)


def demo(*, pack: str, is_load_only: bool) -> int:
    """This will load the demo company once, then serve it with a worker."""
    if (code := _prepare(pack)) or is_load_only:
        return code
    return _run(with_worker=True, processes=1)


def is_current() -> bool:
    """This will say whether an SQLite database is surely migrated, without loading Django.

    Whatever is not sure (a server's database, no file yet, a squashed migration) is prepared.
    """
    database = environment.database(environment.home())
    if not database["ENGINE"].endswith("sqlite3"):
        return False
    try:
        where = Path(database["NAME"]).resolve().as_uri()
        with closing(sqlite3.connect(f"{where}?mode=ro", uri=True)) as db:
            applied = frozenset(db.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.Error:
        return False
    return migrated.on_disk(apps.LABELS) <= applied


def _prepare(*words: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "posvenda.config.prepare", *words], check=False
    ).returncode


def _run(*, with_worker: bool, processes: int) -> int:
    host, port = environment.bind()
    os.environ["POSVENDA_WEB_PROCESSES"] = str(processes)
    children = Children({"web": _web_command(host, port, processes)})
    if with_worker:
        children.commands["worker"] = [sys.executable, "-m", "posvenda.config.cli", "worker"]
    signal.signal(signal.SIGTERM, children.stop)
    signal.signal(signal.SIGINT, children.stop)
    children.start("web")
    if _until_ready(children, host, port):
        print(f"\n  posvenda  http://{_shown(host)}:{port}/\n", flush=True)
    # Pages first: loading both at once would keep people waiting for jobs that can wait.
    if with_worker and not children.is_stopping:
        children.start("worker")
    return children.watch()


def _web_command(host: str, port: int, processes: int) -> list[str]:
    return [
        sys.executable,
        *("-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", "1", "--no-ws"),
        *("--log-level", "warning", "--respawn-failed-workers"),
        "posvenda.config.wsgi:application",
    ]


def _until_ready(children: Children, host: str, port: int) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and children.running["web"].poll() is None:
        try:
            with urllib.request.urlopen(
                f"http://{_shown(host)}:{port}/readyz", timeout=2
            ) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
