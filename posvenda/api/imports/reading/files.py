"""From a path to the tables in it: files, folders, zips, sheets, each opened as a guarded stream.

Caps against decompression bombs: an XLSX has at most 20 MB and 200 MB unpacked, an archive at most
2,000 entries; nothing may unpack to more than a hundred times its size. Sizes are counted while
unpacking; what a header claims is not believed.
"""

import hashlib
import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from posvenda.api.imports.reading.errors import Unusable

MB = 1_048_576
XLSX_LIMIT = 20 * MB
UNPACKED_LIMIT = 200 * MB
RATIO_LIMIT = 100
RATIO_FROM = 10 * MB
ENTRIES_LIMIT = 2_000
BLOCK = 256 * 1024

TEXT, LINES, PARQUET, XLSX, ZIP = "text", "jsonl", "parquet", "xlsx", "zip"
KINDS = {
    ".csv": TEXT,
    ".tsv": TEXT,
    ".tab": TEXT,
    ".txt": TEXT,
    ".psv": TEXT,
    ".jsonl": LINES,
    ".ndjson": LINES,
    ".json": LINES,
    ".parquet": PARQUET,
    ".xlsx": XLSX,
    ".xlsm": XLSX,
    ".zip": ZIP,
}
PLAIN_NAMES = ("license", "licence", "readme", "notice", "changelog")


