"""From the bytes of a request to one shape: items as sent, when they were sent, whose key.

Only the outer layer is decoded. Items stay raw bytes, so a batch of 100 costs one pass over its
text, and a bad item harms no other.
"""

import base64
import binascii
import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import Any

import msgspec

from posvenda.api.tracking.answers import malformed, too_large

GZIP = b"\x1f\x8b"
# each escape in turn; a surrogate without its other half is group 1
HALVES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
SENT_AT_MOST = 64
ITEMS_MOST = 2_500
BATCHES = frozenset({"batch", "import", "b"})
KINDS = ("track", "identify", "page", "screen", "group", "alias")
SINGLES = {kind: kind for kind in KINDS} | {kind[0]: kind for kind in KINDS}


class _Batch(msgspec.Struct):
    batch: list[msgspec.Raw]
    sentAt: Any = None
    writeKey: Any = None


class _Keyed(msgspec.Struct):
    writeKey: Any = None


_batch = msgspec.json.Decoder(_Batch)
_single = msgspec.json.Decoder(dict[str, msgspec.Raw])
_keyed = msgspec.json.Decoder(_Keyed)
_any = msgspec.json.Decoder()


@dataclass(frozen=True)
class Envelope:
    """What one request carries; ``write_key`` is the key's text as far as the body tells it."""

    items: tuple[bytes, ...]
    sent_at: str | None
    write_key: str


def unpacked(body: bytes, *, limit: int) -> bytes:
    """This will undo gzip, told by its first bytes, and stop at the limit (a bomb is refused)."""
    if not body.startswith(GZIP):
        plain = body
    else:
        machine = zlib.decompressobj(31)
        try:
            plain = machine.decompress(body, limit + 1)
        except zlib.error:
            raise malformed("The gzip body is damaged.") from None
        if len(plain) <= limit and (not machine.eof or machine.unused_data):
            raise malformed("The gzip body is cut short or has something after its end.")
    if len(plain) > limit:
        raise too_large(f"A request holds at most {limit} bytes of JSON.")
    return plain


def read(name: str, body: bytes, *, event_limit: int) -> Envelope:
    """This will read what was sent to ``/v1/<name>``."""
    try:
        body.decode()
        try:
            return _of(name, body, event_limit)
        except msgspec.DecodeError:
            return _of(name, HALVES.sub(_whole, body), event_limit)
    except UnicodeDecodeError:
        raise malformed("The body is not UTF-8.") from None
    except RecursionError:
        raise malformed("The body nests too deep.") from None
    except msgspec.DecodeError as problem:
        raise malformed(f"The body is not the JSON expected here: {problem}") from None


def _of(name: str, body: bytes, event_limit: int) -> Envelope:
    return _of_batch(body) if name in BATCHES else _of_one(SINGLES[name], body, event_limit)


def _whole(escape: re.Match[bytes]) -> bytes:
    """Half a character (a text cut in the middle of an emoji) reads as the replacement mark."""
    return escape[0] if escape[1] is None else rb"\ufffd"


def _of_batch(body: bytes) -> Envelope:
    told = _batch.decode(body)
    if len(told.batch) > ITEMS_MOST:
        raise too_large(f"A batch holds at most {ITEMS_MOST} items.")
    items = tuple(bytes(item) for item in told.batch)
    key = _text(told.writeKey)
    if any(b'"writeKey"' in item for item in items):
        key = key or _key_of(items[0])
        items = tuple(map(_without_key, items))
    return Envelope(items, _sent_at(told.sentAt), key)


def _of_one(kind: str, body: bytes, event_limit: int) -> Envelope:
    fields = _single.decode(body)
    if len(body) > event_limit:
        raise too_large(f"An event holds at most {event_limit} bytes of JSON.")
    key = _decoded(fields.pop("writeKey", None))
    sent_at = _decoded(fields.pop("sentAt", None))
    fields["type"] = msgspec.Raw(msgspec.json.encode(kind))
    return Envelope((msgspec.json.encode(fields),), _sent_at(sent_at), _text(key))


def _key_of(item: bytes) -> str:
    try:
        return _text(_keyed.decode(item).writeKey)
    except msgspec.DecodeError:
        return ""


def _without_key(item: bytes) -> bytes:
    if b'"writeKey"' not in item:
        return item
    try:
        fields = _single.decode(item)
    except msgspec.DecodeError:
        return item
    if fields.pop("writeKey", None) is None:
        return item
    return msgspec.json.encode(fields)


def _decoded(raw: msgspec.Raw | None) -> Any:
    return None if raw is None else _any.decode(raw)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _sent_at(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= SENT_AT_MOST else None


def basic_user(header: str) -> str:
    """This will give the user of a Basic header, which is where SDKs put the key; else nothing."""
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(coded.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def kept(envelope: Envelope, *, secret: str, shown: str) -> bytes:
    """This will give the bytes to keep: one shape, and nowhere the secret."""
    sent_at = msgspec.json.encode(envelope.sent_at)
    body = b'{"batch":[' + b",".join(envelope.items) + b'],"sentAt":' + sent_at + b"}"
    return body.replace(secret.encode(), shown.encode()) if secret.encode() in body else body


def identity(envelope: Envelope, *, source: int) -> str:
    """This will give the key of a batch: the same items of the same source, whenever sent."""
    digest = hashlib.sha256(b"%d" % source)
    for item in envelope.items:
        digest.update(b"%d:" % len(item))
        digest.update(item)
    return digest.hexdigest()
