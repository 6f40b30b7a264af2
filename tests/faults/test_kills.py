"""Nothing accepted is lost or counted twice, whatever is killed; and the check would notice.

The full figures, 100 and 200 kills under 500,000 events: ``make bench W=kills SIZE=full``.
"""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faults import kills
from tests.faults.product import Product

WEB = int(os.environ.get("POSVENDA_WEB_KILLS", "10"))
WORKER = int(os.environ.get("POSVENDA_WORKER_KILLS", "10"))
RATE = float(os.environ.get("POSVENDA_KILL_RATE", "1500"))
EVENTS = int(os.environ.get("POSVENDA_KILL_EVENTS", "20000"))

pytestmark = pytest.mark.onedb


def test_killing_the_server_and_the_worker_loses_and_doubles_nothing(
    product: Product, key: str
) -> None:
    report = kills.run(
        product.home, events=EVENTS, web_kills=WEB, worker_kills=WORKER, rate=RATE, key=key
    )
    print(json.dumps(report))
    assert report["is_sound"], report
    assert report["in_inbox"] == 0
    assert min(report["counted"], report["held"], report["dead_letters"]) > 0


@pytest.fixture
def quiet(product: Product) -> tuple[Path, Path]:
    """A home where nothing came in yet, and a ledger of one accepted batch of three."""
    ledger = product.home / "ledger.jsonl"
    lines = [{"what": what, "run": "r", "batch": 1, "items": 3} for what in ("try", "ok")]
    ledger.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return product.home, ledger


def _put(home: Path, *batches: list[str]) -> None:
    with closing(sqlite3.connect(home / "posvenda.sqlite3")) as database, database:
        source = database.execute("SELECT id FROM base_accesskey").fetchone()[0]
        for number, ids in enumerate(batches):
            body = json.dumps({"batch": [{"messageId": one} for one in ids], "sentAt": None})
            row = (f"k{number}", source, "2026-06-16 12:00:00", len(ids), body.encode())
            database.execute(
                "INSERT INTO commerce_inbox (key, source_id, received_at, items, body)"
                " VALUES (?, ?, ?, ?, ?)",
                row,
            )


def test_the_reconciliation_notices_what_is_missing_and_what_is_strange(
    quiet: tuple[Path, Path],
) -> None:
    home, ledger = quiet
    _put(home, ["r-1-0", "r-1-1"], ["r-1-1", "r-9-0"])
    report: dict[str, Any] = kills.reconciled(home, ledger)
    assert (report["lost"], report["strangers"], report["is_sound"]) == (1, 1, False)
    assert report["examples"] == ["r-1-2", "r-9-0"]


def test_the_reconciliation_is_content_when_every_id_is_there_once(
    quiet: tuple[Path, Path],
) -> None:
    home, ledger = quiet
    _put(home, ["r-1-0", "r-1-1", "r-1-2"], ["r-1-1"])
    report = kills.reconciled(home, ledger)
    assert (report["accepted"], report["in_inbox"], report["is_sound"]) == (3, 3, True)
    with closing(sqlite3.connect(home / "posvenda.sqlite3")) as database, database:
        actor = (
            "INSERT INTO commerce_actor (person, user_ref, anonymous_ref, email, name, traits,"
            " group_ref, is_staff, rule, first_seen_at, last_seen_at)"
            " VALUES ('p', '', '', '', '', '{}', '', 0, '', '2026-06-16', '2026-06-16')"
        )
        database.execute(actor)
        database.execute(
            "INSERT INTO commerce_held (key, reason, source_id, actor_id, group_ref, clues,"
            " version, kind, event, happened_at, received_at, body)"
            " VALUES ('r-1-1', 'customer', 1, 1, '', '[]', 1, 'track', 'A', '2026-06-16',"
            " '2026-06-16', '{}')"
        )
    report = kills.reconciled(home, ledger)
    assert (report["doubled"], report["is_sound"], report["examples"]) == (1, False, ["r-1-1"])
