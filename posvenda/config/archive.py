"""The shape of a backup: one ``.tar.gz`` with a manifest that names and hashes every part.

``database.sqlite3`` or ``database.dump`` (PostgreSQL's custom format), ``lake/``, ``uploads/``,
``sheets/``, ``keys/`` and ``erasures/``. The manifest comes last, so a cut archive is recognised as
such. The list of people who were erased is added to the one that is here, never replaced by it.
"""

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDERS = ("keys", "lake", "sheets", "uploads")
ADDED = "erasures"
MANIFEST = "manifest.json"
FORMAT = 1


class BadArchive(ValueError):
    """Raised with a sentence that says why an archive is not restored."""


@dataclass(frozen=True)
class Summary:
    """What went into or came out of an archive."""

    parts: int
    bytes: int


def write(target: Path, *, home: Path, database: dict[str, Any], now: str) -> Summary:
    """This will write a consistent copy of everything to ``target`` (only whole files appear)."""
    partial = target.with_name(target.name + ".partial")
    parts: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=home) as scratch, tarfile.open(partial, "w:gz") as tar:
        dump = _dump(database, Path(scratch))
        for path, name in [(dump, dump.name), *_files(home)]:
            parts[name] = {"bytes": path.stat().st_size, "sha256": digest(path)}
            tar.add(path, name)
        manifest = Path(scratch) / MANIFEST
        manifest.write_text(json.dumps({"format": FORMAT, "at": now, "parts": parts}, indent=1))
        tar.add(manifest, MANIFEST)
    partial.chmod(0o600)
    os.replace(partial, target)
    return Summary(len(parts), sum(int(part["bytes"]) for part in parts.values()))


def read(source: Path, *, home: Path, database: dict[str, Any]) -> Summary:
    """This will check an archive whole, then put everything in its place."""
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        folder = Path(scratch)
        parts = _unpack(source, folder)
        _load(database, folder)
        for name in FOLDERS:
            if (folder / name).is_dir():
                _replace(folder / name, home / name)
        _add(folder / ADDED, home / ADDED)
    return Summary(len(parts), sum(int(part["bytes"]) for part in parts.values()))


def digest(path: Path) -> str:
    """This will give the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(home: Path) -> Iterator[tuple[Path, str]]:
    for folder in (*FOLDERS, ADDED):
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and "tmp" not in path.relative_to(home).parts:
                yield path, str(path.relative_to(home))


def _dump(database: dict[str, Any], folder: Path) -> Path:
    if "sqlite" in database["ENGINE"]:
        import sqlite3

        target = folder / "database.sqlite3"
        source = sqlite3.connect(database["NAME"])
        source.execute("VACUUM INTO ?", (str(target),))
        source.close()
        return target
    target = folder / "database.dump"
    _postgres(["pg_dump", "-Fc", "-f", str(target)], database)
    return target


def _load(database: dict[str, Any], folder: Path) -> None:
    is_lite = "sqlite" in database["ENGINE"]
    dump = folder / ("database.sqlite3" if is_lite else "database.dump")
    if not dump.exists():
        raise BadArchive("engine")
    if not is_lite:
        _postgres(["pg_restore", "--clean", "--if-exists", "--no-owner", str(dump)], database)
        return
    name = Path(database["NAME"])
    for suffix in ("-wal", "-shm"):
        name.with_name(name.name + suffix).unlink(missing_ok=True)
    os.replace(dump, name)


def _postgres(command: list[str], database: dict[str, Any]) -> None:
    env = os.environ | {
        "PGHOST": database["HOST"] or "",
        "PGPORT": database["PORT"] or "5432",
        "PGUSER": database["USER"] or "",
        "PGPASSWORD": database["PASSWORD"] or "",
        "PGDATABASE": database["NAME"],
    }
    extra = ["-d", database["NAME"]] if command[0] == "pg_restore" else []
    try:
        subprocess.run([command[0], *extra, *command[1:]], env=env, check=True)
    except FileNotFoundError as missing:
        raise BadArchive("programs") from missing


def _unpack(source: Path, folder: Path) -> dict[str, dict[str, Any]]:
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
    except (tarfile.TarError, EOFError, OSError, ValueError) as refusal:
        raise BadArchive("damaged") from refusal
    parts: dict[str, dict[str, Any]] = manifest["parts"]
    found = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    if manifest.get("format") != FORMAT or found != set(parts):
        raise BadArchive("damaged")
    if any(digest(folder / name) != part["sha256"] for name, part in parts.items()):
        raise BadArchive("altered")
    return parts


def _add(source: Path, target: Path) -> None:
    """Lines the list here does not have yet; a key that is here stays."""
    if not source.is_dir():
        return
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        there = target / path.name
        if not there.exists():
            os.replace(path, there)
        elif path.suffix == ".jsonl":
            known = there.read_text("utf-8").splitlines()
            told = path.read_text("utf-8").splitlines()
            lines = [*known, *(line for line in told if line not in known)]
            there.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _replace(source: Path, target: Path) -> None:
    old = target.with_name(target.name + ".old")
    if target.exists():
        os.replace(target, old)
    os.replace(source, target)
    for path in sorted(old.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    if old.exists():
        old.rmdir()
