"""A schema made by asking says what the reader says, for shapes of every kind."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core import asking, shapes
from posvenda.core.shapes import ShapeError

SAMPLE = {
    "name": "one",
    "size": 0.5,
    "curve": [[0, 50]],
    "kind": "a",
    "inner": {"deep": [{"n": 1}]},
}


def read(data: object) -> object:
    top = shapes.mapping(data, "", frozenset({"name", "size", "curve", "kind", "inner", "more"}))
    shapes.name(top, "name", "")
    shapes.between(top.get("size", 0), 0, 1, "size")
    shapes.one_of(shapes.required(top, "kind", ""), ("a", "b"), "kind")
    for at, pair in shapes.items(top.get("curve", [[0, 0]]), "curve"):
        if not isinstance(pair, list) or len(pair) != 2:
            raise ShapeError(at, "must be a pair")
        shapes.number(pair[0], at)
        shapes.between(pair[1], 0, 100, at)
    inner = shapes.mapping(top.get("inner", {}), "inner", frozenset({"deep"}))
    for at, each in shapes.items(inner.get("deep", [{"n": 1}]), "inner.deep"):
        shapes.positive(shapes.required(shapes.mapping(each, at, frozenset({"n"})), "n", at), at)
    shapes.whole(top.get("more", 1), "more")
    return data


MADE = asking.schema(read, [SAMPLE])
CHECK = jsonschema_rs.validator_for(MADE)


def test_types_bounds_words_and_missing_keys_are_found_by_asking() -> None:
    found = MADE["properties"]
    assert MADE["required"] == ["kind", "name"]
    assert MADE["additionalProperties"] is False
    assert found["size"] == {"type": "number", "minimum": 0, "maximum": 1}
    assert found["kind"]["enum"] == ["a", "b"]
    assert found["name"] == {"type": "string", "minLength": 1}
    assert found["curve"]["items"]["prefixItems"] == [
        {"type": "number"},
        {"type": "number", "minimum": 0, "maximum": 100},
    ]
    assert found["inner"]["properties"]["deep"]["items"]["properties"]["n"] == {
        "type": "number",
        "exclusiveMinimum": 0,
    }


def test_a_key_that_no_sample_has_is_found_from_what_the_reader_knows() -> None:
    assert MADE["properties"]["more"] == {"type": "integer"}


def test_a_sample_that_the_reader_refuses_is_a_fault_of_the_sample() -> None:
    with pytest.raises(ValueError, match="refuses a sample"):
        asking.schema(read, [{"name": ""}])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 200) | st.floats(-200, 200) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(["name", "size", "curve", "kind", "inner", "more", "zz"])


@given(KEYS, VALUES)
def test_what_the_reader_accepts_the_schema_never_refuses(key: str, value: Any) -> None:
    data = {**SAMPLE, key: value}
    try:
        read(data)
        is_read = True
    except ShapeError:
        is_read = False
    assert CHECK.is_valid(data) or not is_read
