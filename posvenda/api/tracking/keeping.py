"""The database side of the door: whose key it is, one inbox row, and the day's count.

A key that was found is trusted for ``TRUST_SECONDS`` in this process: revoking one holds after
that at the latest, everywhere.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import InterfaceError, OperationalError, connection, transaction

from posvenda.api.tracking.answers import bad_key, unavailable
from posvenda.base import keys
from posvenda.base.models import AccessKey

SCOPE = "track"
TRUST_SECONDS = 5.0
TRUST_MOST = 1_000
SHARDS = 64

INBOX = (
    "INSERT INTO commerce_inbox (key, source_id, received_at, items, body)"
    " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
COUNT = (
    "INSERT INTO api_trackingday (key_id, day, shard, requests, events, repeated, refused, code)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key_id, day, shard) DO UPDATE SET"
    " requests = api_trackingday.requests + excluded.requests,"
    " events = api_trackingday.events + excluded.events,"
    " repeated = api_trackingday.repeated + excluded.repeated,"
    " refused = api_trackingday.refused + excluded.refused,"
    " code = CASE WHEN excluded.code = '' THEN api_trackingday.code ELSE excluded.code END"
)
WAITING = "SELECT COALESCE(MAX(id) - MIN(id) + 1, 0) FROM commerce_inbox"


@dataclass(frozen=True)
class Source:
    """A key that may track: its row and the text that stands for it where its secret was."""

    id: int
    shown: str


@dataclass
class Trusted:
    """Keys found lately, by a digest of their text."""

    until: dict[bytes, tuple[Source, float]] = field(default_factory=dict)

    def find(self, text: str, *, now: datetime, tick: float) -> Source:
        """This will give the source of a key's text, or refuse."""
        digest = hashlib.sha256(text.encode()).digest()
        known = self.until.get(digest)
        if known is not None and tick < known[1]:
            return known[0]
        self.until.pop(digest, None)
        source = _verified(text, now)
        if len(self.until) >= TRUST_MOST:
            self.until.clear()
        self.until[digest] = (source, tick + TRUST_SECONDS)
        return source


def _verified(text: str, now: datetime) -> Source:
    if "\0" in text or len(text) > 200:
        raise bad_key()
    try:
        row = keys.verify(text, kind=AccessKey.Kind.WRITE, now=now, scope=SCOPE)
    except keys.BadKey:
        raise bad_key() from None
    return Source(row.pk, f"{keys.MARKS[AccessKey.Kind.WRITE]}_{row.prefix}_***")


@contextmanager
def database(*, patience: float) -> Iterator[None]:
    """This will answer 503 when the database is locked for longer than ``patience`` or is away."""
    _refresh()
    try:
        with _patience(patience):
            yield
    except (OperationalError, InterfaceError):
        _refresh()
        raise unavailable() from None


def _refresh() -> None:
    """A connection that broke is dropped; one inside a transaction is somebody else's."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """Pages wait up to 20 seconds for SQLite's lock; an SDK hangs up before that."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
    connection.ensure_connection()
    raw = connection.connection
    raw.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(usual * 1000)}")


def waiting() -> int:
    """This will say how many rows wait, by the ends of their numbers: two looks at an index."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


@dataclass
class Refused:
    """Refusals of known keys since they were last written down, with the latest code."""

    waiting: dict[tuple[int, date], tuple[int, str]] = field(default_factory=dict)
    written_at: float = 0.0

    def note(self, source: int, day: date, code: str) -> None:
        """This will count one."""
        count, _ = self.waiting.get((source, day), (0, ""))
        self.waiting[(source, day)] = (count + 1, code)

    def is_due(self, tick: float) -> bool:
        """This will say whether they should be written without waiting for an accepted request."""
        return bool(self.waiting) and tick - self.written_at >= TRUST_SECONDS

    def write(self, tick: float) -> None:
        """This will write them down; what cannot be written waits on."""
        shard = os.getpid() % SHARDS
        rows = [(k, d, shard, 0, 0, 0, n, code) for (k, d), (n, code) in self.waiting.items()]
        self.written_at = tick
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(COUNT, rows)
        self.waiting.clear()


def keep(
    *, source: int, key: str, received_at: datetime, day: date, items: int, body: bytes
) -> None:
    """This will keep one batch; when it returns, the row is on the disk, or was there already.

    Each process counts in rows of its own, so that no two wait for one another.
    """
    moment = connection.ops.adapt_datetimefield_value(received_at)
    on = connection.ops.adapt_datefield_value(day)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(INBOX, (key, source, moment, items, body))
        new = items if cursor.rowcount else 0
        shard = os.getpid() % SHARDS
        cursor.execute(COUNT, (source, on, shard, 1, new, items - new, 0, ""))
