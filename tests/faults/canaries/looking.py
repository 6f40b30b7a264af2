"""A search through every byte of a folder: plain, unpacked, and as columns of Parquet and Arrow."""

import gzip
import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import polars as pl


def texts(path: Path) -> Iterator[bytes]:
    """This will give what a file holds in every form it can be read in."""
    raw = path.read_bytes()
    yield raw
    if path.suffix == ".parquet" or raw[:4] == b"PAR1":
        yield str(pl.read_parquet(io.BytesIO(raw)).rows()).encode()
    elif raw[:6] == b"ARROW1":
        yield str(pl.read_ipc(io.BytesIO(raw)).rows()).encode()
    elif zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif raw[:3] == b"\x1f\x8b\x08":
        yield gzip.decompress(raw)
    yield from _deflated(raw)


def _deflated(raw: bytes) -> Iterator[bytes]:
    """Streams of zlib inside (what a cache or a session keeps)."""
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", raw):
        try:
            yield zlib.decompressobj().decompress(raw[found.start() : found.start() + 100_000])
        except zlib.error:
            continue


def look(
    folder: Path, needles: dict[str, list[str]], *, leave: tuple[str, ...] = ()
) -> dict[str, list[str]]:
    """This will give, for each kind of word that is found, the files it was found in."""
    words = {text.lower().encode(): kind for kind, several in needles.items() for text in several}
    pattern = re.compile(
        b"|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name in leave:
            continue
        for text in texts(path):
            for word in set(pattern.findall(text.lower())):
                found[words[word]].add(str(path.relative_to(folder)))
    return {kind: sorted(files) for kind, files in sorted(found.items())}
