"""Which row is the header, and names that stand for one column each."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_VALUE = re.compile(
    r"[-+(]?\s*(?:R\$|US\$|[$€£])?\s*[\d.,]+\s*%?\)?"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?"
    r"|\S+@\S+\.\w+"
    r"|(?:true|false|sim|não|nao|yes|no)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Header:
    """The columns' names and the record they stand in; ``is_written`` False when there is none."""

    columns: tuple[str, ...]
    row: int = 0
    is_written: bool = True


def find_header(records: Sequence[list[Any]]) -> Header:
    """This will find the header: the first full row, unless it looks like data."""
    filled = [[cell not in (None, "") for cell in cells] for cells in records]
    if not filled:
        return Header((), 0)
    widths = Counter(len(cells) for cells in records)
    first = len(records[0])
    width = max(widths.items(), key=lambda item: (item[1], item[0] > 1, item[0] == first, item[0]))[
        0
    ]
    most = max(
        (sum(each) for each, cells in zip(filled, records, strict=True) if len(cells) == width)
    )
    row = next(
        number
        for number, cells in enumerate(records)
        if len(cells) == width and sum(filled[number]) >= max(1, most * 0.6)
    )
    cells = records[row]
    if _is_data(cells, records[row + 1 :]):
        return Header(unique([None] * width), row, is_written=False)
    if row + 1 < len(records) and _is_group(cells, records[row + 1], records[row + 2 :]):
        return Header(unique(_under(cells, records[row + 1])), row + 1)
    if row and len(records[row - 1]) == width:
        cells = _under(records[row - 1], cells)
    return Header(unique(cells), row)


def _is_group(cells: Sequence[Any], names: Sequence[Any], below: Sequence[Sequence[Any]]) -> bool:
    """Whether a first header row names groups and the row under it the columns.

    The group row has blanks or repeats, the row of names is full, and some column is words there
    and values below.
    """
    filled = [cell for cell in cells if cell not in (None, "")]
    is_gappy = len(set(map(str, filled))) < len(cells)
    if not is_gappy or len(names) != len(cells) or any(cell in (None, "") for cell in names):
        return False
    if any(_is_value(cell) for cell in names):
        return False
    rows = [row for row in below if len(row) == len(names)]
    return any(
        (column := [row[index] for row in rows if row[index] not in (None, "")])
        and sum(map(_is_value, column)) >= 0.8 * len(column)
        for index in range(len(names))
    )


def _under(groups: Sequence[Any], names: Sequence[Any]) -> list[Any]:
    """The names, with their group in front where a name stands in several groups."""
    counts = Counter(str(name) for name in names if name not in (None, ""))
    made: list[Any] = []
    group = ""
    for above, name in zip(groups, names, strict=True):
        group = str(above) if above not in (None, "") else group
        made.append(f"{group} {name}".strip() if counts[str(name)] > 1 else name)
    return made


def _is_value(cell: Any) -> bool:
    return not isinstance(cell, str) or bool(_VALUE.fullmatch(cell.strip()))


def _is_data(cells: Sequence[Any], below: Sequence[list[Any]]) -> bool:
    """Whether a first row holds values as the rows below do, rather than names."""
    values = [cell for cell in cells if cell not in (None, "")]
    looks = [_is_value(cell) for cell in values]
    if not any(looks):
        return False
    if len(set(map(str, values))) < len(values):
        return True
    return sum(looks) >= max(1, len(values) * 0.3) and bool(below)


def unique(cells: Sequence[Any]) -> tuple[str, ...]:
    """This will name each column once: empty names are numbered, repeated ones too."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(str("" if cell is None else cell).split()) or f"#{number}"
        base, count = name, 1
        while name in names:
            count += 1
            name = f"{base} ({count})"
        names.append(name)
    return tuple(names)
