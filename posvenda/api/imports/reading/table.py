"""A table: its header and a stream of rows, from any kind of file, in constant memory.

A row is ``(line, cells, trouble)``: cells are texts or typed values in the order of the header,
trouble is None or the problem that keeps the row out (its cells as far as they were read).
"""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from posvenda.api.imports.problems import Problem
from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.dialect import SAMPLE, Dialect, detect, reader
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.reading.files import LINES, PARQUET, XLSX, Source, Survey
from posvenda.api.imports.reading.header import Header, find_header

CELL_LIMIT = 4_194_304
HEAD = 60
JSON_HEAD = 1_000
SLICE = 50_000

Row = tuple[int, list[Any], Problem | None]

csv.field_size_limit(CELL_LIMIT)


@dataclass(frozen=True)
class Table:
    """A source with the way it is read, found once and kept with the file."""

    source: Source
    dialect: Dialect
    header: Header

    @property
    def columns(self) -> list[str]:
        """The names of the columns, each once."""
        return list(self.header.columns)


def look(source: Source, survey: Survey) -> Table:
    """This will find out how a source is read and what its columns are."""
    dialect = Dialect()
    if source.kind == files.TEXT:
        with files.opened(source) as (stream, _guard):
            sample = stream.read(SAMPLE)
        if not sample.strip():
            raise Unusable("empty", name=source.name)
        dialect = detect(sample, is_utf8=survey.is_utf8, is_whole=len(sample) >= survey.size)
    with _records(source, dialect) as records:
        head = [cells for _line, cells, trouble in islice(records, HEAD) if trouble is None]
    named = source.kind in (LINES, PARQUET)
    header = Header(tuple(map(str, head[0])), 0) if named and head else find_header(head)
    return Table(source, dialect, header)


@contextmanager
def rows(table: Table) -> Iterator[Iterator[Row]]:
    """This will open the rows under the header."""
    width = len(table.header.columns)
    with _records(table.source, table.dialect) as records:
        yield _body(records, table.header, width)


def _body(records: Iterator[Row], header: Header, width: int) -> Iterator[Row]:
    skip = header.row + 1 if header.is_written else 0
    seen = 0
    for line, cells, trouble in records:
        if trouble is not None:
            yield line, cells, trouble
            continue
        seen += 1
        if seen <= skip or not any(cell not in (None, "") for cell in cells):
            continue
        if len(cells) == width:
            yield line, cells, None
        else:
            yield _fit(line, cells, width)


def _fit(line: int, cells: list[Any], width: int) -> Row:
    """A row of another width: empty cells too many are cut, missing ones are filled."""
    if len(cells) < width:
        return line, [*cells, *([None] * (width - len(cells)))], None
    if all(cell in (None, "") for cell in cells[width:]):
        return line, cells[:width], None
    found = {"found": len(cells), "expected": width}
    return line, cells, Problem(line, "columns_more", value=str(cells[width]), params=found)


@contextmanager
def _records(source: Source, dialect: Dialect) -> Iterator[Iterator[Row]]:
    """All records of a source, the header among them."""
    if source.kind == XLSX:
        from posvenda.api.imports.reading import workbook

        yield ((line, cells, None) for line, cells in workbook.rows(source))
    elif source.kind == PARQUET:
        with files.on_disk(source) as path:
            yield _parquet(str(path), source.name)
    else:
        with files.opened(source) as (stream, guard):
            encoding = dialect.encoding if source.kind == files.TEXT else "utf-8-sig"
            text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
            make = _json_lines if source.kind == LINES else _text_records
            yield chain(make(text, dialect, source.name), _end(guard, text))


def _end(guard: files.Guarded | None, text: io.TextIOWrapper) -> Iterator[Row]:
    if guard is not None and guard.is_truncated:
        yield 0, [], Problem(0, "truncated")


def _text_records(text: io.TextIOWrapper, dialect: Dialect, name: str) -> Iterator[Row]:
    records = reader((_clean(line) for line in text), dialect)
    last = 0
    while True:
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error:
            limit = f"{CELL_LIMIT // 1_048_576} MB"
            yield last + 1, [], Problem(last + 1, "cell_too_big", params={"limit": limit})
            last = records.line_num
            continue
        if cells:
            yield last + 1, cells, None
        last = records.line_num


def _clean(line: str) -> str:
    return line.replace("\0", "") if "\0" in line else line


def _json_lines(text: io.TextIOWrapper, dialect: Dialect, name: str) -> Iterator[Row]:
    """Objects, one a line; their header is the union of the names in the first thousand."""
    lines = enumerate(text, 1)
    head = list(islice(lines, JSON_HEAD))
    if head and head[0][1].lstrip().startswith("["):
        raise Unusable("json_array", name=name)
    parsed = [(number, _object(line)) for number, line in head if line.strip()]
    names = dict.fromkeys(key for _, item in parsed if item is not None for key in item)
    yield 0, list(names), None
    rest = ((number, _object(line)) for number, line in lines if line.strip())
    for number, item in chain(parsed, rest):
        if item is None:
            yield number, [], Problem(number, "not_json")
        else:
            yield number, [item.get(key) for key in names], None


def _object(line: str) -> dict[str, Any] | None:
    try:
        item = json.loads(line)
    except ValueError:
        return None
    return _flat(item) if isinstance(item, dict) else None


def _flat(item: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects become ``outer.inner``; lists become text."""
    flat: dict[str, Any] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{key}."))
        elif isinstance(value, list):
            flat[prefix + key] = ", ".join(map(str, value))
        else:
            flat[prefix + key] = value
    return flat


def _parquet(path: str, name: str) -> Iterator[Row]:
    import polars as pl
    from polars.exceptions import PolarsError

    try:
        scan = pl.scan_parquet(path)
        columns = scan.collect_schema().names()
        total = scan.select(pl.len()).collect().item()
    except (PolarsError, OSError) as error:
        raise Unusable("broken", name=name) from error
    yield 0, list(columns), None
    for start in range(0, total, SLICE):
        part = scan.slice(start, SLICE).collect()
        for number, cells in enumerate(part.iter_rows(), start + 1):
            yield number, [_plain(cell) for cell in cells], None


def _plain(cell: Any) -> Any:
    if isinstance(cell, list):
        return ", ".join(map(str, cell))
    if isinstance(cell, dict):
        return json.dumps(cell, default=str, ensure_ascii=False)
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, datetime) and cell.tzinfo is None:
        return cell
    return cell


def spread(table: Table, *, limit: int = 1_000) -> list[list[Any]]:
    """This will give example rows: the first and, of a large text file, some from further on."""
    with rows(table) as body:
        first = [cells for _line, cells, trouble in islice(body, limit) if trouble is None]
    source = table.source
    is_plain = source.kind == files.TEXT and not source.is_gz and not source.member
    if is_plain and source.size > 4 * SAMPLE and not table.dialect.encoding.startswith("utf-16"):
        for part in (1, 2, 3):
            first += _window(table, source.size * part // 4)
    return first


def _window(table: Table, offset: int) -> list[list[Any]]:
    """Records after an offset; those of another width are left out, for it may lie in a quote."""
    with table.source.path.open("rb") as file:
        file.seek(offset)
        file.readline(SAMPLE)
        text = file.read(SAMPLE // 4).decode(table.dialect.encoding, "replace")
    lines = text.splitlines(keepends=True)[:-1]
    width = len(table.header.columns)
    try:
        return [cells for cells in reader(lines, table.dialect) if len(cells) == width][:300]
    except csv.Error:
        return []
