"""The door for providers: check the signature on the bytes, store them, answer.

What is stored is answered with 200, also when it is there already; nothing is understood here. A
body that is not signed is not stored, only counted. While the database is busy the answer is 503,
so that the provider comes again.
"""

import json
import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import get_random_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from posvenda.api.models import WebhookDelivery, WebhookEndpoint
from posvenda.api.webhooks import secrets
from posvenda.api.webhooks.providers import PROVIDERS
from posvenda.api.webhooks.signing import Forged, Raw
from posvenda.base import rows

log = logging.getLogger(__name__)

BODY_LIMIT = 1_048_576
DEPTH = 64
KEPT_HEADERS = ("content-type", "user-agent", "webhook-id", "webhook-timestamp")
COLUMNS = ("endpoint", "key", "kind", "received_at", "headers", "body", "status", "effect", "again")


@csrf_exempt
@require_POST
def receive(request: HttpRequest, public_id: str) -> JsonResponse:
    """This will take one delivery in."""
    try:
        return _receive(request, public_id)
    except OperationalError:
        log.warning("the database was busy while a webhook came in")
        response = _answer(503, "busy", "Try again in a moment.")
        response["Retry-After"] = "30"
        return response


receive.login_required = False  # type: ignore[attr-defined]


def _receive(request: HttpRequest, public_id: str) -> JsonResponse:
    endpoint = WebhookEndpoint.objects.filter(public_id=public_id, is_active=True).first()
    if endpoint is None:
        return _answer(404, "unknown", "No webhook lives here.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_LIMIT:
        return _answer(413, "too_big", f"At most {BODY_LIMIT} bytes.")
    now = request.now  # type: ignore[attr-defined]
    raw = Raw(request.body, {k.lower(): v for k, v in request.headers.items()}, now)
    try:
        secrets.verify(endpoint, raw)
    except Forged as forged:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
            forged=F("forged") + 1, forged_at=now, forged_code=forged.code
        )
        return _answer(401, forged.code, "The signature does not match.")
    data = _parsed(raw.body)
    if data is None:
        return _answer(400, "not_json", "The body must be a JSON object.")
    _keep(endpoint, raw, data)
    return JsonResponse({"ok": True})


def _parsed(body: bytes) -> Mapping[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and not _is_deep(data) else None


def _is_deep(data: Any) -> bool:
    level: list[Any] = [data]
    for _ in range(DEPTH):
        level = [
            each
            for part in level
            for each in (part.values() if isinstance(part, dict) else part)
            if isinstance(each, dict | list)
        ]
        if not level:
            return False
    return True


def _keep(endpoint: WebhookEndpoint, raw: Raw, data: Mapping[str, Any]) -> None:
    """One row for each different delivery; one that comes again is only counted."""
    head = PROVIDERS[endpoint.provider].head(data, raw)
    key = _key(head.id)
    headers = {name: raw.header(name)[:200] for name in KEPT_HEADERS if raw.header(name)}
    row: tuple[Any, ...] = (
        endpoint.pk,
        key,
        head.kind[:80],
        raw.at,
        headers,
        raw.body,
        "waiting",
        {},
        0,
    )
    with transaction.atomic():
        before = WebhookDelivery.objects.filter(endpoint=endpoint, key=key)
        if not before.update(again=F("again") + 1):
            rows.insert(WebhookDelivery, COLUMNS, [row], ignore=True)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(received_at=raw.at)


def _key(name: str) -> str:
    """The provider's id; a long one as its hash; without one, something new."""
    if not name:
        return f"once:{get_random_string(24)}"
    return name if len(name) <= 190 and "\0" not in name else sha256(name.encode()).hexdigest()


def _answer(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
