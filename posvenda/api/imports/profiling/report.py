"""A table's profile as it is kept with the file, and the questions that follow from it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from posvenda.api.imports.mapping import guess
from posvenda.api.imports.mapping.mapping import Mapping, header_key
from posvenda.api.imports.plan import Planned
from posvenda.api.imports.profiling import look, suspicions
from posvenda.api.imports.profiling.questions import Evidence, Question, ask


def tables(planned: Sequence[Planned]) -> list[list[Planned]]:
    """This will group planned files by their columns."""
    groups: dict[str, list[Planned]] = defaultdict(list)
    for each in planned:
        groups[header_key(each.table.columns)].append(each)
    return list(groups.values())


def describe(members: Sequence[Planned], *, today: date, limit: int = 0) -> dict[str, Any]:
    """This will look at a table and give its figures, doubts and evidence as plain data."""
    first = members[0]
    seen = look.look(
        [each.table for each in members],
        first.profiles,
        first.mapping,
        today=today,
        limit=limit or look.ROWS_LIMIT,
    )
    example = max((end for _start, end in seen.pairs), default=None)
    return {
        "rows": seen.rows,
        "is_whole": seen.is_whole,
        "columns": {name: watch.as_dict() for name, watch in seen.columns.items()},
        "suspicions": [each.as_dict() for each in suspicions.find(seen, first.mapping)],
        "places": seen.places,
        "ends": guess.find_ends(seen.pairs),
        "end_example": example.isoformat() if example else "",
        "said": sorted(first.said),
    }


def questions(profile: dict[str, Any], mapping: Mapping) -> list[Question]:
    """This will give the questions of a kept profile for the mapping as it is now."""
    if not profile:
        return []
    evidence = Evidence(profile["columns"], profile["ends"], profile["end_example"])
    return ask(mapping, evidence, said=profile["said"])
