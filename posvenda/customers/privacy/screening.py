"""People who were erased do not come back through any door, and what is refused is not kept."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

from posvenda.base.deadletters import Refused
from posvenda.customers.privacy import tombstones
from posvenda.customers.privacy.person import texts_in
from posvenda.customers.privacy.tombstones import Ref

CODE = "erased"


def refs_in(value: Any) -> Iterator[Ref]:
    """This will give every identifier that a value of JSON may hold."""
    for text in texts_in(value):
        yield from tombstones.shapes(text)


def hidden(values: Sequence[Any]) -> set[int]:
    """This will name the places of values in which somebody stands who was erased."""
    told = [set(refs_in(value)) for value in values]
    known = tombstones.erased(ref for refs in told for ref in refs)
    return {place for place, refs in enumerate(told) if not refs.isdisjoint(known)}


def letters(refused: Sequence[Refused]) -> Sequence[Refused]:
    """This will empty letters about erased people: the reason stays, what they held does not."""
    empty = hidden([(_read(each.body), each.value, each.params) for each in refused])
    if not empty:
        return refused
    return [_emptied(each) if place in empty else each for place, each in enumerate(refused)]


def _emptied(letter: Refused) -> Refused:
    kept = {name: letter.params[name] for name in ("source", "delivery") if name in letter.params}
    return dataclasses.replace(letter, body="", value="", code=CODE, params=kept)


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.replace(";", " ").replace(",", " ").replace('"', " ").split()
