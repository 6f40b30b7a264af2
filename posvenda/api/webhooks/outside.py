"""Asking a provider for the object that a delivery only names."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from posvenda.adapters import http
from posvenda.api.webhooks.providers.provider import NotUnderstood

GONE, DENIED = (404, 410), (401, 403)


def get_json(url: str, headers: Mapping[str, str]) -> Any:
    """This will fetch a JSON object, or raise ``NotUnderstood`` with what went wrong."""
    host = urlsplit(url).hostname or url
    try:
        answer = http.get(url, headers=headers, allowed=settings.OUTBOUND_ALLOWED)
    except http.Refused as refused:
        code = "forbidden_address" if refused.code == "forbidden_address" else "unreachable"
        raise NotUnderstood(code, value=host) from refused
    if answer.status in GONE:
        raise NotUnderstood("not_found", value=host)
    if answer.status in DENIED:
        raise NotUnderstood("not_allowed", value=host)
    try:
        found = json.loads(answer.body) if answer.status == 200 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NotUnderstood("unreachable", value=host)
    return found
