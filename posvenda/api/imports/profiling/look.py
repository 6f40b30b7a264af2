"""One pass over a table's rows: each column watched, and what only several tell together."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date
from itertools import islice
from typing import Any

from posvenda.api.imports.mapping import values
from posvenda.api.imports.mapping.mapping import Mapping as FieldMapping
from posvenda.api.imports.mapping.profile import Profile
from posvenda.api.imports.profiling.column import Watch
from posvenda.api.imports.reading import table
from posvenda.api.imports.reading.table import Table

ROWS_LIMIT = 100_000
PART = 5_000
KEYS = ("key", "number")
WHO = ("customer", "customer.tax_id", "customer.email", "key", "tax_id", "email")
WHEN = ("happened_at", "since", "starts_on")


@dataclass
class Seen:
    """A table as it was seen: rows looked at, whether that was all, its columns, and first days.

    ``first_days`` counts customers by the day of their first row; ``repeats`` rows whose key stood
    before, with ``repeated`` as an example. ``pairs`` are starts and ends of the same rows.
    """

    rows: int = 0
    is_whole: bool = True
    columns: dict[str, Watch] = field(default_factory=dict)
    first_days: Counter[date] = field(default_factory=Counter)
    repeats: int = 0
    repeated: str = ""
    pairs: list[tuple[date, date]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)


def look(
    tables: Sequence[Table],
    profiles: Mapping[str, Profile],
    mapping: FieldMapping,
    *,
    today: date,
    limit: int = ROWS_LIMIT,
) -> Seen:
    """This will read up to ``limit`` rows of tables with the same columns."""
    names = tables[0].columns if tables else []
    formats = mapping.formats
    seen = Seen(
        columns={
            name: Watch(name, profiles[name], today, formats.decimal, formats.dates or "dmy")
            for name in names
            if name in profiles
        },
        places=_places(mapping, names),
    )
    together = _Together(seen, names, formats.dates or "dmy")
    for each in tables:
        with table.rows(each) as body:
            rows = (cells for _line, cells, trouble in body if trouble is None)
            for part in _parts(rows, limit - seen.rows):
                seen.rows += len(part)
                for name, cells in zip(names, zip(*part, strict=True), strict=True):
                    if name in seen.columns:
                        seen.columns[name].take(cells)
                together.take(part)
            if seen.rows >= limit:
                seen.is_whole = next(rows, None) is None and each is tables[-1]
                break
    together.finish()
    return seen


def _parts(rows: Iterator[list[Any]], left: int) -> Iterator[list[list[Any]]]:
    while left > 0 and (part := list(islice(rows, min(PART, left)))):
        left -= len(part)
        yield part


def _places(mapping: FieldMapping, names: Sequence[str]) -> dict[str, str]:
    """The column of each field of the main record, the first where several fill it."""
    places: dict[str, str] = {}
    for column in mapping.outputs[0].columns if mapping.outputs else ():
        if column.name in names:
            places.setdefault(column.field, column.name)
    return places


class _Together:
    """Figures that need several columns of a row."""

    def __init__(self, seen: Seen, names: Sequence[str], order: str) -> None:
        self._seen, self._order = seen, order
        places = {field: names.index(name) for field, name in seen.places.items()}
        self._who = next((places[each] for each in WHO if each in places), None)
        self._when = next((places[each] for each in WHEN if each in places), None)
        self._key = next((places[each] for each in KEYS if each in places), None)
        self._ends = places.get("ends_on")
        self._first: dict[str, date] = {}
        self._keys: set[int] = set()
        self._days: dict[Any, date | None] = {}

    def take(self, part: Sequence[Sequence[Any]]) -> None:
        """Take note of a part's rows."""
        for cells in part:
            if self._key is not None:
                self._repeat(cells[self._key])
            if self._when is not None:
                self._day_of(cells)

    def _repeat(self, cell: Any) -> None:
        key = values.key(cell)
        if key is None:
            return
        mark = hash(key)
        if mark in self._keys:
            self._seen.repeats += 1
            self._seen.repeated = self._seen.repeated or key
        self._keys.add(mark)

    def _day_of(self, cells: Sequence[Any]) -> None:
        day = self._read(cells[self._when])  # type: ignore[index]
        if day is None:
            return
        if self._ends is not None and (end := self._read(cells[self._ends])) is not None:
            self._seen.pairs.append((day, end))
        who = values.key(cells[self._who]) if self._who is not None else None
        if who is not None and (before := self._first.get(who, day)) >= day:
            self._first[who] = min(before, day)

    def _read(self, cell: Any) -> date | None:
        if cell not in self._days:
            found = None
            with suppress(values.Bad):
                found = values.day(cell, order=self._order, zone=UTC)
            if len(self._days) > PART * 10:
                self._days.clear()
            self._days[cell] = found
        return self._days[cell]

    def finish(self) -> None:
        """Count the first days."""
        self._seen.first_days = Counter(self._first.values())
