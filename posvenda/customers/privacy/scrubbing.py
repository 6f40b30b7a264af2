"""Taking erased bytes off the disk: the database keeps them in free pages, its log and its index.

SQLite: ``secure_delete`` overwrites rows as they go, the full-text index is merged into one piece
without what was deleted, ``VACUUM`` rewrites the file, and the write-ahead log is emptied. Of
PostgreSQL every table is rewritten (``VACUUM FULL``): queue, cache and sessions keep deleted rows
too. A rewrite carries deleted rows over as long as any transaction of the server is older than
their end, so it waits for those first. Its own log, replicas and archives are outside of our reach
and in the guide.
"""

import time
from typing import Any

from django.core.cache import cache
from django.db import OperationalError, connection

ATTEMPTS = 60
PAUSE = 0.5
INDEX = "customers_search"
OLDER = """
SELECT pg_snapshot_xmin(pg_current_snapshot()) < %s::xid8 OR EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND age(backend_xmin) > age(%s::xid8::xid)
)
"""


class StillRead(RuntimeError):
    """Raised when others kept what was deleted in sight all the time; the job tries again."""


def wipe_as_you_go() -> None:
    """This will have SQLite overwrite what is deleted on this connection from now on."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def scrub() -> None:
    """This will rewrite what held erased rows, so that their bytes are gone."""
    cache.clear()
    _by_vendor[connection.vendor]()


def _sqlite() -> None:
    wipe_as_you_go()
    with connection.cursor() as cursor:
        # The name of the table as a column is how FTS5 takes commands.
        cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('optimize')")  # noqa: S608
    _patiently("VACUUM")
    _empty_log()


def _empty_log() -> None:
    for _attempt in range(ATTEMPTS):
        if not _one("PRAGMA wal_checkpoint(TRUNCATE)"):
            return
        time.sleep(PAUSE)
    raise StillRead


def _patiently(sql: str) -> None:
    for attempt in range(ATTEMPTS):
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
        except OperationalError:
            if attempt + 1 == ATTEMPTS:
                raise
            time.sleep(PAUSE)
        else:
            return


def _one(sql: str, *values: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def _postgresql() -> None:
    _outlive_the_older()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
        # Its statistics keep the commonest values and bounds of every column, the former ones too.
        cursor.execute("VACUUM (FULL) pg_catalog.pg_statistic")
        cursor.execute("CHECKPOINT")


def _outlive_the_older() -> None:
    """This will wait until no transaction is left that began before now, in any database.

    A snapshot is as old as the oldest transaction that writes anywhere on the server; the readers
    of this database hold their own.
    """
    mark = str(_one("SELECT pg_current_xact_id()"))
    for _attempt in range(ATTEMPTS):
        if not _one(OLDER, mark, mark):
            return
        time.sleep(PAUSE)
    raise StillRead


_by_vendor = {"sqlite": _sqlite, "postgresql": _postgresql}
