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
    from python_calamine import CalamineSheet, CalamineWorkbook

MILLION = 1_000_000
CELLS_LIMIT = 10 * MILLION
_REFERENCE = re.compile(rb'<c[^>]{0,200}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_BARE_FORMULA = re.compile(
    rb'<c[^>]{0,200}?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]{0,200}>\s*<f(?:/>|[^<]{0,8192}</f>)\s*</c>'
)
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
        sheet = _sheet(path, source)
        first = sheet.start[0] if sheet.start else 0
        held: dict[int, tuple[int, Any]] = {}
        tops = _merged_down(sheet)
        for number, cells in enumerate(sheet.iter_rows(), first + 1):
            row = [_plain(cell) for cell in cells]
            if tops:
                _fill(row, number - 1, tops, held)
            yield number, row


def _sheet(path: Path, source: Source) -> "CalamineSheet":
    from python_calamine import CalamineError, XmlError, ZipError

    try:
        return _open(path, source.name).get_sheet_by_name(source.sheet)
    except (CalamineError, XmlError, ZipError) as error:
        raise Unusable("broken", name=source.name) from error


def _merged_down(sheet: "CalamineSheet") -> dict[tuple[int, int], int]:
    """The cells merged downwards within one column: their top, and their last row."""
    ranges = sheet.merged_cell_ranges or ()
    left = sheet.start[1] if sheet.start else 0
    return {
        (top, column - left): bottom
        for (top, column), (bottom, right) in ranges
        if bottom > top and column == right
    }


def _fill(
    row: list[Any], at: int, tops: dict[tuple[int, int], int], held: dict[int, tuple[int, Any]]
) -> None:
    """Give the cells under a merged one its value, as they look in the sheet."""
    for index, cell in enumerate(row):
        bottom = tops.get((at, index))
        if bottom is not None:
            held[index] = (bottom, cell)
        elif cell is None and index in held and at <= held[index][0]:
            row[index] = held[index][1]


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
                    if _span(sheet, name) > CELLS_LIMIT:
                        raise Unusable("cells", name=name, limit=CELLS_LIMIT // MILLION)


def _span(sheet: Any, name: str) -> int:
    """How many cells lie between the corners; a formula without its value is refused."""
    tail, columns, last = b"", set(), 0
    while block := sheet.read(files.BLOCK):
        if bare := _BARE_FORMULA.search(tail + block):
            raise Unusable("formulas", name=name, cell=bare[1].decode())
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
