"""Links of customers: signed so that none can be made up, kept as rows so that each can end.

The address holds the row's name and our signature over it; without the installation's secret no
valid one can be written, and the row says until when it opens and whether it was taken back.
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from django.core.signing import BadSignature, Signer
from django.db.models import F

from posvenda.success.plans.models import PlanLink

WINDOW_SECONDS = 60
OPENINGS, WRONG = 60, 20
REMEMBERED = 10_000
_signer = Signer(salt="posvenda.plan.link", sep=".")
_counts: dict[str, tuple[int, int]] = {}
_lock = Lock()


def token(link: PlanLink) -> str:
    """This will give the part of the address that opens a link."""
    return _signer.sign(link.public_id)


def opened(text: str, *, now: datetime) -> PlanLink | None:
    """This will find the link of a token; None where it is wrong, over or taken back."""
    try:
        public = _signer.unsign(text)
    except BadSignature:
        return None
    rows = PlanLink.objects.filter(public_id=public, revoked_at=None, expires_at__gt=now)
    return rows.select_related("plan__customer").first()


def seen(link: PlanLink, *, now: datetime) -> None:
    """This will count an opening."""
    PlanLink.objects.filter(pk=link.pk).update(visits=F("visits") + 1, seen_at=now)


def may_ask(who: str, *, most: int, now: datetime) -> bool:
    """This will count one request in this process and say whether it is within the limit."""
    window = int(now.timestamp() // WINDOW_SECONDS)
    with _lock:
        if len(_counts) > REMEMBERED:
            _counts.clear()
        began, used = _counts.get(who, (window, 0))
        used = used + 1 if began == window else 1
        _counts[who] = (window, used)
    return used <= most
