"""The schemas in the docs are those of the readers, and both say the same of faults."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posvenda.core.shapes import ShapeError
from posvenda.success import definitions
from posvenda.success.config import kinds, schemas
from posvenda.success.config.entries import ENTRIES

pytestmark = [pytest.mark.django_db, pytest.mark.onedb]
DOCS = Path(__file__).parents[4] / "docs" / "reference" / "schemas"
OWN = {entry.name: entry for entry in ENTRIES}
FILES = [
    (path.parent.name, path.stem)
    for path in sorted(definitions.FOLDER.glob("*/*.yaml"))
    if path.stem in OWN
]


@cache
def validator(kind: str) -> Any:
    return jsonschema_rs.validator_for(schemas.of(kind))


def data_of(pack: str, kind: str) -> Any:
    return yaml.safe_load((definitions.FOLDER / pack / f"{kind}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", [*OWN, "features"])
def test_the_schemas_in_the_docs_are_those_the_readers_give(kind: str) -> None:
    written = (DOCS / f"{kind}.json").read_text(encoding="utf-8")
    assert written == schemas.text(kinds.kinds()[kind]), (
        "run: posvenda config schemas docs/reference/schemas"
    )


def test_every_kind_has_a_schema_in_the_docs() -> None:
    assert sorted(path.stem for path in DOCS.glob("*.json")) == sorted(kinds.kinds())
    for path in DOCS.glob("*.json"):
        jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("pack", "kind"), FILES)
def test_every_file_of_every_pack_fits_its_schema(pack: str, kind: str) -> None:
    found = [str(error.message) for error in validator(kind).iter_errors(data_of(pack, kind))]
    assert found == []


@pytest.mark.parametrize("kind", OWN)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(dice=st.data())
def test_a_random_fault_that_the_schema_sees_is_one_for_the_reader(
    kind: str, dice: st.DataObject
) -> None:
    sample = copy.deepcopy(dice.draw(st.sampled_from(OWN[kind].samples)))
    _break(sample, dice)
    try:
        OWN[kind].read(copy.deepcopy(sample))
    except ShapeError:
        return
    assert validator(kind).is_valid(sample), list(validator(kind).iter_errors(sample))


@pytest.mark.parametrize("kind", OWN)
def test_unknown_keys_wrong_types_and_missing_keys_are_refused_by_both(kind: str) -> None:
    for path, value in list(_walk(OWN[kind].samples[0])):
        is_inside_itself = path.count("groups") > 1
        if not isinstance(value, dict) or set(value) == {"word"} or is_inside_itself:
            continue
        wrong = copy.deepcopy(OWN[kind].samples[0])
        _at(wrong, path)["zz_unknown"] = "word"
        with pytest.raises(ShapeError):
            OWN[kind].read(copy.deepcopy(wrong))
        assert not validator(kind).is_valid(wrong), path


def _break(data: Any, dice: st.DataObject) -> None:
    """Put a strange value somewhere, or take a key away."""
    places = [(path, value) for path, value in _walk(data) if path]
    path, _ = dice.draw(st.sampled_from(places))
    holder = _at(data, path[:-1])
    strange = st.sampled_from([None, True, -1, 0, 0.5, 101, "", "zz", [], {}, ["zz"], {"zz": 1}])
    if isinstance(holder, dict) and dice.draw(st.booleans()):
        del holder[path[-1]]
    else:
        holder[path[-1]] = dice.draw(strange)


def _walk(data: Any, path: tuple[Any, ...] = ()) -> Any:
    yield path, data
    pairs = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in list(pairs):
        yield from _walk(value, (*path, key))


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data
