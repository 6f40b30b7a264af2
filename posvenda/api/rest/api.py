"""The API put together: routers, problems, the door before every view, the OpenAPI document."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import PathView

from posvenda.api.rest import faults, openapi
from posvenda.api.rest.bodies import JsonParser
from posvenda.api.rest.door import Mark, guard, nothing
from posvenda.api.rest.problems import Refused
from posvenda.api.rest.problems import answer as tell
from posvenda.api.rest.records import RESOURCES
from posvenda.api.rest.resources import customers, facts, notes, segments, snapshots, tasks
from posvenda.api.rest.resources.crud import router_of

PREFIX = "api/v1"
BODIES = frozenset({"body"})


class Api(NinjaAPI):
    """django-ninja with our problems in place of its errors."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """This will turn refusals into problems; anything else goes to the door."""
        match exc:
            case Refused():
                return tell(exc)
            case ValidationError():
                body = getattr(request, "parsed", None)
                found = faults.of_request(exc.errors, body)
                return tell(Refused("invalid", faults=found))
            case HttpError():
                return tell(Refused("bad_request"))
        raise exc


@lru_cache(maxsize=1)
def api() -> Api:
    """This will put the API together, once."""
    made = Api(
        title="posvenda",
        version="1",
        docs_url=None,
        openapi_url=None,
        urls_namespace="api-v1",
        parser=JsonParser(),
    )
    made.add_router("/customers", customers.router())
    for resource in RESOURCES:
        if resource.name != "customers":
            made.add_router(f"/{resource.name}", router_of(resource))
    made.add_router("/notes", notes.router)
    made.add_router("/tasks", tasks.router)
    made.add_router("/segments", segments.router)
    made.add_router("/facts", facts.facts)
    made.add_router("/catalogue", facts.catalogue)
    made.add_router("/scores", facts.scores)
    made.add_router("/snapshots", snapshots.router)
    made.add_router("/metrics", facts.figures)
    return made


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """This will give the OpenAPI document."""
    return openapi.document(api(), prefix=PREFIX)


def urls() -> list[URLPattern]:
    """This will list the addresses; whatever is not among them is a problem too."""
    found = []
    for router in api()._get_bound_routers():
        for route, view in _ordered(router.path_operations):
            full = "/".join(
                part for part in (PREFIX, router.prefix.strip("/"), route.strip("/")) if part
            )
            guarded = guard(view.get_view(), _marks(view))
            found.append(path(_django(full), guarded, name=f"{full}"))
    found.append(path(f"{PREFIX}/<path:rest>", guard(nothing, {})))
    return found


def _ordered(operations: dict[str, PathView]) -> list[tuple[str, PathView]]:
    """Fixed addresses come before those with an id in them: ``/bulk`` is no id."""
    return sorted(operations.items(), key=lambda item: "{" in item[0])


def _django(route: str) -> str:
    return route.replace("{", "<str:").replace("}", ">")


def _marks(view: PathView) -> dict[str, Mark]:
    return {
        method: Mark(
            scope=getattr(operation.view_func, "scope", ""),
            parameters=frozenset(
                name
                for model in operation.models
                if model.__ninja_param_source__ == "query"
                for name in model.__ninja_flatten_map__
            ),
            has_body=method in ("POST", "PUT", "PATCH"),
            is_long=bool(getattr(operation.view_func, "is_long", False)),
        )
        for operation in view.operations
        for method in operation.methods
    }
