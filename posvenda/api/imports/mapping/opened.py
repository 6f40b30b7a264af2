"""Columns that name an open field outright: ``attr.city``, ``id.stripe``, ``detail.breed``.

A preset lists the columns it knows; what an installation calls its own attributes it cannot know.
"""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import replace

from posvenda.api.imports.mapping import guess
from posvenda.api.imports.mapping.mapping import Column, Mapping
from posvenda.api.imports.mapping.profile import Profile
from posvenda.api.imports.mapping.targets import BY_NAME


def with_open_columns(
    mapping: Mapping, columns: Sequence[str], profiles: Map[str, Profile]
) -> Mapping:
    """This will map what is left over and names an open field of the first record."""
    if not mapping.outputs:
        return mapping
    first, *rest = mapping.outputs
    record = BY_NAME[first.record]
    taken = {column.name for output in mapping.outputs for column in output.columns}
    more: list[Column] = [
        guess.typed(name, name, profiles.get(name))
        for name in columns
        if name not in taken and "." in name and record.field(name) is not None
    ]
    if not more:
        return mapping
    return replace(mapping, outputs=(replace(first, columns=(*first.columns, *more)), *rest))
