"""Installs the clients from the public registries into git-ignored folders, once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / "var" / "sdk"
SECONDS = 300


def must_run() -> bool:
    """This will say whether a missing client is a failure: in CI it is."""
    return os.environ.get("CI") == "true"


def python_client(version: str) -> Path:
    """This will give a folder to put on ``PYTHONPATH``."""
    locked = HERE / f"python-{version}.txt"
    folder = CACHE / f"python-{version}"
    stamp = folder / "locked.txt"
    if not stamp.is_file() or stamp.read_text() != locked.read_text():
        shutil.rmtree(folder, ignore_errors=True)
        uv = str(Path(sys.executable).with_name("uv"))
        target = ["--target", str(folder), "--python", sys.executable]
        _run([uv, "pip", "install", "--quiet", "--require-hashes", *target, "-r", str(locked)])
        stamp.write_text(locked.read_text())
    return folder


def node_clients() -> Path:
    """This will give the folder of the Node packages, installed as the lock file says."""
    if not shutil.which("node") or not shutil.which("npm"):
        give_up("node and npm are not installed")
    modules = HERE / "node_modules"
    stamp = modules / ".locked.json"
    locked = (HERE / "package-lock.json").read_text()
    if not stamp.is_file() or stamp.read_text() != locked:
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
        stamp.write_text(locked)
    return modules


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(
            command, cwd=HERE, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (subprocess.TimeoutExpired, FileNotFoundError) as problem:
        give_up(str(problem))
    else:
        if done.returncode:
            give_up(f"{command[0]} could not install: {(done.stderr or done.stdout)[-300:]}")


def give_up(reason: str) -> None:
    """This will skip with the reason, or fail where everything must run."""
    if must_run():
        pytest.fail(reason)
    pytest.skip(reason)
