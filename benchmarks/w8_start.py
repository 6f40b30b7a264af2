"""W8: from nothing to a ready installation: install, first migration, start, memory at rest."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.ratios import SLACK, Ratio, against
from benchmarks.server import ROOT, environment_of, running

RUNS = 3
STARTS = 5
OTHER = "bugsink"
# what it took when the floors were measured; used when the package index is out of reach
OTHER_SECONDS = 20.0
INSTALL_BAR, MIGRATE_SECONDS, READY_BAR, RSS_MB = 1.2, 15.0, 4.0, 300.0
SETTLE_SECONDS = 6.0


def run(size: str) -> list[Ratio]:
    """This will measure and judge; both sizes are the same work, CI allows for noise."""
    slack = SLACK if size == "ci" else 1.0
    scratch = Path(tempfile.mkdtemp(prefix="posvenda-w8-"))
    try:
        install, floor, floor_name = _installs(scratch)
        home = scratch / "home"
        home.mkdir()
        migrate = _seconds([sys.executable, "-m", "posvenda.config.prepare"], environment_of(home))
        ready, bare, memory = _starts(home)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return [
        against(f"W8 install against {floor_name}", install, floor, unit="s", bar=INSTALL_BAR,
                slack=slack),
        against(f"W8 first migration against {MIGRATE_SECONDS:.0f} s", migrate, MIGRATE_SECONDS,
                unit="s", bar=1.0, slack=slack),
        against("W8 start to ready against import django", ready, bare, unit="s", bar=READY_BAR,
                slack=slack),
        against(f"W8 memory of all processes against {RSS_MB:.0f} MB", memory, RSS_MB, unit="MB",
                bar=1.0),
    ]  # fmt: skip


def _installs(scratch: Path) -> tuple[float, float, str]:
    """Clean environments with empty caches, in turn: ours, theirs, ours … Medians of three."""
    locked = ["--require-hashes", "-r", "requirements/runtime.txt"]
    ours, theirs = [], []
    for number in range(RUNS):
        ours.append(_install(scratch / f"a{number}", locked, is_ours=True))
        theirs.append(_install(scratch / f"b{number}", [OTHER], is_ours=False))
    if None in ours:
        raise SystemExit("our own packages could not be installed")
    mine = statistics.median(one for one in ours if one is not None)
    pairs = [a / b for a, b in zip(ours, theirs, strict=True) if a and b]
    if not pairs:
        print(f"{OTHER} could not be fetched from the package index; its stated floor is used")
        return mine, OTHER_SECONDS, f"{OTHER}, stated"
    floor = mine / statistics.median(pairs)
    print(f"install: {mine:.1f} s, {OTHER}: {floor:.1f} s (median of the pairs)")
    return mine, floor, OTHER


def _install(folder: Path, what: Sequence[str], *, is_ours: bool) -> float | None:
    """This will time a clean environment; None when a package cannot be had."""
    uv = str(Path(sys.executable).with_name("uv"))
    into = ("--python", str(folder / "bin" / "python"))
    steps = [[uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
             [uv, "pip", "install", "--quiet", *into, *what]]  # fmt: skip
    if is_ours:
        us = ["--no-deps", "--no-build-isolation", "-e", "."]
        steps.append([uv, "pip", "install", "--quiet", *into, *us])
    environment = {**os.environ, "UV_CACHE_DIR": str(folder) + "-cache", "VIRTUAL_ENV": ""}
    start = time.perf_counter()
    for step in steps:
        if subprocess.run(step, env=environment, cwd=ROOT, check=False).returncode:
            return None
    took = time.perf_counter() - start
    for leftover in (folder, Path(str(folder) + "-cache")):
        shutil.rmtree(leftover, ignore_errors=True)
    return took


def _starts(home: Path) -> tuple[float, float, float]:
    """Seconds to ready and seconds to import Django, in turn, and the memory of all processes."""
    ready, bare, memory = [], [], []
    for number in range(STARTS):
        bare.append(_seconds([sys.executable, "-c", "import django"], dict(os.environ)))
        with running(home, "--with-worker") as server:
            ready.append(server.ready_seconds)
            if number == 0:
                time.sleep(SETTLE_SECONDS)
                memory.append(_resident_mb(server.pid))
    print(
        f"ready in {statistics.median(ready):.2f} s, import django {statistics.median(bare):.3f} s"
    )
    return statistics.median(ready), statistics.median(bare), memory[0]


def _seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _resident_mb(root: int) -> float:
    """This will add up the resident memory of a process and all below it, from /proc (Linux)."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry.name)] = int(fields[1])
    family = {root}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    sizes = {pid: _rss_mb(pid) for pid in sorted(family)}
    for pid, size in sizes.items():
        command = (Path("/proc") / str(pid) / "cmdline").read_text().replace("\0", " ")
        print(f"  {size:6.1f} MB  {command[-90:]}")
    return sum(sizes.values())


def _rss_mb(pid: int) -> float:
    status = (Path("/proc") / str(pid) / "status").read_text()
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
    return int(kilobytes) / 1024
