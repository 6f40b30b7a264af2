"""The secret of an endpoint and its options, sealed; while it rotates the former one counts too."""

import base64
import json
import secrets as random
from collections.abc import Mapping
from contextlib import suppress

from posvenda.api.models import WebhookEndpoint
from posvenda.api.webhooks.providers import PROVIDERS
from posvenda.api.webhooks.signing import Forged, Raw
from posvenda.base import vault


def verify(endpoint: WebhookEndpoint, raw: Raw) -> None:
    """This will check a signature with the present secret, or with the former one in its days."""
    check = PROVIDERS[endpoint.provider].verify
    if endpoint.former_until is not None and raw.at < endpoint.former_until:
        with suppress(Forged):
            return check(raw, vault.unseal(endpoint.sealed_former_secret))
    return check(raw, vault.unseal(endpoint.sealed_secret))


def options(endpoint: WebhookEndpoint) -> Mapping[str, str]:
    """This will give what was filled in besides the secret."""
    if not endpoint.sealed_options:
        return {}
    found: dict[str, str] = json.loads(vault.unseal(endpoint.sealed_options))
    return found


def make(provider: str) -> str:
    """This will make a secret for a provider that takes ours."""
    if provider == "signed":
        return "whsec_" + base64.b64encode(random.token_bytes(32)).decode()
    return random.token_urlsafe(32)
