"""Sheets of XLSX workbooks, read by calamine after the guards have looked at the file."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.reading.files import Source

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MILLION = 1_000_000
CELLS_LIMIT = 10 * MILLION
_REFERENCE = re.compile(rb'<c[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_OVERLAP = 300


def sheet_names(source: Source) -> list[str]:
    """This will list the sheets of a workbook that is safe to open."""
    with files.on_disk(source) as path:
        book = _open(path, source.name)
        return list(book.sheet_names)


def rows(source: Source) -> Iterator[tuple[int, list[Any]]]:
    """This will give a sheet's rows with their numbers; empty cells are None."""
    with files.on_disk(source) as path:
        _guard_cells(path, source.name)
        sheet = _open(path, source.name).get_sheet_by_name(source.sheet)
        first = sheet.start[0] if sheet.start else 0
        for number, cells in enumerate(sheet.iter_rows(), first + 1):
            yield number, [_plain(cell) for cell in cells]


def _open(path: Path, name: str) -> "CalamineWorkbook":
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

    files.unpacked_size(path, name=name)
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise Unusable("locked", name=name) from error
    except (CalamineError, XmlError, ZipError, OSError) as error:
        raise Unusable("broken", name=name) from error


def _guard_cells(path: Path, name: str) -> None:
    """Refuse a sheet whose corners lie so far apart that a full grid would not fit in memory."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            if entry.startswith("xl/worksheets/") and entry.endswith(".xml"):
                with archive.open(entry) as sheet:
                    if _span(sheet) > CELLS_LIMIT:
                        raise Unusable("cells", name=name, limit=CELLS_LIMIT // MILLION)


def _span(sheet: Any) -> int:
    tail, columns, last = b"", set(), 0
    while block := sheet.read(files.BLOCK):
        for letters, digits in _REFERENCE.findall(tail + block):
            columns.add(letters)
            last = max(last, int(digits))
        tail = block[-_OVERLAP:]
    return last * max(map(_number, columns), default=0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _plain(cell: Any) -> Any:
    match cell:
        case "":
            return None
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return int(cell)
        case datetime() | date() | bool() | int() | float() | str():
            return cell
        case time():
            return cell.isoformat()
        case timedelta():
            return cell.total_seconds()
    return str(cell)
