"""Writes of webhooks: a new address, its secret renewed, paused, taken away."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from posvenda.api.models import WebhookDelivery, WebhookEndpoint
from posvenda.api.webhooks import processing, secrets
from posvenda.api.webhooks.providers import PROVIDERS
from posvenda.base import audit, vault
from posvenda.base.models import User

OVERLAP = timedelta(hours=24)


@transaction.atomic
def create(
    *,
    provider: str,
    label: str,
    secret: str,
    options: Mapping[str, str],
    quiet_hours: int | None,
    by: User,
    now: datetime,
) -> tuple[WebhookEndpoint, str]:
    """This will make an address and give it with the secret that is shown once."""
    kept = secrets.make(provider) if PROVIDERS[provider].makes_secret else secret
    endpoint = WebhookEndpoint.objects.create(
        provider=provider,
        label=label,
        sealed_secret=vault.seal(kept),
        sealed_options=vault.seal(json.dumps(dict(options))),
        quiet_hours=quiet_hours,
        created_at=now,
        by=by,
    )
    _record("webhook.created", endpoint, by=by, now=now)
    return endpoint, kept


@transaction.atomic
def change(
    endpoint: WebhookEndpoint,
    *,
    label: str,
    options: Mapping[str, str],
    quiet_hours: int | None,
    by: User,
    now: datetime,
) -> None:
    """This will keep another name, other options, another silence; empty secrets stay as known."""
    known = dict(secrets.options(endpoint))
    given = {name: value for name, value in options.items() if value or name not in known}
    endpoint.label, endpoint.quiet_hours = label, quiet_hours
    endpoint.sealed_options = vault.seal(json.dumps({**known, **given}))
    endpoint.save(update_fields=["label", "quiet_hours", "sealed_options"])
    _record("webhook.changed", endpoint, by=by, now=now)


@transaction.atomic
def renew(endpoint: WebhookEndpoint, *, secret: str, by: User, now: datetime) -> str:
    """This will take another secret; signatures with the former one count for a day more."""
    kept = secrets.make(endpoint.provider) if PROVIDERS[endpoint.provider].makes_secret else secret
    endpoint.sealed_former_secret = endpoint.sealed_secret
    endpoint.former_until = now + OVERLAP
    endpoint.sealed_secret = vault.seal(kept)
    endpoint.save(update_fields=["sealed_former_secret", "former_until", "sealed_secret"])
    _record("webhook.renewed", endpoint, by=by, now=now)
    return kept


@transaction.atomic
def switch(endpoint: WebhookEndpoint, *, is_active: bool, by: User, now: datetime) -> None:
    """This will have deliveries taken or turned away from now on."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(is_active=is_active)
    _record("webhook.resumed" if is_active else "webhook.paused", endpoint, by=by, now=now)


@transaction.atomic
def replay(deliveries: "list[WebhookDelivery]", *, by: User, now: datetime) -> int:
    """This will put deliveries back into the queue and say how many were not there."""
    count = sum(processing.replay(each) for each in deliveries)
    if count:
        detail = {"deliveries": [each.pk for each in deliveries][:100], "count": count}
        audit.record("webhook.replayed", about="webhooks", by=by, now=now, detail=detail)
    return count


def _record(verb: str, endpoint: WebhookEndpoint, *, by: User, now: datetime) -> None:
    about = f"webhook:{endpoint.public_id}"
    audit.record(verb, about=about, by=by, now=now, detail={"label": endpoint.label})
