"""JSON Schemas in words: types, fields, an example, and a request to copy."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Schema = Mapping[str, Any]
TYPES = {
    "string": _("text"),
    "integer": _("whole number"),
    "number": _("number"),
    "boolean": _("true or false"),
    "object": _("object"),
}
FORMATS = {"date-time": _("moment"), "date": _("date")}
PLACES = {"query": _("address"), "path": _("path"), "header": _("header")}
SAMPLES = {"string": "…", "integer": 1, "number": 1, "boolean": True}
DEPTH = 3


def words(text: str) -> SafeString:
    """This will give a text of the document in the reader's language, with its names as code."""
    told = str(escape(gettext(text))) if text else ""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", told))  # noqa: S308 -- escaped above


@dataclass(frozen=True)
class Line:
    """One field or parameter: its name, type, place, whether it is needed, what it means."""

    name: str
    type: str
    is_required: bool
    text: str
    place: str = ""
    limits: str = ""


@dataclass(frozen=True)
class Shape:
    """One object: what it is, and its fields."""

    name: str
    text: str
    is_list: bool
    lines: tuple[Line, ...]
    inner: tuple["Shape", ...] = ()


def shape(schema: Schema, schemas: Mapping[str, Schema], depth: int = 0) -> Shape:
    """This will describe an object, and the objects inside it."""
    name, found = _resolved(schema, schemas)
    if found.get("type") == "array":
        inner = shape(found["items"], schemas, depth)
        return Shape(inner.name, inner.text, True, inner.lines, inner.inner)
    required = set(found.get("required", ()))
    lines, inside = [], []
    for field, told in found.get("properties", {}).items():
        lines.append(_line(field, told, schemas, is_required=field in required))
        target = _object_in(told, schemas)
        if target is not None and depth < DEPTH:
            inside.append(shape(target, schemas, depth + 1))
    text = words(found.get("description", ""))
    return Shape(name or found.get("title", ""), text, False, tuple(lines), tuple(inside))


def parameter(told: Schema, schemas: Mapping[str, Schema]) -> Line:
    """This will describe a parameter of an address or a header."""
    line = _line(told["name"], told["schema"], schemas, is_required=bool(told.get("required")))
    text = words(told.get("description", "")) or line.text
    place = str(PLACES[told["in"]])
    return Line(line.name, line.type, line.is_required, text, place, line.limits)


def _line(name: str, told: Schema, schemas: Mapping[str, Schema], *, is_required: bool) -> Line:
    text = words(told.get("description", ""))
    return Line(name, type_of(told, schemas), is_required, text, "", _limits(told))


def type_of(told: Schema, schemas: Mapping[str, Schema]) -> str:
    """This will say in words what values of a schema are."""
    name, found = _resolved(told, schemas)
    if "enum" in found:
        return " | ".join(map(str, found["enum"]))
    if "const" in found:
        return str(found["const"])
    if "anyOf" in found:
        kinds = dict.fromkeys(
            type_of(each, schemas) for each in found["anyOf"] if each.get("type") != "null"
        )
        has_null = any(each.get("type") == "null" for each in found["anyOf"])
        return " | ".join([*kinds, *(["null"] if has_null else [])])
    if found.get("type") == "array":
        return gettext("list of {each}").format(each=type_of(found["items"], schemas))
    if found.get("format") in FORMATS:
        return str(FORMATS[found["format"]])
    if name and found.get("type") == "object":
        return name
    return str(TYPES.get(found.get("type", ""), _("any value")))


def _limits(told: Schema) -> str:
    """The limits people run into: lengths, bounds, default."""
    some = [each for each in told.get("anyOf", (told,)) if each.get("type") != "null"]
    first = some[0] if some else told
    parts = []
    if "maxLength" in first:
        parts.append(gettext("up to {count} characters").format(count=first["maxLength"]))
    if "maxItems" in first:
        parts.append(gettext("up to {count} entries").format(count=first["maxItems"]))
    if first.get("type") == "integer" and "minimum" in first and first["maximum"] < 1_000:
        parts.append(f"{first['minimum']}–{first['maximum']}")
    if told.get("default") not in (None, ""):
        parts.append(gettext("default {value}").format(value=told["default"]))
    return ", ".join(parts)


def _resolved(told: Schema, schemas: Mapping[str, Schema]) -> tuple[str, Schema]:
    """The name a schema has, and what it says; the first of what may stand in its place."""
    if "$ref" in told:
        name = str(told["$ref"]).rpartition("/")[2]
        return name, schemas[name]
    return "", told


def _object_in(told: Schema, schemas: Mapping[str, Schema]) -> Schema | None:
    """The named object a field holds, alone, in a list, or beside null."""
    for each in told.get("anyOf", (told,)):
        inner = each.get("items", each)
        for one in inner.get("anyOf", (inner,)):
            if "$ref" in one and "properties" in _resolved(one, schemas)[1]:
                found: Schema = one
                return found
    return None


def example(told: Schema, schemas: Mapping[str, Schema]) -> Any:
    """This will make up a value that a schema admits; of an object, what it needs."""
    _name, found = _resolved(told, schemas)
    if "examples" in found:
        return found["examples"][0]
    if "enum" in found:
        return found["enum"][0]
    if "anyOf" in found:
        return example(found["anyOf"][0], schemas)
    if found.get("type") == "array":
        return [example(found["items"], schemas)]
    if "properties" in found:
        fields = found["properties"]
        needed = found.get("required") or list(fields)[:2]
        named = [name for name in ("key", "name") if name in fields]
        return {name: example(fields[name], schemas) for name in dict.fromkeys([*named, *needed])}
    if found.get("type") == "object":
        return {}
    return found.get("default", SAMPLES.get(found.get("type", ""), "…"))


def curl(
    base: str, path: str, method: str, body: Schema | None, schemas: Mapping[str, Schema]
) -> str:
    """This will write a request to paste into a terminal."""
    verb = "" if method == "get" else f" -X {method.upper()}"
    lines = [f'curl{verb} "{base}{path}"', '-H "Authorization: Bearer sk_…"']
    if body is not None:
        text = json.dumps(example(body, schemas), ensure_ascii=False)
        lines.append('-H "Content-Type: application/json"')
        if method == "post":
            lines.append('-H "Idempotency-Key: 8f14e45f"')
        lines.append(f"-d '{text}'")
    return " \\\n  ".join(lines)
