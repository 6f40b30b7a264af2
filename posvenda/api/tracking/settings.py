"""What ``analytics.js`` asks for before it sends: where to, and that it tells nobody else.

``metrics`` with rate 0 keeps the library from reporting on itself to its maker.
"""

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def answer(write_key: str, *, scheme: str, host: str) -> bytes:
    """This will give the settings of a key, with this installation's own address."""
    origin = urlsplit(address(scheme=scheme, host=host))
    ours = {
        "apiKey": write_key,
        "apiHost": f"{origin.netloc}/v1",
        "protocol": origin.scheme,
        "unbundledIntegrations": [],
        "addBundledMetadata": True,
    }
    told = {
        "integrations": {"Segment.io": ours},
        "plan": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
    }
    return json.dumps(told).encode()


def address(*, scheme: str, host: str) -> str:
    """This will give the public address, else the one that was called if it is one of ours."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL).rstrip("/")
    name, _ = split_domain_port(host)
    if name and validate_host(name, settings.ALLOWED_HOSTS):
        return f"{scheme}://{host}"
    return f"{scheme}://{settings.BIND_HOST}:{settings.BIND_PORT}"
