"""Compares what clients were told with what the store holds. Imports no code of the product.

    python tests/faults/reconcile.py HOME LEDGER [--database postgres://…]

Reads the client's ledger, the tables of SQLite or PostgreSQL, the staged Parquet rows and the
Delta files. Every accepted id must be in exactly one place: waiting in the inbox, counted (in the
lake, or staged for it), or held until its customer is known; an item that names nobody is among
the dead letters and nowhere else. Prints a report as JSON; the exit code fails on any loss,
double or stranger.
"""

import argparse
import io
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import DeltaTable

Ask = Callable[[str], list[tuple[Any, ...]]]


def main() -> int:
    """This will print the report and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--database", default="")
    told = parser.parse_args()
    ask = _postgres(told.database) if told.database else sqlite(told.home / "posvenda.sqlite3")
    report = reconcile(told.home, told.ledger, ask)
    print(json.dumps(report))
    return 0 if report["is_sound"] else 1


def reconcile(home: Path, ledger: Path, ask: Ask) -> dict[str, Any]:
    """This will give the figures and the faults."""
    tried, accepted, requests = _ledger(ledger)
    inbox = {item["messageId"] for (body,) in ask(INBOX) for item in json.loads(body)["batch"]}
    in_store = Counter(counted(home, ask))
    held = Counter(key for (key,) in ask("SELECT key FROM commerce_held"))
    letters = {json.loads(body)["messageId"] for (body,) in ask(LETTERS)}
    names = {_hash(one): one for one in tried}
    strangers = [h for h in in_store if h not in names]
    strangers += [one for one in (*held, *letters, *inbox) if one not in tried]
    counted_ids = Counter({names[h]: count for h, count in in_store.items() if h in names})
    places = [counted_ids, held, Counter(letters), Counter(inbox - counted_ids.keys())]
    found = Counter(one for place in places for one in place)
    lost = [one for one in accepted if one not in found]
    doubled = [one for one, times in found.items() if times > 1]
    doubled += [one for place in (counted_ids, held) for one, times in place.items() if times > 1]
    astray = [one for one in letters if not _is_bad(one)]
    astray += [one for one in (*counted_ids, *held) if _is_bad(one)]
    rolled = ask("SELECT COALESCE(SUM(uses_milli), 0) FROM commerce_usageday")[0][0] // 1000
    seen = {key for (key,) in ask("SELECT key FROM commerce_seenkey")}
    faults = {
        "lost": len(lost),
        "doubled": len(doubled),
        "strangers": len(strangers),
        "astray": len(astray),
        "rolled_up_wrongly": abs(rolled - sum(in_store.values())),
        "unseen": len(set(in_store) - seen),
        "broken": 0 if ask(CHECKS[_kind(ask)]) in ([("ok",)], [(1,)]) else 1,
    }
    return {
        "requests": requests,
        "tried": len(tried),
        "accepted": len(accepted),
        "in_inbox": len(inbox),
        "counted": sum(in_store.values()),
        "held": sum(held.values()),
        "dead_letters": len(letters),
        **faults,
        "examples": [*lost[:5], *doubled[:5], *strangers[:5], *astray[:5]],
        "is_sound": not any(faults.values()) and bool(accepted),
    }


INBOX = "SELECT body FROM commerce_inbox"
LETTERS = "SELECT body FROM base_deadletter WHERE door = 'tracking'"
CHECKS = {"sqlite": "PRAGMA integrity_check", "postgres": "SELECT 1"}


def _kind(ask: Ask) -> str:
    try:
        ask("SELECT sqlite_version()")
    except Exception:
        return "postgres"
    return "sqlite"


def _ledger(path: Path) -> tuple[set[str], set[str], int]:
    tried: set[str] = set()
    accepted: set[str] = set()
    requests = 0
    for line in path.read_text().splitlines():
        told = json.loads(line)
        ids = {f"{told['run']}-{told['batch']}-{number}" for number in range(told["items"])}
        if told["what"] == "ok":
            accepted |= ids
        else:
            requests += 1
            tried |= ids
    return tried, accepted, requests


def _is_bad(one: str) -> bool:
    _, batch, number = one.rsplit("-", 2)
    return int(batch) % 10 == 0 and number == "7"


def counted(home: Path, ask: Ask) -> Iterable[int]:
    """This will give the hashes of the lake's rows and of the staged ones that are not in it."""
    path, in_lake = home / "lake" / "usage", -1
    if (path / "_delta_log").is_dir():
        table = DeltaTable(str(path))
        in_lake = table.transaction_version("staged") or -1
        for file in table.file_uris():
            yield from pl.read_parquet(file.removeprefix("file://"), columns=["event_id"])[
                "event_id"
            ]
    for number, body in ask("SELECT id, body FROM commerce_stagedevents"):
        if number > in_lake:
            yield from pl.read_parquet(io.BytesIO(bytes(body)), columns=["event_id"])["event_id"]


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def sqlite(path: Path) -> Ask:
    """This will give a way to ask an SQLite file."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    return lambda sql: database.execute(sql).fetchall()


def _postgres(url: str) -> Ask:
    import psycopg

    database = psycopg.connect(url, autocommit=True)
    return lambda sql: database.execute(sql.encode()).fetchall()


if __name__ == "__main__":
    sys.exit(main())
