"""Keys for programs: issued once in clear, kept as a hash, scoped, rotated, revoked.

A key reads ``kind_prefix_secret``. The prefix finds the row; the secret has 190 random bits, so one
SHA-256 is enough to hide it. After a rotation the former secret is taken for a while longer.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare

from posvenda.base import audit
from posvenda.base.models import AccessKey, User

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ"
MARKS = {AccessKey.Kind.WRITE: "wk", AccessKey.Kind.API: "sk"}
USED_EVERY = timedelta(minutes=1)


class BadKey(ValueError):
    """Raised when a key is unknown, revoked, of another kind or outside its scopes."""


@transaction.atomic
def issue(
    *, kind: str, label: str, scopes: Sequence[str], by: User | None, now: datetime
) -> tuple[AccessKey, str]:
    """This will make a key and give it with its clear text, which is never kept."""
    prefix, secret = _random(10), _random(33)
    row = AccessKey.objects.create(
        kind=kind,
        label=label,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(scopes),
        created_at=now,
        by=by,
    )
    _record("key.issued", row, by=by, now=now)
    return row, _shown(row, secret)


@transaction.atomic
def rotate(key: AccessKey, *, overlap: timedelta, by: User, now: datetime) -> str:
    """This will give a key a new secret; the former one is taken until the overlap ends."""
    secret = _random(33)
    key.former_digest, key.former_until = key.digest, now + overlap
    key.digest, key.rotated_at = _digest(secret), now
    key.save(update_fields=["former_digest", "former_until", "digest", "rotated_at"])
    _record("key.rotated", key, by=by, now=now)
    return _shown(key, secret)


@transaction.atomic
def revoke(key: AccessKey, *, by: User, now: datetime) -> None:
    """This will have a key refused from now on."""
    AccessKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    _record("key.revoked", key, by=by, now=now)


def verify(text: str, *, kind: str, now: datetime, scope: str = "") -> AccessKey:
    """This will find the key of a clear text, or raise ``BadKey``."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    row = AccessKey.objects.filter(prefix=prefix, kind=kind, revoked_at=None).first()
    if row is None or mark != MARKS[AccessKey.Kind(kind)] or not _fits(row, secret, now):
        raise BadKey
    if scope and scope not in row.scopes:
        raise BadKey
    if row.used_at is None or row.used_at < now - USED_EVERY:
        AccessKey.objects.filter(pk=row.pk).update(used_at=now)
    return row


def _fits(row: AccessKey, secret: str, now: datetime) -> bool:
    given = _digest(secret)
    if constant_time_compare(given, row.digest):
        return True
    is_overlap = row.former_until is not None and now < row.former_until
    return is_overlap and constant_time_compare(given, row.former_digest)


def _shown(row: AccessKey, secret: str) -> str:
    return f"{MARKS[AccessKey.Kind(row.kind)]}_{row.prefix}_{secret}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _record(verb: str, row: AccessKey, *, by: User | None, now: datetime) -> None:
    detail = {"label": row.label, "scopes": row.scopes}
    audit.record(verb, about=f"key:{row.prefix}", by=by, now=now, detail=detail)
