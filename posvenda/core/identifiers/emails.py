"""E-mail addresses: one written form per mailbox, and a mask."""

from __future__ import annotations

import re
import unicodedata

from posvenda.core.identifiers.errors import InvalidIdentifier

_LONGEST = 254
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")
_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def email(raw: str) -> str:
    """This will read an address in lower case, from `Ana <ANA@loja.com.br>` or `mailto:` too.

    The domain comes out in ASCII (IDNA); tags such as `+promo` stay, for they are part of it.
    """
    text = unicodedata.normalize("NFC", raw).strip().rstrip(".;,")
    if not text:
        raise InvalidIdentifier("empty", raw)
    named = _NAMED.fullmatch(text)
    address = (named[1] if named else text).strip().lower().removeprefix("mailto:")
    local, at, domain = address.rpartition("@")
    host = _host(domain, raw)
    is_sound = bool(at) and _LOCAL.fullmatch(local) and ".." not in f".{local}."
    if not is_sound or len(local) + 1 + len(host) > _LONGEST:
        raise InvalidIdentifier("not_an_email", raw)
    return f"{local}@{host}"


def mask_email(address: str) -> str:
    """This will hide the mailbox behind its first letter."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else "***"


def _host(domain: str, raw: str) -> str:
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise InvalidIdentifier("not_an_email", raw) from error
    labels = host.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise InvalidIdentifier("not_an_email", raw)
    return host
