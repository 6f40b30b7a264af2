"""The reference of the API as pages of ours, made from the OpenAPI document, in two languages."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from posvenda.api.rest import shapes
from posvenda.api.rest.api import document
from posvenda.api.rest.door import BODY_LIMIT, BULK_LIMIT
from posvenda.api.rest.limits import share
from posvenda.api.rest.problems import KINDS
from posvenda.api.rest.records import RESOURCES
from posvenda.api.rest.schemas.pages import ROWS
from posvenda.api.rest.scopes import SCOPES
from posvenda.api.tracking.settings import address

TITLES = {
    "customers": _("Customers"),
    "contacts": _("Contacts"),
    "subjects": _("Pets, children, vehicles, equipment"),
    "products": _("Products"),
    "orders": _("Orders"),
    "contracts": _("Contracts"),
    "tickets": _("Tickets"),
    "answers": _("Satisfaction answers"),
    "cancellations": _("Cancellations"),
    "interactions": _("Interactions"),
    "notes": _("Notes"),
    "tasks": _("Tasks"),
    "segments": _("Segments"),
    "facts": _("Facts"),
    "catalogue": _("Catalogue of facts"),
    "scores": _("Health"),
    "snapshots": _("Facts of other days"),
    "metrics": _("Figures of the company"),
}
VERBS = {
    "list": _("List"),
    "get": _("Read one"),
    "create": _("Create"),
    "change": _("Change"),
    "upsert": _("Create or correct many"),
    "delete": _("Take back"),
    "versions": _("Read all versions"),
}


@dataclass(frozen=True)
class Operation:
    """One operation ready to print."""

    name: str
    title: str
    text: str
    method: str
    path: str
    scope: str
    parameters: tuple[shapes.Line, ...]
    body: shapes.Shape | None
    answers: tuple[tuple[str, str], ...]
    result: shapes.Shape | None
    refusals: str
    curl: str


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """This will show how the API works, its problems, and the resources there are."""
    base = _base(request)
    context = {
        "resources": [
            {"name": name, "title": TITLES[name], "count": len(_of(name))} for name in TITLES
        ],
        "address": base,
        "limit": share(),
        "rows": ROWS,
        "body_bytes": BODY_LIMIT,
        "bulk_bytes": BULK_LIMIT,
        "scopes": [{"name": name, "text": text} for name, text in SCOPES.items()],
        "problems": [
            {"code": code, "status": kind.status, "title": gettext(kind.title)}
            for code, kind in KINDS.items()
        ],
        "first": f'curl "{base}/api/v1/customers?limit=3" \\\n  -H "Authorization: Bearer sk_…"',
    }
    return render(request, "api/docs/overview.html", context)


@require_GET
def resource(request: HttpRequest, name: str) -> HttpResponse:
    """This will show every operation of one resource."""
    if name not in TITLES:
        raise Http404
    base = _base(request)
    context = {
        "title": TITLES[name],
        "name": name,
        "operations": [_operation(each, base) for each in _of(name)],
        "titles": TITLES.items(),
    }
    return render(request, "api/docs/resource.html", context)


def _base(request: HttpRequest) -> str:
    return address(scheme=request.scheme or "http", host=request.get_host())


def _of(name: str) -> list[tuple[str, str, dict[str, Any]]]:
    order = ("get", "post", "patch", "delete")
    found = [
        (path, method, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if name in operation.get("tags", ())
    ]
    return sorted(found, key=lambda each: (len(each[0].split("/")), order.index(each[1])))


def generic(operation_id: str) -> str:
    """This will name the verb of an operation that every resource has, or nothing."""
    for each in RESOURCES:
        if operation_id == f"list_{each.one}_versions":
            return "versions"
        for verb in VERBS:
            if operation_id in (f"{verb}_{each.one}", f"{verb}_{each.name}"):
                return verb
    return ""


def _operation(told: tuple[str, str, dict[str, Any]], base: str) -> Operation:
    path, method, operation = told
    verb = generic(operation["operationId"])
    title = str(VERBS[verb]) if verb else gettext(operation["summary"])
    text = operation["description"]
    schemas = document()["components"]["schemas"]
    content = operation.get("requestBody", {}).get("content", {})
    body = next((each["schema"] for each in content.values()), None)
    result = _result(operation)
    return Operation(
        name=operation["operationId"],
        title=title,
        text="" if text == operation["summary"] else shapes.words(text),
        method=method.upper(),
        path=path,
        scope=operation["x-scope"],
        parameters=tuple(shapes.parameter(each, schemas) for each in operation["parameters"]),
        body=shapes.shape(body, schemas) if body else None,
        answers=_answers(operation),
        result=shapes.shape(result, schemas) if result else None,
        refusals=", ".join(sorted(code for code in operation["responses"] if code[0] in "45")),
        curl=shapes.curl(base, path, method, body, schemas),
    )


def _answers(operation: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    words = {
        "200": _("What was asked for"),
        "201": _("Created; Location says where it is"),
        "202": _("Taken in; Location says where the result will be"),
        "204": pgettext_lazy("answer", "Done"),
        "304": _("It is still the version you have"),
    }
    return tuple(
        (code, str(words[code])) for code in sorted(operation["responses"]) if code in words
    )


def _result(operation: dict[str, Any]) -> Any:
    for code in ("200", "201", "202"):
        content = operation["responses"].get(code, {}).get("content", {})
        for each in content.values():
            return each["schema"]
    return None
