"""The kinds of places: what files are there, and how one is fetched.

A file's ``mark`` says whether it changed since it was read: size and moment, or the web server's
own words (ETag, Last-Modified).
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings

from posvenda.adapters import http, sftp
from posvenda.api.imports.reading import files
from posvenda.api.models import Source
from posvenda.api.sources.failures import Failed
from posvenda.base import vault

MODIFIED = 304
OK = 200
KINDS = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/plain": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/x-ndjson": ".jsonl",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.apache.parquet": ".parquet",
    "application/zip": ".zip",
    "application/gzip": ".csv.gz",
}
Fetch = Callable[[Path], str]


@dataclass(frozen=True)
class Found:
    """A file of a place; ``fetch`` copies it and gives the mark of what was copied."""

    name: str
    mark: str
    fetch: Fetch


@contextmanager
def found(source: Source, known: Mapping[str, str]) -> Iterator[list[Found]]:
    """This will open a place and list its files; ``known`` are the marks by name.

    Raises ``Failed``.
    """
    try:
        with PLACES[source.kind](source, known) as listed:
            yield listed
    except http.Refused as refused:
        raise Failed(refused.code, refused.detail) from refused
    except vault.Unreadable as error:
        raise Failed("sealed_elsewhere") from error


def secrets(source: Source) -> dict[str, str]:
    """This will unseal what opens a place."""
    if not source.sealed:
        return {}
    opened: dict[str, str] = json.loads(vault.unseal(source.sealed))
    return opened


def is_wanted(name: str, pattern: str) -> bool:
    """This will say whether a file's name fits the pattern, or is of a kind we read."""
    if pattern and not any(fnmatch(name, each.strip()) for each in pattern.split(",")):
        return False
    return not name.startswith(".") and suffix(name) != ""


def suffix(name: str) -> str:
    """This will give the ending of a kind we read, ``.gz`` included, or nothing."""
    plain = name.lower()
    packed = ".gz" if plain.endswith(".gz") else ""
    ending = PurePosixPath(plain.removesuffix(".gz")).suffix
    return ending + packed if ending in files.KINDS else ""


def root_of(address: str) -> Path:
    """This will give a folder that may be read, links followed, or raise ``Failed``."""
    path = Path(address).resolve()
    roots = [Path(root).resolve() for root in settings.SOURCE_FOLDERS]
    if not any(path == root or root in path.parents for root in roots):
        raise Failed("outside_roots", address)
    return path


@contextmanager
def _folder(source: Source, known: Mapping[str, str]) -> Iterator[list[Found]]:
    folder = root_of(source.address)
    if not folder.is_dir():
        raise Failed("not_found", source.address)
    listed = []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or not is_wanted(path.name, source.pattern):
            continue
        real = path.resolve()
        if folder not in real.parents:
            continue  # a link that leads out of the folder
        listed.append(Found(path.name, _mark(real), _copier(real)))
    yield listed


def _mark(path: Path) -> str:
    said = path.stat()
    return f"{said.st_size}:{said.st_mtime_ns}"


def _copier(path: Path) -> Fetch:
    def copy(target: Path) -> str:
        before, size = _mark(path), 0
        with path.open("rb") as source, target.open("wb") as file:
            while block := source.read(files.BLOCK):
                size += len(block)
                if size > settings.UPLOAD_LIMIT_BYTES:
                    raise Failed("too_big", str(settings.UPLOAD_LIMIT_BYTES))
                file.write(block)
        # A file that is still being written is read next time; its mark stays unknown.
        return before if _mark(path) == before else ""

    return copy


@contextmanager
def _https(source: Source, known: Mapping[str, str]) -> Iterator[list[Found]]:
    parts = urlsplit(source.address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    inside = {parts.hostname, f"{parts.hostname}:{port}"} & set(settings.OUTBOUND_ALLOWED)
    if parts.scheme != "https" and not inside:
        raise Failed("not_https", parts.hostname or source.address)
    headers = _authorization(source) | _conditions(next(iter(known.values()), ""))
    with http.stream(source.address, headers=headers, allowed=settings.OUTBOUND_ALLOWED) as (
        response,
        _url,
    ):
        if response.status_code == MODIFIED:
            yield []
            return
        _check(response.status_code, parts.hostname or "")
        mark = json.dumps([response.headers.get(n, "") for n in ("etag", "last-modified")])
        name = _name(source.address, response.headers.get("content-type", ""))

        def fetch(target: Path) -> str:
            size = 0
            with target.open("wb") as file:
                for block in response.iter_bytes(files.BLOCK):
                    size += len(block)
                    if size > settings.UPLOAD_LIMIT_BYTES:
                        raise Failed("too_big", str(settings.UPLOAD_LIMIT_BYTES))
                    file.write(block)
            return mark

        yield [Found(name, "", fetch)]


def _check(status: int, host: str) -> None:
    if status in (401, 403):
        raise Failed("not_allowed", host)
    if status in (404, 410):
        raise Failed("not_found", host)
    if status != OK:
        raise Failed("bad_answer", str(status))


def _authorization(source: Source) -> dict[str, str]:
    password = secrets(source).get("password", "")
    if not password:
        return {}
    if not source.username:
        return {"Authorization": f"Bearer {password}"}
    pair = base64.b64encode(f"{source.username}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def _conditions(mark: str) -> dict[str, str]:
    if not mark:
        return {}
    etag, modified = json.loads(mark)
    told = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: value for name, value in told.items() if value}


def _name(address: str, content_type: str) -> str:
    name = PurePosixPath(unquote(urlsplit(address).path)).name or "arquivo"
    if suffix(name):
        return name
    ending = KINDS.get(content_type.partition(";")[0].strip().lower(), "")
    if not ending:
        raise Failed("unknown_kind", name)
    return f"{name}{ending}"


def server_of(source: Source) -> sftp.Server:
    """This will give the server of an SFTP source."""
    host, port, _path = split(source.address)
    opened = secrets(source)
    return sftp.Server(
        host=host,
        port=port,
        username=source.username,
        password=opened.get("password", ""),
        key=opened.get("key", ""),
        allowed=settings.OUTBOUND_ALLOWED,
    )


def split(address: str) -> tuple[str, int, str]:
    """This will part ``host:port/folder``; the scheme may stand before it."""
    parts = urlsplit(address if "://" in address else f"sftp://{address}")
    return parts.hostname or "", parts.port or 22, unquote(parts.path) or "."


@contextmanager
def _sftp(source: Source, known: Mapping[str, str]) -> Iterator[list[Found]]:
    path = split(source.address)[2]
    with sftp.opened(server_of(source), pinned=source.host_key) as folder:
        listed = []
        for entry in folder.entries(path):
            if is_wanted(entry.name, source.pattern):
                mark = f"{entry.size}:{entry.modified}"
                listed.append(Found(entry.name, mark, _downloader(folder, path, entry.name, mark)))
        yield listed


def _downloader(folder: sftp.Folder, path: str, name: str, mark: str) -> Fetch:
    def fetch(target: Path) -> str:
        folder.fetch(f"{path.rstrip('/')}/{name}", target, limit=settings.UPLOAD_LIMIT_BYTES)
        return mark

    return fetch


PLACES = {
    Source.Kind.FOLDER.value: _folder,
    Source.Kind.HTTPS.value: _https,
    Source.Kind.SFTP.value: _sftp,
}
