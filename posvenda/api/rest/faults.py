"""From pydantic's errors to ours: which value, why, with words in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from posvenda.api.rest.problems import Fault

CODES: Mapping[str, str] = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_type": "not_text",
    "int_type": "not_whole",
    "int_parsing": "not_whole",
    "int_parsing_size": "too_big",
    "int_from_float": "not_whole",
    "float_type": "not_number",
    "float_parsing": "not_number",
    "bool_type": "not_boolean",
    "bool_parsing": "not_boolean",
    "list_type": "not_list",
    "dict_type": "not_object",
    "model_type": "not_object",
    "model_attributes_type": "not_object",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
    "literal_error": "not_one_of",
    "string_pattern_mismatch": "pattern",
    "too_long": "too_many",
    "too_short": "too_few",
}
LIMITS = ("max_length", "min_length", "ge", "le", "limit")
OURS = frozenset({"required", "not_a_moment", "not_a_day", "date_out_of_range", "not_number"})


def of_request(errors: Iterable[Mapping[str, Any]], body: Any) -> list[Fault]:
    """This will turn django-ninja's errors of one request into faults."""
    found = []
    for error in errors:
        source, *path = error["loc"]
        if source == "body":
            place = path[1:]
            value = _at(body, place)
            found.append(_fault(error, value, pointer=pointer(place)))
        else:
            name = str(path[-1]) if path else ""
            found.append(_fault(error, None, parameter=name))
    return found


def of_row(errors: Iterable[Mapping[str, Any]], row: Any, prefix: str) -> list[Fault]:
    """This will turn pydantic's errors of one row into faults below ``prefix``."""
    return [
        _fault(error, _at(row, error["loc"]), pointer=prefix + pointer(error["loc"]))
        for error in errors
    ]


def pointer(path: Sequence[Any]) -> str:
    """This will write a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _fault(error: Mapping[str, Any], value: Any, **where: Any) -> Fault:
    kind = str(error["type"])
    code = kind if kind in OURS else CODES.get(kind, "does_not_fit")
    given = error.get("ctx") or {}
    params: dict[str, Any] = {k: v for k, v in given.items() if isinstance(v, str | int | float)}
    limit = next((given[name] for name in LIMITS if name in given), None)
    if limit is not None:
        params |= {"limit": limit, "length": len(value) if isinstance(value, str) else 0}
    if "expected" in given:
        params["choices"] = str(given["expected"]).replace("'", "").replace(" or ", ", ")
    if code == "required":
        value = None
    return Fault(code, params=params, value=value, **where)


def _at(body: Any, path: Sequence[Any]) -> Any:
    """The value at a path, or nothing where the path leads out of the body."""
    for step in path:
        if (isinstance(body, dict) and step in body) or (
            isinstance(body, list) and isinstance(step, int) and step < len(body)
        ):
            body = body[step]
        else:
            return None
    return body
