"""The OpenAPI 3.1 document: what django-ninja knows, and what the door adds to every operation."""

from copy import deepcopy
from typing import Any

from ninja import NinjaAPI

from posvenda.api.rest.problems import KINDS, MEDIA_TYPE
from posvenda.api.rest.records import RESOURCES
from posvenda.api.rest.schemas.errors import FieldError, Problem
from posvenda.api.rest.scopes import SCOPES

REF = "#/components/schemas/{model}"
DESCRIPTION = """Everything the pages show and change, for programs.

Send `Authorization: Bearer sk_…`. A key belongs to the installation: it sees all customers, within
its scopes. Money is in whole cents of its currency, rates go from 0 to 1, moments carry their time
zone, unknown is null. Lists come in pages: give `next` as `cursor`. Refusals are
`application/problem+json` (RFC 9457) in the language of `Accept-Language` (pt-BR, en)."""
ALWAYS = ("400", "401", "403", "405", "414", "422", "429", "500", "503")
RATE = {
    "RateLimit-Limit": "Requests a minute",
    "RateLimit-Remaining": "Requests left in this minute",
    "RateLimit-Reset": "Seconds until the next minute",
}
HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key with the same request gets the first answer again (24 h)",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]+$"},
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "Write only if this is still the version (`ETag`) that stands",
        "schema": {"type": "string"},
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "Answer 304 if this is still the version (`ETag`) that stands",
        "schema": {"type": "string"},
    },
}


def document(api: NinjaAPI, *, prefix: str) -> dict[str, Any]:
    """This will give the whole document."""
    told: dict[str, Any] = deepcopy(dict(api.get_openapi_schema(path_prefix=f"{prefix}/")))
    told["openapi"] = "3.1.0"
    told["info"] = {
        "title": "posvenda",
        "version": "1",
        "description": DESCRIPTION,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    told["servers"] = [{"url": "/"}]
    components = told["components"]
    for shape in (Problem, FieldError, *(each.new for each in RESOURCES)):
        _add(components["schemas"], shape)
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A key of the page Chaves: sk_…"}
    }
    components["headers"] = {
        name: {"description": text, "schema": {"type": "integer", "minimum": 0}}
        for name, text in RATE.items()
    } | {
        "ETag": {"description": "The version of the answer", "schema": {"type": "string"}},
        "Location": {"description": "Where it is found", "schema": {"type": "string"}},
    }
    components["responses"] = {f"problem{code}": _problem(code) for code in _codes()}
    scopes = _scopes(api)
    for where, methods in told["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method, where, scopes.get(operation["operationId"], ""))
    told["tags"] = [{"name": name} for name in _tags(told)]
    return told


def _complete(operation: dict[str, Any], method: str, where: str, scope: str) -> None:
    """Add to one operation what the door does."""
    operation["security"] = [{"key": []}]
    operation["x-scope"] = scope
    operation["description"] = operation.get("description") or operation["summary"]
    names = {"get": ["If-None-Match"], "post": ["Idempotency-Key"]}.get(method, ["If-Match"])
    parameters = operation.setdefault("parameters", [])
    parameters += [deepcopy(HEADERS[name]) for name in names]
    for parameter in parameters:
        _plain(parameter)
    responses = {str(code): told for code, told in operation["responses"].items()}
    codes = [*ALWAYS, *_more(method, where)]
    for code in codes:
        responses[code] = {"$ref": f"#/components/responses/problem{code}"}
    if method == "get":
        responses["304"] = {"description": "It is still the version you have"}
    for code, told in responses.items():
        if code.startswith("2"):
            told["headers"] = _headers(code, method)
    operation["responses"] = dict(sorted(responses.items()))


def _headers(code: str, method: str) -> dict[str, Any]:
    names = [*RATE]
    if code in ("200", "201") and method != "delete":
        names.append("ETag")
    if code in ("201", "202"):
        names.append("Location")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _plain(parameter: dict[str, Any]) -> None:
    """A parameter that may be left out is simply not there: no null in an address."""
    schema = parameter["schema"]
    some = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if len(some) == 1 and "anyOf" in schema:
        del schema["anyOf"]
        schema.update(some[0])
        schema.pop("default", None)


def _more(method: str, where: str) -> list[str]:
    codes = ["404"] if "{" in where else []
    if method in ("post", "patch"):
        codes += ["409", "413", "415"]
    if method in ("patch", "delete"):
        codes.append("412")
    if where.endswith("/rows"):
        codes.append("409")
    return codes


def _codes() -> list[str]:
    return sorted({str(kind.status) for kind in KINDS.values()})


def _problem(code: str) -> dict[str, Any]:
    titles = [kind.title for kind in KINDS.values() if str(kind.status) == code]
    return {
        "description": " / ".join(titles),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _add(schemas: dict[str, Any], shape: Any) -> None:
    found = shape.model_json_schema(ref_template=REF)
    for name, schema in found.pop("$defs", {}).items():
        schemas.setdefault(name, schema)
    schemas[shape.__name__] = found


def _scopes(api: NinjaAPI) -> dict[str, str]:
    return {
        str(operation.operation_id): str(getattr(operation.view_func, "scope", ""))
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    }


def _tags(told: dict[str, Any]) -> list[str]:
    return list(
        dict.fromkeys(
            tag
            for methods in told["paths"].values()
            for operation in methods.values()
            for tag in operation.get("tags", ())
        )
    )


def scope_of(name: str) -> str:
    """This will say in words what a scope allows."""
    return str(SCOPES.get(name, name))
