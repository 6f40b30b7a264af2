"""Several rows of one key in one file (a sale approved, then complete): only one of them counts."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from posvenda.api.imports.mapping import values
from posvenda.api.imports.mapping.mapping import Latest, Mapping
from posvenda.api.imports.mapping.targets import fold
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.reading import table
from posvenda.api.imports.reading.table import Row, Table

KEYS = ("key", "number")
NEVER = datetime(1, 1, 1, tzinfo=UTC)


def only(body: Iterator[Row], mapping: Mapping, source: Table) -> Iterator[Row]:
    """This will keep out rows of a key that tells the same again, later or further on.

    The file is read once before for that; a mapping that does not ask for it costs nothing.
    """
    main = mapping.outputs[0] if mapping.outputs else None
    if main is None or main.latest is None or main.latest.column not in source.columns:
        return body
    places = [source.columns.index(c.name) for c in main.columns if c.field in KEYS]
    place = source.columns.index(main.latest.column)
    if not places:
        return body
    rank = _ranking(main.latest, mapping.formats.dates or "dmy")
    counts = _winners(source, places, place, rank)
    return _kept(body, places, counts)


def _ranking(latest: Latest, order: str) -> Callable[[Any], Any]:
    if latest.ranks:
        known = {fold(word): number for number, word in enumerate(latest.ranks)}
        return lambda cell: known.get(fold(values.text(cell) or ""), -1)

    def moment(cell: Any) -> datetime:
        try:
            found = values.moment(cell, order=order, zone=UTC)
        except values.Bad:
            return NEVER
        if isinstance(found, date) and not isinstance(found, datetime):
            return datetime(found.year, found.month, found.day, tzinfo=UTC)
        return found or NEVER

    return moment


def _key(cells: Sequence[Any], places: Sequence[int]) -> int:
    return hash(tuple(values.key(cells[place]) for place in places))


def _winners(
    source: Table, places: Sequence[int], place: int, rank: Callable[[Any], Any]
) -> dict[int, int]:
    """The line that counts, by key."""
    best: dict[int, tuple[Any, int]] = {}
    with table.rows(source) as body:
        for line, cells, trouble in body:
            if trouble is not None:
                continue
            key, mark = _key(cells, places), rank(cells[place])
            known = best.get(key)
            if known is None or mark >= known[0]:
                best[key] = (mark, line)
    return {key: line for key, (_mark, line) in best.items()}


def _kept(body: Iterator[Row], places: Sequence[int], counts: dict[int, int]) -> Iterator[Row]:
    for line, cells, trouble in body:
        winner = line if trouble is not None else counts.get(_key(cells, places), line)
        if winner == line:
            yield line, cells, trouble
        else:
            told = str(values.key(cells[places[0]]) or "")
            yield line, cells, Problem(line, "told_again", "", told, {"line": winner}, True)
