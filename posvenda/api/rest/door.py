"""What stands before every operation: key, limits, size, scope, idempotency, versions, problems.

No session, no CSRF token, no page of ours answers here: a program shows a key and speaks JSON.
"""

import functools
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from posvenda.api.rest import etags, idempotency, limits
from posvenda.api.rest.bodies import decode
from posvenda.api.rest.problems import Fault, Refused, answer, refuse
from posvenda.api.rest.scopes import holds
from posvenda.base import keys
from posvenda.base.models import AccessKey

log = logging.getLogger(__name__)
BODY_LIMIT = 1_048_576
BULK_LIMIT = 10_485_760
QUERY_LIMIT = 16_384
PARAMETERS = 60
SAFE = frozenset({"GET"})


class Call(HttpRequest):
    """A request that passed the door: its key, its moment, and its claim to be answered once."""

    access: AccessKey
    now: datetime
    claim: idempotency.Claim | None
    parsed: Any


@dataclass(frozen=True)
class Mark:
    """What the door knows of one operation.

    ``is_long`` work holds transactions of its own, in short parts.
    """

    scope: str
    parameters: frozenset[str]
    has_body: bool
    is_long: bool = False


View = Callable[..., HttpResponse]


def guard(view: View, marks: Mapping[str, Mark]) -> View:
    """This will put the door before a view whose operations, by method, are ``marks``."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        call = cast(Call, request)
        quota = None
        try:
            call.access = _access(call)
            quota = limits.spend(call.access.pk, at=call.now.timestamp())
            response = _pass(call, view, marks, kwargs)
        except Refused as refused:
            response = answer(refused)
        except OperationalError:
            log.warning("the database is busy", exc_info=True)
            response = answer(Refused("busy", headers={"Retry-After": "1"}))
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ("Accept-Language", "Authorization"))
        return quota.stamp(response) if quota else response

    guarded.login_required = False  # type: ignore[attr-defined]
    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def nothing(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """This will answer for every address the API does not have."""
    raise Refused("not_found")


def _pass(
    call: Call, view: View, marks: Mapping[str, Mark], kwargs: dict[str, Any]
) -> HttpResponse:
    mark = marks.get(str(call.method))
    if mark is None:
        if not marks:
            return view(call, **kwargs)
        allowed = ", ".join(sorted(marks))
        raise Refused("method_not_allowed", headers={"Allow": allowed}, allowed=allowed)
    _sound_address(call)
    if mark.scope and not holds(call.access.scopes, mark.scope):
        raise Refused("forbidden", scope=mark.scope)
    _known_parameters(call, mark)
    call.claim = None
    if call.method in SAFE:
        return etags.stamp(call, _run(call, view, kwargs))
    _sound_body(call, mark)
    if call.method == "POST":
        kept = idempotency.claim(call, call.access, now=call.now)
        if isinstance(kept, HttpResponse):
            return kept
        call.claim = kept
    return _write(call, view, mark, kwargs)


def _run(call: Call, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        return view(call, **kwargs)
    except Refused as refused:
        return answer(refused)


def _write(call: Call, view: View, mark: Mark, kwargs: dict[str, Any]) -> HttpResponse:
    """Do the work and keep its answer in one transaction; long work commits part by part."""
    if mark.is_long:
        return _write_long(call, view, kwargs)
    try:
        with transaction.atomic():
            response = _undone_if_refused(call, view, kwargs)
            if call.claim is not None:
                call.claim.keep(response)
    except OperationalError:
        _release(call)
        raise
    except Exception:
        response = _failed(call)
        if call.claim is not None:
            call.claim.keep(response)
    return response


def _write_long(call: Call, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    """Do work that holds transactions of its own; stopped between two of them, it can go on."""
    try:
        response = etags.stamp(call, _run(call, view, kwargs))
    except idempotency.Overtaken:
        return answer(Refused("in_flight", headers={"Retry-After": "2"}))
    except Exception:
        log.exception("%s stopped midway", call.path)
        if call.claim is not None:
            call.claim.pause(now=call.now)
        return answer(Refused("midway", headers={"Retry-After": "1"}))
    if call.claim is not None:
        call.claim.keep(response)
    return response


def _undone_if_refused(call: Call, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    with transaction.atomic():
        response = etags.stamp(call, _run(call, view, kwargs))
        if response.status_code >= 400:
            transaction.set_rollback(True)
    return response


def _failed(call: Call) -> HttpResponse:
    number = secrets.token_hex(4)
    log.exception("%s %s failed (%s)", call.method, call.path, number)
    return answer(Refused("failed", request=number))


def _release(call: Call) -> None:
    if call.claim is None:
        return
    try:
        call.claim.release()
    except OperationalError:
        log.warning("an Idempotency-Key stays claimed until its lease ends", exc_info=True)


def _access(call: Call) -> AccessKey:
    kind, _, text = call.headers.get("Authorization", "").partition(" ")
    challenge = {"WWW-Authenticate": 'Bearer realm="posvenda"'}
    if kind.lower() != "bearer" or not text.isascii():
        raise Refused("unauthorized", headers=challenge)
    try:
        return keys.verify(text.strip(), kind=AccessKey.Kind.API, now=call.now)
    except keys.BadKey as error:
        raise Refused("unauthorized", headers=challenge) from error


def _sound_address(call: Call) -> None:
    query = str(call.META.get("QUERY_STRING", ""))
    if len(query) > QUERY_LIMIT:
        raise Refused("address_too_long", limit=QUERY_LIMIT)
    if query.count("&") >= PARAMETERS:
        raise Refused("bad_request")
    if "\0" in call.path:
        raise Refused("not_found")
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError as error:
        raise Refused("bad_request") from error
    odd = [name for name, values in call.GET.lists() if "\0" in name + "".join(values)]
    if odd:
        raise refuse(*(Fault("does_not_fit", parameter=name[:80]) for name in odd))


def _known_parameters(call: Call, mark: Mark) -> None:
    unknown = [name for name in call.GET if name not in mark.parameters]
    if unknown:
        raise refuse(*(Fault("unknown_parameter", parameter=name[:80]) for name in unknown))


def _sound_body(call: Call, mark: Mark) -> None:
    limit = BULK_LIMIT if mark.is_long else BODY_LIMIT
    length = str(call.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > limit:
        raise Refused("too_large", limit=limit)
    if mark.has_body and call.content_type != "application/json":
        raise Refused("media_type")
    try:
        # Not ``call.body``: its limit is for forms of pages, and this body is measured already.
        call._body = call.read()
    except OSError as error:
        raise Refused("bad_request") from error
    if mark.has_body:
        call.parsed = decode(call.body)
