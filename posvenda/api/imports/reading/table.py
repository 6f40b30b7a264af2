"""A table: its header and a stream of rows, from any kind of file, in constant memory.

A row is ``(line, cells, trouble)``: cells are texts or typed values in the order of the header,
trouble is None or the problem that keeps the row out (its cells as far as they were read).
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from typing import Any

from posvenda.api.imports.problems import Problem
from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.dialect import (
    SAMPLE,
    Dialect,
    detect,
    find_inner,
    reader,
    split,
)
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.reading.files import LINES, PARQUET, XLSX, Source, Survey
from posvenda.api.imports.reading.header import Header, find_header

CELL_LIMIT = 4_194_304
HEAD = 60
COLUMNS_LIMIT = 2_000
VALUE_SHOWN = 200
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
        if source.kind == LINES:
            return Table(source, dialect, _names(records, source.name))
        head = [cells for _line, cells, trouble in islice(records, HEAD) if trouble is None]
    _check_width(max(map(len, head), default=0), source.name)
    named = source.kind == PARQUET
    if inner := "" if named else find_inner(head):
        dialect = replace(dialect, inner=inner)
        head = [split(str(_only(cells)), inner) for cells in head]
    header = Header(tuple(map(str, head[0])), 0) if named and head else find_header(head)
    return Table(source, dialect, header)


@contextmanager
def rows(table: Table) -> Iterator[Iterator[Row]]:
    """This will open the rows under the header."""
    width = len(table.header.columns)
    with _records(table.source, table.dialect) as records:
        if table.source.kind == LINES:
            yield _objects(records, table.columns)
        else:
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


def _only(cells: list[Any]) -> Any:
    return next((cell for cell in cells if cell not in (None, "")), "")


def _parted(records: Iterator[Row], delimiter: str) -> Iterator[Row]:
    """Records whose only cell is a line, parted at its own delimiter."""
    for line, cells, trouble in records:
        filled = [cell for cell in cells if cell not in (None, "")]
        is_line = trouble is None and len(filled) == 1
        yield line, split(str(filled[0]), delimiter) if is_line else cells, trouble


@contextmanager
def _records(source: Source, dialect: Dialect) -> Iterator[Iterator[Row]]:
    """All records of a source, the header among them."""
    with _raw_records(source, dialect) as records:
        yield _parted(records, dialect.inner) if dialect.inner else records


@contextmanager
def _raw_records(source: Source, dialect: Dialect) -> Iterator[Iterator[Row]]:
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
            records = make(text, dialect, source.name)
            yield records if guard is None else _whole(records, guard)


def _whole(records: Iterator[Row], guard: files.Guarded) -> Iterator[Row]:
    """The records of an unpacked stream; the last one of a stream that breaks off stays out."""
    held: Row | None = None
    for record in records:
        if held is not None:
            yield held
        held = record
    if held is None:
        return
    line, cells, trouble = held
    yield line, cells, Problem(line, "truncated") if guard.is_truncated else trouble


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
    """Objects, one a line, each as the only cell of its record."""
    first = text.readline()
    if first.lstrip().startswith("["):
        raise Unusable("json_array", name=name)
    for number, line in enumerate(chain([first], text), 1):
        if not line.strip():
            continue
        item = _object(line)
        if item is None:
            yield number, [], Problem(number, "not_json", value=line.strip()[:VALUE_SHOWN])
        else:
            yield number, [item], None


def _names(records: Iterator[Row], name: str) -> Header:
    """The union of the names of all objects, in the order they are met; the file is read whole."""
    names: dict[str, None] = {}
    for _line, cells, trouble in records:
        if trouble is None and not cells[0].keys() <= names.keys():
            names.update(dict.fromkeys(cells[0]))
            _check_width(len(names), name)
    return Header(tuple(names))


def _check_width(width: int, name: str) -> None:
    if width > COLUMNS_LIMIT:
        raise Unusable("columns", name=name, limit=COLUMNS_LIMIT)


def _objects(records: Iterator[Row], names: Sequence[str]) -> Iterator[Row]:
    """Objects as rows under their names."""
    for line, cells, trouble in records:
        row = cells if trouble is not None else [cells[0].get(name) for name in names]
        yield line, row, trouble


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
    is_plain = is_plain and not table.dialect.inner
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