@dataclass(frozen=True)
class Source:
    """One table to read: a file, a member of a zip, or a sheet of a workbook."""

    name: str
    path: Path
    kind: str
    member: str = ""
    sheet: str = ""
    is_gz: bool = False

    @property
    def size(self) -> int:
        """How many bytes lie on disk."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Survey:
    """What one pass over a file tells: its fingerprint, whether it is UTF-8, how many lines."""

    sha256: str
    size: int
    lines: int | None = None
    is_utf8: bool = False


def gather(path: Path, *, name: str = "") -> list[Source]:
    """This will list the tables under a path, in the order of their names."""
    if path.is_dir():
        found = [
            source
            for each in sorted(path.iterdir())
            if each.is_file() and _is_wanted(each)
            for source in _tables(each, each.name)
        ]
        if not found:
            raise Unusable("no_files", name=name or path.name)
        return found
    if not path.is_file():
        raise Unusable("not_found", name=name or str(path))
    return _tables(path, name or path.name)


def _is_wanted(path: Path) -> bool:
    stem = path.name.lower().partition(".")[0]
    return _kind(path.name) != "" and not path.name.startswith(".") and stem not in PLAIN_NAMES


def _kind(name: str) -> str:
    plain = name.lower().removesuffix(".gz")
    return KINDS.get(Path(plain).suffix, "")


def _tables(path: Path, name: str) -> list[Source]:
    if path.stat().st_size == 0:
        raise Unusable("empty", name=name)
    kind, is_gz = _sniff(path, name)
    if kind == ZIP:
        return _members(path, name)
    source = Source(name, path, kind, is_gz=is_gz)
    return _sheets(source) if kind == XLSX else [source]


def _sniff(path: Path, name: str) -> tuple[str, bool]:
    """The kind by content where it tells, else by name."""
    with _raw(path, name) as file:
        head = file.read(8)
    kind, is_gz = _kind(name), head.startswith(b"\x1f\x8b")
    if head.startswith(b"PK\x03\x04"):
        return (XLSX if kind == XLSX else ZIP), False
    if head.startswith(b"PAR1"):
        return PARQUET, False
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unusable("locked" if kind == XLSX else "old_excel", name=name)
    if kind in (XLSX, ZIP, PARQUET) and not is_gz:
        raise Unusable("broken", name=name)
    if not kind:
        raise Unusable("unknown_kind", name=name)
    return kind, is_gz


def _members(path: Path, name: str) -> list[Source]:
    archive = _open_zip(path, name, limit=None)
    found = []
    with archive:
        entries = archive.infolist()
        for info in entries:
            member = Path(info.filename).name
            is_hidden = member.startswith(".") or info.filename.startswith("__MACOSX")
            if info.is_dir() or is_hidden or _kind(member) in ("", ZIP):
                continue
            if _is_wanted(Path(member)):
                is_gz = member.lower().endswith(".gz")
                found.append(
                    Source(f"{name}/{member}", path, _kind(member), info.filename, is_gz=is_gz)
                )
    if not found:
        has_zip = any(_kind(info.filename) == ZIP for info in entries)
        raise Unusable("nested" if has_zip else "no_files", name=name)
    return [
        table
        for source in sorted(found, key=lambda each: each.name)
        for table in (_sheets(source) if source.kind == XLSX else [source])
    ]


def _sheets(source: Source) -> list[Source]:
    from posvenda.api.imports.reading.workbook import sheet_names

    names = sheet_names(source)
    if len(names) == 1:
        return [Source(**{**source.__dict__, "sheet": names[0]})]
    return [
        Source(**{**source.__dict__, "name": f"{source.name}#{sheet}", "sheet": sheet})
        for sheet in names
    ]


def _open_zip(path: Path, name: str, *, limit: int | None) -> zipfile.ZipFile:
    """A zip whose entries are few enough and really unpack to little enough."""
    if limit is not None and path.stat().st_size > limit:
        raise Unusable("too_big", name=name, size=path.stat().st_size // MB + 1, limit=limit // MB)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unusable("broken", name=name) from error
    if len(archive.infolist()) > ENTRIES_LIMIT:
        raise Unusable("entries", name=name, limit=ENTRIES_LIMIT)
    return archive


def unpacked_size(path: Path, *, name: str) -> int:
    """This will unpack every entry of a zip to nowhere and give the bytes, or refuse a bomb."""
    total, packed = 0, path.stat().st_size
    with _open_zip(path, name, limit=XLSX_LIMIT) as archive, path.open("rb") as raw:
        for info in archive.infolist():
            if info.flag_bits & 1:
                raise Unusable("locked", name=name)
            for block in _inflate(raw, info, name):
                total += len(block)
                _check(total, packed, name)
    return total


def _inflate(raw: IO[bytes], info: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """The real content of an entry, whatever size its header claims."""
    raw.seek(info.header_offset)
    head = raw.read(30)
    raw.seek(info.header_offset + 30 + int.from_bytes(head[26:28], "little"))
    raw.seek(int.from_bytes(head[28:30], "little"), io.SEEK_CUR)
    left = info.compress_size
    pump = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = raw.read(min(BLOCK, left))
        if not packed:
            raise Unusable("broken", name=name)
        left -= len(packed)
        if pump is None:
            yield packed
            continue
        try:
            while packed:
                yield pump.decompress(packed, BLOCK)
                packed = pump.unconsumed_tail
        except zlib.error as error:
            raise Unusable("broken", name=name) from error


def _check(unpacked: int, packed: int, name: str) -> None:
    if unpacked > UNPACKED_LIMIT:
        raise Unusable("unpacks_too_big", name=name, limit=UNPACKED_LIMIT // MB)
    if unpacked > RATIO_FROM and unpacked > packed * RATIO_LIMIT:
        raise Unusable("ratio", name=name, limit=RATIO_LIMIT)


class Guarded(io.RawIOBase):
    """An unpacking stream that stops at a bomb and remembers a file that ends too early."""

    def __init__(
        self, stream: "IO[bytes] | Gunzip", *, packed: int, name: str, limit: int | None
    ) -> None:
        self._stream, self._packed, self._name = stream, packed, name
        self._limit, self._count = limit, 0
        self.is_truncated = False

    def readable(self) -> bool:
        """This will say that bytes can be read."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """This will fill the buffer with unpacked bytes."""
        try:
            data = self._stream.read(len(buffer))
        except (EOFError, zlib.error, zipfile.BadZipFile):
            self.is_truncated = True
            return 0
        self._count += len(data)
        if self._limit is not None and self._count > self._limit:
            raise Unusable("unpacks_too_big", name=self._name, limit=self._limit // MB)
        if self._count > RATIO_FROM and self._count > self._packed * RATIO_LIMIT:
            raise Unusable("ratio", name=self._name, limit=RATIO_LIMIT)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """This will close what lies below too."""
        self._stream.close()
        super().close()


class Gunzip:
    """Unpacks gzip, one member after another, and gives all there is before a break."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed, self._pump, self._tail = packed, zlib.decompressobj(31), b""

    def read(self, size: int) -> bytes:
        """This will give up to ``size`` unpacked bytes; ``EOFError`` when the file breaks off."""
        while True:
            if self._pump.eof:
                self._tail = self._pump.unused_data.lstrip(b"\0") or self._packed.read(BLOCK)
                if not self._tail:
                    return b""
                self._pump = zlib.decompressobj(31)
            packed = self._tail or self._packed.read(BLOCK)
            data = self._pump.decompress(packed, size)
            self._tail = self._pump.unconsumed_tail
            if data:
                return data
            if not packed:
                raise EOFError

    def close(self) -> None:
        """This will close the packed file."""
        self._packed.close()


