"""Versions of answers: the hash of what is shown, compared before a write or instead of a body."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from posvenda.api.rest.bodies import encode
from posvenda.api.rest.problems import Refused


def of(content: bytes) -> str:
    """This will give the version of some content."""
    return f'"{blake2b(content, digest_size=12).hexdigest()}"'


def require(request: HttpRequest, shown: Mapping[str, Any]) -> None:
    """This will refuse a write whose ``If-Match`` is not the version that stands now."""
    asked = request.headers.get("If-Match")
    if not asked:
        return
    wanted = parse_etags(asked)
    if wanted != ["*"] and of(encode(shown)) not in wanted:
        raise Refused("precondition_failed")


def stamp(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """This will put the version on an answer, and leave the body out when the reader has it."""
    if response.status_code not in (200, 201) or "ETag" in response:
        return response
    tag = of(response.content)
    response["ETag"] = tag
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if request.method != "GET" or not ({tag, f"W/{tag}", "*"} & set(known)):
        return response
    short = HttpResponse(status=304)
    short["ETag"] = tag
    return short
