"""The way in to the REST API: it is put together at the first request that is for it.

Its schemas take a third of a second to make, in every web process, and many serve pages only. So
nothing here may import ``api`` (nor ninja or pydantic) above its functions;
``tests/house/test_web_process.py`` watches that, and builds it once so that its faults show.
"""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def operation(request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """This will hand the request to the operation at its address, behind the API's own door."""
    found = _addresses().resolve(request.path_info)
    answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return answer


operation.login_required = False  # type: ignore[attr-defined]


def openapi_json(request: HttpRequest) -> HttpResponse:
    """This will show the OpenAPI document to whoever asks; it holds no data."""
    from posvenda.api.rest.api import document
    from posvenda.api.rest.bodies import answer

    return answer(document())


openapi_json.login_required = False  # type: ignore[attr-defined]


def overview(request: HttpRequest) -> HttpResponse:
    """This will show how the API works."""
    from posvenda.api.rest import reference

    return reference.overview(request)


def resource(request: HttpRequest, name: str) -> HttpResponse:
    """This will show every operation of one resource."""
    from posvenda.api.rest import reference

    return reference.resource(request, name)


@lru_cache(maxsize=1)
def _addresses() -> URLResolver:
    from posvenda.api.rest.api import urls

    return URLResolver(RegexPattern("^/"), urls())