@contextmanager
def opened(source: Source) -> Iterator[tuple[BinaryIO, Guarded | None]]:
    """This will open a source's bytes, unpacked, and the guard of an unpacking."""
    if source.member:
        with _open_zip(source.path, source.name, limit=None) as archive:
            info = archive.getinfo(source.member)
            if info.flag_bits & 1:
                raise Unusable("locked", name=source.name)
            entry = archive.open(info)
            inner = Gunzip(entry) if source.is_gz else entry
            guard = Guarded(
                inner,
                packed=max(info.compress_size, 1),
                name=source.name,
                limit=UNPACKED_LIMIT,
            )
            with io.BufferedReader(guard, BLOCK) as stream:
                yield stream, guard
        return
    if source.is_gz:
        guard = Guarded(
            Gunzip(_raw(source.path, source.name)), packed=source.size, name=source.name, limit=None
        )
        with io.BufferedReader(guard, BLOCK) as stream:
            yield stream, guard
        return
    with _raw(source.path, source.name) as plain:
        yield plain, None


def _raw(path: Path, name: str) -> BinaryIO:
    """The bytes on disk; a file that is gone or forbidden is unusable, not an accident."""
    try:
        return path.open("rb", BLOCK)
    except FileNotFoundError as error:
        raise Unusable("not_found", name=name) from error
    except OSError as error:
        raise Unusable("forbidden", name=name) from error


@contextmanager
def on_disk(source: Source) -> Iterator[Path]:
    """This will give a path to the unpacked file, for readers that need one."""
    if not source.member and not source.is_gz:
        yield source.path
        return
    suffix = f".{source.kind}"
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy, opened(source) as (stream, guard):
        shutil.copyfileobj(stream, copy, BLOCK)
        if guard is not None and guard.is_truncated:
            raise Unusable("broken", name=source.name)
        copy.flush()
        yield Path(copy.name)


def survey(source: Source) -> Survey:
    """This will read the whole file once for its fingerprint and, of text, encoding and lines."""
    if source.kind in (XLSX, PARQUET):
        return Survey(_sha256(source), source.size)
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    digest, is_utf8, newlines, returns, size = hashlib.sha256(), True, 0, 0, 0
    with opened(source) as (stream, _guard):
        while block := stream.read(BLOCK):
            digest.update(block)
            size += len(block)
            newlines += block.count(b"\n")
            returns += block.count(b"\r")
            if is_utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
    return Survey(digest.hexdigest(), size, max(newlines, returns), is_utf8)


def _sha256(source: Source) -> str:
    digest = hashlib.sha256()
    with opened(source) as (stream, _guard):
        while block := stream.read(BLOCK):
            digest.update(block)
    if source.sheet:
        digest.update(b"\0" + source.sheet.encode())
    return digest.hexdigest()
