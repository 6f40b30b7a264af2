"""W1 sends what it says: events that differ, repeats that do not, floors that keep each id once."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks import w1_ingest as w1


def test_bodies_hold_distinct_ids_and_repeats_are_whole_batches() -> None:
    bodies = w1._bodies(1, 4_000)
    sent = w1._with_repeats(bodies, 1)
    ids = [event["messageId"] for body in bodies for event in json.loads(body)["batch"]]
    assert (len(bodies), len(sent), len(set(ids))) == (40, 42, 4_000)
    assert set(sent) == set(bodies)


def test_the_floors_do_the_work_they_are_named_for(tmp_path: Path) -> None:
    bodies = w1._with_repeats(w1._bodies(1, 2_000), 1)
    w1._append(tmp_path / "log", bodies)
    assert (tmp_path / "log").read_bytes() == b"".join(body + b"\n" for body in bodies)
    w1._insert(tmp_path / "floor.sqlite3", bodies)
    with closing(sqlite3.connect(tmp_path / "floor.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM events").fetchone() == (2_000,)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
