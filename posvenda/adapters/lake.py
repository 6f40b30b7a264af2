"""The event lake: usage events in a Delta Lake table, one folder a month, read by DuckDB.

One row = one use of the product. Columns: ``event_id`` (64-bit hash of the sender's key),
``customer_id``, ``person`` (keyed 64-bit hash, never a name or an address), ``feature``,
``quantity`` (uses, three decimals), ``seconds``, ``happened_at`` and ``recorded_at`` (UTC,
microseconds), ``batch_id``, ``source``, ``event`` (the sender's own name of it), ``kind``,
``properties`` (JSON text) and the partition ``month`` ("2026-05", of ``happened_at`` in UTC).
Tables written before the last four existed get them with the next append.

Only workers and the command line call this: the engines are loaded inside the functions, so that
a web process that imports this module stays small.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import polars as pl

MOMENT = pl.Datetime("us", "UTC")
COLUMNS: dict[str, pl.DataType] = {
    "event_id": pl.Int64(),
    "customer_id": pl.Int64(),
    "person": pl.Int64(),
    "feature": pl.String(),
    "quantity": pl.Decimal(18, 3),
    "seconds": pl.Int64(),
    "happened_at": MOMENT,
    "recorded_at": MOMENT,
    "batch_id": pl.Int64(),
    "source": pl.String(),
    "event": pl.String(),
    "kind": pl.String(),
    "properties": pl.String(),
    "month": pl.String(),
}
SCHEMA = pl.Schema(COLUMNS)
LATER = ("source", "event", "kind", "properties")
STATISTICS = "customer_id,happened_at,recorded_at"
CONFIGURATION: dict[str, str | None] = {
    # Statistics hold values, so they are kept for a few harmless columns only.
    "delta.dataSkippingStatsColumns": STATISTICS,
    "delta.enableDeletionVectors": "false",
    "delta.checkpointInterval": "100",
}
ATTEMPTS = 8
READER_HOURS = 24
T = TypeVar("T")


class LakeIsBusy(RuntimeError):
    """Raised when other writers won the table eight times in a row."""


@dataclass(frozen=True)
class Lake:
    """A table of usage events under ``path``; made by the first append."""

    path: Path

    def append(
        self, rows: pl.DataFrame, *, token: tuple[str, int], after: int | None = None
    ) -> bool:
        """This will add rows in one commit; False when this token (or a later one) is in already.

        Reads the columns of ``SCHEMA`` but ``month``, which is derived here; of those absent the
        last four are null. With ``after`` it is also False when the last token of this app is
        another number than that.
        """
        from deltalake import CommitProperties, Transaction, write_deltalake

        app, version = token
        absent = [pl.lit(None).alias(name) for name in LATER if name not in rows.columns]
        dated = (
            rows.with_columns(*absent, month=month_of("happened_at")).select(*SCHEMA).cast(SCHEMA)
        )

        def commit() -> bool:
            last = self.version(app)
            if last >= version or after not in (None, last):
                return False
            write_deltalake(
                str(self.path),
                dated.sort("month", "customer_id", "happened_at"),
                mode="append",
                partition_by=["month"],
                schema_mode="merge",
                configuration=CONFIGURATION,
                commit_properties=CommitProperties(app_transactions=[Transaction(app, version)]),
            )
            return True

        return _until_it_fits(commit)

    def has(self, token: tuple[str, int]) -> bool:
        """This will say whether an append with this token, or a later one of its app, is in."""
        app, version = token
        return self.version(app) >= version

    def version(self, app: str) -> int:
        """This will give the number of the last token of an app that is in, -1 before the first."""
        table = self._table()
        known = table.transaction_version(app) if table is not None else None
        return -1 if known is None else known

    def files(self, months: Sequence[str] | None = None) -> list[str]:
        """This will list the files of the newest version, sorted, of all or of some months."""
        table = self._table()
        if table is None:
            return []
        chosen = [("month", "in", list(months))] if months is not None else None
        return sorted(_path(uri) for uri in table.file_uris(file_pruning_predicate=chosen))

    def query(self, sql: str, *, files: Sequence[str] | None = None) -> pl.DataFrame:
        """This will run SQL in which ``events`` is the table (or some of its files).

        The partition column comes from the folder names, always as text. Without any file
        ``events`` is an empty table with the right columns.
        """
        import duckdb

        active = self.files() if files is None else files
        with duckdb.connect() as engine:
            engine.execute("SET TimeZone = 'UTC'")
            engine.execute(f"CREATE VIEW events AS {_source(active)}")
            return pl.DataFrame(engine.sql(sql))

    def compact(self, *, apart: Sequence[int] = ()) -> int:
        """This will rewrite each month that has several files as one sorted file, each key once.

        Batches named in ``apart`` were taken back: their rows do not stand for the same key.

        Gives the number of months rewritten. Of two rows with one key the one recorded first stays.
        Files that no version of the last day needs are deleted.
        """
        with self.locked():
            crowded = [month for month, count in self._crowding().items() if count > 1]
            for month in sorted(crowded):
                _until_it_fits(partial(self._rewrite, month, apart))
            if crowded:
                self._fresh().vacuum(
                    retention_hours=READER_HOURS, enforce_retention_duration=False, dry_run=False
                )
        return len(crowded)

    def erase(self, found: str) -> None:
        """This will remove every event that matches, also from the files kept for readers.

        The predicate goes into the table's log, so it may name hidden keys and numbers only. Call
        it inside ``locked``.
        """
        if self._table() is None:
            return
        _until_it_fits(lambda: self._fresh().delete(found))
        self._sweep()

    def change(self, found: str, values: dict[str, str]) -> None:
        """This will set columns, given as SQL, of every event that matches; inside ``locked``.

        Earlier states stay in the files kept for readers until the next compaction.
        """
        if self._table() is not None:
            _until_it_fits(lambda: self._fresh().update(predicate=found, updates=values))

    def _sweep(self) -> None:
        """Files of earlier states go at once, and so does the part of the log that tells of them.

        A checkpoint keeps the numbers of the last tokens; of the log itself nothing older stays.
        """
        table = self._fresh()
        table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        table = self._fresh()
        table.create_checkpoint()
        last = table.version()
        for file in (self.path / "_delta_log").glob("*.json"):
            if file.stem.isdigit() and int(file.stem) < last:
                file.unlink(missing_ok=True)
        for file in (self.path / "_delta_log").glob("*.checkpoint*.parquet"):
            if int(file.name.partition(".")[0]) < last:
                file.unlink(missing_ok=True)

    def months(self) -> list[str]:
        """This will list the months that have events, in order."""
        return sorted(self._crowding())

    def overwrite(self, month: str, rows: pl.DataFrame) -> None:
        """This will put these rows in the place of a month's, in one commit.

        Reads the columns of ``SCHEMA``. Callers hold the lock. The former files stay for readers.
        """
        from deltalake import write_deltalake

        dated = rows.with_columns(month=pl.lit(month)).select(*SCHEMA).cast(SCHEMA)
        _until_it_fits(
            lambda: write_deltalake(
                self._fresh(),
                dated.sort("customer_id", "happened_at", "event_id"),
                mode="overwrite",
                predicate=f"month = '{month}'",
                schema_mode="merge",
            )
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """This will keep other writers of this machine out for a while (readers go on)."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path.parent / f"{self.path.name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def key(self) -> bytes:
        """This will give the secret that hides persons, made once for this lake."""
        path = self.path.parent / f"{self.path.name}.key"
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        if not path.exists():
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(os.urandom(32))
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_bytes()

    def _table(self) -> Any:
        from deltalake import DeltaTable

        return DeltaTable(str(self.path)) if DeltaTable.is_deltatable(str(self.path)) else None

    def _fresh(self) -> Any:
        from deltalake import DeltaTable

        return DeltaTable(str(self.path))

    def _crowding(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for file in self.files():
            month = Path(file).parent.name.partition("=")[2]
            counts[month] = counts.get(month, 0) + 1
        return counts

    def _rewrite(self, month: str, apart: Sequence[int]) -> None:
        from deltalake import write_deltalake

        gone = ", ".join(str(int(each)) for each in apart) or "NULL"
        aside = f"CASE WHEN batch_id IN ({gone}) THEN batch_id END"
        table = self._fresh()
        rows = self.query(
            f"SELECT * FROM events QUALIFY row_number() OVER (PARTITION BY event_id, {aside} "  # noqa: S608
            "ORDER BY recorded_at, happened_at, customer_id) = 1 "
            "ORDER BY customer_id, happened_at, event_id",
            files=[
                _path(u) for u in table.file_uris(file_pruning_predicate=[("month", "=", month)])
            ],
        )
        write_deltalake(
            table,
            rows.select(*SCHEMA).cast(SCHEMA),
            mode="overwrite",
            predicate=f"month = '{month}'",
        )


def month_of(column: str) -> pl.Expr:
    """This will name the partition of a moment: its month in UTC."""
    return pl.col(column).dt.strftime("%Y-%m")


def hashes(texts: pl.Series, *, key: bytes = b"") -> pl.Series:
    """This will give 64-bit hashes of texts; with a key nobody can guess the texts back."""
    return pl.Series(texts.name, [_hash(text, key) for text in texts], dtype=pl.Int64)


def _hash(text: str | None, key: bytes) -> int | None:
    if text is None:
        return None
    digest = blake2b(text.encode(), digest_size=8, key=key).digest()
    return int.from_bytes(digest, "big", signed=True)


def _path(uri: str) -> str:
    """Local files come without a scheme, but with signs such as spaces written as in addresses."""
    return uri if "://" in uri else unquote(uri)


def _source(files: Sequence[str]) -> str:
    nulls = ", ".join(f"NULL::{_SQL_TYPES[name]} AS {name}" for name in SCHEMA)
    nothing = f"SELECT {nulls} WHERE false"
    if not files:
        return nothing
    quoted = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    options = "hive_partitioning = true, hive_types = {'month': VARCHAR}, union_by_name = true"
    # Files from before a column existed do not have it; the empty table does.
    return f"{nothing} UNION ALL BY NAME SELECT * FROM read_parquet([{quoted}], {options})"  # noqa: S608


_SQL_TYPES = {
    name: "VARCHAR" if kind == pl.String else "TIMESTAMPTZ" if kind == MOMENT else "BIGINT"
    for name, kind in SCHEMA.items()
} | {"quantity": "DECIMAL(18,3)"}


def _until_it_fits(commit: Callable[[], T]) -> T:
    from deltalake.exceptions import CommitFailedError

    attempt = 0
    while True:
        try:
            return commit()
        except CommitFailedError as error:
            attempt += 1
            if attempt == ATTEMPTS:
                raise LakeIsBusy(str(error)) from error
            time.sleep(0.05 * 2**attempt)
