"""A throw-away table on disk, for counting more things than fit in memory."""

import sqlite3
import tempfile
from collections.abc import Mapping


class Scratch:
    """Counts and first sightings of names, in an unnamed file that vanishes with the process."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile(suffix=".scratch")  # noqa: SIM115
        self._db = sqlite3.connect(self._file.name, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-32000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE counts (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")
        self._db.execute(
            "CREATE TABLE firsts (name TEXT PRIMARY KEY, line INTEGER, content INTEGER)"
            " WITHOUT ROWID"
        )
        self._db.execute("BEGIN")

    def take(self, counts: Mapping[str, int], firsts: Mapping[str, tuple[int, int]]) -> None:
        """This will take over what was counted in memory."""
        self._db.executemany("INSERT INTO counts VALUES (?, ?)", counts.items())
        self._db.executemany(
            "INSERT INTO firsts VALUES (?, ?, ?)",
            ((name, line, content) for name, (line, content) in firsts.items()),
        )

    def count(self, name: str) -> int:
        """This will say how often a name was counted before, and count it."""
        (n,) = self._db.execute(
            "INSERT INTO counts VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1"
            " RETURNING n",
            (name,),
        ).fetchone()
        return int(n) - 1

    def first(self, name: str, line: int, content: int) -> tuple[int, int] | None:
        """This will give what was kept first under a name, or keep this."""
        row = self._db.execute(
            "SELECT line, content FROM firsts WHERE name = ?", (name,)
        ).fetchone()
        if row is not None:
            return (int(row[0]), int(row[1])) if row != (line, content) else None
        self._db.execute("INSERT INTO firsts VALUES (?, ?, ?)", (name, line, content))
        return None

    def close(self) -> None:
        """This will drop everything."""
        self._db.close()
        self._file.close()
