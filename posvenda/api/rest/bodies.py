"""Bodies in and out: JSON only, read by msgspec, which refuses depth, NaN and torn characters."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja.parser import Parser

from posvenda.api.rest.problems import Refused

MEDIA_TYPE = "application/json"


class JsonParser(Parser):
    """Hands django-ninja the body that the door has read."""

    def parse_body(self, request: HttpRequest) -> Any:
        """This will give the body."""
        return request.parsed  # type: ignore[attr-defined]


def decode(body: bytes) -> Any:
    """This will read JSON, or refuse it."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused("malformed", reason=str(error)[:120]) from error
    except RecursionError as error:
        raise Refused("malformed", reason="nested too deeply") from error


def answer(data: Any, *, status: int = 200, **headers: str) -> HttpResponse:
    """This will write data as JSON; ``headers`` with _ for -."""
    response = HttpResponse(encode(data), status=status, content_type=MEDIA_TYPE)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def encode(data: Any) -> bytes:
    """This will write data the one way an ETag can stand for."""
    return msgspec.json.encode(data)


def empty() -> HttpResponse:
    """This will answer that it is done and there is nothing to read."""
    return HttpResponse(status=204)
