"""Signatures of webhooks, checked on the bytes as they came; every comparison takes equal time."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import constant_time_compare

TOLERANCE_SECONDS = 300


class Forged(ValueError):
    """Raised when a signature or token is absent, wrong or too old; ``code`` says which."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Raw:
    """A request as it came: bytes, headers by lower-case name, and when we received it."""

    body: bytes
    headers: Mapping[str, str]
    at: datetime

    def header(self, name: str) -> str:
        """This will give a header, or nothing."""
        return self.headers.get(name.lower(), "")


def stripe(raw: Raw, secret: str) -> None:
    """This will check ``Stripe-Signature``: HMAC-SHA256 of ``t.body``, at most 300 s old.

    Source: docs.stripe.com/webhooks/signatures.
    """
    parts = [part.partition("=") for part in raw.header("stripe-signature").split(",")]
    moments = [value for name, _, value in parts if name.strip() == "t"]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    if not moments or not given:
        raise Forged("no_signature")
    _fresh(moments[0], raw)
    wanted = _hmac(secret.encode(), f"{moments[0]}.".encode() + raw.body).hex()
    _one_of(given, wanted)


def standard(raw: Raw, secret: str) -> None:
    """This will check ``webhook-signature``: HMAC-SHA256 of ``id.timestamp.body``, base64.

    Source: Standard Webhooks 1.0 (standardwebhooks.com). Several signatures, parted by spaces,
    let the sender rotate its key.
    """
    name, moment = raw.header("webhook-id"), raw.header("webhook-timestamp")
    given = [each[3:] for each in raw.header("webhook-signature").split() if each[:3] == "v1,"]
    if not name or not moment or not given:
        raise Forged("no_signature")
    _fresh(moment, raw)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{name}.{moment}.".encode() + raw.body
    _one_of(given, base64.b64encode(_hmac(key, signed)).decode())


def hex_of_body(header: str, raw: Raw, secret: str) -> None:
    """This will check a header that holds the hexadecimal HMAC-SHA256 of the body."""
    given = raw.header(header)
    if not given:
        raise Forged("no_signature")
    _one_of([given.lower()], _hmac(secret.encode(), raw.body).hex())


def token(header: str, raw: Raw, secret: str) -> None:
    """This will check a header that must repeat a secret."""
    given = raw.header(header)
    if not given:
        raise Forged("no_signature")
    _one_of([given], secret)


def _fresh(moment: str, raw: Raw) -> None:
    if not (moment.isascii() and moment.isdigit() and len(moment) < 15):
        raise Forged("no_signature")
    if abs(raw.at.timestamp() - int(moment)) > TOLERANCE_SECONDS:
        raise Forged("too_old")


def _one_of(given: list[str], wanted: str) -> None:
    matches = [constant_time_compare(each, wanted) for each in given]
    if not any(matches):
        raise Forged("wrong_signature")


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
