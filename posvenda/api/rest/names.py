"""Ids for addresses, made of the keys that rows already have: opaque, safe in a URL, stable."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode


def encode(key: str) -> str:
    """This will give the id of a key."""
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def decode(name: str) -> str | None:
    """This will give the key of an id, or None for what is no id."""
    try:
        key = urlsafe_b64decode(name.encode("ascii") + b"=" * (-len(name) % 4)).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return key if key and "\0" not in key and encode(key) == name else None
