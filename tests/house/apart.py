"""A program run in a process of its own, with a home of its own, as a start of the product is."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def said(program: str, home: Path, *words: str) -> str:
    """This will give what a program prints; a program that fails, fails the test."""
    environment = os.environ | {
        "POSVENDA_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'db.sqlite3'}",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "posvenda.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
