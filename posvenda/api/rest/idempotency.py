"""``Idempotency-Key``: the first answer to a request is kept and given to every repetition.

The claim is committed first (so a twin sees it and is told to wait), then the work and its answer
commit together. A claim whose process died is free again after its lease; since nothing of its
work is there without its answer, doing it again does nothing twice.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from posvenda.api.rest.models import Replay
from posvenda.api.rest.problems import Fault, Refused, refuse
from posvenda.base.models import AccessKey

LEASE = timedelta(seconds=60)
KEPT = timedelta(hours=24)
LONGEST = 255
MOMENT = timedelta(seconds=1)
CARRIED = ("Location", "ETag", "Content-Type")


@dataclass(frozen=True)
class Claim:
    """The right to answer one Idempotency-Key for the first time."""

    pk: int
    token: str
    progress: list[Any]

    def keep(self, response: HttpResponse) -> None:
        """This will store the answer; call it in the transaction of the work."""
        headers = {name: response[name] for name in CARRIED if name in response}
        self._mine().update(
            status=response.status_code,
            headers=headers,
            body=response.content.decode(),
            progress=[],
        )

    def go_on(self, progress: list[Any], *, now: datetime) -> None:
        """This will store how far long work came; call it in the transaction of each part.

        It raises ``Overtaken`` when another request took the claim over meanwhile.
        """
        if not self._mine().update(progress=progress, lease_until=now + LEASE):
            raise Overtaken

    def pause(self, *, now: datetime) -> None:
        """This will let the same request go on behind what is kept, at once."""
        self._mine().update(lease_until=now - MOMENT)

    def release(self) -> None:
        """This will let the same request be tried again."""
        self._mine().delete()

    def _mine(self) -> Any:
        return Replay.objects.filter(pk=self.pk, token=self.token, status=None)


class Overtaken(RuntimeError):
    """Raised when a request lost its claim because it took longer than its lease."""


def claim(request: HttpRequest, access: AccessKey, *, now: datetime) -> Claim | HttpResponse | None:
    """This will claim the request's key: the right to answer, the kept answer, or None without."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    _check(key)
    mark, token = _fingerprint(request), secrets.token_hex(16)
    Replay.objects.filter(access=access, key=key, at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            row = Replay.objects.create(
                access=access,
                key=key,
                fingerprint=mark,
                at=now,
                token=token,
                lease_until=now + LEASE,
            )
        return Claim(row.pk, token, [])
    except IntegrityError:
        return _repeated(Replay.objects.get(access=access, key=key), mark, token, now=now)


def _repeated(row: Replay, mark: str, token: str, *, now: datetime) -> Claim | HttpResponse:
    if row.fingerprint != mark:
        raise Refused("key_reused")
    if row.status is not None:
        response = HttpResponse(row.body.encode(), status=row.status)
        for name, value in row.headers.items():
            response[name] = value
        response["Idempotency-Replayed"] = "true"
        return response
    taken = Replay.objects.filter(
        pk=row.pk, status=None, token=row.token, lease_until__lt=now
    ).update(token=token, lease_until=now + LEASE)
    if not taken:
        raise Refused("in_flight", headers={"Retry-After": "2"})
    return Claim(row.pk, token, list(row.progress))


def prune(*, now: datetime) -> int:
    """This will forget answers older than a day and say how many."""
    count, _ = Replay.objects.filter(at__lt=now - KEPT).delete()
    return count


def _check(key: str) -> None:
    if not key or len(key) > LONGEST or not key.isascii() or not key.isprintable():
        params = {"pattern": f"1–{LONGEST} ASCII"}
        raise refuse(Fault("pattern", parameter="Idempotency-Key", params=params, value=key))


def _fingerprint(request: HttpRequest) -> str:
    mark = sha256()
    for part in (str(request.method), request.get_full_path(), ""):
        mark.update(part.encode())
        mark.update(b"\0")
    mark.update(request.body)
    return mark.hexdigest()
