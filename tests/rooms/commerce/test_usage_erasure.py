"""No byte of a forgotten person is left in the home folder: database, its log, lake, its log."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.onedb
ROOT = Path(__file__).parents[3]
CANARY = "canario-4f1b-ZkQ9"
PROGRAM = """
import sys
from datetime import UTC, datetime, timedelta
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("PRAGMA secure_delete = OFF")  # some builds of SQLite have it on, most not
import polars as pl
from django.db import transaction
from pathlib import Path
from posvenda.adapters.lake import Lake
from posvenda.commerce import usage
from posvenda.commerce.store import SeenKey
from posvenda.commerce.usage import changing, rollups
from posvenda.commerce.usage.events import persons

home, way, skipped, canary = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
ana = persons(pl.Series([canary])).item()
needles = {
    "text": canary.encode(),
    "person": ana.to_bytes(8, "big", signed=True),
    "person in the lake": ana.to_bytes(8, "little", signed=True),
}

def events(first, person, note):
    return pl.DataFrame({
        "key": [f"{person}-{n}" for n in range(first, first + 3)], "customer_id": 7,
        "person": person, "feature": "notas", "quantity": 1, "seconds": None,
        "happened_at": [NOW - timedelta(days=n) for n in range(3)], "recorded_at": NOW,
        "batch_id": None, "source": "site", "event": "Opened", "kind": "track",
        "properties": '{"note": "' + note + '"}',
    }, schema_overrides={"seconds": pl.Int64, "batch_id": pl.Int64})

def put(first):
    with transaction.atomic():
        usage.take(events(first, canary, canary), now=NOW)
        usage.take(events(first, "bia", "harmless"), now=NOW)

def found():
    return sorted(
        f"{name} in {path.relative_to(home)}"
        for path in home.rglob("*") if path.is_file()
        for name, needle in needles.items() if needle in path.read_bytes()
    )

put(0)
usage.drain()
put(10)
before = found()
for place in ("posvenda.sqlite3", "lake/usage/month"):
    assert any(place in each for each in before), before
nothing = lambda *args, **kwargs: None
match skipped:
    case "lake": Lake.erase = nothing
    case "files": Lake._sweep = nothing
    case "database": changing.scrub = nothing
    case "rollups": rollups.clear = changing.recount = nothing
    case "staged": changing.staging.drain_locked = nothing
if way == "people":
    usage.forget_people([canary], now=NOW)
else:
    usage.forget([7], now=NOW)
left = usage.query("SELECT count(*) AS n FROM events")["n"].item()
assert skipped or left == (6 if way == "people" else 0), left
assert skipped or SeenKey.objects.count() == left
print("\\n".join(found()))
"""


def left_over(home: Path, way: str, skipped: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(home), way, skipped, CANARY],
        env=os.environ
        | {
            "POSVENDA_HOME": str(home),
            "DATABASE_URL": f"sqlite:///{home / 'posvenda.sqlite3'}",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "posvenda.config.settings",
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("way", ["people", "customer"])
def test_nothing_is_left(tmp_path: Path, way: str) -> None:
    assert left_over(tmp_path, way, "") == ""


@pytest.mark.parametrize("skipped", ["lake", "files", "database", "rollups", "staged"])
def test_the_search_finds_what_a_left_out_step_leaves(tmp_path: Path, skipped: str) -> None:
    assert left_over(tmp_path, "people", skipped) != ""
